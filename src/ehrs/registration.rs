use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::Arc,
};

use ipnet::IpNet;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::{
    config::PublicUrl,
    egress::Authorities,
    fhir::FhirBaseUrl,
    smart::{
        Assertions, AuthorizeBy, BasicEncoding, ClientAuth, ClientId, ClientRegistration, FhirUserClaim,
        Issuer, Keyring, Scope, ScopeSyntax, SigningAlg, StaticEndpoints,
    },
    users::Linking,
};

/// One `[[ehr]]` table: what we and an EHR agreed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "each is a key that an administrator writes")]
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
    /// How client assertions are signed; as the EHR lists when absent.
    pub signing_alg: Option<SigningAlg>,
    /// Whom client assertions are for; the URL they are sent to when absent.
    pub assertion_audience: Option<String>,
    /// Whether `client_id` goes into the body too.
    #[serde(default)]
    pub client_id_in_body: bool,
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
    /// Whether a delivered referral is noted in the order it was begun for. Needs keys, and the EHR's yes to
    /// `system/ServiceRequest.ru`.
    #[serde(default)]
    pub write_orders: bool,
    /// Whether it is asked, before a referral is sent, if it has ended the access it gave.
    #[serde(default)]
    pub introspect: bool,
    /// Whether one base serves many clinics, which `tenant` and `fhirContext` tell apart, with copies of resources made
    /// for each launch.
    #[serde(default)]
    pub many_clinics: bool,
    /// Its words for what the user wants to do, and the page of ours that each leads to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub intents: BTreeMap<String, String>,
    /// Whether one may start here, at `/start`, and choose the patient at the EHR.
    #[serde(default)]
    pub standalone: bool,
    /// How the browser is sent to its authorization endpoint.
    #[serde(default)]
    pub authorize_by: AuthorizeBy,
    /// Whether its id_tokens repeat the nonce.
    #[serde(default = "yes")]
    pub nonce_echoed: bool,
    /// Which claim of its id_tokens names the resource of the user.
    #[serde(default)]
    pub fhir_user_claim: FhirUserClaim,
    /// Whether its CapabilityStatement is believed where it publishes no smart-configuration.
    #[serde(default)]
    pub discover_from_capability_statement: bool,
    /// The only origins, besides those of base and issuer, where its endpoints may lie; learned at the first launch when
    /// there are none.
    #[serde(default)]
    pub endpoint_origins: Vec<String>,
    /// Origins that may show us in a frame.
    #[serde(default)]
    pub frame_ancestors: Vec<String>,
    /// Private address ranges it may have.
    #[serde(default)]
    pub allowed_networks: Vec<IpNet>,
    /// File with certificates of authorities that vouch for it besides the public ones. Read with the
    /// registration, then kept in `ca_certificates`.
    #[serde(skip_serializing)]
    pub ca_file: Option<PathBuf>,
    /// The certificates themselves, in PEM.
    pub ca_certificates: Option<String>,
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

/// What proves us at one EHR.
#[derive(Clone)]
pub enum Credential {
    /// A secret both sides know.
    Secret(SecretString),
    /// Key pairs of which the EHR knows the public halves.
    Keys(Arc<Keyring>),
}

fn yes() -> bool {
    true
}

impl Registration {
    /// A registration with a secret in HTTP Basic and every other setting as strict as it can be.
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

    /// As an `[[ehr]]` table for the file of registrations.
    ///
    /// # Errors
    /// Never: every registration has such a form.
    pub fn to_toml(&self) -> Result<String, toml::ser::Error> {
        let mut table = toml::Table::try_from(self)?;
        if let Some(file) = &self.client_secret_file {
            table.insert("client_secret_file".to_owned(), file.to_string_lossy().into_owned().into());
        }
        if let Some(name) = &self.client_secret_env {
            table.insert("client_secret_env".to_owned(), name.clone().into());
        }
        toml::to_string(&toml::Table::from_iter([("ehr".to_owned(), vec![table].into())]))
    }

    /// Reads the client secret from where the registration says; none where it has keys instead.
    ///
    /// # Errors
    /// What is wrong, without the secret.
    pub fn read_secret(&self) -> Result<Option<SecretString>, String> {
        if self.client_auth == ClientAuthMethod::PrivateKeyJwt {
            return Ok(None);
        }
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
        if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(Some(SecretString::from(text))) }
    }

    /// The origins it names: of the base, of the pinned issuer, of endpoints agreed on, and those allowed besides.
    pub(super) fn origins(&self) -> Vec<String> {
        let fixed = self.endpoints.iter().flat_map(|it| [&it.authorization, &it.token, &it.jwks]);
        let named =
            std::iter::once(&self.fhir_base_url).chain(&self.aliases).chain(&self.issuer).chain(fixed);
        let named = named.filter_map(|text| Some(Url::parse(text).ok()?.origin().ascii_serialization()));
        named.chain(self.endpoint_origins.iter().cloned()).collect()
    }

    /// Reads the file of authorities, if there is one, into the registration: every node has them, whichever has the file.
    ///
    /// # Errors
    /// What is wrong.
    pub fn read_authorities(&mut self) -> Result<(), String> {
        let Some(file) = self.ca_file.take() else { return Ok(()) };
        if self.ca_certificates.is_some() {
            return Err("ca_certificates is there as well".to_owned());
        }
        let shown = file.display();
        let text = fs::read_to_string(&file).map_err(|error| format!("{shown}: {error}"))?;
        Authorities::from_pem(&text).map_err(|what| format!("{shown} {what}"))?;
        self.ca_certificates = Some(text);
        Ok(())
    }

    /// Who vouches for it besides those this machine trusts.
    ///
    /// # Errors
    /// What is wrong with the certificates.
    pub fn authorities(&self) -> Result<Authorities, &'static str> {
        self.ca_certificates.as_deref().map_or_else(|| Ok(Authorities::default()), Authorities::from_pem)
    }

    /// Whether its endpoints may rightly lie elsewhere than those of `before`. A new issuer alone is no reason: what it
    /// moved waits to be approved.
    pub(super) fn may_move_from(&self, before: &Self) -> bool {
        self.has_another_base_than(before)
            || (&self.endpoint_origins, &self.endpoints) != (&before.endpoint_origins, &before.endpoints)
    }

    /// Whether charts that were opened with `before` say nothing here any more.
    pub(super) fn ends_sessions_of(&self, before: &Self) -> bool {
        self.has_another_base_than(before)
            || (&self.issuer, &self.client_id, &self.endpoints, self.many_clinics)
                != (&before.issuer, &before.client_id, &before.endpoints, before.many_clinics)
    }

    /// Whether its base is not the one of `before`, however that is written.
    pub(super) fn has_another_base_than(&self, before: &Self) -> bool {
        match (FhirBaseUrl::parse(&self.fhir_base_url), FhirBaseUrl::parse(&before.fhir_base_url)) {
            (Ok(now), Ok(before)) => now != before,
            _ => true,
        }
    }

    /// Every base it may launch with, in the form in which launches are compared.
    pub(super) fn bases(&self) -> BTreeSet<String> {
        let all = std::iter::once(&self.fhir_base_url).chain(&self.aliases);
        all.filter_map(|text| FhirBaseUrl::parse(text).ok()).map(|base| base.canonical().to_owned()).collect()
    }

    /// What the SMART client needs of it; none when it has problems.
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

mod checks;
mod problem;

pub use checks::is_slug;
pub use problem::{RegistrationProblem, localize_problem};

#[cfg(test)]
mod tests;
