//! TLS served by this process, with a certificate that may be replaced on disk.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::Arc,
};

use arc_swap::ArcSwap;
use rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};

/// Certificate chain and private key of this server, as they are on disk.
pub struct ServedCertificate {
    certificate: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    current: ArcSwap<CertifiedKey>,
}

impl ServedCertificate {
    /// Reads the PEM files.
    ///
    /// # Errors
    /// A message that names the file and its error.
    pub fn load(certificate: &Path, key: &Path) -> Result<Arc<Self>, String> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let current = ArcSwap::from(read(certificate, key, &provider)?);
        Ok(Arc::new(Self { certificate: certificate.to_owned(), key: key.to_owned(), provider, current }))
    }

    /// Reads the PEM files again. Returns whether they changed; new connections use them.
    ///
    /// # Errors
    /// A message that names the file and its error. The certificate in use stays.
    pub fn reload(&self) -> Result<bool, String> {
        let read = read(&self.certificate, &self.key, &self.provider)?;
        let is_changed = read.cert != self.current.load().cert;
        if is_changed {
            self.current.store(read);
        }
        Ok(is_changed)
    }

    /// Returns the TLS settings of the server.
    ///
    /// # Errors
    /// The error of the TLS library.
    pub fn config(self: &Arc<Self>) -> Result<ServerConfig, String> {
        let builder = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?;
        Ok(builder.with_no_client_auth().with_cert_resolver(Arc::<Self>::clone(self)))
    }
}

impl ResolvesServerCert for ServedCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.current.load_full())
    }
}

impl fmt::Debug for ServedCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ServedCertificate").field(&self.certificate).finish()
    }
}

fn read(certificate: &Path, key: &Path, provider: &CryptoProvider) -> Result<Arc<CertifiedKey>, String> {
    let in_file = |path: &Path, what: &dyn fmt::Display| format!("{}: {what}", path.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| in_file(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| in_file(key, &error))?;
    let certified = CertifiedKey::from_der(chain, private, provider);
    certified.map(Arc::new).map_err(|error| in_file(certificate, &error))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rcgen::{CertificateParams, KeyPair};

    use super::*;
    use crate::random;

    fn renew(certificate: &Path, key: &Path) {
        let (params, pair) =
            (CertificateParams::new(["localhost".to_owned()]).unwrap(), KeyPair::generate().unwrap());
        let signed = params.self_signed(&pair).unwrap();
        let block = |tag: &str, bytes: &[u8]| pem::encode(&pem::Pem::new(tag, bytes));
        fs::write(certificate, block("CERTIFICATE", signed.der())).unwrap();
        fs::write(key, block("PRIVATE KEY", &pair.serialize_der())).unwrap();
    }

    #[test]
    fn serves_a_renewed_certificate_and_keeps_the_old_one_while_it_is_unusable() {
        let folder = std::env::temp_dir().join(random::id());
        fs::create_dir(&folder).unwrap();
        let (certificate, key) = (folder.join("chain.pem"), folder.join("key.pem"));
        renew(&certificate, &key);
        let served = ServedCertificate::load(&certificate, &key).unwrap();
        let first = served.current.load_full();
        assert_eq!(served.reload(), Ok(false));
        fs::write(&certificate, "half a fi").unwrap();
        let refused = served.reload().unwrap_err();
        assert!(refused.contains("chain.pem"), "{refused}");
        assert_eq!(served.current.load().cert, first.cert);
        renew(&certificate, &key);
        assert_eq!(served.reload(), Ok(true));
        assert_ne!(served.current.load().cert, first.cert);
        served.config().unwrap();
        fs::remove_dir_all(&folder).unwrap();
    }
}
