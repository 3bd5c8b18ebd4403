//! Tests of referrals that an earlier version handed over for signature, before clinics had queues.

use passerelle::{
    app::DemoUsers,
    demo_ehr::{LaunchOptions, Shape},
    ehrs::Preset,
    testing::{Engine, FormFields, TestApp, aged_store, hand_over, to_summary},
};
use serde_json::json;

use crate::{
    form::Cardiology as _,
    signing::{COLLEAGUE, DELEGATE, SIGNER, chart, clinic, handed_over},
};

/// Leaves a referral as a version without queues handed it over, and starts the app again.
async fn upgrade(app: &mut TestApp, id: String) {
    app.within(async move |app| aged_store::age_hand_over(app.db(), &id).await).await.unwrap();
    let port = app.port();
    app.restart(port).await;
}

/// A referral from before clinics had queues waits for every clinician of the clinic after the upgrade.
#[actix_web::test]
async fn queues_what_an_earlier_version_handed_over() {
    let mut app = clinic(Engine::Sqlite).await;
    let (_, id) = handed_over(&app).await;
    upgrade(&mut app, id).await;
    let app = &app;
    app.eventually("it waits for any clinician", async || {
        let mut colleague = app.browser();
        let path = chart(app, &mut colleague, "marc-andre", COLLEAGUE).await;
        let mine = colleague.get(&format!("/referrals?from={}", path.trim_start_matches("/c/"))).await;
        mine.text().contains("TREMBLAY-SINGH, Éléonore") && mine.text().contains("Harpreet Gill")
    })
    .await;
}

/// Launch at one clinic of an EHR that serves several.
fn at_rideau(practitioner: &str, patient: &str) -> LaunchOptions {
    LaunchOptions::new(practitioner)
        .patient(patient)
        .tenant("rideau")
        .fhir_context(json!([{ "reference": "Organization/rideau-fht" }]))
}

/// At an EHR of several clinics, an earlier referral is queued at the clinic from which its patient's chart is opened, and the
/// list without a chart says why it has no queue.
#[actix_web::test]
async fn queues_an_earlier_referral_of_several_clinics_once_its_chart_is_opened() {
    let setup = TestApp::setup().shape(Shape::Halo).registration(|it| Preset::Halo.apply(it));
    let mut app = setup.extend(|builder| builder.user_mapper(DemoUsers)).start().await;
    let mut delegate = app.browser();
    let landing = delegate.launch_with(app.ehr(), at_rideau(DELEGATE, "eleonore")).await;
    let mut form = FormFields::read(&delegate.open(&landing).await);
    let summary = to_summary(&mut delegate, form.complete("Palpitations")).await;
    assert_eq!(hand_over(&mut delegate, &summary, "any").await.status, 303);
    upgrade(&mut app, summary.url.path().split('/').nth(4).unwrap().to_owned()).await;

    let mut signer = app.browser();
    let mut home = async |patient: &str| {
        let landing = signer.launch_with(app.ehr(), at_rideau(SIGNER, patient)).await;
        signer.get(&format!("/c/{}/", landing.context())).await.text()
    };
    let before = home("marc-andre").await;
    assert!(!before.contains("waits for your signature"), "{before}");
    let own = home("eleonore").await;
    assert!(own.contains("Waiting for your signature (1)"), "{own}");
    let after = home("marc-andre").await;
    assert!(after.contains("One referral of another patient waits for your signature"), "{after}");

    let mine = signer.get("/referrals").await;
    assert!(mine.text().contains("Your EHR serves several clinics"), "{}", mine.text());
    assert!(!mine.text().contains("TREMBLAY"), "{}", mine.text());
}
