use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;

use super::{Registration, registration::Credential};
use crate::{
    config::PublicUrl,
    egress::{Networks, Outbound},
    fhir::FhirBaseUrl,
    smart::{ClientAuth, ClientRegistration, Discovery, KeyCache},
    users::Linking,
};

/// A registered EHR, alive: its registration, its own way out, and what we remember of it.
pub struct Ehr {
    /// Slug.
    pub id: String,
    /// Name as people know it.
    pub name: String,
    /// What the SMART client needs.
    pub client: ClientRegistration,
    /// Origins that may show us in a frame.
    pub frame_ancestors: Vec<String>,
    /// What happens to people we do not know.
    pub linking: Linking,
    /// Whether an administrator suspended it.
    pub suspended: bool,
    /// The only way to it.
    pub outbound: Arc<Outbound>,
    pub(in crate::launch) discovery: Discovery,
    pub(in crate::launch) keys: KeyCache,
    pub(super) updated_at: i64,
    aliases: Vec<FhirBaseUrl>,
}

impl Ehr {
    pub(super) fn new(
        registration: &Registration,
        credential: Credential,
        public_url: &PublicUrl,
        (suspended, updated_at): (bool, i64),
    ) -> Option<Self> {
        let networks = Networks::new(&registration.allowed_networks);
        Some(Self {
            id: registration.id.clone(),
            name: registration.name.clone(),
            client: registration.client(credential, public_url)?,
            frame_ancestors: registration.frame_ancestors.clone(),
            linking: registration.linking,
            suspended,
            outbound: Arc::new(Outbound::new(networks).trusting(registration.authorities().ok()?)),
            discovery: Discovery::default(),
            keys: KeyCache::default(),
            updated_at,
            aliases: registration.aliases.iter().filter_map(|alias| FhirBaseUrl::parse(alias).ok()).collect(),
        })
    }

    /// Our public keys there; none where we prove ourselves with a secret.
    #[must_use]
    pub fn jwks(&self, now: Timestamp) -> Option<Value> {
        match &self.client.client_auth {
            ClientAuth::PrivateKeyJwt(assertions) => Some(assertions.keyring.jwks(now)),
            ClientAuth::Basic(..) | ClientAuth::Post(_) => None,
        }
    }

    /// Whether this EHR's launches may name `base`.
    #[must_use]
    pub fn is_at(&self, base: &FhirBaseUrl) -> bool {
        self.client.base == *base || self.aliases.contains(base)
    }
}
