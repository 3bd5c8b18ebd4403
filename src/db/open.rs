use std::{path::Path, str::FromStr as _, time::Duration};

use rust_embed::RustEmbed;
use secrecy::ExposeSecret as _;
use sqlx::{
    AssertSqlSafe, PgPool, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{Error, Result, Tx, macros::on, sqlite::Connections, tx::WriteCount};
use crate::config::{DatabaseSettings, DatabaseUrl};

const WAIT: Duration = Duration::from_secs(5);

/// Connections to one engine.
#[derive(Clone, Debug)]
pub enum Pool {
    /// SQLite.
    Sqlite(Connections),
    /// PostgreSQL.
    Postgres(PgPool),
}

/// The open database.
#[derive(Clone, Debug)]
pub struct Db {
    read: Pool,
    write: Pool,
    writes: WriteCount,
}

#[derive(RustEmbed)]
#[folder = "migrations"]
struct Migrations;

impl Db {
    /// Opens the database. An SQLite file that is missing is made only where `create` says so, so that a
    /// wrong path never looks like an empty database.
    ///
    /// # Errors
    /// When the file or the server cannot be used.
    pub async fn open(settings: &DatabaseSettings, create: bool) -> Result<Self> {
        let (read, write) = match &settings.url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path, settings.connections, create).await?,
            DatabaseUrl::Postgres { url, password } => {
                let mut options = PgConnectOptions::from_str(url.expose_secret())
                    .map_err(|_| Error::Open("the postgres address is not valid".into()))?
                    .application_name("passerelle");
                if let Some(password) = password {
                    options = options.password(password.expose_secret());
                }
                let pool = PgPoolOptions::new()
                    .max_connections(settings.connections)
                    .acquire_timeout(WAIT)
                    .connect_with(options)
                    .await?;
                (Pool::Postgres(pool.clone()), Pool::Postgres(pool))
            }
        };
        Ok(Self { read, write, writes: WriteCount::default() })
    }

    /// Brings the schema up to date. Run twice, or by two at once, it happens once.
    ///
    /// # Errors
    /// When a migration fails, or one that ran before has another text now.
    pub async fn migrate(&self) -> Result<()> {
        let migrator = migrator()?;
        match &self.write {
            Pool::Sqlite(connections) => {
                let mut connection = connections.get().await?;
                // SQLite has no lock for this. Whoever comes second fails on what the first has just made, and finds
                // it recorded when looking again: once for each migration at most.
                let mut looks = migrator.iter().count();
                while looks > 0 && migrator.run(&mut **connection).await.is_err() {
                    looks -= 1;
                }
                migrator.run(&mut **connection).await?;
            }
            Pool::Postgres(pool) => migrator.run(pool).await?,
        }
        Ok(())
    }

    /// Checks that the schema is the one this program needs.
    ///
    /// # Errors
    /// [`Error::Schema`] when it is not.
    pub async fn check_schema(&self) -> Result<()> {
        let newest = migrator()?.iter().map(|migration| migration.version).max();
        let applied: std::result::Result<Option<i64>, sqlx::Error> = on!(&self.read, p => {
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success").fetch_one(p).await
        });
        if applied.is_ok_and(|applied| applied == newest) { Ok(()) } else { Err(Error::Schema) }
    }

    /// The pool to read from.
    #[must_use]
    pub fn read(&self) -> &Pool {
        &self.read
    }

    /// Begins the only kind of transaction that writes.
    ///
    /// # Errors
    /// When no connection becomes free within five seconds, or the engine is gone.
    pub async fn begin_write(&self) -> Result<Tx> {
        self.writes.add_one();
        Tx::begin(&self.write).await
    }

    /// Begins a transaction of one statement only, which spares SQLite the words around it.
    ///
    /// # Errors
    /// As [`Db::begin_write`].
    pub async fn begin_single(&self) -> Result<Tx> {
        self.writes.add_one();
        Tx::single(&self.write).await
    }

    /// How many write transactions were begun since start.
    #[must_use]
    pub fn write_count(&self) -> u64 {
        self.writes.get()
    }

    /// Whether the database answers who reads and who writes.
    pub async fn is_alive(&self) -> bool {
        let one = async |pool: &Pool| -> Result<i64> {
            Ok(on!(pool, p => sqlx::query_scalar("SELECT CAST(1 AS BIGINT)").fetch_one(p).await?))
        };
        one(&self.read).await.is_ok() && one(&self.write).await.is_ok()
    }

    /// Whether this is SQLite, where one process does everything.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.read, Pool::Sqlite(_))
    }

    /// Closes every connection, after running statements ended.
    pub async fn close(&self) {
        for pool in [&self.read, &self.write] {
            match pool {
                Pool::Sqlite(connections) => connections.close().await,
                Pool::Postgres(pool) => pool.close().await,
            }
        }
    }
}

async fn open_sqlite(path: &Path, connections: u32, create: bool) -> Result<(Pool, Pool)> {
    if !create && !path.exists() {
        return Err(Error::Open(format!(
            "{} does not exist; run `passerelle migrate` to make it",
            path.display()
        )));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(WAIT)
        .pragma("secure_delete", "ON")
        .pragma("cache_size", "-1024");
    let write = Connections::open(&options, 1, WAIT).await?;
    let options = options.read_only(true).create_if_missing(false);
    let read = Connections::open(&options, connections.min(4), WAIT).await?;
    Ok((Pool::Sqlite(read), Pool::Sqlite(write)))
}

fn migrator() -> Result<Migrator> {
    let mut migrations = Vec::new();
    for name in Migrations::iter().filter(|name| name.ends_with(".sql")) {
        let (version, description) = name
            .trim_end_matches(".sql")
            .split_once('_')
            .and_then(|(version, description)| Some((version.parse().ok()?, description.replace('_', " "))))
            .ok_or_else(|| Error::Open(format!("migration {name} has no number")))?;
        let file = Migrations::get(&name).ok_or_else(|| Error::Open(format!("migration {name} is gone")))?;
        let text = String::from_utf8(file.data.into_owned())
            .map_err(|_| Error::Open(format!("migration {name} is not text")))?;
        let sql = AssertSqlSafe(text).into_sql_str();
        migrations.push(Migration::new(version, description.into(), MigrationType::Simple, sql, false));
    }
    Ok(Migrator::with_migrations(migrations))
}
