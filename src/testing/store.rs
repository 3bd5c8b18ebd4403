//! SQL of the tests: separate databases, and access to tables that no room offers.

use sqlx::{ColumnIndex, Decode, Postgres, Row, migrate::MigrateDatabase as _};

use serde_json::Value;

use crate::db::{Cell, Db, Result, Sealer, on};

pub(super) async fn create_database(url: &str) {
    Postgres::create_database(url).await.expect("the PostgreSQL of the tests makes databases");
}

pub(super) async fn drop_database(url: &str) {
    // The whole instance is discarded anyway.
    drop(Postgres::force_drop_database(url).await);
}

macro_rules! tables {
    ($($table:literal),+ $(,)?) => {
        /// All tables of the schema.
        pub const TABLES: &[&str] = &[$($table),+];

        /// Counts the rows of a table.
        ///
        /// # Panics
        /// If there is no such table.
        pub async fn count(db: &Db, table: &str) -> Result<i64> {
            Ok(match table {
                $($table => on!(db.read(), p => {
                    sqlx::query_scalar(concat!("SELECT COUNT(*) FROM ", $table)).fetch_one(p).await?
                }),)+
                _ => panic!("{table} is no table of ours"),
            })
        }

        /// Raw contents of the columns of each table, text and bytes.
        pub async fn dump(db: &Db) -> Result<Vec<(&'static str, Vec<u8>)>> {
            let mut tables = Vec::new();
            $(tables.push(($table, on!(db.read(), p => {
                cells(&sqlx::query(concat!("SELECT * FROM ", $table)).fetch_all(p).await?)?
            })));)+
            Ok(tables)
        }
    };
}

tables!(
    "ehrs",
    "ehr_bases",
    "ehr_origins",
    "client_keys",
    "users",
    "password_tries",
    "user_links",
    "invitations",
    "sessions",
    "launch_attempts",
    "launch_traces",
    "pending_sign_ins",
    "launch_contexts",
    "referrals",
    "referral_events",
    "deliveries",
    "outbox",
    "audit_events",
);

/// Bytes of every column, concatenated.
fn cells<R: Row>(rows: &[R]) -> Result<Vec<u8>>
where
    usize: ColumnIndex<R>,
    for<'r> Option<Vec<u8>>: Decode<'r, R::Database>,
{
    let mut bytes = Vec::new();
    for (row, at) in rows.iter().flat_map(|row| (0..row.len()).map(move |at| (row, at))) {
        let cell: Option<Vec<u8>> = row.try_get_unchecked(at)?;
        bytes.extend(cell.unwrap_or_default());
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// Counts the launch contexts that hold tokens.
pub async fn count_with_tokens(db: &Db) -> Result<i64> {
    Ok(on!(db.read(), p => {
        sqlx::query_scalar("SELECT COUNT(*) FROM launch_contexts WHERE LENGTH(tokens) > 0").fetch_one(p).await?
    }))
}

/// Leaves every launch context as a node does that is killed between using a refresh token and storing the next one.
pub async fn leave_refreshes_unfinished(db: &Db, began_at: i64) -> Result<()> {
    let mut tx = db.begin_write().await?;
    crate::db::execute!(&mut tx, "UPDATE launch_contexts SET refresh_began_at = $1", began_at);
    tx.commit().await
}

/// Private client keys as PEM.
pub async fn private_client_keys(db: &Db, sealer: &Sealer) -> Result<Vec<String>> {
    let rows: Vec<(String, Vec<u8>)> = on!(db.read(), p => {
        sqlx::query_as("SELECT id, private_keys FROM client_keys").fetch_all(p).await?
    });
    let mut keys = Vec::new();
    for (id, sealed) in rows {
        let cell = Cell { table: "client_keys", column: "private_keys", id: &id };
        let opened: Value = sealer.open_json(cell, &sealed)?;
        let members = opened.as_object().into_iter().flat_map(|members| members.values());
        keys.extend(members.filter_map(Value::as_str).map(str::to_owned));
    }
    Ok(keys)
}

/// Copies the sealed keys of one EHR into the row of another, like an attacker with write access to the database.
pub async fn move_client_keys(db: &Db, from: &str, to: &str) -> Result<()> {
    let mut tx = db.begin_write().await?;
    crate::db::execute!(
        &mut tx,
        "UPDATE client_keys SET private_keys = (SELECT k.private_keys FROM client_keys k WHERE k.ehr_id = $1) \
         WHERE ehr_id = $2",
        from,
        to,
    );
    tx.commit().await
}

/// Copies the sealed secret of one EHR into the row of another, like an attacker with write access to the database.
pub async fn move_secret(db: &Db, from: &str, to: &str) -> Result<()> {
    let mut tx = db.begin_write().await?;
    crate::db::execute!(
        &mut tx,
        "UPDATE ehrs SET client_secret = (SELECT e.client_secret FROM ehrs e WHERE e.id = $1) WHERE id = $2",
        from,
        to,
    );
    tx.commit().await
}

/// Changes the role of an account without an audit event, and of the last administrator as well.
pub async fn set_role(db: &Db, user_id: &str, role: &str) -> Result<()> {
    let mut tx = db.begin_write().await?;
    crate::db::execute!(&mut tx, "UPDATE users SET role = $1 WHERE id = $2", role, user_id);
    tx.commit().await
}
