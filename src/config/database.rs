//! Settings of the database.

use std::{path::PathBuf, str::FromStr};

use secrecy::SecretString;

use super::reader::{Reader, whole_path};

/// Settings `database.*`.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Engine and address.
    pub url: DatabaseUrl,
    /// Largest number of open connections.
    pub connections: u32,
    /// Whether a PostgreSQL server elsewhere may be used without TLS.
    pub allow_plaintext: bool,
}

/// Database address, by engine.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// Path of an SQLite file.
    Sqlite(PathBuf),
    /// PostgreSQL server.
    Postgres {
        /// Address, which may contain a password and is never printed.
        url: SecretString,
        /// Password from `database.password_file`, if set.
        password: Option<SecretString>,
    },
}

impl FromStr for DatabaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return if path.is_empty() { Err("no file") } else { Ok(Self::Sqlite(whole_path(path))) };
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres { url: SecretString::from(text), password: None });
        }
        Err("unknown engine")
    }
}

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let text = reader.text("database.url");
        let url = text.parse().map_err(|_| {
            let fix = "Write sqlite:///path/file.db or postgres://user@host/name.";
            reader.problems.add("database.url", "is not a supported database address", fix);
        });
        let connections = reader.integer("database.connections", 1..=200);
        let mut url = url.ok()?;
        if let (Some(file), DatabaseUrl::Postgres { password, .. }) =
            (reader.path("database.password_file"), &mut url)
        {
            match std::fs::read_to_string(&file) {
                Ok(text) => *password = Some(SecretString::from(text.trim())),
                Err(error) => {
                    let what = format!("{} cannot be read: {error}", file.display());
                    reader.problems.add(
                        "database.password_file",
                        what,
                        "Check the path and the file permissions.",
                    );
                }
            }
        }
        let allow_plaintext = reader.parsed("database.allow_plaintext", "true, or false").unwrap_or_default();
        Some(Self { url, connections, allow_plaintext })
    }
}
