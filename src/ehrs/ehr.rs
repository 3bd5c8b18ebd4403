use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use jiff::Timestamp;
use moka::sync::Cache;
use serde_json::Value;
use tokio::sync::Mutex;
use url::Url;

use super::{
    circuit_breaker::CircuitBreaker,
    clock_skew::ClockSkew,
    registration::{Credential, Registration},
};
use crate::{
    config::PublicUrl,
    egress::{Networks, Outbound},
    fhir::FhirBaseUrl,
    smart::{BackendToken, ClientAuth, ClientRegistration, Discovery, KeyCache, Scope, Style},
    users::Linking,
};

/// What we ask for when we act for ourselves.
const BACKEND_SCOPES: [&str; 1] = ["system/ServiceRequest.ru"];
const MOST_STYLES: u64 = 8;
const STYLE_KEPT: Duration = Duration::from_hours(24);

/// A registered EHR, alive: its registration, its own way out, and what we remember of it.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the registration")]
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
    /// Whether a delivered referral is noted in the order it was begun for.
    pub write_orders: bool,
    pub(super) backend_scopes: Vec<Scope>,
    /// Backend-services access token, shared by all callers.
    pub(super) backend: Mutex<Option<BackendToken>>,
    /// Whether one base serves many clinics.
    pub many_clinics: bool,
    intents: BTreeMap<String, String>,
    /// Whether one may start here, without the EHR.
    pub standalone: bool,
    /// Whether an administrator suspended it.
    pub suspended: bool,
    /// The only way to it.
    pub outbound: Arc<Outbound>,
    pub(crate) discovery: Discovery,
    pub(crate) keys: KeyCache,
    pub(crate) clock_skew: ClockSkew,
    pub(crate) circuit_breaker: CircuitBreaker,
    /// Its looks, by address.
    pub(crate) styles: Cache<String, Style>,
    /// Where its endpoints may lie without asking: the origins its registration names.
    pub(super) origins: Vec<String>,
    pub(super) origins_are_fixed: bool,
    pub(super) origins_noted: AtomicBool,
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
            write_orders: registration.write_orders,
            backend_scopes: BACKEND_SCOPES.iter().filter_map(|scope| scope.parse().ok()).collect(),
            backend: Mutex::default(),
            many_clinics: registration.many_clinics,
            intents: registration.intents.clone(),
            standalone: registration.standalone,
            suspended,
            outbound: Arc::new(Outbound::new(networks).trusting(registration.authorities().ok()?)),
            discovery: Discovery::default(),
            keys: KeyCache::default(),
            clock_skew: ClockSkew::default(),
            circuit_breaker: CircuitBreaker::default(),
            styles: Cache::builder().max_capacity(MOST_STYLES).time_to_live(STYLE_KEPT).build(),
            origins: registration.origins(),
            origins_are_fixed: !registration.endpoint_origins.is_empty(),
            origins_noted: AtomicBool::new(false),
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

    /// Whether an address lies at an origin that the registration names.
    pub(crate) fn is_of_its_own(&self, url: &Url) -> bool {
        self.origins.contains(&url.origin().ascii_serialization())
    }

    /// The page that an intent of this EHR stands for; the intent itself where nothing was agreed on.
    #[must_use]
    pub fn page_of<'a>(&'a self, intent: &'a str) -> &'a str {
        self.intents.get(intent).map_or(intent, String::as_str)
    }

    /// Whether this EHR's launches may name `base`.
    #[must_use]
    pub fn is_at(&self, base: &FhirBaseUrl) -> bool {
        self.client.base == *base || self.aliases.contains(base)
    }
}
