//! Charts that fill previews of forms.

use secrecy::SecretString;
use serde::Serialize;

/// Patient whose chart can fill a preview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct PreviewPatient {
    /// FHIR id.
    pub id: String,
    /// Name as the EHR lists it.
    pub name: String,
}

/// Access to one chart, without a launch.
pub struct PreviewAccess {
    /// Id of the EHR's registration.
    pub ehr_id: String,
    /// Access token.
    pub access_token: SecretString,
    /// Granted scopes, separated by blanks.
    pub scope: String,
    /// Relative reference of the user, such as `Practitioner/1`.
    pub fhir_user: String,
    /// FHIR id of the encounter in progress.
    pub encounter: Option<String>,
}

/// Charts that fill previews of forms. Only a simulated EHR has them: no chart of a real EHR is opened without a launch.
pub trait PreviewCharts: Send + Sync {
    /// Lists the patients.
    fn patients(&self) -> Vec<PreviewPatient>;

    /// Returns access to the chart of a patient, or `None` if there is no such patient.
    fn access(&self, patient: &str) -> Option<PreviewAccess>;
}
