//! Registration of an EHR: every setting that was agreed on with it, and the credential of Passerelle there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use ipnet::IpNet;
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize, de};
use url::Url;

use crate::{
    config::PublicUrl,
    egress::{Authorities, parse_network},
    fhir::FhirBaseUrl,
    smart::{
        Assertions, AuthorizeBy, BasicEncoding, ClientAuth, ClientId, ClientRegistration, FhirUserClaim,
        Issuer, Keyring, Scope, ScopeSyntax, SigningAlg, StaticEndpoints,
    },
    users::Linking,
};

/// Registration of one EHR: an `[[ehr]]` table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key that an administrator writes")]
pub struct Registration {
    /// Id, a slug; part of the redirect URI `/callback/{id}`.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// FHIR base URL: the `iss` of its launches.
    pub fhir_base_url: String,
    /// Other URLs of the same base that a launch may name as `iss`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Pinned issuer of id_tokens. Default: the issuer that the base URL publishes.
    pub issuer: Option<String>,
    /// Client id of Passerelle at the EHR.
    pub client_id: String,
    /// Client authentication at the token endpoint.
    pub client_auth: ClientAuthMethod,
    /// Encoding of client id and secret in HTTP Basic.
    #[serde(default)]
    pub basic_encoding: BasicEncoding,
    /// Signing algorithm of client assertions. Default: one that the EHR lists.
    pub signing_alg: Option<SigningAlg>,
    /// Audience of client assertions. Default: the URL they are sent to.
    pub assertion_audience: Option<String>,
    /// Whether the body of token requests repeats `client_id`.
    #[serde(default)]
    pub client_id_in_body: bool,
    /// File with the client secret. Read at import; the database keeps the secret, sealed.
    #[serde(skip_serializing)]
    pub client_secret_file: Option<PathBuf>,
    /// Environment variable with the client secret.
    #[serde(skip_serializing)]
    pub client_secret_env: Option<String>,
    /// Scopes to request.
    pub scopes: Vec<String>,
    /// Syntax of resource scopes.
    #[serde(default)]
    pub scope_syntax: ScopeSyntax,
    /// Whether delivery is recorded in the EHR order that a referral was started from. Needs `private_key_jwt`, and the
    /// scope `system/ServiceRequest.ru` at the EHR.
    #[serde(default)]
    pub write_orders: bool,
    /// Whether the access token is introspected before a referral is sent.
    #[serde(default)]
    pub introspect: bool,
    /// Whether one base URL serves several clinics, distinguished by `tenant` and `fhirContext`. Resource ids are then
    /// unique within one launch only.
    #[serde(default)]
    pub many_clinics: bool,
    /// Pages by `intent` of the EHR.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub intents: BTreeMap<String, String>,
    /// Whether users may start at `/start` and choose the patient at the EHR (standalone launch).
    #[serde(default)]
    pub standalone: bool,
    /// HTTP method of the authorization request.
    #[serde(default)]
    pub authorize_by: AuthorizeBy,
    /// Whether id_tokens contain the nonce. If false, a missing nonce is accepted.
    #[serde(default = "default_true")]
    pub nonce_echoed: bool,
    /// Claim of id_tokens that names the user's resource.
    #[serde(default)]
    pub fhir_user_claim: FhirUserClaim,
    /// Whether endpoints are read from the CapabilityStatement if the EHR publishes no smart-configuration.
    #[serde(default)]
    pub discover_from_capability_statement: bool,
    /// Origins that endpoints may have, besides those of base URL and issuer. If empty, the origins of the first launch are
    /// recorded and later ones need approval.
    #[serde(default)]
    pub endpoint_origins: Vec<String>,
    /// Origins that may frame our pages.
    #[serde(default)]
    pub frame_ancestors: Vec<String>,
    /// Private address ranges that requests to this EHR may connect to.
    #[serde(default, deserialize_with = "networks")]
    pub allowed_networks: Vec<IpNet>,
    /// File with CA certificates to trust for this EHR besides the public ones. Read at import into `ca_certificates`.
    #[serde(skip_serializing)]
    pub ca_file: Option<PathBuf>,
    /// CA certificates to trust for this EHR besides the public ones, in PEM.
    pub ca_certificates: Option<String>,
    /// Treatment of users without an account.
    #[serde(default)]
    pub linking: Linking,
    /// Static endpoints, which replace discovery.
    pub endpoints: Option<StaticEndpoints>,
}

