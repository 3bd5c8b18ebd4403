use std::{path::PathBuf, str::FromStr};

use secrecy::SecretString;

use super::reader::Reader;

/// Where the data lives.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// The engine and its address.
    pub url: DatabaseUrl,
    /// Connections to keep open at most.
    pub connections: u32,
}

/// The engine behind the database address.
#[derive(Clone, Debug)]
pub enum DatabaseUrl {
    /// An SQLite file.
    Sqlite(PathBuf),
    /// A PostgreSQL address, which may hold a password.
    Postgres {
        /// The address; not printed.
        url: SecretString,
        /// The password from `database.password_file`, where one is set.
        password: Option<SecretString>,
    },
}

impl FromStr for DatabaseUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return if path.is_empty() { Err("no file") } else { Ok(Self::Sqlite(PathBuf::from(path))) };
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
            reader.problems.add("database.url", "is not a database address we know", fix);
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
                        "Check the path and who may read it.",
                    );
                }
            }
        }
        Some(Self { url, connections })
    }
}
