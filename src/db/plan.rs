//! Query plans of statements, for tests.

use sqlx::AssertSqlSafe;

use super::{
    error::Result,
    macros::on,
    open::{Db, Pool},
};

/// Returns the plan that the engine makes for a statement whose parameters are replaced by literals. `PostgreSQL` is told to
/// prefer an index, as it does by itself once a table is large.
pub async fn plan(db: &Db, statement: &str) -> Result<String> {
    let lines: Vec<String> = match db.read() {
        Pool::Sqlite(_) => {
            on!(db.read(), p => {
                let explain = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
                let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(explain).fetch_all(p).await?;
                rows.into_iter().map(|(.., detail)| detail).collect()
            })
        }
        Pool::Postgres(pool) => {
            let mut connection = pool.acquire().await?;
            sqlx::raw_sql("SET enable_seqscan = off").execute(&mut *connection).await?;
            let explain = AssertSqlSafe(format!("EXPLAIN {statement}"));
            let lines = sqlx::query_scalar(explain).fetch_all(&mut *connection).await;
            sqlx::raw_sql("RESET enable_seqscan").execute(&mut *connection).await?;
            lines?
        }
    };
    Ok(lines.join("\n"))
}
