//! Settings of the HTTP server.

use std::{fmt, net::SocketAddr, path::PathBuf, str::FromStr, time::Duration};

use url::{Host, Url};

use super::reader::Reader;

/// Settings `server.*`.
#[derive(Clone, Debug)]
pub struct ServerSettings {
    /// Address to listen on.
    pub bind: SocketAddr,
    /// Origin under which browsers and EHRs reach this installation.
    pub public_url: PublicUrl,
    /// Number of worker threads; 0 means one per core.
    pub workers: usize,
    /// Time for running requests to finish at shutdown.
    pub shutdown: Duration,
    /// Time for which the node reports "not ready" before it stops listening.
    pub drain: Duration,
    /// Termination of TLS.
    pub tls: TlsSettings,
}

/// Termination of TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TlsSettings {
    /// By a reverse proxy in front of this process.
    Proxy,
    /// By this process, with these PEM files.
    Rustls {
        /// Certificate chain.
        certificate: PathBuf,
        /// Private key.
        key: PathBuf,
    },
}

/// Our own origin, such as `https://referrals.example.org`, without a trailing slash.
///
/// Redirect URIs, links and the CSRF origin check are built from it, never from a request header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicUrl(String);

impl PublicUrl {
    /// Returns the origin, without a trailing slash.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0
    }

    /// Returns the host, and the port unless it is the default: the expected `Host` header.
    #[must_use]
    pub fn authority(&self) -> &str {
        self.0.split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Returns the absolute URL of a path that begins with a slash.
    #[must_use]
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.0)
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for PublicUrl {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let url = Url::parse(text).map_err(|_| "not an address")?;
        let loopback = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => return Err("no host"),
        };
        let secure = url.scheme() == "https" || (url.scheme() == "http" && loopback);
        let bare = url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty();
        if !secure || !bare {
            return Err("must be https (http only for localhost) and have no path");
        }
        Ok(Self(url.origin().ascii_serialization()))
    }
}

impl ServerSettings {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let bind = reader.parsed("server.bind", "0.0.0.0:8080");
        let public_url = reader.parsed("server.public_url", "https://referrals.example.org (https, no path)");
        let workers = reader.integer("server.workers", 0..=256) as usize;
        let shutdown = Duration::from_secs(reader.integer("server.shutdown_seconds", 0..=600).into());
        let drain = Duration::from_secs(reader.integer("server.drain_seconds", 0..=120).into());
        let tls = read_tls(reader)?;
        Some(Self { bind: bind?, public_url: public_url?, workers, shutdown, drain, tls })
    }
}

fn read_tls(reader: &mut Reader) -> Option<TlsSettings> {
    let certificate = reader.path("server.tls.certificate");
    let key = reader.path("server.tls.key");
    match (reader.text("server.tls.mode").as_str(), certificate, key) {
        ("proxy", _, _) => Some(TlsSettings::Proxy),
        ("rustls", Some(certificate), Some(key)) => Some(TlsSettings::Rustls { certificate, key }),
        ("rustls", _, _) => {
            let fix = "Set server.tls.certificate and server.tls.key to PEM files.";
            reader.problems.add("server.tls.mode", "rustls needs a certificate and a key", fix);
            None
        }
        _ => {
            reader.problems.add("server.tls.mode", "is not valid", "Write \"proxy\" or \"rustls\".");
            None
        }
    }
}
