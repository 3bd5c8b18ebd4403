//! Settings of the database.

use std::{net::IpAddr, path::PathBuf, str::FromStr};

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::reader::{Reader, whole_path};

/// Settings `database.*`.
#[derive(Clone, Debug)]
pub struct DatabaseSettings {
    /// Engine and address.
    pub url: DatabaseUrl,
    /// Largest number of open connections.
    pub connections: u32,
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

/// Whether patients' data may reach the server of this address in plain text: it is elsewhere, and TLS is not required.
fn may_be_plaintext(address: &SecretString) -> bool {
    let Ok(address) = Url::parse(address.expose_secret()) else { return false };
    let parameter =
        |name: &str| address.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let host = parameter("host").or_else(|| address.host_str().map(str::to_owned)).unwrap_or_default();
    // The URL type leaves the host of an unknown scheme as it was written.
    let host = host.trim_start_matches('[').trim_end_matches(']').replace("%2F", "/").replace("%2f", "/");
    let is_here = host.is_empty()
        || host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    let mode = parameter("sslmode").or_else(|| parameter("ssl-mode")).unwrap_or_default();
    !is_here && !matches!(mode.as_str(), "require" | "verify-ca" | "verify-full")
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
        let allows_plaintext: bool =
            reader.parsed("database.allow_plaintext", "true, or false").unwrap_or_default();
        if let DatabaseUrl::Postgres { url, .. } = &url
            && !allows_plaintext
            && may_be_plaintext(url)
        {
            let fix = "Add ?sslmode=verify-full to it; on a private network without TLS, set database.allow_plaintext = true.";
            reader.problems.add("database.url", "names a server elsewhere without requiring TLS", fix);
        }
        Some(Self { url, connections })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requires_tls_to_a_server_elsewhere() {
        let plain = |address: &str| may_be_plaintext(&SecretString::from(address));
        for safe in [
            "postgres://u@localhost/p",
            "postgres://u@127.0.0.1:5433/p",
            "postgres://u@[::1]/p",
            "postgres:///p?host=/var/run/postgresql",
            "postgres://u@%2Fvar%2Frun/p",
            "postgres://u@db.example.ca/p?sslmode=verify-full",
            "postgres://u@db.example.ca/p?sslmode=require",
        ] {
            assert!(!plain(safe), "{safe}");
        }
        for unsafe_address in [
            "postgres://u@db.example.ca/p",
            "postgres://u:localhost@db/p",
            "postgres://u@10.0.0.4/p?sslmode=prefer",
            "postgres://u@localhost/p?host=db.example.ca",
            "postgres://u@localhost.example/p?sslmode=disable",
        ] {
            assert!(plain(unsafe_address), "{unsafe_address}");
        }
    }
}
