//! Tests of charts from which a referral is refused or needs a confirmation.

use passerelle::{
    demo_ehr::Fault,
    testing::{Browser, Page, TestApp},
};
use serde_json::{Value, json};

use crate::{
    documents::send_confirmed,
    form::{Cardiology as _, FormFields},
    referral::{delivered, form_of, send, to_summary},
};

/// Creates an app whose EHR sets this member on every Patient.
async fn app_saying(member: &'static str, value: Value) -> TestApp {
    let app = TestApp::setup().relayed().start().await;
    say(&app, member, value);
    app
}

fn say(app: &TestApp, member: &'static str, value: Value) {
    app.ehr().relay().change_answers(move |path, answer| {
        if path.starts_with("/fhir/Patient/") {
            answer.change_json(|patient| patient[member] = value.clone());
        }
    });
}

/// A chart of which neither name nor birth date can be read: no form is begun, and what was begun before is not sent.
#[actix_web::test]
async fn refuses_to_refer_a_patient_whom_nothing_identifies() {
    for fault in [Fault::PatientNearlyEmpty, Fault::PatientWrongTypes] {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        app.ehr().set_fault(Some(fault));
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let context = landing.context();
        for path in ["/referrals/new", "/referrals/new?form=cardiology-consult", "/"] {
            let page = browser.get(&format!("/c/{context}{path}")).await;
            let page = if page.redirects() { browser.get(page.location().path()).await } else { page };
            let said =
                "No name and no date of birth could be read from this chart, so no referral can be started";
            assert!(page.text().contains(said), "{fault:?} {path}: {}", page.text());
        }
    }
}

/// A birth date alone may be enough for the destination, and is confirmed.
#[actix_web::test]
async fn asks_to_confirm_a_patient_without_a_name() {
    let app = app_saying("name", Value::Null).await;
    let mut browser = app.browser();
    let summary = summary(&app, &mut browser).await;
    assert!(summary.text().contains("The destination can tell who it is"), "{}", summary.text());
    assert_eq!(send(&mut browser, &summary).await.status, 422);
    assert_eq!(send_confirmed(&mut browser, &summary, &["patient-incomplete".to_owned()]).await.status, 303);
    app.deliver().await;
    assert_eq!(delivered(&app).len(), 1);
}

fn test_patient() -> Value {
    let system = "http://terminology.hl7.org/CodeSystem/v3-ActReason";
    json!({ "security": [{ "system": system, "code": "HTEST" }] })
}

fn replaced() -> Value {
    json!([{ "type": "replaced-by", "other": { "reference": "Patient/zoe" } }])
}

async fn summary(app: &TestApp, browser: &mut Browser) -> Page {
    let mut form: FormFields = form_of(app, browser, "eleonore", "ngozi-okafor").await;
    to_summary(browser, form.complete("Palpitations")).await
}

fn revision(page: &Page) -> String {
    let (_, after) = page.body.split_once("name=\"revision\" value=\"").unwrap();
    after.split('"').next().unwrap().to_owned()
}

/// F20: a replaced record is flagged on every page, in both languages, and nothing is sent from it, even by a request
/// that bypasses the page.
#[actix_web::test]
async fn refuses_to_refer_from_a_replaced_record() {
    let app = TestApp::setup().relayed().start().await;
    let mut browser = app.browser();
    let before = summary(&app, &mut browser).await;
    let id = before.url.path().split('/').nth(4).unwrap().to_owned();
    say(&app, "link", replaced());
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let opened = browser.open(&landing).await;
    let home = browser.get(opened.location().path()).await;
    assert!(home.text().contains("Open the chart that replaces it"), "{}", home.text());
    assert!(!home.body.contains("referrals/new?form="), "no form is offered");
    let page = browser.get(&format!("/c/{}/referrals/{id}/review", landing.context())).await;
    assert!(page.text().contains("Open the chart that replaces it"), "{}", page.text());
    assert!(page.text().contains("This chart was replaced by another"), "{}", page.text());
    assert!(!page.body.contains("/submit\""));
    let french = browser.get(&format!("{}?lang=fr", page.url.path())).await;
    assert!(french.text().contains("Ce dossier a été remplacé par un autre"), "{}", french.text());
    let edit = browser.get(&page.url.path().replace("/review", "/edit")).await;
    let (token, revision) = (edit.csrf_token(), revision(&edit));
    let fields = [("csrf_token", token.as_str()), ("revision", &revision), ("confirm", "patient-replaced")];
    let refused = browser.post(&page.url.path().replace("/review", "/submit"), &fields).await;
    assert_eq!((refused.status, app.count("deliveries").await), (422, 0), "{}", refused.text());
}

/// F20: a test patient and an inactive chart are flagged, and a referral needs a confirmation.
#[actix_web::test]
async fn requires_a_confirmation_for_a_test_patient_or_an_inactive_chart() {
    for (member, value, flag, confirm) in [
        ("meta", test_patient(), "This is a test patient", "patient-test"),
        ("active", json!(false), "This chart is marked inactive", "patient-inactive"),
    ] {
        let app = app_saying(member, value).await;
        let mut browser = app.browser();
        let page = summary(&app, &mut browser).await;
        assert!(page.text().contains(flag), "{}", page.text());
        let refused = send(&mut browser, &page).await;
        assert_eq!((refused.status, app.count("deliveries").await), (422, 0), "{}", refused.text());
        assert!(refused.text().contains(flag), "on this page too: {}", refused.text());
        let (token, revision) = (refused.csrf_token(), revision(&refused));
        let fields = [("csrf_token", token.as_str()), ("revision", &revision), ("confirm", confirm)];
        let sent = browser.post(&page.url.path().replace("/review", "/submit"), &fields).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        app.deliver().await;
        assert_eq!(delivered(&app).len(), 1);
    }
}

/// F20: an ordinary chart has no flag and needs no confirmation.
#[actix_web::test]
async fn shows_no_flag_on_an_ordinary_chart() {
    let app =
        app_saying("link", json!([{ "type": "replaces", "other": { "reference": "Patient/zoe" } }])).await;
    let mut browser = app.browser();
    let page = summary(&app, &mut browser).await;
    assert!(!page.body.contains("class=\"flag\"") && !page.body.contains("name=\"confirm\""));
}
