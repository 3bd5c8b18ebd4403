//! Authentication at destinations, from the file of `delivery.destinations_file`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use secrecy::SecretString;
use serde::Deserialize;

/// Authentication at one destination, with secrets read.
#[derive(Clone, Debug)]
pub struct DestinationSettings {
    /// Base URL; applies to every endpoint below it.
    pub url: String,
    /// Method by which we authenticate.
    pub authentication: Authentication,
    /// Client certificate and private key in PEM, if any.
    pub certificate: Option<(String, SecretString)>,
    /// PEM with certificate authorities trusted for this destination in addition.
    pub ca: Option<String>,
}

/// Method by which we authenticate at a destination.
#[derive(Clone, Debug)]
pub enum Authentication {
    /// Nothing is sent.
    None,
    /// A key in a header.
    ApiKey {
        /// Name of the header.
        header: String,
        /// The key.
        key: SecretString,
    },
    /// OAuth 2.0 client credentials.
    OAuth {
        /// Token endpoint.
        token_url: String,
        /// Client id that the destination issued to us.
        client_id: String,
        /// Requested scope; may be empty.
        scope: String,
        /// Client secret, or private key in PEM.
        proof: SecretString,
        /// Whether `proof` is a private key.
        signs: bool,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    destination: Vec<Table>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
struct Table {
    url: String,
    #[serde(default)]
    authentication: Method,
    header: Option<String>,
    secret_file: Option<PathBuf>,
    token_url: Option<String>,
    client_id: Option<String>,
    #[serde(default)]
    scope: String,
    certificate_file: Option<PathBuf>,
    certificate_key_file: Option<PathBuf>,
    ca_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Method {
    #[default]
    None,
    ApiKey,
    ClientSecret,
    PrivateKeyJwt,
}

/// Reads the file and the secrets it names.
///
/// # Errors
/// A sentence that names the destination and the key. Contents of files are not echoed.
pub(super) fn read(file: &Path) -> Result<Vec<DestinationSettings>, String> {
    let text = read_file(file)?;
    // The message of a TOML error may repeat a line; only its place is told.
    let parsed: File = toml::from_str(&text).map_err(|error| {
        let line = error.span().map_or(0, |span| text[..span.start.min(text.len())].lines().count());
        format!("{}: line {line} is not valid: {}", file.display(), error.message())
    })?;
    parsed.destination.into_iter().map(Table::settings).collect()
}

impl Table {
    fn settings(self) -> Result<DestinationSettings, String> {
        let url = self.url.clone();
        let at = |what: String| format!("destination {url}: {what}");
        let needs = |key: &str| at(format!("{key} is missing"));
        let secret = || {
            let file = self.secret_file.as_deref().ok_or_else(|| needs("secret_file"))?;
            read_file(file).map(|text| SecretString::from(text.trim())).map_err(&at)
        };
        let authentication = match self.authentication {
            Method::None => Authentication::None,
            Method::ApiKey => Authentication::ApiKey {
                header: self.header.clone().unwrap_or_else(|| "X-API-Key".to_owned()),
                key: secret()?,
            },
            Method::ClientSecret | Method::PrivateKeyJwt => Authentication::OAuth {
                token_url: self.token_url.clone().ok_or_else(|| needs("token_url"))?,
                client_id: self.client_id.clone().ok_or_else(|| needs("client_id"))?,
                scope: self.scope.clone(),
                proof: secret()?,
                signs: self.authentication == Method::PrivateKeyJwt,
            },
        };
        let certificate = match (&self.certificate_file, &self.certificate_key_file) {
            (None, None) => None,
            (Some(chain), Some(key)) => {
                let key = read_file(key).map(SecretString::from).map_err(&at)?;
                Some((read_file(chain).map_err(&at)?, key))
            }
            (None, Some(_)) => return Err(needs("certificate_file")),
            (Some(_), None) => return Err(needs("certificate_key_file")),
        };
        let ca = self.ca_file.as_deref().map(read_file).transpose().map_err(&at)?;
        Ok(DestinationSettings { url: self.url, authentication, certificate, ca })
    }
}

fn read_file(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{} cannot be read: {error}", file.display()))
}