/// Client authentication method at a token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// Client secret in HTTP Basic.
    ClientSecretBasic,
    /// Client secret in the body.
    ClientSecretPost,
    /// Signed client assertion.
    PrivateKeyJwt,
}

/// Credential of Passerelle at one EHR.
#[derive(Clone)]
pub enum Credential {
    /// Client secret.
    Secret(SecretString),
    /// Client keys, whose public halves the EHR fetches.
    Keys(Arc<Keyring>),
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| parse_network(text).map_err(de::Error::custom)).collect()
}

fn default_true() -> bool {
    true
}

impl Registration {
    /// Creates a registration with `client_secret_basic` and the strict default of every other setting.
    #[must_use]
    pub fn new(id: &str, name: &str, fhir_base_url: &str, client_id: &str, scopes: &[&str]) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
            fhir_base_url: fhir_base_url.to_owned(),
            aliases: Vec::new(),
            issuer: None,
            client_id: client_id.to_owned(),
            client_auth: ClientAuthMethod::ClientSecretBasic,
            basic_encoding: BasicEncoding::Form,
            signing_alg: None,
            assertion_audience: None,
            client_id_in_body: false,
            client_secret_file: None,
            client_secret_env: None,
            scopes: scopes.iter().map(ToString::to_string).collect(),
            scope_syntax: ScopeSyntax::Auto,
            write_orders: false,
            introspect: false,
            many_clinics: false,
            intents: BTreeMap::new(),
            standalone: false,
            authorize_by: AuthorizeBy::Auto,
            nonce_echoed: true,
            fhir_user_claim: FhirUserClaim::FhirUser,
            discover_from_capability_statement: false,
            endpoint_origins: Vec::new(),
            frame_ancestors: Vec::new(),
            allowed_networks: Vec::new(),
            ca_file: None,
            ca_certificates: None,
            linking: Linking::Link,
            endpoints: None,
        }
    }

    /// Serializes the registration as an `[[ehr]]` table of a registration file.
    ///
    /// # Errors
    /// None in practice: every registration can be serialized.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let mut table = toml::Table::try_from(self)?;
        if let Some(file) = &self.client_secret_file {
            table.insert("client_secret_file".to_owned(), file.to_string_lossy().into_owned().into());
        }
        if let Some(file) = &self.ca_file {
            table.insert("ca_file".to_owned(), file.to_string_lossy().into_owned().into());
        }
        if let Some(name) = &self.client_secret_env {
            table.insert("client_secret_env".to_owned(), name.clone().into());
        }
        toml::to_string(&toml::Table::from_iter([("ehr".to_owned(), vec![table].into())]))
    }

    /// Reads the client secret from its file or environment variable. Returns `None` with `private_key_jwt`.
    ///
    /// # Errors
    /// A description without the secret, if the file or variable is missing, empty, or both are set.
    pub fn read_secret(&self) -> Result<Option<SecretString>, String> {
        if self.client_auth == ClientAuthMethod::PrivateKeyJwt {
            return Ok(None);
        }
        let text = match (&self.client_secret_file, &self.client_secret_env) {
            (Some(file), None) => {
                fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?
            }
            (None, Some(name)) => {
                std::env::var(name).map_err(|_| format!("the environment variable {name} is not set"))?
            }
            _ => return Err("expected either client_secret_file or client_secret_env".to_owned()),
        };
        let text = text.trim();
        if text.is_empty() {
            Err("the client secret is empty".to_owned())
        } else {
            Ok(Some(SecretString::from(text)))
        }
    }

    /// Origins of base URL, aliases, pinned issuer and static endpoints, and `endpoint_origins`.
    pub(super) fn origins(&self) -> Vec<String> {
        let fixed = self.endpoints.iter().flat_map(|it| [&it.authorization, &it.token, &it.jwks]);
        let named =
            std::iter::once(&self.fhir_base_url).chain(&self.aliases).chain(&self.issuer).chain(fixed);
        let named = named.filter_map(|text| Some(Url::parse(text).ok()?.origin().ascii_serialization()));
        named.chain(self.endpoint_origins.iter().cloned()).collect()
    }

    /// Moves the certificates of `ca_file` into `ca_certificates`, so that nodes without the file have them too.
    ///
    /// # Errors
    /// A description, if the file cannot be read or holds no usable certificate, or both settings are used.
    pub fn read_authorities(&mut self) -> Result<(), String> {
        let Some(file) = self.ca_file.take() else { return Ok(()) };
        if self.ca_certificates.is_some() {
            return Err("expected either ca_file or ca_certificates, not both".to_owned());
        }
        self.ca_certificates = Some(read_ca_file(&file)?);
        Ok(())
    }

    /// CAs to trust for this EHR besides those of the machine.
    ///
    /// # Errors
    /// A description, if `ca_certificates` is not usable.
    pub fn authorities(&self) -> Result<Authorities, &'static str> {
        self.ca_certificates.as_deref().map_or_else(|| Ok(Authorities::default()), Authorities::from_pem)
    }

    /// Whether the change from `before` voids the recorded endpoint origins. A new issuer alone does not: endpoints that
    /// moved with it need approval.
    pub(super) fn voids_origins_of(&self, before: &Self) -> bool {
        self.has_another_base_than(before)
            || (&self.endpoint_origins, &self.endpoints) != (&before.endpoint_origins, &before.endpoints)
    }

    /// Whether the change from `before` ends open sessions.
    pub(super) fn ends_sessions_of(&self, before: &Self) -> bool {
        self.has_another_base_than(before)
            || (&self.issuer, &self.client_id, &self.endpoints, self.many_clinics)
                != (&before.issuer, &before.client_id, &before.endpoints, before.many_clinics)
    }

    /// Whether its base URL differs from that of `before` after normalization.
    pub(super) fn has_another_base_than(&self, before: &Self) -> bool {
        match (FhirBaseUrl::parse(&self.fhir_base_url), FhirBaseUrl::parse(&before.fhir_base_url)) {
            (Ok(now), Ok(before)) => now != before,
            _ => true,
        }
    }

    /// Base URL and aliases, normalized.
    pub(super) fn bases(&self) -> BTreeSet<String> {
        let all = std::iter::once(&self.fhir_base_url).chain(&self.aliases);
        all.filter_map(|text| FhirBaseUrl::parse(text).ok()).map(|base| base.canonical().to_owned()).collect()
    }

    /// Part of the registration that the SMART client needs, or `None` if it has problems.
    pub(super) fn client(
        &self,
        credential: Credential,
        public_url: &PublicUrl,
    ) -> Option<ClientRegistration> {
        Some(ClientRegistration {
            base: FhirBaseUrl::parse(&self.fhir_base_url).ok()?,
            issuer: self.issuer.as_deref().map(Issuer::new),
            client_id: ClientId::new(&self.client_id),
            client_auth: self.client_auth(credential)?,
            client_id_in_body: self.client_id_in_body,
            redirect_uri: public_url.join(&format!("/callback/{}", self.id)),
            scopes: self.scopes.iter().filter_map(|scope| scope.parse().ok()).collect(),
            scope_syntax: self.scope_syntax,
            authorize_by: self.authorize_by,
            nonce_echoed: self.nonce_echoed,
            fhir_user_claim: self.fhir_user_claim,
            discover_from_capability_statement: self.discover_from_capability_statement,
            introspect: self.introspect,
            endpoints: self.endpoints.clone(),
        })
    }

    fn client_auth(&self, credential: Credential) -> Option<ClientAuth> {
        Some(match (self.client_auth, credential) {
            (ClientAuthMethod::ClientSecretBasic, Credential::Secret(secret)) => {
                ClientAuth::Basic(secret, self.basic_encoding)
            }
            (ClientAuthMethod::ClientSecretPost, Credential::Secret(secret)) => ClientAuth::Post(secret),
            (ClientAuthMethod::PrivateKeyJwt, Credential::Keys(keyring)) => {
                let audience = self.assertion_audience.clone();
                ClientAuth::PrivateKeyJwt(Assertions { keyring, alg: self.signing_alg, audience })
            }
            _ => return None,
        })
    }
}

/// Reads the CA certificates in a PEM file.
///
/// # Errors
/// A description, if the file cannot be read or holds no usable certificate.
pub fn read_ca_file(file: &Path) -> Result<String, String> {
    // A relative path counts from the working folder, so the message names the whole path.
    let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let shown = file.display();
    let text = fs::read_to_string(&file).map_err(|error| format!("{shown}: {error}"))?;
    Authorities::from_pem(&text).map_err(|what| format!("{shown} {what}"))?;
    Ok(text)
}

mod checks;
mod problem;

pub use checks::is_slug;
pub use problem::{RegistrationProblem, localize_problem};

#[cfg(test)]
mod tests;
