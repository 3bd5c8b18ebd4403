//! Options of a launch: user and launch context.

use serde_json::Value;

/// Options of a launch. An option that is not set keeps the EHR's default.
#[derive(Clone, Debug)]
pub struct LaunchOptions {
    pub(super) user: String,
    pub(super) context: LaunchContext,
}

/// Launch context of the token response.
#[derive(Clone, Debug, Default)]
pub(super) struct LaunchContext {
    pub(super) patient: Option<String>,
    pub(super) encounter: Option<String>,
    pub(super) intent: Option<String>,
    pub(super) tenant: Option<String>,
    pub(super) fhir_context: Option<Value>,
    pub(super) smart_style_url: Option<String>,
    pub(super) need_patient_banner: Option<Value>,
}

impl LaunchOptions {
    /// Creates a launch by `user`: the id of a clinician, such as `ngozi-okafor`, or a relative reference to a
    /// Practitioner, PractitionerRole, Person, Patient or `RelatedPerson`, such as `RelatedPerson/eleonore-husband`. An
    /// unknown user is refused when the handle is used.
    #[must_use]
    pub fn new(user: impl Into<String>) -> Self {
        Self { user: user.into(), context: LaunchContext::default() }
    }

    /// Sets the patient id.
    #[must_use]
    pub fn patient(mut self, id: impl Into<String>) -> Self {
        self.context.patient = Some(id.into());
        self
    }

    /// Sets the encounter id.
    #[must_use]
    pub fn encounter(mut self, id: impl Into<String>) -> Self {
        self.context.encounter = Some(id.into());
        self
    }

    /// Sets `intent`, the purpose for which the app is opened.
    #[must_use]
    pub fn intent(mut self, intent: impl Into<String>) -> Self {
        self.context.intent = Some(intent.into());
        self
    }

    /// Sets `tenant`. Default: the organization of the user.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.context.tenant = Some(tenant.into());
        self
    }

    /// Sets `fhirContext`, sent unchanged. Default: the organization of the user.
    #[must_use]
    pub fn fhir_context(mut self, fhir_context: Value) -> Self {
        self.context.fhir_context = Some(fhir_context);
        self
    }

    /// Sets `smart_style_url`. Default: not sent.
    #[must_use]
    pub fn smart_style_url(mut self, url: impl Into<String>) -> Self {
        self.context.smart_style_url = Some(url.into());
        self
    }

    /// Sets `need_patient_banner`, sent unchanged. Default: `true`.
    #[must_use]
    pub fn need_patient_banner(mut self, need: Value) -> Self {
        self.context.need_patient_banner = Some(need);
        self
    }
}
