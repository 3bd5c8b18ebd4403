//! Connections to PostgreSQL, with the deadlines that end a wait for a server that no longer answers.

use std::{
    future::Future,
    str::FromStr as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    Connection as _, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use super::error::{Error, Result};

/// Longest wait for a free connection or a new one.
const CONNECTION_TIMEOUT: Duration = Duration::from_secs(5);
/// Longest check of an idle connection before it is used.
const PING_TIMEOUT: Duration = Duration::from_secs(1);
/// Longest statement, enforced here where the server no longer answers. Longer than `statement_timeout`.
const STATEMENT_DEADLINE: Duration = Duration::from_secs(12);
/// Limits that the server enforces: a statement, a wait for a lock, a transaction that was abandoned.
const SESSION: &str = "SET statement_timeout = '10s'; SET lock_timeout = '5s'; \
                       SET idle_in_transaction_session_timeout = '30s'";

/// Time before which connections are replaced, because the server behind them may have changed.
#[derive(Clone, Debug, Default)]
pub(super) struct Replacement(Arc<Mutex<Option<Instant>>>);

impl Replacement {
    /// Replaces every connection opened before now, when it is next used.
    pub(super) fn replace_all(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn concerns(&self, age: Duration) -> bool {
        let since = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        since.is_some_and(|since| age > since.elapsed())
    }
}

/// Opens the pool.
pub(super) async fn open_postgres(
    url: &SecretString,
    password: Option<&SecretString>,
    connections: u32,
    replacement: &Replacement,
) -> Result<PgPool> {
    let mut options = PgConnectOptions::from_str(url.expose_secret())
        .map_err(|_| {
            Error::Open("the PostgreSQL address is not valid; expected postgres://user@host/name".into())
        })?
        .application_name("passerelle");
    if let Some(password) = password {
        options = options.password(password.expose_secret());
    }
    let server = format!("{}:{}", options.get_host(), options.get_port());
    let replacement = replacement.clone();
    // The pool would report any failure as a timeout.
    match tokio::time::timeout(CONNECTION_TIMEOUT, PgConnection::connect_with(&options)).await {
        Ok(Ok(connection)) => drop(connection.close().await),
        Ok(Err(cause)) => return Err(Error::Unreachable { server, cause }),
        Err(_) => return Err(Error::Unreachable { server, cause: sqlx::Error::PoolTimedOut }),
    }
    Ok(PgPoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(CONNECTION_TIMEOUT)
        .test_before_acquire(false)
        .after_connect(|connection, _| {
            Box::pin(async move { sqlx::raw_sql(SESSION).execute(connection).await.map(|_| ()) })
        })
        .before_acquire(move |connection, meta| {
            let is_replaced = replacement.concerns(meta.age);
            Box::pin(async move {
                if is_replaced {
                    return Ok(false);
                }
                match tokio::time::timeout(PING_TIMEOUT, connection.ping()).await {
                    Ok(answer) => answer.map(|()| true),
                    Err(_) => Err(sqlx::Error::PoolTimedOut),
                }
            })
        })
        .connect_lazy_with(options))
}

/// Waits for a statement.
///
/// # Errors
/// [`Error::Engine`] if the server does not answer in time.
pub(crate) async fn within_deadline<T>(statement: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(STATEMENT_DEADLINE, statement)
        .await
        .map_err(|_| Error::Engine(sqlx::Error::PoolTimedOut))
}
