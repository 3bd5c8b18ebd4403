//! Connections to PostgreSQL, with the deadlines that end a wait for a server that no longer answers.

use std::{
    future::Future,
    net::IpAddr,
    ops::{Deref, DerefMut},
    str::FromStr as _,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::{
    Connection as _, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions, PgSslMode},
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

/// Reads the address, with the defaults of the environment.
///
/// # Errors
/// [`Error::Open`] if it is not valid, or patients' data could reach a server elsewhere in plain text.
pub(super) fn read_address(
    url: &SecretString,
    password: Option<&SecretString>,
    allow_plaintext: bool,
) -> Result<PgConnectOptions> {
    let mut options = PgConnectOptions::from_str(url.expose_secret())
        .map_err(|_| {
            Error::Open("the PostgreSQL address is not valid; expected postgres://user@host/name".into())
        })?
        .application_name("passerelle");
    if let Some(password) = password {
        options = options.password(password.expose_secret());
    }
    if !allow_plaintext && may_be_plaintext(&options) {
        return Err(Error::Open(format!(
            "the PostgreSQL server {} is elsewhere and TLS is not required; add ?sslmode=verify-full to database.url, or, on \
             a private network without TLS, set database.allow_plaintext = true",
            options.get_host()
        )));
    }
    Ok(options)
}

fn may_be_plaintext(options: &PgConnectOptions) -> bool {
    let host = options.get_host().trim_start_matches('[').trim_end_matches(']');
    let is_here = options.get_socket().is_some()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let is_safe =
        matches!(options.get_ssl_mode(), PgSslMode::Require | PgSslMode::VerifyCa | PgSslMode::VerifyFull);
    !is_here && !is_safe
}

/// Opens the pool, after one connection showed that the server can be used.
pub(super) async fn open_postgres(
    options: PgConnectOptions,
    connections: u32,
    replacement: &Replacement,
) -> Result<PgPool> {
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

/// Connection beside the pool for checks, which a busy pool does not delay.
#[derive(Clone, Debug)]
pub(super) struct Probe {
    options: PgConnectOptions,
    connection: Arc<tokio::sync::Mutex<Option<PgConnection>>>,
}

impl Probe {
    pub(super) fn new(options: PgConnectOptions) -> Self {
        Self { options, connection: Arc::default() }
    }

    /// Writes the time of the check, and returns the ids of the keys that seal. If the connection no longer serves, the
    /// server behind it may have changed: all connections of the pool are replaced, and a new one is tried.
    pub(super) async fn check(&self, now: i64, replacement: &Replacement) -> Result<Vec<i64>> {
        let mut kept = self.connection.lock().await;
        if let Some(mut connection) = kept.take() {
            if let Ok(keys) = write_and_find_keys(&mut connection, now).await {
                *kept = Some(connection);
                return Ok(keys);
            }
            replacement.replace_all();
        }
        let mut connection = PgConnection::connect_with(&self.options).await?;
        let keys = write_and_find_keys(&mut connection, now).await?;
        *kept = Some(connection);
        Ok(keys)
    }
}

async fn write_and_find_keys(connection: &mut PgConnection, now: i64) -> Result<Vec<i64>> {
    sqlx::query("UPDATE health_checks SET checked_at = $1 WHERE id = 'ready'")
        .bind(now)
        .execute(&mut *connection)
        .await?;
    Ok(sqlx::query_scalar("SELECT id FROM sealing_keys").fetch_all(connection).await?)
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

/// Connection of the pool for one statement. Closed when it is dropped before the statement ended: its server may be gone,
/// and checking it would keep its place in the pool for minutes.
pub(crate) struct Borrowed {
    connection: PoolConnection<Postgres>,
    has_ended: bool,
}

impl Borrowed {
    pub(crate) async fn from_pool(pool: &PgPool) -> Result<Self> {
        Ok(Self { connection: pool.acquire().await?, has_ended: false })
    }

    /// Gives the connection back to the pool.
    pub(crate) fn give_back(mut self) {
        self.has_ended = true;
    }
}

impl Deref for Borrowed {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Borrowed {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}

impl Drop for Borrowed {
    fn drop(&mut self) {
        if !self.has_ended {
            self.connection.close_on_drop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requires_tls_to_a_server_elsewhere() {
        let read = |address: &str| read_address(&SecretString::from(address), None, false);
        for safe in [
            "postgres://u@localhost/p",
            "postgres://u@127.0.0.1:5433/p",
            "postgres://u@[::1]/p",
            "postgres:///p?host=/var/run/postgresql",
            "postgres://u@%2Fvar%2Frun/p",
            "postgres://u@db.example.ca/p?sslmode=verify-full",
            "postgres://u@db.example.ca/p?sslmode=require",
        ] {
            assert!(read(safe).is_ok(), "{safe}");
        }
        for plain in [
            "postgres://u@db.example.ca/p",
            "postgres://u:localhost@db/p",
            "postgres://u@10.0.0.4/p?sslmode=prefer",
            "postgres://u@localhost/p?host=db.example.ca",
            "postgres://u@localhost/p?hostaddr=10.0.0.4",
            "postgres://u@localhost.example/p?sslmode=disable",
        ] {
            let refused = read(plain).unwrap_err().to_string();
            assert!(refused.contains("database.allow_plaintext"), "{plain}: {refused}");
            assert!(read_address(&SecretString::from(plain), None, true).is_ok(), "{plain}");
        }
    }
}
