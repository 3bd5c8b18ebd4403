//! Client certificate for one peer.

use std::fmt;

use reqwest::Identity;

/// Certificate chain and private key by which a peer recognises us (mutual TLS).
#[derive(Clone)]
pub struct ClientCertificate(pub(super) Identity);

impl ClientCertificate {
    /// Parses a certificate chain and a private key, both in PEM.
    ///
    /// # Errors
    /// A predicate that describes the problem. The text is not echoed, because it contains a private key.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Self, &'static str> {
        let pem = format!("{certificates}\n{key}\n");
        Identity::from_pem(pem.as_bytes()).map(Self).map_err(|_| "is not a certificate with its private key")
    }
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}
