//! Open launch contexts: the chart of one launch, and access to it.

use std::sync::{Arc, OnceLock};

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{error::Error, tokens::ContextTokens};
use crate::{
    db::Sealer,
    ehrs::Ehr,
    fhir::{AccessTokens, Client, PatientView, Reference, health_number},
    smart::{Grant, LaunchContext, Style},
};

/// Chart data read at launch, sealed in the row of its launch context.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChartContext {
    /// Canonical FHIR base URL that the chart was read from. Tokens and ids are valid only there.
    pub base: String,
    /// Launch context of the token response.
    pub launch_context: LaunchContext,
    /// Patient resource, whose id is that of the launch context.
    pub patient: Arc<Value>,
    /// Resource of the user: a Practitioner, or the PractitionerRole if its practitioner could not be read.
    pub user: Option<Arc<Value>>,
    /// Style of the EHR, if it publishes one.
    pub style: Option<Style>,
    /// Name of the EHR or clinic that holds this chart.
    pub place: String,
    /// Name of the clinic of the launch, if one FHIR base serves several and the EHR names it.
    #[serde(default)]
    pub clinic: Option<String>,
    /// Time at which the resources were read.
    pub read_at: Timestamp,
}

impl ChartContext {
    /// Returns the UTC date on which the chart was read, for names and numbers that are valid for a time.
    #[must_use]
    pub fn day(&self) -> Date {
        self.read_at.to_zoned(TimeZone::UTC).date()
    }

    /// Returns a keyed hash under which this patient's drafts and events at this EHR are found.
    ///
    /// It covers all identifying data, since a health number alone may be a placeholder or a parent's, and ids may
    /// be reused. If any of it changes, drafts are no longer offered rather than offered in another chart.
    ///
    /// If one FHIR base serves several clinics, the hash covers the tenant, and omits the id if there is a health
    /// number: such a server creates a copy of the patient for each launch.
    #[must_use]
    pub fn patient_key(&self, ehr: &Ehr, sealer: &Sealer) -> String {
        let text = |name: &str| self.patient[name].as_str().unwrap_or_default();
        let number = health_number(&self.patient, self.day());
        let (system, value) = number.as_ref().map_or(("", ""), |number| (&number.system, &number.value));
        let tenant = self.tenant(ehr);
        let id = if ehr.many_clinics && !value.is_empty() { "" } else { text("id") };
        sealer.lookup(&["patient", &ehr.id, tenant, id, text("birthDate"), system, value])
    }

    /// Returns a keyed hash of the clinic that the launch came from: the EHR and, if one FHIR base serves several clinics,
    /// its tenant.
    #[must_use]
    pub fn clinic_key(&self, ehr: &Ehr, sealer: &Sealer) -> String {
        sealer.lookup(&["clinic", &ehr.id, self.tenant(ehr)])
    }

    /// Tenant of an EHR that serves several clinics; empty otherwise.
    fn tenant(&self, ehr: &Ehr) -> &str {
        self.launch_context.tenant.as_deref().filter(|_| ehr.many_clinics).unwrap_or_default()
    }
}

/// Returns the key of the clinic of an EHR that serves only one, as [`ChartContext::clinic_key`] does.
#[must_use]
pub fn only_clinic_key(ehr: &Ehr, sealer: &Sealer) -> Option<String> {
    (!ehr.many_clinics).then(|| sealer.lookup(&["clinic", &ehr.id, ""]))
}

/// Open launch context: one chart, in one session, at one EHR.
pub struct OpenContext {
    /// Unguessable id; the `{context}` of the path.
    pub id: String,
    /// EHR that holds the chart.
    pub ehr: Arc<Ehr>,
    /// Keyed hash of the patient, from [`ChartContext::patient_key`].
    pub patient_key: String,
    /// Chart data read at launch.
    pub chart: Arc<ChartContext>,
    /// Granted scopes, limited to those requested.
    pub grant: Grant,
    access: ChartAccess,
    patient: OnceLock<PatientView>,
}

/// Access to further resources of a chart.
pub(super) enum ChartAccess {
    /// Resources can be read with these tokens.
    Open(Arc<ContextTokens>),
    /// Resources can be read with one access token that is not refreshed, for a preview.
    Given(Arc<SecretString>),
    /// No access: the tokens expired, or this request does not need them.
    Closed,
    /// No access: the tokens were wiped, because the EHR refused to refresh them.
    Refused,
}

impl OpenContext {
    pub(super) fn new(
        id: String,
        ehr: Arc<Ehr>,
        patient_key: String,
        chart: Arc<ChartContext>,
        grant: &Grant,
        access: ChartAccess,
    ) -> Self {
        let grant = grant.within(&ehr.client.scopes);
        Self { id, ehr, patient_key, chart, grant, access, patient: OnceLock::new() }
    }

    /// Returns a client for the FHIR server of this chart, or `None` once the tokens have expired or were wiped.
    #[must_use]
    pub fn client(&self) -> Option<Client> {
        let tokens: Arc<dyn AccessTokens> = match &self.access {
            ChartAccess::Open(tokens) => Arc::<ContextTokens>::clone(tokens),
            ChartAccess::Given(token) => Arc::<SecretString>::clone(token),
            ChartAccess::Closed | ChartAccess::Refused => return None,
        };
        Some(Client::new(Arc::clone(&self.ehr.outbound), self.ehr.client.base.clone(), tokens))
    }

    /// Checks, after reading from the EHR, that no refresh has changed the patient or the user.
    ///
    /// # Errors
    /// [`Error::Changed`] if a refresh returned another patient or user; no data may be shown then.
    pub fn check(&self) -> Result<(), Error> {
        match &self.access {
            ChartAccess::Open(tokens) => tokens.change().map_or(Ok(()), |change| Err(Error::Changed(change))),
            _ => Ok(()),
        }
    }

    /// Asks the EHR by introspection whether the access still holds. Does nothing unless the registration enables it.
    ///
    /// # Errors
    /// [`Error::EndedByEhr`] if the EHR has ended the access, and the errors of [`OpenContext::check`].
    pub async fn confirm(&self) -> Result<(), Error> {
        if !self.ehr.client.introspect {
            return Ok(());
        }
        let ended = match &self.access {
            ChartAccess::Open(tokens) => tokens.ended_by_ehr().await?,
            ChartAccess::Closed | ChartAccess::Given(_) => false,
            ChartAccess::Refused => true,
        };
        self.check()?;
        if ended { Err(Error::EndedByEhr) } else { Ok(()) }
    }

    /// Returns the absolute URL of the order that the launch is about, if any. An id alone is unique only within one
    /// FHIR base.
    #[must_use]
    pub fn order(&self) -> Option<String> {
        let order = self.chart.launch_context.about("ServiceRequest").map(Reference::id)?;
        Some(format!("{}/ServiceRequest/{order}", self.chart.base))
    }

    /// Returns the patient as pages show it.
    #[must_use]
    pub fn patient(&self) -> &PatientView {
        self.patient.get_or_init(|| PatientView::on(&self.chart.patient, self.chart.day()))
    }

    /// Returns the prefix of every path of this context, such as `/c/…`.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/c/{}", self.id)
    }
}
