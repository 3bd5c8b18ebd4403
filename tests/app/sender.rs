//! Tests of the clinic that a referral comes from, with forms that do not ask for it.

use std::fs;

use passerelle::testing::{Browser, Page, Scratch, TestApp};
use serde_json::{Value, json};

use crate::{
    documents::send_confirmed,
    form::{Cardiology as _, FormFields},
    referral::{delivered, follow, form_of, send, to_summary},
    review::shows,
};

/// Starts the app with one form that reads nothing of the chart.
async fn with_smallest_form(folder: &Scratch) -> TestApp {
    let form = json!({
        "resourceType": "Questionnaire", "id": "small", "url": "https://clinic.example.ca/fhir/Questionnaire/small",
        "version": "1.0.0", "title": "Small form", "status": "active",
        "code": [{"system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology"}],
        "item": [{"linkId": "concern", "type": "text", "text": "Concern", "required": true}]
    });
    fs::write(folder.path().join("small.json"), form.to_string()).unwrap();
    TestApp::setup().settings(&format!("[forms]\nfolder = \"{}\"\n", folder.path().display())).start().await
}

async fn summary_of(app: &TestApp, browser: &mut Browser, practitioner: &str) -> Page {
    let mut form = form_of(app, browser, "eleonore", practitioner).await;
    to_summary(browser, form.set("a.concern", "Palpitations")).await
}

fn resources<'m>(message: &'m Value, kind: &str) -> Vec<&'m Value> {
    let all = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    all.filter(|resource| resource["resourceType"] == kind).collect()
}

/// Names of the Organizations that roles of the message refer to.
fn clinics(message: &Value) -> Vec<String> {
    resources(message, "Organization")
        .iter()
        .map(|it| it["name"].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[actix_web::test]
async fn sends_the_clinic_of_the_clinician_with_a_form_that_does_not_ask_for_it() {
    let folder = Scratch::new();
    let app = with_smallest_form(&folder).await;
    let mut browser = app.browser();
    let summary = summary_of(&app, &mut browser, "ngozi-okafor").await;
    assert!(shows(&summary, "Clinic Rideau Family Health Team"), "{}", summary.text());
    let sent = send(&mut browser, &summary).await;
    assert!(sent.redirects(), "{}", sent.text());
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let names = clinics(&message);
    assert!(names.iter().any(|name| name == "Rideau Family Health Team"), "{names:?}");
    let role =
        resources(&message, "PractitionerRole").into_iter().find(|role| role["code"].is_array()).unwrap();
    assert!(role["organization"].is_object(), "{role}");
    assert!(!names.iter().any(|name| name.contains("simulated") || name.contains("EMR")), "{names:?}");
}

/// The EHR has no role for her: its own name is not the name of a clinic.
#[actix_web::test]
async fn asks_for_a_clinic_that_the_ehr_does_not_name() {
    let folder = Scratch::new();
    let app = with_smallest_form(&folder).await;
    let mut browser = app.browser();
    let summary = summary_of(&app, &mut browser, "wei-lin-chen").await;
    assert!(shows(&summary, "Clinic Clinic not known"), "{}", summary.text());
    assert!(shows(&summary, "Name of your clinic") && shows(&summary, "Your clinic is not known"));
    assert!(!summary.body.contains("id=\"send\""));
    let token = summary.csrf_token();
    let path = summary.url.path().to_owned();
    let revision = summary.body.split_once("name=\"revision\" value=\"").unwrap().1;
    let revision = revision.split_once('"').unwrap().0.to_owned();
    let refused = [("csrf_token", token.as_str()), ("revision", revision.as_str())];
    let refused = browser.post(&path.replace("/review", "/submit"), &refused).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let named =
        [("csrf_token", token.as_str()), ("revision", revision.as_str()), ("clinic", " Chen  Heart Clinic ")];
    let named = browser.post(&path.replace("/review", "/clinic"), &named).await;
    let summary = follow(&mut browser, &named).await;
    assert!(shows(&summary, "Clinic Chen Heart Clinic"), "{}", summary.text());
    let sent = send(&mut browser, &summary).await;
    let sent = follow(&mut browser, &sent).await;
    assert!(
        sent.body.contains("class=\"letterhead\" aria-hidden=\"true\"><b>Chen Heart Clinic</b>"),
        "{}",
        sent.body
    );
    app.deliver().await;
    let names = clinics(&delivered(&app).remove(0));
    assert!(names.iter().any(|name| name == "Chen Heart Clinic"), "{names:?}");
}

/// A form that requires the name of the clinic asks for it in one place: the review does not ask as well.
#[actix_web::test]
async fn asks_for_the_clinic_once() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "wei-lin-chen").await;
    let summary =
        to_summary(&mut browser, form.complete("Clinic").set("a.clinic-name", "Chen Heart Clinic")).await;
    let mut form = FormFields::read(&browser.get(&summary.url.path().replace("/review", "/edit")).await);
    form.set("a.clinic-name", "").press(&mut browser, "save").await;
    let summary = browser.get(summary.url.path()).await;
    assert!(shows(&summary, "Clinic : An answer is required"), "{}", summary.text());
    assert!(!shows(&summary, "Name of your clinic") && !shows(&summary, "Your clinic is not known"));
}

