use std::{fs, path::PathBuf};

use ipnet::IpNet;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    config::{Problems, PublicUrl},
    fhir::FhirBaseUrl,
    smart::{
        BasicEncoding, ClientAuth, ClientId, ClientRegistration, Issuer, Scope, ScopeSyntax, StaticEndpoints,
    },
    users::Linking,
};

/// One `[[ehr]]` table: what we and an EHR agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Registration {
    /// Slug; gives `/callback/{id}`.
    pub id: String,
    /// Name as people know it.
    pub name: String,
    /// Base URL of its FHIR server: the `iss` of its launches.
    pub fhir_base_url: String,
    /// Other spellings of that base it may launch with.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Issuer of its id_tokens; taken from what the base publishes when absent.
    pub issuer: Option<String>,
    /// Our name there.
    pub client_id: String,
    /// How we prove to be that client.
    pub client_auth: ClientAuthMethod,
    /// How id and secret are written in HTTP Basic.
    #[serde(default)]
    pub basic_encoding: BasicEncoding,
    /// File with the client secret. Read once, then sealed in the database.
    #[serde(skip_serializing)]
    pub client_secret_file: Option<PathBuf>,
    /// Environment variable with the client secret.
    #[serde(skip_serializing)]
    pub client_secret_env: Option<String>,
    /// What we ask for.
    pub scopes: Vec<String>,
    /// How resource scopes are written.
    #[serde(default)]
    pub scope_syntax: ScopeSyntax,
    /// Whether its id_tokens repeat the nonce.
    #[serde(default = "yes")]
    pub nonce_echoed: bool,
    /// Whether its CapabilityStatement is believed where it publishes no smart-configuration.
    #[serde(default)]
    pub discover_from_capability_statement: bool,
    /// Origins that may show us in a frame.
    #[serde(default)]
    pub frame_ancestors: Vec<String>,
    /// Private address ranges it may have.
    #[serde(default)]
    pub allowed_networks: Vec<IpNet>,
    /// What happens to people we do not know.
    #[serde(default)]
    pub linking: Linking,
    /// Endpoints agreed on beforehand.
    pub endpoints: Option<StaticEndpoints>,
}

/// The ways to authenticate at a token endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClientAuthMethod {
    /// HTTP Basic.
    ClientSecretBasic,
    /// In the body.
    ClientSecretPost,
    /// A signed assertion.
    PrivateKeyJwt,
}

/// Takes a key, what is wrong with its value, and how to put it right.
type Add<'a> = &'a mut dyn FnMut(&str, &str, &str);

fn yes() -> bool {
    true
}

impl Registration {
    /// Everything that is wrong with it, each with its key.
    #[must_use]
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        let mut add = |name: &str, what: &str, fix: &str| {
            problems.add(&format!("ehr.{}.{name}", self.id), what, fix);
        };
        self.check_names(&mut add);
        self.check_bases(&mut add);
        self.check_client(&mut add);
        self.check_scopes(&mut add);
        self.check_discovery(&mut add);
        problems
    }

    fn check_names(&self, add: Add<'_>) {
        if !is_slug(&self.id) {
            add("id", "is not a slug", "Use 1 to 40 of a-z, 0-9 and hyphens.");
        }
        if self.name.trim().is_empty() {
            add("name", "is empty", "Write the name people know.");
        }
        if self.frame_ancestors.iter().any(|origin| !is_origin(origin)) {
            let fix = "Write them like https://ehr.example.ca, without a path.";
            add("frame_ancestors", "is not a list of origins", fix);
        }
    }

    fn check_bases(&self, add: Add<'_>) {
        for text in std::iter::once(&self.fhir_base_url).chain(&self.aliases) {
            match FhirBaseUrl::parse(text) {
                Err(error) => {
                    add("fhir_base_url", &error.to_string(), "Write it like https://ehr.example.ca/fhir.");
                }
                Ok(base) if !base.is_https() && self.allowed_networks.is_empty() => {
                    let fix = "Use https, or name its addresses in allowed_networks.";
                    add("fhir_base_url", "is plain http", fix);
                }
                Ok(_) => {}
            }
        }
    }

    fn check_client(&self, add: Add<'_>) {
        if self.client_id.trim().is_empty() {
            add("client_id", "is empty", "Write the id the EHR gave you.");
        }
        if self.client_auth == ClientAuthMethod::PrivateKeyJwt {
            add("client_auth", "private_key_jwt is not supported yet", "Use client_secret_basic.");
        }
        if self.basic_encoding == BasicEncoding::Raw && self.client_id.contains(':') {
            add("basic_encoding", "is raw, and client_id has a colon", "Use form: a raw colon ends the id.");
        }
    }

    fn check_scopes(&self, add: Add<'_>) {
        for scope in &self.scopes {
            if let Err(what) = scope.parse::<Scope>() {
                add("scopes", &format!("\"{scope}\": {what}"), "Write it like patient/Patient.rs.");
            }
        }
        for needed in ["launch", "openid", "fhirUser"] {
            if !self.scopes.iter().any(|scope| scope == needed) {
                let fix = "An EHR launch with sign-in needs launch, openid and fhirUser.";
                add("scopes", &format!("{needed} is missing"), fix);
            }
        }
    }

    fn check_discovery(&self, add: Add<'_>) {
        if self.issuer.is_some() {
            return;
        }
        if self.endpoints.is_some() {
            add("issuer", "is missing", "Static endpoints need the issuer of the id_tokens.");
        }
        if self.discover_from_capability_statement {
            add("issuer", "is missing", "A CapabilityStatement does not say who signs the id_tokens.");
        }
    }

    /// Reads the client secret from where the registration says.
    ///
    /// # Errors
    /// What is wrong, without the secret.
    pub fn read_secret(&self) -> Result<SecretString, String> {
        let text = match (&self.client_secret_file, &self.client_secret_env) {
            (Some(file), None) => {
                fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?
            }
            (None, Some(name)) => {
                std::env::var(name).map_err(|_| format!("the variable {name} is not set"))?
            }
            _ => return Err("set either client_secret_file or client_secret_env".to_owned()),
        };
        let text = text.trim();
        if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(SecretString::from(text)) }
    }

    /// What the SMART client needs of it; none when it has problems.
    pub(super) fn client(&self, secret: SecretString, public_url: &PublicUrl) -> Option<ClientRegistration> {
        Some(ClientRegistration {
            base: FhirBaseUrl::parse(&self.fhir_base_url).ok()?,
            issuer: self.issuer.as_deref().map(Issuer::new),
            client_id: ClientId::new(&self.client_id),
            client_auth: match self.client_auth {
                ClientAuthMethod::ClientSecretBasic => ClientAuth::Basic(secret, self.basic_encoding),
                ClientAuthMethod::ClientSecretPost => ClientAuth::Post(secret),
                ClientAuthMethod::PrivateKeyJwt => return None,
            },
            redirect_uri: public_url.join(&format!("/callback/{}", self.id)),
            scopes: self.scopes.iter().filter_map(|scope| scope.parse().ok()).collect(),
            scope_syntax: self.scope_syntax,
            nonce_echoed: self.nonce_echoed,
            discover_from_capability_statement: self.discover_from_capability_statement,
            endpoints: self.endpoints.clone(),
        })
    }
}

fn is_slug(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !text.starts_with('-')
}

fn is_origin(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == text)
}

#[cfg(test)]
mod tests;
