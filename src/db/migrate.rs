//! Schema of the database: migrations, and whether this program can use it.

use rust_embed::RustEmbed;
use sqlx::{
    AssertSqlSafe, Connection as _, SqlSafeStr as _,
    migrate::{Migration, MigrationType, Migrator},
};

use super::{
    error::{Error, Result},
    macros::on,
    open::{Db, Pool},
};

#[derive(RustEmbed)]
#[folder = "migrations"]
struct Migrations;

impl Db {
    /// Migrates the schema to the newest version. Idempotent, also when two processes run it at once. A newer schema
    /// stays unchanged.
    ///
    /// # Errors
    /// [`Error::Migrate`] if a migration fails, or the text of an applied migration has changed.
    pub async fn migrate(&self) -> Result<()> {
        self.migrate_to(i64::MAX).await
    }

    /// Migrates the schema to `version`, as a program of that version does.
    ///
    /// # Errors
    /// As [`Db::migrate`].
    pub async fn migrate_to(&self, version: i64) -> Result<()> {
        let migrator = migrator(version)?;
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
            Pool::Postgres(pool) => {
                // A migration may take longer than the statement timeout of the pool's connections.
                let mut connection = pool.acquire().await?.detach();
                sqlx::raw_sql("SET statement_timeout = 0; SET lock_timeout = 0")
                    .execute(&mut connection)
                    .await?;
                migrator.run(&mut connection).await?;
                connection.close().await?;
            }
        }
        Ok(())
    }

    /// Checks that this program can use the schema. A newer schema is used if it says that this version can.
    ///
    /// # Errors
    /// [`Error::SchemaOlder`] or [`Error::SchemaNewer`]; [`Error::Engine`] if the database does not answer.
    pub async fn check_schema(&self) -> Result<()> {
        let newest = newest_migration()?;
        let applied = self.applied_migration().await?;
        match applied {
            Some(applied) if applied == newest => Ok(()),
            Some(applied) if applied > newest => {
                let oldest = self.oldest_program().await?;
                if newest >= oldest { Ok(()) } else { Err(Error::SchemaNewer { applied, newest, oldest }) }
            }
            applied => Err(Error::SchemaOlder { applied, newest }),
        }
    }

    /// Returns the version of the schema, or `None` for a database without one.
    async fn applied_migration(&self) -> Result<Option<i64>> {
        let query = async || -> Result<Option<i64>> {
            Ok(on!(&self.read, p => {
                sqlx::query_scalar("SELECT MAX(version) FROM _sqlx_migrations WHERE success").fetch_one(p).await?
            }))
        };
        match query().await {
            Err(error) if error.is_missing_table() => Ok(None),
            applied => applied,
        }
    }

    async fn oldest_program(&self) -> Result<i64> {
        Ok(on!(&self.read, p => {
            sqlx::query_scalar("SELECT oldest_program FROM schema_compatibility WHERE id = 'schema'")
                .fetch_one(p).await?
        }))
    }
}

/// Returns the newest migration that this program knows.
fn newest_migration() -> Result<i64> {
    Ok(migrator(i64::MAX)?.iter().map(|migration| migration.version).max().unwrap_or_default())
}

fn migrator(newest: i64) -> Result<Migrator> {
    let mut migrations = Vec::new();
    for name in Migrations::iter().filter(|name| name.ends_with(".sql")) {
        let (version, description) = name
            .trim_end_matches(".sql")
            .split_once('_')
            .and_then(|(version, description)| Some((version.parse().ok()?, description.replace('_', " "))))
            .ok_or_else(|| {
                Error::Open(format!("the name of migration {name} does not begin with a number and `_`"))
            })?;
        if version > newest {
            continue;
        }
        let file =
            Migrations::get(&name).ok_or_else(|| Error::Open(format!("migration {name} is missing")))?;
        let text = String::from_utf8(file.data.into_owned())
            .map_err(|_| Error::Open(format!("migration {name} is not UTF-8")))?;
        let sql = AssertSqlSafe(text).into_sql_str();
        migrations.push(Migration::new(version, description.into(), MigrationType::Simple, sql, false));
    }
    let mut migrator = Migrator::with_migrations(migrations);
    // Migrations of a newer program are not missing.
    migrator.set_ignore_missing(true);
    Ok(migrator)
}
