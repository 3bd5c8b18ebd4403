use std::sync::Arc;

use reqwest::Certificate;
use rustls::{RootCertStore, pki_types::CertificateDer};

/// Certificate authorities that vouch for one peer besides those this machine trusts, such as a hospital's own.
#[derive(Clone, Debug, Default)]
pub struct Authorities(Arc<[Certificate]>);

impl Authorities {
    /// Reads one or more certificates in PEM.
    ///
    /// # Errors
    /// What is wrong with the text; it is not echoed, since somebody may have put a private key there.
    pub fn from_pem(text: &str) -> Result<Self, &'static str> {
        let blocks = pem::parse_many(text).map_err(|_| "is not PEM")?;
        // The parser passes over what is broken, and an authority left out would only be missed later.
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
