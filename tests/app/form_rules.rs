//! Tests of forms with rules: constraints, warnings, texts that depend on answers, and rows that the chart fills.

use std::fs;

use passerelle::testing::{Browser, FormFields, Page, Scratch, TestApp};
use serde_json::{Value, json};

use crate::{
    documents::send_confirmed,
    form::Cardiology,
    referral::{delivered, follow, form_of, send, to_summary},
    review::shows,
    saving::save_in_background,
};

const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

fn expression(url: &str, language: &str, name: &str, text: &str) -> Value {
    json!({"url": url, "valueExpression": {"name": name, "language": language, "expression": text}})
}

/// Starts the app with one form of these items.
async fn app_with(folder: &Scratch, extensions: &Value, items: &Value) -> TestApp {
    let form = json!({
        "resourceType": "Questionnaire", "id": "ruled", "url": "https://e.example/ruled", "title": "Ruled form",
        "code": [{"system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology"}],
        "extension": extensions, "item": [{"linkId": "g", "type": "group", "text": "Questions", "item": items}]
    });
    fs::write(folder.path().join("ruled.json"), form.to_string()).unwrap();
    app_with_forms(folder).await
}

async fn app_with_forms(folder: &Scratch) -> TestApp {
    let folder = folder.path().display();
    TestApp::setup().settings(&format!("[forms]\nfolder = \"{folder}\"\n")).start().await
}

async fn checked(browser: &mut Browser, form: &FormFields) -> Page {
    let continued = form.press(browser, "continue").await;
    browser.get(continued.location().as_str()).await
}

/// A referral with a red flag does not wait its turn as Routine, and says how an emergency was ruled out.
#[actix_web::test]
async fn refuses_a_routine_referral_with_a_red_flag() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Palpitations").set("a.suspected-acs", "true").choose("a.emergency-done", "ruled-out");
    let page = checked(&mut browser, &form).await;
    assert!(page.text().contains("so the urgency cannot be Routine"), "{}", page.text());
    assert!(
        page.body.contains("href=\"#f-urgency\"") && page.body.contains("href=\"#f-emergency-ruled-out\"")
    );
    let mut form = FormFields::read(&page);
    form.choose("a.urgency", "asap")
        .set("a.urgency-reason", "New at rest")
        .set("a.emergency-ruled-out", "Normal troponin");
    let page = checked(&mut browser, &form).await;
    assert!(page.url.path().ends_with("/destination"), "{}", page.url);
}

/// Things that a form tells the clinician to do are confirmed on the review, and is on the page of what was sent:
/// only the form itself showed it before.
#[actix_web::test]
async fn repeats_a_warning_of_the_form_until_after_sending() {
    const TOLD: &str = "Do not wait for this referral: send the patient to the emergency department now";
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Palpitations").set("a.suspected-acs", "true").choose("a.emergency-done", "ruled-out");
    form.choose("a.urgency", "asap")
        .set("a.urgency-reason", "New at rest")
        .set("a.emergency-ruled-out", "Normal troponin");
    let summary = to_summary(&mut browser, &form).await;
    assert!(shows(&summary, TOLD), "{}", summary.text());
    assert_eq!(send(&mut browser, &summary).await.status, 422, "it is to be confirmed");
    let sent = send_confirmed(&mut browser, &summary, &["form-alert-emergency".to_owned()]).await;
    let sent = follow(&mut browser, &sent).await;
    assert!(shows(&sent, "For you as well, unless it is done") && shows(&sent, TOLD), "{}", sent.text());
    app.deliver().await;
    let french = browser.get(&format!("{}?lang=fr", sent.url.path())).await;
    assert!(shows(&french, "À faire aussi par vous"), "{}", french.text());
    assert!(!delivered(&app).remove(0).to_string().contains(TOLD), "it is for the sender");
}

/// A warning does not stop the form; it is confirmed before sending.
#[actix_web::test]
async fn asks_to_confirm_a_warning_on_the_review_page() {
    let warning = json!({"url": format!("{CORE}targetConstraint"), "extension": [
        {"url": "severity", "valueCode": "warning"},
        {"url": "expression", "valueExpression": {"language": "text/fhirpath", "expression": "answer.value.length() > 20"}},
        {"url": "human", "valueString": "Rather short."}]});
    let shipped = fs::read_to_string("config/forms/cardiology-consult.json").unwrap();
    let mut form: Value = serde_json::from_str(&shipped).unwrap();
    let section = form["item"].as_array_mut().unwrap().iter_mut().find(|item| item["linkId"] == "referral");
    section.unwrap()["item"][0]["extension"].as_array_mut().unwrap().push(warning);
    let folder = Scratch::new();
    fs::write(folder.path().join("form.json"), form.to_string()).unwrap();
    let app = app_with_forms(&folder).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
    assert!(summary.text().contains("“Rather short.” I have considered this."), "{}", summary.text());
    assert!(summary.body.contains("name=\"confirm\" value=\"form-concern\""));
    let refused = send(&mut browser, &summary).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(app.count("deliveries").await, 0, "it is not sent without the confirmation");
}

