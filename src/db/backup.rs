//! Copies of an SQLite database.

use std::{path::Path, time::Duration};

use sqlx::{
    Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use super::{
    error::{Error, Result},
    open::{CONNECTION_TIMEOUT, Db, Pool},
    postgres::Replacement,
    sqlite::Connections,
    tx::Counts,
};

/// Interval at which the progress of a copy is reported.
const PROGRESS_INTERVAL: Duration = Duration::from_secs(1);

/// Bytes copied, of the bytes that the database has.
#[derive(Clone, Copy, Debug)]
pub struct Copied {
    /// Bytes of the copy so far.
    pub bytes: u64,
    /// Bytes of the database. The copy has fewer at the end, because it has no unused pages.
    pub of: u64,
}

impl Db {
    /// Writes a copy of an SQLite database as it is now into `file`, which must be empty or missing. Other processes may use
    /// the database meanwhile, also for writing.
    ///
    /// # Errors
    /// [`Error::Open`] for PostgreSQL, [`Error::Engine`] if the file cannot be written.
    pub async fn copy_into(&self, file: &Path, progress: impl Fn(Copied)) -> Result<()> {
        let Pool::Sqlite(connections) = self.read() else {
            return Err(Error::Open("PostgreSQL is copied by its own tools".into()));
        };
        let mut connection = connections.get().await?;
        let of: i64 =
            sqlx::query_scalar("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
                .fetch_one(&mut **connection)
                .await?;
        let of = u64::try_from(of).unwrap_or_default();
        let copying = sqlx::query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned());
        let copying = copying.execute(&mut **connection);
        tokio::pin!(copying);
        loop {
            tokio::select! {
                copied = &mut copying => return Ok(copied.map(drop)?),
                () = tokio::time::sleep(PROGRESS_INTERVAL) => {
                    let bytes = std::fs::metadata(file).map_or(0, |file| file.len());
                    progress(Copied { bytes, of });
                }
            }
        }
    }

    /// Opens a copy of an SQLite database for reading. Nothing is written, also beside it.
    ///
    /// # Errors
    /// [`Error::Open`] if it is damaged, [`Error::Engine`] if it is no SQLite database.
    pub async fn open_copy(file: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
        let connections = Connections::open(&options, 1, CONNECTION_TIMEOUT).await?;
        let found: String = {
            let mut connection = connections.get().await?;
            sqlx::query_scalar("PRAGMA integrity_check(1)").fetch_one(&mut **connection).await?
        };
        if found != "ok" {
            return Err(Error::Open(format!("{} is damaged: {found}", file.display())));
        }
        let pool = Pool::Sqlite(connections);
        Ok(Self {
            read: pool.clone(),
            write: pool,
            counts: Counts::default(),
            replacement: Replacement::default(),
            probe: None,
        })
    }
}

/// Moves everything of an SQLite database into its file, so that the file can be moved, and keeps other processes out.
///
/// # Errors
/// [`Error::Open`] if another process has it open.
pub async fn settle_file(file: &Path) -> Result<()> {
    // Leaving the WAL needs the only connection.
    let options = SqliteConnectOptions::new()
        .filename(file)
        .create_if_missing(false)
        .busy_timeout(Duration::from_secs(1))
        .journal_mode(SqliteJournalMode::Delete);
    let used = |error| match is_busy(&error) {
        true => Error::Open(format!("{} is in use; stop `passerelle serve` first", file.display())),
        false => Error::Engine(error),
    };
    let connection = SqliteConnection::connect_with(&options).await.map_err(used)?;
    Ok(connection.close().await?)
}

/// Whether SQLite refused because of another connection. The low byte of a code is its class.
fn is_busy(error: &sqlx::Error) -> bool {
    const SQLITE_BUSY: u32 = 5;
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    code.is_some_and(|code| code & 0xff == SQLITE_BUSY)
}
