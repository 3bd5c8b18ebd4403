use std::sync::Arc;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Ehr;
use crate::{
    db::Sealer,
    fhir::{Client, PatientView, health_number},
    smart::{Grant, LaunchContext, TokenResponse},
};

/// What a launch read of the chart, sealed with its context.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChartContext {
    /// What the EHR said the launch is about.
    pub launch_context: LaunchContext,
    /// The Patient, as read; its id is the one of the launch context.
    pub patient: Arc<Value>,
    /// The resource of the user, as read: Practitioner or PractitionerRole.
    pub user: Option<Arc<Value>>,
    /// When both were read.
    pub read_at: Timestamp,
}

impl ChartContext {
    /// A keyed hash that finds this patient's drafts and events again at this EHR.
    ///
    /// Everything that says who it is goes in: a health number alone may be a placeholder or a parent's, and ids may
    /// be used again. Where any of it changed, a draft is rather not offered than offered under another chart.
    #[must_use]
    pub fn patient_key(&self, ehr_id: &str, sealer: &Sealer) -> String {
        let text = |name: &str| self.patient[name].as_str().unwrap_or_default();
        let number = health_number(&self.patient);
        let (system, value) = number.as_ref().map_or(("", ""), |number| (&number.system, &number.value));
        sealer.lookup(&["patient", ehr_id, text("id"), text("birthDate"), system, value])
    }
}

/// The tokens of a launch, sealed with its context.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Tokens {
    access_token: String,
    refresh_token: Option<String>,
    expires_at: Timestamp,
    scope: String,
}

impl Tokens {
    pub(super) fn of(response: &TokenResponse) -> Self {
        use secrecy::ExposeSecret as _;
        Self {
            access_token: response.access_token.expose_secret().to_owned(),
            refresh_token: response.refresh_token.as_ref().map(|token| token.expose_secret().to_owned()),
            expires_at: response.expires_at,
            scope: response.grant.to_string(),
        }
    }
}

/// An open launch context: one chart, in one session, at one EHR.
pub struct OpenContext {
    /// Unguessable id; the `{context}` of the path.
    pub id: String,
    /// Where the chart is.
    pub ehr: Arc<Ehr>,
    /// Whose record, as a keyed hash.
    pub patient_key: String,
    /// What was read at launch.
    pub chart: Arc<ChartContext>,
    /// What the EHR granted.
    pub grant: Grant,
    tokens: Option<Tokens>,
}

impl OpenContext {
    pub(super) fn new(
        id: String,
        ehr: Arc<Ehr>,
        patient_key: String,
        chart: Arc<ChartContext>,
        tokens: Option<Tokens>,
    ) -> Self {
        let scope = tokens.as_ref().map_or("", |tokens| &tokens.scope);
        Self { id, ehr, patient_key, chart, grant: Grant::parse(scope), tokens }
    }

    /// A client for this chart's server; none once the access token has run out or was wiped.
    #[must_use]
    pub fn client(&self, now: Timestamp) -> Option<Client> {
        let tokens = self.tokens.as_ref().filter(|tokens| now < tokens.expires_at)?;
        let token = SecretString::from(tokens.access_token.as_str());
        Some(Client::new(Arc::clone(&self.ehr.outbound), self.ehr.client.base.clone(), token))
    }

    /// The patient, as pages show it.
    #[must_use]
    pub fn patient(&self) -> PatientView {
        PatientView::of(&self.chart.patient)
    }

    /// The start of every path of this context, such as `/c/…`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/c/{}", self.id)
    }
}