/// A save in the background brings the items that look otherwise now.
#[actix_web::test]
async fn redraws_items_that_depend_on_other_answers() {
    let text = expression(
        &format!("{CORE}cqf-expression"),
        "text/fhirpath",
        "t",
        "'How is ' + %resource.item.item.where(linkId = 'a').answer.value + '?'",
    );
    let folder = Scratch::new();
    let items = json!([{"linkId": "a", "type": "string", "text": "Name"},
        {"linkId": "b", "type": "string", "text": "How?", "_text": {"extension": [text]}}]);
    let app = app_with(&folder, &json!([]), &items).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let saved = save_in_background(&mut browser, form.set("a.a", "<Ann>").set("a.b", "well")).await;
    let saved: Value = serde_json::from_str(&saved.body).unwrap();
    let html = saved["redrawn"]["b"].as_str().unwrap();
    assert!(html.contains("How is &lt;Ann&gt;?") && html.contains("value=\"well\""), "{html}");
    assert!(saved["redrawn"].get("a").is_none());
}

/// A group has a row for each prescription of the chart, and a query may use the result of another.
#[actix_web::test]
async fn fills_rows_and_chained_queries_from_the_chart() {
    let query = |name: &str, text: &str| {
        expression(&format!("{CORE}variable"), "application/x-fhir-query", name, text)
    };
    let launch = json!({"url": format!("{SDC}launchContext"), "extension": [
        {"url": "name", "valueCoding": {"code": "patient"}}, {"url": "type", "valueCode": "Patient"}]});
    let extensions = json!([
        launch,
        query(
            "again",
            "MedicationRequest?patient={{%meds.entry.resource.ofType(MedicationRequest).subject.reference.first().split('/').last()}}"
        ),
        query(
            "meds",
            "MedicationRequest?patient={{%patient.id}}&status=active&_include=MedicationRequest:medication"
        )
    ]);
    let context = expression(
        &format!("{SDC}itemPopulationContext"),
        "text/fhirpath",
        "rx",
        "%again.entry.resource.ofType(MedicationRequest)",
    );
    let initial = expression(&format!("{SDC}initialExpression"), "text/fhirpath", "i", "%rx.id");
    let folder = Scratch::new();
    let items = json!([{"linkId": "med", "type": "group", "repeats": true, "text": "Prescription", "extension": [context],
        "item": [{"linkId": "id", "type": "string", "text": "Number", "extension": [initial]}]}]);
    let app = app_with(&folder, &extensions, &items).await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let rows: Vec<&str> =
        form.fields().iter().filter(|(name, _)| name == "rows.med").map(|(_, row)| row.as_str()).collect();
    assert!(rows.len() > 1, "{:?}", form.fields());
    for row in rows {
        assert!(!form.value(&format!("a.id~{row}")).is_empty(), "{:?}", form.fields());
    }
    let page = browser.get(&form.action).await;
    assert!(page.text().contains("From the chart, read"), "{}", page.text());
}

