//! The SQL of tests: databases of their own, and looks into tables that no room offers.

use sqlx::{Postgres, migrate::MigrateDatabase as _};

use crate::db::{Db, Result, on};

pub(super) async fn create_database(url: &str) {
    Postgres::create_database(url).await.expect("the PostgreSQL of the tests makes databases");
}

pub(super) async fn drop_database(url: &str) {
    // The whole instance is thrown away anyway.
    drop(Postgres::force_drop_database(url).await);
}

macro_rules! tables {
    ($($table:literal),+ $(,)?) => {
        /// Every table of the schema.
        pub const TABLES: &[&str] = &[$($table),+];

        /// How many rows a table has.
        ///
        /// # Errors
        /// When the database fails.
        ///
        /// # Panics
        /// When there is no such table.
        pub async fn count(db: &Db, table: &str) -> Result<i64> {
            Ok(match table {
                $($table => on!(db.read(), p => {
                    sqlx::query_scalar(concat!("SELECT COUNT(*) FROM ", $table)).fetch_one(p).await?
                }),)+
                _ => panic!("{table} is no table of ours"),
            })
        }

        /// Every row of every table as PostgreSQL writes it: text as it is, bytes in hexadecimal.
        ///
        /// # Errors
        /// When the database fails, or is not PostgreSQL.
        pub async fn dump_postgres(db: &Db) -> Result<Vec<String>> {
            let crate::db::Pool::Postgres(pool) = db.read() else {
                return Err(crate::db::Error::Open("not PostgreSQL".to_owned()));
            };
            let mut rows: Vec<String> = Vec::new();
            $(rows.extend(
                sqlx::query_scalar::<_, String>(concat!("SELECT CAST(t.* AS TEXT) FROM ", $table, " t"))
                    .fetch_all(pool)
                    .await?,
            );)+
            Ok(rows)
        }
    };
}

tables!(
    "ehrs",
    "users",
    "user_links",
    "invitations",
    "sessions",
    "launch_attempts",
    "pending_sign_ins",
    "launch_contexts",
    "referrals",
    "referral_events",
    "deliveries",
    "audit_events",
);
