//! What one simulated EHR knows while it runs.

use std::collections::HashMap;
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use url::Url;

use super::authorize::AuthorizationRequest;
use super::charts::Charts;
use super::client::Client;
use super::client_keys::FetchedKeys;
use super::client_signature::UsedAssertions;
use super::fault::Fault;
use super::grants::Grants;
use super::handed_out::HandedOut;
use super::keys::{KeySet, Keyring, SigningAlg};
use super::launch_options::{LaunchContext, LaunchOptions};
use super::record::{Recorded, RequestLog};
use super::shape::Shape;
use super::{Error, random};
use crate::clock::SharedClock;

/// How long a launch handle lives.
const LAUNCH_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// What a simulated EHR is told at the start.
#[derive(Clone)]
pub struct Settings {
    /// Where it is reached, such as `http://localhost:8081/`.
    pub base_url: Url,
    /// Where its identity provider is reached, if that is another name for the same place.
    pub idp_base_url: Option<Url>,
    /// What kind of SMART server it is.
    pub shape: Shape,
    /// The launch URL of the app, such as `http://localhost:8080/launch`.
    pub app_launch_url: String,
    /// The apps registered here.
    pub clients: Vec<Client>,
    /// The time of day.
    pub clock: SharedClock,
}

/// A launch: what a click in the patient list puts behind an opaque handle.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    pub(super) user: String,
    pub(super) context: LaunchContext,
    /// Whether the clinician is signed in and has agreed beforehand.
    pub(super) automatic: bool,
    /// How often the context had been cleared by then.
    pub(super) clearings: u64,
    pub(super) expires_at: Timestamp,
}

pub(super) struct State {
    pub(super) canary: String,
    pub(super) signing_alg: SigningAlg,
    pub(super) automatic_approval: bool,
    pub(super) keyring: Keyring,
    pub(super) launches: HashMap<String, Launch>,
    pub(super) sign_ins: HashMap<String, AuthorizationRequest>,
    pub(super) charts: Charts,
    /// How often what launches brought was thrown away.
    pub(super) clearings: u64,
    pub(super) grants: Grants,
    pub(super) client_keys: FetchedKeys,
    pub(super) used_assertions: UsedAssertions,
    pub(super) log: RequestLog,
    pub(super) handed_out: HandedOut,
}

/// One simulated EHR: its launches, keys, tokens, fault and request log.
pub struct DemoEhr {
    pub(super) settings: Settings,
    base: String,
    idp: String,
    fault: watch::Sender<Option<Fault>>,
    state: Mutex<State>,
    /// Milliseconds that this EHR's clock is ahead of the one it was given.
    ahead: AtomicI64,
}

impl DemoEhr {
    /// A simulated EHR with keys of its own, no fault and automatic approval.
    ///
    /// # Errors
    /// When one of the base URLs is not a plain http(s) URL, or no key could be generated.
    pub fn new(settings: Settings) -> Result<Arc<Self>, Error> {
        let base = plain(&settings.base_url)?;
        let idp_base_url = settings.idp_base_url.clone();
        let idp = plain(&idp_base_url.unwrap_or_else(|| settings.shape.default_idp(&settings.base_url)))?;
        let state = State {
            canary: "https://canary.invalid".to_owned(),
            signing_alg: SigningAlg::default(),
            automatic_approval: true,
            keyring: Keyring::new()?,
            launches: HashMap::new(),
            sign_ins: HashMap::new(),
            charts: Charts::default(),
            clearings: 0,
            grants: Grants::default(),
            client_keys: FetchedKeys::default(),
            used_assertions: UsedAssertions::default(),
            log: RequestLog::default(),
            handed_out: HandedOut::default(),
        };
        let (fault, state) = (watch::Sender::new(None), Mutex::new(state));
        Ok(Arc::new(Self { settings, base, idp, fault, state, ahead: AtomicI64::new(0) }))
    }

    /// The FHIR base URL, without trailing slash: the `iss` of every launch.
    #[must_use]
    pub fn fhir_base_url(&self) -> String {
        format!("{}/fhir", self.base)
    }