/// A drop-down that is open takes other words, an option that is allowed alone replaces the others at a save, a reference is
/// answered with a name, and the page says what the form does not fill.
#[actix_web::test]
async fn takes_other_words_and_says_what_is_not_filled() {
    let option =
        |code: &str, text: &str| json!({"valueCoding": {"system": "urn:s", "code": code, "display": text}});
    let mut none = option("none", "None of these");
    none["extension"] =
        json!([{"url": format!("{CORE}questionnaire-optionExclusive"), "valueBoolean": true}]);
    let cql = expression(&format!("{SDC}initialExpression"), "text/cql", "i", "Age");
    let folder = Scratch::new();
    let items = json!([
        {"linkId": "language", "type": "open-choice", "text": "Language", "answerOption": [option("en", "English")]},
        {"linkId": "risks", "type": "choice", "text": "Risks", "repeats": true,
            "answerOption": [option("smoker", "Smoker"), none]},
        {"linkId": "gp", "type": "reference", "text": "Family physician"},
        {"linkId": "age", "type": "integer", "text": "Age", "extension": [cql]}]);
    let app = app_with(&folder, &json!([]), &items).await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let page = form.press(&mut browser, "save").await;
    let page = browser.get(page.location().as_str()).await;
    assert!(
        page.text().contains("this form would fill it by a rule that this app cannot evaluate"),
        "{}",
        page.text()
    );
    let mut form = FormFields::read(&page);
    form.set("a.language", "Punjabi").set("a.gp", "Dr Roy").set("a.risks", "smoker");
    let page = form.press(&mut browser, "save").await;
    let page = browser.get(page.location().as_str()).await;
    assert!(
        page.body.contains("value=\"Punjabi\"") && page.body.contains("value=\"Dr Roy\""),
        "{}",
        page.body
    );
    let mut form = FormFields::read(&page);
    form.add("a.risks", "none");
    let page = form.press(&mut browser, "save").await;
    let page = browser.get(page.location().as_str()).await;
    let checked = |code: &str| {
        let input = page.body.split("<input").find(|it| it.contains(&format!("value=\"{code}\"")));
        input.is_some_and(|input| input.split('>').next().is_some_and(|input| input.contains(" checked")))
    };
    assert_eq!((checked("none"), checked("smoker")), (true, false), "{}", page.body);
}

/// A form may ask that answers are sent as Observations too: about the patient, from the response, and listed on the review.
#[actix_web::test]
async fn sends_answers_as_observations_where_the_form_asks_for_it() {
    let extracted = json!({"url": format!("{SDC}observationExtract"), "valueBoolean": true});
    let unit = json!({"url": format!("{CORE}questionnaire-unit"),
        "valueCoding": {"system": "http://unitsofmeasure.org", "code": "kg", "display": "kg"}});
    let folder = Scratch::new();
    let items = json!([{"linkId": "w", "type": "decimal", "text": "Weight", "extension": [extracted, unit],
            "code": [{"system": "http://loinc.org", "code": "29463-7", "display": "Body weight"}]},
        {"linkId": "concern", "type": "text", "text": "Concern", "required": true,
            "definition": "http://hl7.org/fhir/StructureDefinition/ServiceRequest#ServiceRequest.reasonCode"}]);
    let app = app_with(&folder, &json!([]), &items).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.set("a.w", "71.5").set("a.concern", "Palpitations")).await;
    let text = summary.text();
    assert!(text.contains("Entries made of the answers"), "{text}");
    assert!(text.contains("Body weight, 71.5 kg"), "{text}");
    let sent = send(&mut browser, &summary).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let entry = |kind: &str| {
        let entries = message["entry"].as_array().unwrap().iter();
        entries.filter(|entry| entry["resource"]["resourceType"] == kind).cloned().collect::<Vec<_>>()
    };
    let (patient, response, observations) =
        (&entry("Patient")[0], &entry("QuestionnaireResponse")[0], entry("Observation"));
    assert_eq!(observations.len(), 1, "{observations:#?}");
    let observation = &observations[0]["resource"];
    assert_eq!(observation["subject"]["reference"], patient["fullUrl"]);
    assert_eq!(observation["derivedFrom"], json!([{"reference": response["fullUrl"]}]));
    assert_eq!(observation["valueQuantity"]["value"], json!(71.5));
    assert!(observation["performer"][0]["reference"].is_string(), "{observation:#}");
    let request = &entry("ServiceRequest")[0]["resource"];
    let supporting = request["supportingInfo"].as_array().unwrap().iter();
    assert_eq!(supporting.filter(|it| it["reference"] == observations[0]["fullUrl"]).count(), 1);
}

/// Forms that others publish rarely say which question is the reason: the message refers to the answers then.
#[actix_web::test]
async fn sends_a_form_that_names_no_reason() {
    let folder = Scratch::new();
    let app =
        app_with(&folder, &json!([]), &json!([{"linkId": "q", "type": "text", "text": "Question"}])).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.set("a.q", "Palpitations")).await;
    let sent = send(&mut browser, &summary).await;
    assert!(sent.redirects(), "{}", sent.text());
    app.deliver().await;
    let message = &delivered(&app)[0];
    let entries = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let request = entries.clone().find(|it| it["resourceType"] == "ServiceRequest").unwrap();
    assert_eq!(request["reasonCode"], json!([{"text": "See the answers to the form “Ruled form”"}]));
}
