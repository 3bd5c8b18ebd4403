use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{error::Error, tokens::ContextTokens};
use crate::{
    db::Sealer,
    ehrs::Ehr,
    fhir::{Client, PatientView, Reference, health_number},
    smart::{Grant, LaunchContext, Style},
};

/// What a launch read of the chart, sealed with its context.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChartContext {
    /// The base the chart was read from, in the form that is compared: its tokens and ids mean nothing elsewhere.
    pub base: String,
    /// What the EHR said the launch is about.
    pub launch_context: LaunchContext,
    /// The Patient, as read; its id is the one of the launch context.
    pub patient: Arc<Value>,
    /// The resource of the user, as read: Practitioner; or PractitionerRole, when its practitioner could not be read.
    pub user: Option<Arc<Value>>,
    /// How the EHR looks, where it says so.
    pub style: Option<Style>,
    /// What people call the place this chart is at.
    pub place: String,
    /// When both were read.
    pub read_at: Timestamp,
}

impl ChartContext {
    /// A keyed hash that finds this patient's drafts and events again at this EHR.
    ///
    /// Everything that says who it is goes in: a health number alone may be a placeholder or a parent's, and ids may
    /// be used again. Where any of it changed, a draft is rather not offered than offered under another chart.
    ///
    /// Where one base serves many clinics, the clinic goes in, and the id stays out if there is a health number: such
    /// a server makes a copy of the patient for each launch.
    #[must_use]
    pub fn patient_key(&self, ehr: &Ehr, sealer: &Sealer) -> String {
        let text = |name: &str| self.patient[name].as_str().unwrap_or_default();
        let number = health_number(&self.patient);
        let (system, value) = number.as_ref().map_or(("", ""), |number| (&number.system, &number.value));
        let tenant = self.launch_context.tenant.as_deref().filter(|_| ehr.many_clinics).unwrap_or_default();
        let id = if ehr.many_clinics && !value.is_empty() { "" } else { text("id") };
        sealer.lookup(&["patient", &ehr.id, tenant, id, text("birthDate"), system, value])
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
    /// What the EHR granted, as far as it was asked for.
    pub grant: Grant,
    access: Access,
}

/// Whether more of a chart may be read.
pub(super) enum Access {
    /// With these tokens.
    Open(Arc<ContextTokens>),
    /// No: they ran out, or were not looked for.
    Over,
    /// No: the EHR renewed them no more.
    Refused,
}

impl OpenContext {
    pub(super) fn new(
        id: String,
        ehr: Arc<Ehr>,
        (patient_key, chart): (String, Arc<ChartContext>),
        (grant, access): (Grant, Access),
    ) -> Self {
        let grant = grant.within(&ehr.client.scopes);
        Self { id, ehr, patient_key, chart, grant, access }
    }

    /// A client for this chart's server; none once its tokens have run out or were wiped.
    #[must_use]
    pub fn client(&self) -> Option<Client> {
        let Access::Open(tokens) = &self.access else { return None };
        let tokens = Arc::<ContextTokens>::clone(tokens);
        Some(Client::new(Arc::clone(&self.ehr.outbound), self.ehr.client.base.clone(), tokens))
    }

    /// Checks, after the chart was read, that it is still the one that was opened.
    ///
    /// # Errors
    /// [`Error::Changed`] when the EHR renewed our access for another patient or person; nothing may be shown then.
    pub fn check(&self) -> Result<(), Error> {
        match &self.access {
            Access::Open(tokens) if tokens.has_changed() => Err(Error::Changed),
            _ => Ok(()),
        }
    }

    /// Asks the EHR, where the registration says so, whether it still stands by the access it gave.
    ///
    /// # Errors
    /// [`Error::EndedByEhr`] when it does not: the session there is over. As [`OpenContext::check`] too.
    pub async fn confirm(&self) -> Result<(), Error> {
        if !self.ehr.client.introspect {
            return Ok(());
        }
        let ended = match &self.access {
            Access::Open(tokens) => tokens.ended_by_ehr().await?,
            Access::Over => false,
            Access::Refused => true,
        };
        self.check()?;
        if ended { Err(Error::EndedByEhr) } else { Ok(()) }
    }

    /// The address of the EHR's own order the app was opened about, if there is one: an id alone names another order
    /// at another base.
    #[must_use]
    pub fn order(&self) -> Option<String> {
        let order = self.chart.launch_context.about("ServiceRequest").map(Reference::id)?;
        Some(format!("{}/ServiceRequest/{order}", self.chart.base))
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
