//! Client certificate for one peer.

use std::{fmt, sync::Arc, time::Duration};

use jiff::Timestamp;
use reqwest::Identity;
use rustls::{
    CertificateError, RootCertStore,
    pki_types::{CertificateDer, PrivateKeyDer, UnixTime, pem::PemObject as _},
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
    sign::CertifiedKey,
};

/// Certificate chain and private key by which a peer recognises us (mutual TLS).
#[derive(Clone)]
pub struct ClientCertificate {
    pub(super) identity: Identity,
    certificate: CertificateDer<'static>,
    verifier: Arc<dyn ClientCertVerifier>,
}

/// Validity of a certificate at some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// It is valid.
    Valid,
    /// Its validity begins at this time.
    NotYet(Timestamp),
    /// Its validity ended at this time.
    Expired(Timestamp),
}

impl ClientCertificate {
    /// Parses a certificate chain and a private key, both in PEM.
    ///
    /// # Errors
    /// A predicate that describes the problem. The text is not echoed, because it contains a private key.
    pub fn from_pem(certificates: &str, key: &str) -> Result<Self, &'static str> {
        const UNUSABLE: &str = "is not a certificate with its private key";
        let pem = format!("{certificates}\n{key}\n");
        let identity = Identity::from_pem(pem.as_bytes()).map_err(|_| UNUSABLE)?;
        let certificate = first_of_pair(certificates, key).ok_or(UNUSABLE)?;
        let verifier = verifier(&certificate).ok_or(UNUSABLE)?;
        Ok(Self { identity, certificate, verifier })
    }

    /// Returns the validity of the certificate at `now`.
    #[must_use]
    pub fn validity(&self, now: Timestamp) -> Validity {
        let seconds = u64::try_from(now.as_second()).unwrap_or_default();
        let at = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        match self.verifier.verify_client_cert(&self.certificate, &[], at) {
            Err(rustls::Error::InvalidCertificate(CertificateError::ExpiredContext {
                not_after, ..
            })) => Validity::Expired(timestamp(not_after)),
            Err(rustls::Error::InvalidCertificate(CertificateError::NotValidYetContext {
                not_before,
                ..
            })) => Validity::NotYet(timestamp(not_before)),
            // The peer decides about everything else.
            _ => Validity::Valid,
        }
    }
}

/// Returns the first certificate of a chain, if the private key belongs to it.
fn first_of_pair(certificates: &str, key: &str) -> Option<CertificateDer<'static>> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates.as_bytes()).collect();
    let (chain, key) = (chain.ok()?, PrivateKeyDer::from_pem_slice(key.as_bytes()).ok()?);
    let first = chain.first()?.clone();
    let provider = rustls::crypto::aws_lc_rs::default_provider();
    CertifiedKey::from_der(chain, key, &provider).is_ok().then_some(first)
}

/// Returns a verifier that reads the validity of a certificate: it checks that before it looks for the issuer.
fn verifier(certificate: &CertificateDer<'static>) -> Option<Arc<dyn ClientCertVerifier>> {
    let mut roots = RootCertStore::empty();
    roots.add(certificate.clone()).ok()?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build().ok()
}

fn timestamp(time: UnixTime) -> Timestamp {
    i64::try_from(time.as_secs()).ok().and_then(|at| Timestamp::from_second(at).ok()).unwrap_or_default()
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClientCertificate")
    }
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn knows_from_when_to_when_it_is_valid() {
        let (mut params, key) = (CertificateParams::new([]).unwrap(), KeyPair::generate().unwrap());
        (params.not_before, params.not_after) = (date_time_ymd(2026, 1, 1), date_time_ymd(2026, 7, 1));
        let signed = params.self_signed(&key).unwrap();
        let block = |tag: &str, bytes: &[u8]| pem::encode(&pem::Pem::new(tag, bytes));
        let (chain, key) = (block("CERTIFICATE", signed.der()), block("PRIVATE KEY", &key.serialize_der()));
        let certificate = ClientCertificate::from_pem(&chain, &key).unwrap();
        let at = |text: &str| certificate.validity(text.parse().unwrap());
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!(at("2025-12-31T00:00:00Z"), Validity::NotYet(time("2026-01-01T00:00:00Z")));
        assert_eq!(at("2026-03-01T00:00:00Z"), Validity::Valid);
        assert_eq!(at("2026-07-02T00:00:00Z"), Validity::Expired(time("2026-07-01T00:00:00Z")));
        for (chain, key) in [(&*chain, "canary"), ("canary", &*key), (&*key, &*chain), ("", "")] {
            assert!(ClientCertificate::from_pem(chain, key).unwrap_err().starts_with("is not"));
        }
        assert_eq!(format!("{certificate:?}"), "ClientCertificate");
    }
}
