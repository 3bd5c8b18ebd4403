//! Settings and state of one simulated EHR.

use std::collections::HashMap;
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use url::Url;

use crate::clock::SharedClock;
use crate::demo_ehr::error::Error;
use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::fhir::charts::Charts;
use crate::demo_ehr::http::record::{Recorded, RequestLog};
use crate::demo_ehr::launch_options::{LaunchContext, LaunchOptions};
use crate::demo_ehr::oauth::authorization_request::AuthorizationRequest;
use crate::demo_ehr::oauth::client::Client;
use crate::demo_ehr::oauth::client_keys::FetchedKeys;
use crate::demo_ehr::oauth::client_signature::UsedAssertions;
use crate::demo_ehr::oauth::grants::Grants;
use crate::demo_ehr::oauth::issued_secrets::IssuedSecrets;
use crate::demo_ehr::oauth::keys::{KeySet, Keyring, SigningAlg};
use crate::demo_ehr::random::unguessable;
use crate::demo_ehr::shapes::shape::Shape;

/// Lifetime of a launch handle.
const LAUNCH_LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// Settings of a simulated EHR.
#[derive(Clone)]
pub struct Settings {
    /// Base URL of the EHR, such as `http://localhost:8081/`.
    pub base_url: Url,
    /// Base URL of the identity provider, if it is another name for the same server.
    pub idp_base_url: Option<Url>,
    /// Kind of SMART server to imitate.
    pub shape: Shape,
    /// Launch URL of the app, such as `http://localhost:8080/launch`.
    pub app_launch_url: String,
    /// Registered apps.
    pub clients: Vec<Client>,
    /// Clock of the EHR.
    pub clock: SharedClock,
}

/// A launch, created by a click in the patient list and referenced by an opaque handle.
#[derive(Clone, Debug)]
pub(super) struct Launch {
    pub(super) user: String,
    pub(super) context: LaunchContext,
    /// Whether the clinician is already signed in and no approval is needed.
    pub(super) automatic: bool,
    /// Value of `State::clearings` when the launch was created.
    pub(super) clearings: u64,
    pub(super) expires_at: Timestamp,
}

/// Mutable state of the EHR.
pub(super) struct State {
    pub(super) canary: String,
    pub(super) signing_alg: SigningAlg,
    pub(super) automatic_approval: bool,
    /// Whether launches from the EHR's own pages offer its style to the app.
    pub(super) offers_style: bool,
    pub(super) keyring: Keyring,
    pub(super) launches: HashMap<String, Launch>,
    pub(super) sign_ins: HashMap<String, AuthorizationRequest>,
    pub(super) charts: Charts,
    /// Number of times that the context of all launches was cleared.
    pub(super) clearings: u64,
    pub(super) grants: Grants,
    pub(super) client_keys: FetchedKeys,
    pub(super) used_assertions: UsedAssertions,
    pub(super) log: RequestLog,
    pub(super) issued_secrets: IssuedSecrets,
}

/// A simulated EHR: its launches, keys, tokens, fault and request log.
pub struct DemoEhr {
    pub(super) settings: Settings,
    base: String,
    idp: String,
    fault: watch::Sender<Option<Fault>>,
    state: Mutex<State>,
    /// Clock skew in milliseconds: how far this EHR's clock is ahead of the clock in its settings.
    clock_skew_ms: AtomicI64,
}

impl DemoEhr {
    /// Creates a simulated EHR with its own keys, no fault and automatic approval.
    ///
    /// # Errors
    /// [`Error::BaseUrl`] if a base URL is not http(s) or has a query or fragment; [`Error::Keys`] if no key could be
    /// generated.
    pub fn new(settings: Settings) -> Result<Arc<Self>, Error> {
        let base = plain(&settings.base_url)?;
        let idp_base_url = settings.idp_base_url.clone();
        let idp = plain(&idp_base_url.unwrap_or_else(|| settings.shape.default_idp(&settings.base_url)))?;
        let state = State {
            canary: "https://canary.invalid".to_owned(),
            signing_alg: SigningAlg::default(),
            automatic_approval: true,
            offers_style: false,
            keyring: Keyring::new()?,
            launches: HashMap::new(),
            sign_ins: HashMap::new(),
            charts: Charts::default(),
            clearings: 0,
            grants: Grants::default(),
            client_keys: FetchedKeys::default(),
            used_assertions: UsedAssertions::default(),
            log: RequestLog::default(),
            issued_secrets: IssuedSecrets::default(),
        };
        let (fault, state) = (watch::Sender::new(None), Mutex::new(state));
        Ok(Arc::new(Self { settings, base, idp, fault, state, clock_skew_ms: AtomicI64::new(0) }))
    }

    /// FHIR base URL, without trailing slash: the `iss` of every launch.
    #[must_use]
    pub fn fhir_base_url(&self) -> String {
        format!("{}/fhir", self.base)
    }

    /// Issuer of `id_token`s. Deliberately differs from the FHIR base URL. Ends with a slash in [`Shape::Oracle`] only.
    #[must_use]
    pub fn issuer(&self) -> String {
        format!("{}{}", self.idp, self.shape().issuer_path())
    }

