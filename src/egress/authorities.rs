//! Certificate authorities of one peer.

use std::sync::Arc;

use reqwest::Certificate;
use rustls::{RootCertStore, pki_types::CertificateDer};

/// Certificate authorities trusted for one peer in addition to those this machine trusts, such as a hospital's own.
#[derive(Clone, Debug, Default)]
pub struct Authorities(Arc<[Certificate]>);

impl Authorities {
    /// Parses one or more certificates in PEM.
    ///
    /// # Errors
    /// A predicate that describes the problem. The text is not echoed, because it may contain a private key by mistake.
    pub fn from_pem(text: &str) -> Result<Self, &'static str> {
        let blocks = pem::parse_many(text).map_err(|_| "is not PEM")?;
        // The parser skips malformed blocks, so their number is compared: a skipped CA would be noticed only much
        // later.
        match text.matches("-----BEGIN").count() {
            0 => return Err("holds no certificate"),
            begun if begun != blocks.len() => return Err("is not PEM"),
            _ => {}
        }
        let certificates: Result<Vec<Certificate>, &str> = blocks.iter().map(read).collect();
        Ok(Self(certificates?.into()))
    }

    pub(super) fn certificates(&self) -> impl Iterator<Item = Certificate> {
        self.0.iter().cloned()
    }
}

fn read(block: &pem::Pem) -> Result<Certificate, &'static str> {
    if block.tag() != "CERTIFICATE" {
        return Err("holds something else than certificates");
    }
    let usable = RootCertStore::empty().add(CertificateDer::from(block.contents()));
    usable.map_err(|_| "holds a certificate that cannot be read")?;
    Certificate::from_der(block.contents()).map_err(|_| "holds a certificate that cannot be read")
}
