//! SQL of the tests: separate databases, and access to tables that no room offers.

use sqlx::{
    ColumnIndex, Connection as _, Decode, PgConnection, Postgres, Row, migrate::MigrateDatabase as _,
};

use serde_json::Value;

use crate::db::{Cell, Db, Pool, Result, Sealer, Tx, on};

pub(super) async fn create_database(url: &str) {
    Postgres::create_database(url).await.expect("the PostgreSQL of the tests makes databases");
}

pub(super) async fn drop_database(url: &str) {
    // The whole instance is discarded anyway.
    drop(Postgres::force_drop_database(url).await);
}

/// Ends the connections to a PostgreSQL database and refuses new ones, as a server that is away, or allows them again.
pub(super) async fn allow_connections(url: &str, are_allowed: bool) -> sqlx::Result<()> {
    let mut url = url::Url::parse(url).expect("the URL of a database");
    let name = url.path()[1..].to_owned();
    url.set_path("/postgres");
    let mut connection = PgConnection::connect(url.as_str()).await?;
    sqlx::query("SELECT set_config('test.name', $1, false), set_config('test.are_allowed', $2, false)")
        .bind(&name)
        .bind(are_allowed.to_string())
        .execute(&mut connection)
        .await?;
    sqlx::raw_sql(
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I ALLOW_CONNECTIONS %s', current_setting('test.name'), \
         current_setting('test.are_allowed')); END $$",
    )
    .execute(&mut connection)
    .await?;
    if !are_allowed {
        sqlx::query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1")
            .bind(&name)
            .execute(&mut connection)
            .await?;
    }
    connection.close().await
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
    "attachments",
    "form_versions",
    "imported_forms",
    "imported_form_ids",
    "retired_forms",
    "ehrs",
    "ehr_bases",
    "ehr_origins",
    "client_keys",
    "users",
    "password_tries",
    "user_links",
    "unlinked_identities",
    "invitations",
    "sessions",
    "launch_attempts",
    "launch_traces",
    "noted_launches",
    "pending_sign_ins",
    "launch_contexts",
    "referrals",
    "referral_events",
    "deliveries",
    "outbox",
    "restorations",
    "referral_documents",
    "sent_records",
    "retention",
    "schema_compatibility",
    "sealing_keys",
    "health_checks",
    "ehr_register",
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

/// Records a migration of a newer program, which programs of version `oldest_program` and later can use.
pub async fn pretend_newer_schema(db: &Db, oldest_program: i64) -> Result<()> {
    let mut tx = db.begin_write().await?;
    crate::db::execute!(
        &mut tx,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9999, 'newer', TRUE, $1, 0) ON CONFLICT DO NOTHING",
        &[0_u8][..],
    );
    crate::db::execute!(&mut tx, "UPDATE schema_compatibility SET oldest_program = $1", oldest_program);
    tx.commit().await
}

/// Begins a write transaction that other writers wait for until it is dropped.
pub async fn hold_writes(db: &Db) -> Result<Tx> {
    let mut tx = db.begin_write().await?;
    crate::db::execute!(&mut tx, "DELETE FROM deliveries WHERE id = ''");
    Ok(tx)
}

/// Makes new connections to the database read-only, or everything if it is SQLite, as a failed disk or a failover does.
pub async fn make_read_only(db: &Db) -> Result<()> {
    match db.read() {
        Pool::Sqlite(_) => {
            let mut tx = db.begin_write().await?;
            crate::db::execute!(
                &mut tx,
                "CREATE TRIGGER read_only BEFORE UPDATE ON health_checks BEGIN SELECT RAISE(ABORT, 'disk full'); END",
            );
            tx.commit().await
        }
        Pool::Postgres(pool) => {
            sqlx::raw_sql(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on', current_database()); \
                 END $$; SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                 AND pid <> pg_backend_pid()",
            )
            .execute(pool)
            .await?;
            Ok(())
        }
    }
}

/// Undoes [`make_read_only`]. On PostgreSQL, connections that are open stay read-only, as to a server that was demoted.
pub async fn make_writable(db: &Db) -> Result<()> {
    match db.read() {
        Pool::Sqlite(_) => {
            let mut tx = db.begin_write().await?;
            crate::db::execute!(&mut tx, "DROP TRIGGER read_only");
            tx.commit().await
        }
        Pool::Postgres(pool) => {
            sqlx::raw_sql(
                "BEGIN READ WRITE; \
                 DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET default_transaction_read_only', current_database()); \
                 END $$; COMMIT",
            )
            .execute(pool)
            .await?;
            Ok(())
        }
    }
}

/// Leaves the outbox as `pg_restore` does: in another table, or in a cluster that counts fewer transactions. Does nothing on
/// SQLite.
pub async fn copy_outbox(db: &Db, to_younger_cluster: bool) -> Result<()> {
    let Pool::Postgres(pool) = db.read() else { return Ok(()) };
    let copy = match to_younger_cluster {
        true => "UPDATE outbox SET newest_transaction = newest_transaction + 1000000",
        false => {
            "ALTER TABLE outbox RENAME TO copied; CREATE TABLE outbox (LIKE copied INCLUDING ALL); \
             INSERT INTO outbox SELECT * FROM copied; DROP TABLE copied"
        }
    };
    sqlx::raw_sql(copy).execute(pool).await?;
    Ok(())
}

/// Damages the sealed payload of a delivery, as a failing disk does.
pub async fn damage_payload(db: &Db, id: &str) -> Result<()> {
    let mut tx = db.begin_write().await?;
    crate::db::execute!(&mut tx, "UPDATE deliveries SET payload = $1 WHERE id = $2", &[1_u8, 2, 3][..], id);
    tx.commit().await
}

/// Damages the sealed summary of a referral, as a failing disk does.
pub async fn damage_summary(db: &Db, id: &str) -> Result<()> {
    let mut tx = db.begin_write().await?;
    crate::db::execute!(&mut tx, "UPDATE referrals SET summary = $1 WHERE id = $2", &[1_u8, 2, 3][..], id);
    tx.commit().await
}

/// Hides the sessions from every query of a SQLite database, or shows them again.
pub async fn hide_sessions(db: &Db, hidden: bool) -> Result<()> {
    let mut tx = db.begin_write().await?;
    if hidden {
        crate::db::execute!(&mut tx, "ALTER TABLE sessions RENAME TO hidden_sessions");
    } else {
        crate::db::execute!(&mut tx, "ALTER TABLE hidden_sessions RENAME TO sessions");
    }
    tx.commit().await
}

/// Returns a setting of a connection to PostgreSQL, or `None` on SQLite.
pub async fn server_setting(db: &Db, name: &str) -> Result<Option<String>> {
    let Pool::Postgres(pool) = db.read() else { return Ok(None) };
    Ok(sqlx::query_scalar("SELECT current_setting($1)").bind(name).fetch_optional(pool).await?)
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
