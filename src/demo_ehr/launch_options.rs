//! What a launch is about, and who is sitting there.

use serde_json::Value;

/// A launch as tests want it. What is not said stays as the EHR would have it.
#[derive(Clone, Debug)]
pub struct LaunchOptions {
    pub(super) user: String,
    pub(super) context: LaunchContext,
}

/// What the token response tells of a launch.
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
    /// A launch by `user`: a clinician of the EHR's list, such as `ngozi-okafor`, or a relative reference to the
    /// Practitioner, PractitionerRole, Person, Patient or `RelatedPerson` that stands for whoever is signed in, such as
    /// `RelatedPerson/eleonore-husband`. Somebody unknown is refused when the handle is used.
    #[must_use]
    pub fn new(user: impl Into<String>) -> Self {
        Self { user: user.into(), context: LaunchContext::default() }
    }

    /// The patient's id.
    #[must_use]
    pub fn patient(mut self, id: impl Into<String>) -> Self {
        self.context.patient = Some(id.into());
        self
    }

    /// The encounter's id.
    #[must_use]
    pub fn encounter(mut self, id: impl Into<String>) -> Self {
        self.context.encounter = Some(id.into());
        self
    }

    /// What the app is opened for.
    #[must_use]
    pub fn intent(mut self, intent: impl Into<String>) -> Self {
        self.context.intent = Some(intent.into());
        self
    }

    /// The organization, instead of the user's own.
    #[must_use]
    pub fn tenant(mut self, tenant: impl Into<String>) -> Self {
        self.context.tenant = Some(tenant.into());
        self
    }

    /// `fhirContext` as it goes out, whatever it is, instead of the user's organization.
    #[must_use]
    pub fn fhir_context(mut self, fhir_context: Value) -> Self {
        self.context.fhir_context = Some(fhir_context);
        self
    }

    /// Where the EHR's style lies. Without this no style is named.
    #[must_use]
    pub fn smart_style_url(mut self, url: impl Into<String>) -> Self {
        self.context.smart_style_url = Some(url.into());
        self
    }

    /// `need_patient_banner` as it goes out, whatever it is, instead of `true`.
    #[must_use]
    pub fn need_patient_banner(mut self, need: Value) -> Self {
        self.context.need_patient_banner = Some(need);
        self
    }
}
