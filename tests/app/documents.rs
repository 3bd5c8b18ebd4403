//! Tests of documents from the chart: their content travels, or the clinician confirms by name that it does not.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use passerelle::{
    demo_ehr::Fault,
    testing::{Browser, Page, TestApp},
};
use serde_json::Value;

use crate::{
    form::{Cardiology as _, FormFields},
    referral::{delivered, follow, form_of, send, to_summary},
};

/// Form of the patient with documents, complete, with every document ticked.
async fn with_documents(app: &TestApp, browser: &mut Browser) -> FormFields {
    let mut form = form_of(app, browser, "eleonore", "ngozi-okafor").await;
    form.complete("Documents");
    form.choose("a.documents", "DocumentReference/");
    form
}

/// Contents of the documents in a message, decoded, with their media types.
fn contents(message: &Value) -> Vec<(String, Vec<u8>)> {
    let resources = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let attachments = resources.flat_map(|resource| {
        let contents =
            resource["content"].as_array().into_iter().flatten().map(|content| &content["attachment"]);
        contents.chain(resource["presentedForm"].as_array().into_iter().flatten())
    });
    let read = |attachment: &Value| {
        let data = STANDARD.decode(attachment["data"].as_str()?).unwrap();
        assert_eq!(attachment["size"], data.len(), "{attachment}");
        assert!(!attachment["title"].as_str().unwrap_or_default().is_empty(), "{attachment}");
        Some((attachment["contentType"].as_str().unwrap().to_owned(), data))
    };
    attachments.filter_map(read).collect()
}

fn binaries_read(app: &TestApp) -> usize {
    app.ehr().requests_of_app().iter().filter(|request| request.path.contains("/Binary/")).count()
}

/// Confirmations that the review page asks for about documents.
pub fn confirmations(page: &Page) -> Vec<String> {
    let parts = page.body.split("name=\"confirm\" value=\"").skip(1);
    parts.map(|part| part.split('"').next().unwrap().to_owned()).collect()
}

pub async fn send_confirmed(browser: &mut Browser, summary: &Page, confirmed: &[String]) -> Page {
    let revision =
        summary.body.split_once("name=\"revision\" value=\"").unwrap().1.split('"').next().unwrap();
    let token = summary.csrf_token();
    let mut fields = vec![("csrf_token", token.as_str()), ("revision", revision)];
    fields.extend(confirmed.iter().map(|id| ("confirm", id.as_str())));
    browser.post(&summary.url.path().replace("/review", "/submit"), &fields).await
}

#[actix_web::test]
async fn sends_documents_with_their_content() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = with_documents(&app, &mut browser).await;
    assert_eq!(binaries_read(&app), 0, "nothing is read before it is chosen");
    let summary = to_summary(&mut browser, &form).await;
    assert_eq!(confirmations(&summary), Vec::<String>::new(), "{}", summary.text());
    let read = binaries_read(&app);
    assert!(read > 0);
    let sent = send(&mut browser, &summary).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(binaries_read(&app), read, "what is sent is what was reviewed");
    app.deliver().await;
    let contents = contents(&delivered(&app).remove(0));
    assert!(contents.len() >= 2, "the ECG and another document");
    for (content_type, data) in contents {
        assert_eq!(content_type, "application/pdf");
        assert!(data.starts_with(b"%PDF"));
    }
}

#[actix_web::test]
async fn sends_content_that_the_ehr_answers_as_bytes() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::DocumentsAsBytes));
    let mut browser = app.browser();
    let form = with_documents(&app, &mut browser).await;
    let summary = to_summary(&mut browser, &form).await;
    send(&mut browser, &summary).await;
    app.deliver().await;
    assert!(contents(&delivered(&app).remove(0)).iter().all(|(_, data)| data.starts_with(b"%PDF")));
}

#[actix_web::test]
async fn sends_the_results_of_a_report() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Results").choose("a.documents", "DiagnosticReport/eleonore-lab-report");
    let summary = to_summary(&mut browser, &form).await;
    assert_eq!(confirmations(&summary), Vec::<String>::new(), "{}", summary.text());
    send(&mut browser, &summary).await;
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let resources: Vec<&Value> =
        message["entry"].as_array().unwrap().iter().map(|it| &it["resource"]).collect();
    let is_panel = |it: &&&Value| it["resourceType"] == "DiagnosticReport" && it["result"].is_array();
    let report = resources.iter().find(is_panel).expect("the report is sent with results");
    let results = report["result"].as_array().unwrap();
    assert!(!results.is_empty());
    for result in results {
        let entry =
            message["entry"].as_array().unwrap().iter().find(|it| it["fullUrl"] == result["reference"]);
        assert_eq!(entry.expect("each result is in the message")["resource"]["resourceType"], "Observation");
    }
}

