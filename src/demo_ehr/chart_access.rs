//! Access to a chart without a launch, for a program that runs this EHR itself.

use super::{
    clinicians::find_clinician, fixtures, launch_options::LaunchContext, oauth::grants::Grant,
    pages::render::patient_label, random::unguessable, state::DemoEhr,
};

/// Access to the chart of one patient.
#[derive(Clone, Debug)]
pub struct ChartAccess {
    /// Access token.
    pub access_token: String,
    /// Relative reference of the clinician.
    pub fhir_user: String,
    /// Id of the encounter in progress.
    pub encounter: Option<String>,
}

impl DemoEhr {
    /// Lists the patients: id and name.
    #[must_use]
    pub fn patients(&self) -> Vec<(String, String)> {
        let patients = fixtures::of_type("Patient");
        let listed = patients.filter_map(|it| Some((it["id"].as_str()?.to_owned(), patient_label(it))));
        listed.collect()
    }

    /// Issues an access token for the chart of a patient, as a launch by this clinician would. `None` if there is no such patient or
    /// clinician.
    #[must_use]
    pub fn open_chart(
        &self,
        client_id: &str,
        clinician: &str,
        scopes: &[&str],
        patient: &str,
    ) -> Option<ChartAccess> {
        fixtures::find("Patient", patient)?;
        let clinician = find_clinician(clinician)?;
        let encounter = fixtures::current_encounter(patient).map(str::to_owned);
        let mut state = self.locked();
        let grant = Grant {
            client_id: client_id.to_owned(),
            scopes: scopes.iter().map(|scope| (*scope).to_owned()).collect(),
            user: Some(clinician.id.to_owned()),
            context: LaunchContext {
                patient: Some(patient.to_owned()),
                encounter: encounter.clone(),
                ..LaunchContext::default()
            },
            clearings: state.clearings,
            ..Grant::default()
        };
        let (now, lifetime) = (self.now(), grant.token_lifetime(self.shape()));
        let access_token = state.grants.insert_access_token(grant, &unguessable(), now, lifetime, false);
        state.issued_secrets.push(&access_token);
        Some(ChartAccess { access_token, fhir_user: clinician.fhir_user.to_owned(), encounter })
    }
}
