//! A registered EHR in memory: its registration, its HTTP client and its caches.

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

/// Scopes requested when Passerelle acts as itself (backend services).
const BACKEND_SCOPES: [&str; 1] = ["system/ServiceRequest.ru"];
/// Capacity of the style cache of one EHR.
const MAX_STYLES: u64 = 8;
const STYLE_LIFETIME: Duration = Duration::from_hours(24);

/// Registered EHR in memory: registration, HTTP client, caches, circuit breaker.
#[expect(clippy::struct_excessive_bools, reason = "each is a key of the registration")]
pub struct Ehr {
    /// Id of the registration, a slug.
    pub id: String,
    /// Name shown to people.
    pub name: String,
    /// Part of the registration that the SMART client needs.
    pub client: ClientRegistration,
    /// Origins that may frame our pages.
    pub frame_ancestors: Vec<String>,
    /// Treatment of users without an account.
    pub linking: Linking,
    /// Whether delivery is recorded in the order a referral was started from.
    pub write_orders: bool,
    pub(super) backend_scopes: Vec<Scope>,
    /// Backend-services access token, shared by all callers.
    pub(super) backend: Mutex<Option<BackendToken>>,
    /// Whether one base URL serves several clinics.
    pub many_clinics: bool,
    intents: BTreeMap<String, String>,
    /// Whether users may start at `/start`, without the EHR (standalone launch).
    pub standalone: bool,
    /// Whether an administrator suspended this EHR.
    pub suspended: bool,
    /// HTTP client for this EHR, with its address ranges and CAs.
    pub outbound: Arc<Outbound>,
    pub(crate) discovery: Discovery,
    pub(crate) keys: KeyCache,
    pub(crate) clock_skew: ClockSkew,
    pub(crate) circuit_breaker: CircuitBreaker,
    /// Styles, by URL.
    pub(crate) styles: Cache<String, Style>,
    /// Origins that the registration names. Endpoints there need no approval.
    pub(super) registered_origins: Vec<String>,
    /// Whether the registration lists its endpoint origins, so that the first launch adds none.
    pub(super) origins_are_fixed: bool,
    /// Whether the origins of the first launch are recorded.
    pub(super) origins_recorded: AtomicBool,
    /// Last change of the registration, epoch milliseconds.
    pub(super) updated_at: i64,
    aliases: Vec<FhirBaseUrl>,
}

impl Ehr {
    /// Builds the EHR from its registration. Returns `None` if the registration has problems.
    pub(super) fn new(
        registration: &Registration,
        credential: Credential,
        public_url: &PublicUrl,
        suspended: bool,
        updated_at: i64,
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
            styles: Cache::builder().max_capacity(MAX_STYLES).time_to_live(STYLE_LIFETIME).build(),
            registered_origins: registration.origins(),
            origins_are_fixed: !registration.endpoint_origins.is_empty(),
            origins_recorded: AtomicBool::new(false),
            updated_at,
            aliases: registration.aliases.iter().filter_map(|alias| FhirBaseUrl::parse(alias).ok()).collect(),
        })
    }

    /// Key set that Passerelle publishes for this EHR, or `None` if it authenticates with a client secret.
    #[must_use]
    pub fn jwks(&self, now: Timestamp) -> Option<Value> {
        match &self.client.client_auth {
            ClientAuth::PrivateKeyJwt(assertions) => Some(assertions.keyring.jwks(now)),
            ClientAuth::Basic(..) | ClientAuth::Post(_) => None,
        }
    }

    /// Whether the origin of a URL is one that the registration names.
    pub(crate) fn is_at_registered_origin(&self, url: &Url) -> bool {
        self.registered_origins.contains(&url.origin().ascii_serialization())
    }

    /// Page registered for an intent, or the intent itself if none is registered.
    #[must_use]
    pub fn page_of<'a>(&'a self, intent: &'a str) -> &'a str {
        self.intents.get(intent).map_or(intent, String::as_str)
    }

    /// Whether `base` is the base URL or an alias of this EHR.
    #[must_use]
    pub fn has_base(&self, base: &FhirBaseUrl) -> bool {
        self.client.base == *base || self.aliases.contains(base)
    }
}
