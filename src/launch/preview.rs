//! Opens charts for previews of forms: those of a simulated EHR that runs beside the app.

use std::sync::Arc;

use secrecy::SecretString;

use super::{
    context::{ChartAccess, ChartContext, OpenContext},
    people::{read, read_people, user_reference},
    preview_charts::PreviewPatient,
    service::Launch,
};
use crate::{
    fhir::{Client, Reference},
    smart::{Grant, LaunchContext},
};

impl Launch {
    /// Returns the patients whose charts can fill a preview; none without a simulated EHR.
    #[must_use]
    pub fn preview_patients(&self) -> Vec<PreviewPatient> {
        self.previews.as_ref().map(|charts| charts.patients()).unwrap_or_default()
    }

    /// Opens a chart of the simulated EHR for a preview: it belongs to no session and is stored nowhere. Returns `None` if it cannot
    /// be read.
    pub async fn preview_context(&self, patient: &str) -> Option<OpenContext> {
        let access = self.previews.as_ref()?.access(patient)?;
        let ehr = self.registry.find(&access.ehr_id)?;
        let (grant, base) = (Grant::parse(&access.scope), &ehr.client.base);
        let token = Arc::new(access.access_token);
        let client = Client::new(Arc::clone(&ehr.outbound), base.clone(), Arc::<SecretString>::clone(&token));
        let user = user_reference(Some(&format!("{}/{}", base.canonical(), access.fhir_user)), base).ok()?;
        let people = read_people(&client, &grant, user).await.ok()?;
        let resource = read(&client, &grant, &Reference::new("Patient", patient)?).await?;
        let chart = Arc::new(ChartContext {
            base: base.canonical().to_owned(),
            launch_context: LaunchContext {
                patient: Some(patient.to_owned()),
                encounter: access.encounter,
                need_patient_banner: true,
                ..LaunchContext::default()
            },
            patient: resource,
            user: people.user,
            style: None,
            place: ehr.name.clone(),
            clinic: None,
            read_at: self.ground.clock.now(),
        });
        let key = chart.patient_key(&ehr, &self.ground.sealer);
        Some(OpenContext::new("preview".to_owned(), ehr, key, chart, &grant, ChartAccess::Given(token)))
    }
}
