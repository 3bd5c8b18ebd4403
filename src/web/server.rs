//! Request limits, and TLS served by this process.

use std::{path::Path, sync::Arc};

use actix_web::web::{FormConfig, PayloadConfig, ServiceConfig};
use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};

/// Size limits of a request.
pub struct Limits;

impl Limits {
    /// Largest form body, in bytes: several times the longest referral.
    const FORM: usize = 512 * 1024;

    /// Applies the limits to every route.
    pub fn apply(config: &mut ServiceConfig) {
        config.app_data(PayloadConfig::new(Self::FORM)).app_data(FormConfig::default().limit(Self::FORM));
    }
}

/// Loads certificate chain and private key for TLS served by this process.
///
/// # Errors
/// A message that names the file and its error.
pub fn load_tls(certificate: &Path, key: &Path) -> Result<ServerConfig, String> {
    let in_file = |path: &Path, what: &dyn std::fmt::Display| format!("{}: {what}", path.display());
    let chain = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| in_file(certificate, &error))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| in_file(key, &error))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| in_file(certificate, &error))
}