    /// Kind of SMART server that this EHR imitates.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.settings.shape
    }

    /// Clears the context of all existing launches, as a HALO accelerator does on request of the EHR or after a while.
    /// Their tokens stay valid, but every FHIR request with them is answered 404.
    pub fn clear_context(&self) {
        self.locked().clearings += 1;
    }

    /// URL of the SMART style document, for `smart_style_url` of a launch.
    #[must_use]
    pub fn smart_style_url(&self) -> String {
        format!("{}/assets/smart-style.json", self.base)
    }

    /// Activates a fault, or `None` for correct behaviour.
    pub fn set_fault(&self, fault: Option<Fault>) {
        self.fault.send_replace(fault);
    }

    /// Active fault.
    #[must_use]
    pub fn fault(&self) -> Option<Fault> {
        *self.fault.borrow()
    }

    /// Waits until `fault` is no longer active.
    pub(super) async fn outlast(&self, fault: Fault) {
        // `self` owns the sender, so waiting cannot fail.
        drop(self.fault.subscribe().wait_for(|played| *played != Some(fault)).await);
    }

    /// Sets the URL of the canary, to which faults lure a careless client. A correct client sends it no request.
    pub fn set_canary(&self, url: &str) {
        url.trim_end_matches('/').clone_into(&mut self.locked().canary);
    }

    /// Generates new signing keys with new ids. The old public keys stay published.
    ///
    /// # Errors
    /// [`Error::Keys`] if no key could be generated.
    pub fn rotate_keys(&self) -> Result<(), Error> {
        let next = KeySet::generate()?;
        self.locked().keyring.rotate(next);
        Ok(())
    }

    /// Stops publishing the keys of earlier rotations.
    pub fn withdraw_old_keys(&self) {
        self.locked().keyring.withdraw_old();
    }

    /// Sets the signature algorithm of `id_token`s.
    pub fn sign_with(&self, alg: SigningAlg) {
        self.locked().signing_alg = alg;
    }

    /// Sets whether launches from the EHR's own pages skip the sign-in and approval pages.
    pub fn set_automatic_approval(&self, automatic: bool) {
        self.locked().automatic_approval = automatic;
    }

    /// Sets whether launches from the EHR's own pages offer its colours and fonts to the app.
    pub fn set_offers_style(&self, offers: bool) {
        self.locked().offers_style = offers;
    }

    /// Creates a launch, approved automatically, and returns its handle, which is valid for five minutes.
    /// Arguments are ids without resource type. An unknown practitioner is refused when the handle is used.
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

    /// Creates a launch with options, approved automatically, and returns its handle.
    #[must_use]
    pub fn new_launch_with(&self, options: LaunchOptions) -> String {
        self.insert_launch(options, true)
    }

    /// Creates a launch from the EHR's own pages, with the settings of these pages for approval and style.
    pub(super) fn launch_from_page(&self, options: LaunchOptions) -> String {
        let (automatic, offers_style) = {
            let state = self.locked();
            (state.automatic_approval, state.offers_style)
        };
        let styled = |options: LaunchOptions| options.smart_style_url(self.smart_style_url());
        self.insert_launch(if offers_style { styled(options) } else { options }, automatic)
    }

    fn insert_launch(&self, options: LaunchOptions, automatic: bool) -> String {
        let now = self.now();
        let LaunchOptions { user, context } = options;
        let handle = unguessable();
        let mut state = self.locked();
        let clearings = state.clearings;
        let launch = Launch { user, context, automatic, clearings, expires_at: now + LAUNCH_LIFETIME };
        if state.launches.len() % 256 == 255 {
            state.launches.retain(|_, launch| launch.expires_at > now);
        }
        state.launches.insert(handle.clone(), launch);
        state.issued_secrets.push(&handle);
        handle
    }

    /// Finds a launch by its handle, unless it has expired.
    pub(super) fn find_launch(&self, handle: &str) -> Option<Launch> {
        let now = self.now();
        self.locked().launches.get(handle).filter(|launch| launch.expires_at > now).cloned()
    }

    /// Recorded requests, oldest first; at most the last 10 000.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        self.locked().log.all()
    }

    /// Issued launch handles, codes and tokens, oldest first; at most the last 10 000.
    #[must_use]
    pub fn issued_secrets(&self) -> Vec<String> {
        self.locked().issued_secrets.all()
    }

    /// Clears the request log.
    pub fn clear_recorded(&self) {
        self.locked().log.clear();
    }

    /// Revokes all codes and tokens, as when the EHR session ends.
    pub fn revoke_all_tokens(&self) {
        self.locked().grants.clear();
    }

    pub(super) fn now(&self) -> Timestamp {
        self.settings.clock.now() + SignedDuration::from_millis(self.clock_skew_ms.load(Ordering::Acquire))
    }

    /// Sets the skew of this EHR's clock; negative is behind. The clock determines the times in its tokens, its expiry
    /// checks and the Date header.
    pub fn set_clock_skew(&self, skew: SignedDuration) {
        self.clock_skew_ms.store(i64::try_from(skew.as_millis()).unwrap_or_default(), Ordering::Release);
    }

    pub(super) fn base(&self) -> &str {
        &self.base
    }

    /// URL of an OAuth endpoint such as `token`, as advertised.
    pub(super) fn endpoint(&self, name: &str) -> String {
        format!("{}/auth/{name}", self.idp)
    }

    pub(super) fn client(&self, client_id: &str) -> Option<&Client> {
        self.settings.clients.iter().find(|client| client.client_id == client_id)
    }

    /// Whether `fault` is active.
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

/// Returns the URL without trailing slash. It must be http(s), without query and fragment.
fn plain(url: &Url) -> Result<String, Error> {
    if !matches!(url.scheme(), "http" | "https") || url.query().is_some() || url.fragment().is_some() {
        return Err(Error::BaseUrl(url.clone()));
    }
    Ok(url.as_str().trim_end_matches('/').to_owned())
}
