//! Opening and migrating the database, and its connection pools.

use std::{path::Path, str::FromStr as _, time::Duration};

use rust_embed::RustEmbed;
use secrecy::ExposeSecret as _;
use sqlx::{
    AssertSqlSafe, PgPool, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use super::{
    error::{Error, Result},
    macros::on,
    sqlite::Connections,
    tx::{Tx, WriteCount},
};
use crate::config::{DatabaseSettings, DatabaseUrl};

/// Longest wait for a free connection, and for the lock of another process.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Connection pool of one engine.
#[derive(Clone, Debug)]
pub enum Pool {
    /// SQLite.
    Sqlite(Connections),
    /// PostgreSQL.
    Postgres(PgPool),
}

/// Open database.
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
    /// Opens the database. Creates a missing SQLite file only if `create` is set, so a wrong path never looks like an
    /// empty database.
    ///
    /// # Errors
    /// [`Error::Open`] if the file does not exist or the address is not valid, [`Error::Engine`] if the engine refuses.
    pub async fn open(settings: &DatabaseSettings, create: bool) -> Result<Self> {
        let (read, write) = match &settings.url {
            DatabaseUrl::Sqlite(path) => open_sqlite(path, settings.connections, create).await?,
            DatabaseUrl::Postgres { url, password } => {
                let mut options = PgConnectOptions::from_str(url.expose_secret())
                    .map_err(|_| {
                        Error::Open(
                            "the PostgreSQL address is not valid; expected postgres://user@host/name".into(),
                        )
                    })?
                    .application_name("passerelle");
                if let Some(password) = password {
                    options = options.password(password.expose_secret());
                }
                let pool = PgPoolOptions::new()
                    .max_connections(settings.connections)
                    .acquire_timeout(CONNECTION_TIMEOUT)
                    .connect_with(options)
                    .await?;
                (Pool::Postgres(pool.clone()), Pool::Postgres(pool))
            }
        };
        Ok(Self { read, write, writes: WriteCount::default() })
    }

    /// Migrates the schema to the newest version. Idempotent, also when two processes run it at once.
    ///
    /// # Errors
    /// [`Error::Migrate`] if a migration fails, or the text of an applied migration has changed.
    pub async fn migrate(&self) -> Result<()> {
        let migrator = migrator()?;
        match &self.write {
            Pool::Sqlite(connections) => {
                let mut connection = connections.get().await?;
                // SQLite has no migration lock. The slower of two processes fails on what the other has just created
                // and finds it recorded at its next attempt: at most one retry for each migration.
                let mut retries = migrator.iter().count();
                while retries > 0 && migrator.run(&mut **connection).await.is_err() {
                    retries -= 1;
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
    /// [`Error::Schema`] if it is older or newer.
    pub async fn check_schema(&self) -> Result<()> {
        let newest = migrator()?.iter().map(|migration| migration.version).max();
        let applied: std::result::Result<Option<i64>, sqlx::Error> = on!(&self.read, p => {
            sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success").fetch_one(p).await
        });
        if applied.is_ok_and(|applied| applied == newest) { Ok(()) } else { Err(Error::Schema) }
    }

    /// Returns the pool for reading.
    #[must_use]
    pub fn read(&self) -> &Pool {
        &self.read
    }

    /// Begins a write transaction.
    ///
    /// # Errors
    /// [`Error::Engine`] if no connection becomes free within five seconds, or the engine does not answer.
    pub async fn begin_write(&self) -> Result<Tx> {
        self.writes.add_one();
        Tx::begin(&self.write).await
    }

    /// Begins a write transaction of exactly one statement, for which SQLite needs no `BEGIN` and `COMMIT`.
    ///
    /// # Errors
    /// [`Error::Engine`], for the reasons of [`Db::begin_write`].
    pub async fn begin_single(&self) -> Result<Tx> {
        self.writes.add_one();
        Tx::single(&self.write).await
    }

    /// Returns the number of write transactions since start.
    #[must_use]
    pub fn write_count(&self) -> u64 {
        self.writes.get()
    }

    /// Whether the database answers on a reading and on a writing connection.
    pub async fn is_alive(&self) -> bool {
        let one = async |pool: &Pool| -> Result<i64> {
            Ok(on!(pool, p => sqlx::query_scalar("SELECT CAST(1 AS BIGINT)").fetch_one(p).await?))
        };
        one(&self.read).await.is_ok() && one(&self.write).await.is_ok()
    }

    /// Whether this is SQLite, which one process uses alone.
    #[must_use]
    pub fn is_sqlite(&self) -> bool {
        matches!(self.read, Pool::Sqlite(_))
    }

    /// Closes every connection after its running statement.
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
            "{} does not exist; run `passerelle migrate` to create it",
            path.display()
        )));
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .create_if_missing(create)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(CONNECTION_TIMEOUT)
        .pragma("secure_delete", "ON")
        .pragma("cache_size", "-1024");
    let write = Connections::open(&options, 1, CONNECTION_TIMEOUT).await?;
    let options = options.read_only(true).create_if_missing(false);
    let read = Connections::open(&options, connections.min(4), CONNECTION_TIMEOUT).await?;
    Ok((Pool::Sqlite(read), Pool::Sqlite(write)))
}

fn migrator() -> Result<Migrator> {
    let mut migrations = Vec::new();
    for name in Migrations::iter().filter(|name| name.ends_with(".sql")) {
        let (version, description) = name
            .trim_end_matches(".sql")
            .split_once('_')
            .and_then(|(version, description)| Some((version.parse().ok()?, description.replace('_', " "))))
            .ok_or_else(|| {
                Error::Open(format!("the name of migration {name} does not begin with a number and `_`"))
            })?;
        let file =
            Migrations::get(&name).ok_or_else(|| Error::Open(format!("migration {name} is missing")))?;
        let text = String::from_utf8(file.data.into_owned())
            .map_err(|_| Error::Open(format!("migration {name} is not UTF-8")))?;
        let sql = AssertSqlSafe(text).into_sql_str();
        migrations.push(Migration::new(version, description.into(), MigrationType::Simple, sql, false));
    }
    Ok(Migrator::with_migrations(migrations))
}