    /// The issuer of `id_token`s, with a trailing slash in one shape only. On purpose not the FHIR base URL.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}{}", self.idp, self.shape().issuer_path())
    }

    /// What kind of SMART server this is.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.settings.shape
    }

    /// Throws away what every launch up to now brought along, as a HALO accelerator does when the EHR asks for it or
    /// after a while: tokens live on, and whatever is asked for with them is not there any more.
    pub fn clear_context(&self) {
        self.locked().clearings += 1;
    }

    /// Where the EHR's style lies, for launches that name it.
    #[must_use]
    pub fn smart_style_url(&self) -> String {
        format!("{}/assets/smart-style.json", self.base)
    }

    /// Misbehaves in one way from now on, or behaves again.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.fault.send_replace(fault);
    }

    /// The present misbehaviour.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        *self.fault.borrow()
    }

    /// Returns when `fault` is played no more.
    pub(super) async fn outlast(&self, fault: Fault) {
        // Who tells is here as long as this is.
        drop(self.fault.subscribe().wait_for(|played| *played != Some(fault)).await);
    }

    /// The URL that faults send an unwary client to, without trailing slash. Nothing must ever arrive there.
    pub fn set_canary(&self, url: &str) {
        url.trim_end_matches('/').clone_into(&mut self.locked().canary);
    }

    /// Makes new signing keys with new ids. The old public keys stay published.
    ///
    /// # Errors
    /// When no key could be generated.
    pub fn rotate_keys(&self) -> Result<(), Error> {
        let next = KeySet::generate()?;
        self.locked().keyring.rotate(next);
        Ok(())
    }

    /// Stops publishing the keys of earlier rotations.
    pub fn withdraw_old_keys(&self) {
        self.locked().keyring.withdraw_old();
    }

    /// Signs `id_token`s with `alg` from now on.
    pub fn sign_with(&self, alg: SigningAlg) {
        self.locked().signing_alg = alg;
    }

    /// Whether launches from the EHR's own pages are approved without asking anybody.
    pub fn set_automatic_approval(&self, automatic: bool) {
        self.locked().automatic_approval = automatic;
    }

    /// A launch handle as a click in the patient list makes it, good for five minutes, approved automatically.
    /// Arguments are ids without resource type, the practitioner one of `/` lists; an unknown practitioner is
    /// refused when the handle is used.
    #[must_use]
    pub fn new_launch(
        &self,
        practitioner: &str,
        patient: Option<&str>,
        encounter: Option<&str>,
        intent: Option<&str>,
    ) -> String {
        let text = |value: Option<&str>| value.map(str::to_owned);
        let (patient, encounter, intent) = (text(patient), text(encounter), text(intent));
        let context = LaunchContext { patient, encounter, intent, ..LaunchContext::default() };
        self.new_launch_with(LaunchOptions { context, ..LaunchOptions::new(practitioner) })
    }

    /// The same for a launch with everything that can be said about one.
    #[must_use]
    pub fn new_launch_with(&self, options: LaunchOptions) -> String {
        self.insert_launch(options, true)
    }

    /// A launch from the EHR's own pages, approved as the pages are set, and with the EHR's style.
    pub(super) fn launch_from_page(&self, options: LaunchOptions) -> String {
        let automatic = self.locked().automatic_approval;
        self.insert_launch(options.smart_style_url(self.smart_style_url()), automatic)
    }

    fn insert_launch(&self, options: LaunchOptions, automatic: bool) -> String {
        let now = self.now();
        let LaunchOptions { user, context } = options;
        let handle = random::unguessable();
        let mut state = self.locked();
        let clearings = state.clearings;
        let launch = Launch { user, context, automatic, clearings, expires_at: now + LAUNCH_LIFETIME };
        if state.launches.len() % 256 == 255 {
            state.launches.retain(|_, launch| launch.expires_at > now);
        }
        state.launches.insert(handle.clone(), launch);
        state.handed_out.push(&handle);
        handle
    }

    /// The launch behind a handle, unless unknown or expired.
    pub(super) fn find_launch(&self, handle: &str) -> Option<Launch> {
        let now = self.now();
        self.locked().launches.get(handle).filter(|launch| launch.expires_at > now).cloned()
    }

    /// What was requested, oldest first; at most the last 10 000 requests.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.locked().log.all()
    }

    /// Every launch handle, code and token that went out, as it went out, oldest first; at most the last 10 000.
    #[must_use]
    pub fn handed_out(&self) -> Vec<String> {
        self.locked().handed_out.all()
    }

    /// Forgets what was requested.
    pub fn clear_recorded(&self) {
        self.locked().log.clear();
    }

    /// Ends every grant, as when the EHR session ends: no access or refresh token works any more.
    pub fn revoke_all_tokens(&self) {
        self.locked().grants.clear();
    }

    pub(super) fn now(&self) -> Timestamp {
        self.settings.clock.now() + SignedDuration::from_millis(self.ahead.load(Ordering::Acquire))
    }

    /// Sets this EHR's clock ahead, or behind: its signatures, its judgements and the Date of its answers go by it.
    pub fn set_clock_ahead(&self, ahead: SignedDuration) {
        self.ahead.store(i64::try_from(ahead.as_millis()).unwrap_or_default(), Ordering::Release);
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// The URL of an OAuth endpoint such as `token`, as it is advertised.
    pub(super) fn endpoint(&self, name: &str) -> String {
        format!("{}/auth/{name}", self.idp)
    }

    pub(super) fn client(&self, client_id: &str) -> Option<&Client> {
        self.settings.clients.iter().find(|client| client.client_id == client_id)
    }

    /// The present misbehaviour is `fault`.
    pub(super) fn plays(&self, fault: Fault) -> bool {
        self.fault() == Some(fault)
    }

    pub(super) fn canary(&self) -> String {
        self.locked().canary.clone()
    }

    pub(super) fn locked(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The URL without trailing slash, if paths can be put behind it.
fn plain(url: &Url) -> Result<String, Error> {
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err(Error::BaseUrl(url.clone()));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