/// A document whose content cannot be had blocks the referral until it is confirmed by name, and answers no required
/// question.
async fn a_document_without_content_is_confirmed_by_name(fault: Fault, code: &str) {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(fault));
    let mut browser = app.browser();
    let form = with_documents(&app, &mut browser).await;
    let mut summary = to_summary(&mut browser, &form).await;
    // The report with the ECG states no hash, so a damaged file cannot be told from another.
    if fault != Fault::DocumentsDamaged {
        assert!(summary.text().contains("has content that can be sent"), "{}", summary.text());
        assert!(!summary.body.contains("/submit\""), "a required ECG without content blocks");
        let edit = summary.url.path().replace("/review", "/edit");
        let mut form = FormFields::read(&browser.get(&edit).await);
        form.choose("a.ecg-source", "separate");
        let review = form.press(&mut browser, "continue").await;
        summary = follow(&mut browser, &review).await;
    }
    let confirmations = confirmations(&summary);
    assert!(!confirmations.is_empty(), "{}", summary.text());
    assert!(confirmations.iter().all(|id| id.starts_with(&format!("document-{code}-"))), "{confirmations:?}");
    assert!(summary.text().contains("goes without its content"), "{}", summary.text());
    assert!(!summary.text().contains("finding-"), "every finding has a text: {}", summary.text());
    let refused = send(&mut browser, &summary).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let sent = send_confirmed(&mut browser, &summary, &confirmations).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let page = follow(&mut browser, &sent).await;
    let message = delivered(&app).remove(0);
    let promised = "the sender sends the content another way";
    assert!(page.text().contains(promised), "{}", page.text());
    assert!(message.to_string().contains(promised), "the destination reads it, too");
    let sent = contents(&message);
    assert!(fault == Fault::DocumentsDamaged || sent.is_empty(), "{}", sent.len());
}

/// Content that could not be read for the review and is read meanwhile leaves nothing to confirm: the page says so, and does not
/// ask to confirm points that it does not name.
#[actix_web::test]
async fn says_that_a_point_to_confirm_is_settled() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::DocumentsTooLarge));
    let mut browser = app.browser();
    let mut form = with_documents(&app, &mut browser).await;
    form.choose("a.ecg-source", "separate");
    let summary = to_summary(&mut browser, &form).await;
    assert!(!confirmations(&summary).is_empty(), "{}", summary.text());
    app.ehr().set_fault(None);
    let refused = send(&mut browser, &summary).await;
    assert_eq!(refused.status, 422);
    assert_eq!(confirmations(&refused), Vec::<String>::new());
    assert!(refused.text().contains("is settled now"), "{}", refused.text());
    assert!(!refused.text().contains("confirm each of these"), "{}", refused.text());
    assert_eq!(send(&mut browser, &refused).await.status, 303);
    app.deliver().await;
}

#[actix_web::test]
async fn asks_to_confirm_a_document_that_the_ehr_forbids() {
    a_document_without_content_is_confirmed_by_name(Fault::DocumentsForbidden, "refused").await;
}

#[actix_web::test]
async fn asks_to_confirm_a_document_that_is_missing() {
    a_document_without_content_is_confirmed_by_name(Fault::DocumentsMissing, "not-found").await;
}

#[actix_web::test]
async fn asks_to_confirm_a_document_that_is_too_large() {
    a_document_without_content_is_confirmed_by_name(Fault::DocumentsTooLarge, "too-large").await;
}

#[actix_web::test]
async fn asks_to_confirm_a_document_that_differs_from_its_hash() {
    a_document_without_content_is_confirmed_by_name(Fault::DocumentsDamaged, "damaged").await;
}

#[actix_web::test]
async fn asks_to_confirm_a_document_on_another_server() {
    a_document_without_content_is_confirmed_by_name(Fault::DocumentsOnForeignHost, "elsewhere").await;
}