/// Contact points of the Organization with this name, as `system value`.
fn numbers(message: &Value, clinic: &str) -> Vec<String> {
    let clinic = resources(message, "Organization").into_iter().find(|it| it["name"] == clinic).unwrap();
    let points = clinic["telecom"].as_array().into_iter().flatten();
    points
        .map(|point| format!("{} {}", point["system"].as_str().unwrap(), point["value"].as_str().unwrap()))
        .collect()
}

/// The EHR names neither clinic nor numbers: those that are typed are in the letterhead and in the Organization, and what is
/// not typed is not.
#[actix_web::test]
async fn sends_the_numbers_of_a_clinic_that_is_typed() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "wei-lin-chen").await;
    form.complete("Clinic").set("a.clinic-name", "Chen Heart Clinic").set("a.clinic-fax", "613 555 0177");
    let summary = to_summary(&mut browser, &form).await;
    assert!(shows(&summary, "Chen Heart Clinic"), "{}", summary.text());
    let letterhead =
        summary.body.split("class=\"letterhead\"").nth(1).unwrap().split("</div>").next().unwrap();
    assert!(letterhead.contains("613 555 0177"), "{letterhead}");
    let sent = send(&mut browser, &summary).await;
    assert!(sent.redirects(), "{}", sent.text());
    app.deliver().await;
    assert_eq!(numbers(&delivered(&app).remove(0), "Chen Heart Clinic"), ["fax 613 555 0177"]);
}

/// The name of another clinic goes without the identifiers and addresses of the one in the chart, whose number has to be
/// confirmed beside it.
#[actix_web::test]
async fn sends_the_clinic_that_the_clinician_writes_instead() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let (phone, fax) = (form.value("a.clinic-phone").to_owned(), form.value("a.clinic-fax").to_owned());
    assert!(!phone.is_empty() && !fax.is_empty());
    form.complete("Clinic").set("a.clinic-name", "Glebe Walk-in").set("a.clinic-fax", "613-555-0178");
    let summary = to_summary(&mut browser, &form).await;
    assert!(shows(&summary, "Clinic Glebe Walk-in"), "{}", summary.text());
    let asked = format!("with the number of the chart’s clinic: {phone}. The destination");
    assert!(shows(&summary, &asked), "{}", summary.text());
    let refused = send(&mut browser, &summary).await;
    assert_eq!(refused.status, 422, "it is to be confirmed");
    send_confirmed(&mut browser, &summary, &["clinic-numbers".to_owned()]).await;
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let clinic =
        resources(&message, "Organization").into_iter().find(|it| it["name"] == "Glebe Walk-in").unwrap();
    assert!(clinic["identifier"].is_null() && clinic["address"].is_null(), "{clinic}");
    assert!(!clinics(&message).iter().any(|name| name.contains("Rideau")));
    let expected = [format!("phone {phone}"), "fax 613-555-0178".to_owned()];
    assert_eq!(numbers(&message, "Glebe Walk-in"), expected);
}
