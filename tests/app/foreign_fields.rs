//! Tests of unknown form fields.

use passerelle::testing::{Browser, Page, TestApp};

use crate::{
    form::{Cardiology as _, FormFields},
    referral::{delivered, follow, form_of},
};

const CONCERN: &str = "What the form says, canary-concern.";

/// Fields that an attacker might add to a form: another patient, author, status, destination or role.
fn hopes(other: &FormFields, chart: &passerelle::testing::Chart) -> Vec<(String, String)> {
    let (context, id) = (other.action.split('/').nth(2).unwrap(), other.action.split('/').nth(4).unwrap());
    let mut hopes = Vec::new();
    for (names, value) in [
        (&["patient", "patient_id", "patientId", "subject", "a.patient"][..], "zoe"),
        (&["patient_key", "patient_name", "summary"], "LeBlanc"),
        (&["user_id", "author", "author_id", "submitted_by", "practitioner", "a.author"], &*chart.user_id),
        (&["user", "clinician", "begun_by", "fhirUser"], "Practitioner/wei-lin-chen"),
        (&["status", "state", "referral_status"], "submitted"),
        (&["submitted_at", "signed_at", "discarded_at", "updated_at"], "1"),
        (&["role", "is_admin", "may_sign"], "administrator"),
        (&["ehr", "ehr_id", "tenant", "tenant_id", "organization"], "lakeside"),
        (&["context", "context_id", "session_id"], context),
        (&["id", "referral_id", "form_id"], id),
        (&["number", "identifier"], "R00-0000"),
        (&["performer", "destination", "service_id", "url", "endpoint"], "https://evil.test/fhir"),
    ] {
        hopes.extend(names.iter().map(|name| ((*name).to_owned(), value.to_owned())));
    }
    hopes
}

async fn post(browser: &mut Browser, path: &str, own: &[(&str, &str)], hopes: &[(String, String)]) -> Page {
    let hopes = hopes.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    // Before and after the real fields, so that neither the first nor the last of two takes effect.
    let fields: Vec<(&str, &str)> = hopes.clone().chain(own.iter().copied()).chain(hopes).collect();
    browser.post(path, &fields).await
}

fn hidden(page: &Page, name: &str) -> String {
    let (_, after) = page.body.split_once(&format!("name=\"{name}\" value=\"")).expect("the field is there");
    after.split_once('"').unwrap().0.to_owned()
}

/// X03, A02, CTX-01: from the form to the message, the open chart, the signed-in user and the next step determine the
/// referral, whatever other fields are sent.
#[actix_web::test]
async fn ignores_fields_that_are_not_on_the_page() {
    let app = TestApp::start().await;
    let (mut own, mut other) = (app.browser(), app.browser());
    let others_form = form_of(&app, &mut other, "zoe", "wei-lin-chen").await;
    let others_chart = other.chart(others_form.action.split('/').nth(2).unwrap()).await;
    let hopes = hopes(&others_form, &others_chart);

    let mut form = form_of(&app, &mut own, "eleonore", "ngozi-okafor").await;
    form.complete(CONCERN);
    let fields: Vec<(&str, &str)> = form.fields().iter().map(|(name, value)| (&**name, &**value)).collect();
    let with_service = [fields, vec![("action", "continue"), ("service", "evil")]].concat();
    let saved = post(&mut own, &form.action, &with_service, &hopes).await;
    assert!(saved.location().path().ends_with("/destination"), "nothing was chosen or sent: {}", saved.url);
    let destinations = follow(&mut own, &saved).await;
    let (token, service) = (destinations.csrf_token(), hidden(&destinations, "service"));
    let chosen =
        [("csrf_token", &*token), ("revision", &hidden(&destinations, "revision")), ("service", &service)];
    let chosen = post(&mut own, destinations.url.path(), &chosen, &hopes).await;
    assert_eq!(app.count("deliveries").await, 0);
    let summary = follow(&mut own, &chosen).await;
    assert!(summary.text().contains("TREMBLAY-SINGH, Éléonore") && !summary.text().contains("LeBlanc"));
    let submit = summary.url.path().replace("/review", "/submit");
    let fields = [("csrf_token", &*token), ("revision", &hidden(&summary, "revision"))];
    let sent = post(&mut own, &submit, &fields, &hopes).await;
    let detail = follow(&mut own, &sent).await;
    assert!(!detail.text().contains("R00-0000") && detail.text().contains("TREMBLAY"), "{}", detail.text());
    app.deliver().await;

    let messages = delivered(&app);
    let message = messages[0].to_string();
    assert!(messages.len() == 1 && message.contains(CONCERN) && message.contains("\"Okafor\""));
    for hope in ["zoe", "LeBlanc", "Chen", "R00-0000", "evil.test", &others_chart.user_id] {
        assert!(!message.contains(hope), "{hope} is in the message");
    }
    assert!(!other.get("/referrals").await.text().contains("TREMBLAY"), "another user does not see it");
    let submitted: Vec<_> =
        app.audit_events().await.into_iter().filter(|it| it.event == "referral-submitted").collect();
    assert_eq!(
        submitted[0].user_id.as_deref(),
        Some(&*own.chart(form.action.split('/').nth(2).unwrap()).await.user_id)
    );
}
