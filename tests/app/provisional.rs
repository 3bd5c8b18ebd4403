//! Tests of a form that does not ask for the urgency and is provisional, and of reports without a file.

use std::fs;

use passerelle::{
    delivery::{Outcome, Reason},
    demo_ehr::Fault,
    testing::{Scratch, TestApp},
};
use serde_json::json;

use crate::{
    delivery::{Destination, sending_to},
    form::Cardiology as _,
    prepared::{french, pdf_text},
    referral::{follow, form_of, send, to_summary},
};

/// Starts the app with one provisional form that asks for the concern only.
async fn with_provisional_form(folder: &Scratch) -> TestApp {
    let form = json!({
        "resourceType": "Questionnaire", "id": "trial", "url": "https://clinic.example.ca/fhir/Questionnaire/trial",
        "version": "0.1.0", "title": "Trial form", "status": "draft",
        "code": [{"system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology"}],
        "item": [{"linkId": "concern", "type": "text", "text": "Concern", "required": true}]
    });
    fs::write(folder.path().join("trial.json"), form.to_string()).unwrap();
    TestApp::setup().settings(&format!("[forms]\nfolder = \"{}\"\n", folder.path().display())).start().await
}

/// The form, the review, the sent page and the letter say that the form is for tests, and that no answer says how urgent
/// the referral is.
#[actix_web::test]
async fn says_that_a_form_is_provisional_and_its_priority_the_default() {
    let folder = Scratch::new();
    let app = with_provisional_form(&folder).await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert!(page.text().contains("Draft form, for tests A referral made with it is sent"), "{}", page.text());
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let review = to_summary(&mut browser, form.set("a.concern", "Palpitations")).await;
    let sent = send(&mut browser, &review).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let detail = follow(&mut browser, &sent).await;
    for page in [&review, &detail] {
        assert!(page.text().contains("Draft form, for tests"), "{}", page.text());
        let default = "routine (the default: no answer says how urgent it is)";
        assert!(page.text().to_lowercase().contains(default), "{}", page.text());
    }
    let letter = browser.get(&format!("{}/letter.pdf", detail.url.path())).await;
    assert!(pdf_text(&letter.bytes).contains("Draft form, for tests"));
    let detail = french(&mut browser, &detail).await;
    for said in ["Formulaire provisoire, pour essais", "aucune réponse n’indique l’urgence"] {
        assert!(detail.text().contains(said), "{said}: {}", detail.text());
    }
}

/// A form that asks for the urgency, and is in use.
#[actix_web::test]
async fn says_nothing_of_a_default_that_was_answered() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let review = to_summary(&mut browser, form.complete("Palpitations")).await;
    assert!(!review.text().contains("the default:"), "{}", review.text());
    assert!(!review.text().contains("for tests"), "{}", review.text());
}

/// A report whose results are in the message has no file to miss, to print or to fax.
#[actix_web::test]
async fn asks_for_no_file_of_a_report_without_one() {
    let destination = Destination::answers([Outcome::Refused(Reason::from("status 400"))]);
    let app = sending_to(&destination).start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Results").choose("a.ecg-source", "separate");
    form.choose("a.documents", "DiagnosticReport/eleonore-lab-report");
    let review = to_summary(&mut browser, &form).await;
    let sent = send(&mut browser, &review).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let detail = follow(&mut browser, &sent).await;
    let text = detail.text();
    assert!(text.contains("Comprehensive metabolic"), "{text}");
    assert!(!text.contains("Print and fax these files") && !detail.body.contains("name=\"files\""), "{text}");
    assert!(!detail.body.contains("fax.pdf") && !detail.body.contains("files.pdf"), "{}", detail.body);
    let fax = browser.get(&format!("{}/fax.pdf", detail.url.path())).await;
    let fax = pdf_text(&fax.bytes);
    assert!(!fax.contains("Not in this PDF"), "{fax}");
    let token = detail.csrf_token();
    let marked =
        browser.post(&format!("{}/faxed", detail.url.path()), &[("csrf_token", token.as_str())]).await;
    assert_eq!(marked.status, 303, "{}", marked.text());
}

/// A clinic that was not loaded is not an unknown one.
#[actix_web::test]
async fn says_that_the_clinic_was_not_loaded() {
    let folder = Scratch::new();
    let app = with_provisional_form(&folder).await;
    app.ehr().set_fault(Some(Fault::PractitionerRoleSearchFails));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert!(page.body.contains("<b>Clinic not loaded</b>"), "{}", page.body);
    let mut form = passerelle::testing::FormFields::read(&page);
    let review = to_summary(&mut browser, form.set("a.concern", "Palpitations")).await;
    assert!(review.text().contains("Clinic Clinic not loaded"), "{}", review.text());
    assert!(review.text().contains("could not be loaded from"), "{}", review.text());
}
