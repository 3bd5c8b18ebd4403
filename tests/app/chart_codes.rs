//! Codes of the chart for questions whose value set is at a terminology server or too large for a list, and the search of a large set
//! of the folder.

use std::{fs, path::Path};

use passerelle::demo_ehr::Fault;
use passerelle::testing::{FormFields, Scratch, TestApp};
use serde_json::{Value, json};

use crate::{
    form::Cardiology as _,
    referral::{form_of, to_summary},
    value_sets::with_terminology,
};

const SYSTEM: &str = "https://passerelle.example/fhir/CodeSystem/findings";
const FINDINGS: &str = "https://passerelle.example/fhir/ValueSet/findings";
const LUMP: &str = "code:https://passerelle.example/fhir/CodeSystem/findings|lump-knee";
const FINDING: &str = "code:https://passerelle.example/fhir/CodeSystem/findings|pain-knee";

/// Writes the cardiology form with a question that is filled with a code, as if the chart had it.
fn write_form(folder: &Path, value_set: &str, code: &str) {
    let shipped = fs::read_to_string("config/forms/cardiology-consult.json").unwrap();
    let mut form: Value = serde_json::from_str(&shipped).unwrap();
    let fill = json!([{"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression",
        "valueExpression": {"language": "text/fhirpath",
            "expression": "%patient.select(%questionnaire.contained.where(id = 'code').code)"}}]);
    let question = json!({"linkId": "finding", "type": "choice", "text": "Finding", "answerValueSet": value_set, "extension": fill});
    form["item"]
        .as_array_mut()
        .unwrap()
        .push(json!({"linkId": "g", "type": "group", "text": "Questions", "item": [question]}));
    let coding = json!({"system": SYSTEM, "code": code, "display": "Sore knee"});
    let contained = json!({"resourceType": "Basic", "id": "code", "code": {"coding": [coding]}});
    match form["contained"].as_array_mut() {
        Some(all) => all.push(contained),
        None => form["contained"] = json!([contained]),
    }
    fs::write(folder.join("coded.json"), form.to_string()).unwrap();
}

async fn with_server(folder: &Scratch, code: &str) -> TestApp {
    write_form(folder.path(), FINDINGS, code);
    with_terminology(folder).await
}

#[actix_web::test]
async fn fills_in_a_code_of_the_chart_that_the_server_confirms() {
    let folder = Scratch::new();
    let app = with_server(&folder, "lump-knee").await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.value("a.finding"), LUMP);
    assert_eq!(app.ehr().requests_to("/tx/ValueSet/$validate-code").len(), 1);
    // The draft is complete when the server is not there.
    app.ehr().set_fault(Some(Fault::TerminologyServerError));
    let saved = form.complete("Palpitations").press(&mut browser, "continue").await;
    assert!(saved.location().path().ends_with("/destination"), "{}", saved.location());
}

#[actix_web::test]
async fn fills_in_no_code_of_the_chart_that_is_not_in_the_value_set() {
    let folder = Scratch::new();
    let app = with_server(&folder, "made-up").await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert_eq!(FormFields::read(&page).value("a.finding"), "");
    assert!(
        page.text().contains("The chart contains Sore knee, which cannot be entered here"),
        "{}",
        page.text()
    );
}

#[actix_web::test]
async fn says_that_a_code_of_the_chart_was_not_checked() {
    let folder = Scratch::new();
    let app = with_server(&folder, "lump-knee").await;
    app.ehr().set_fault(Some(Fault::TerminologyServerError));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    let form = FormFields::read(&page);
    assert_eq!(form.value("a.finding"), "");
    assert!(page.text().contains("Sore knee. It could not be checked against the list"), "{}", page.text());
    // The server is back, and the chart is read again.
    app.ehr().set_fault(None);
    app.advance(jiff::SignedDuration::from_mins(1));
    let saved = form.clone().add("reload", "finding").press(&mut browser, "save").await;
    let form = FormFields::read(&browser.get(saved.location().as_str()).await);
    assert_eq!(form.value("a.finding"), LUMP);
}

/// Starts the app with a value set of 700 codes in the folder, and no terminology server.
async fn with_package(folder: &Scratch, code: &str) -> TestApp {
    let [forms, sets] = ["forms", "sets"].map(|name| folder.path().join(name));
    fs::create_dir(&forms).unwrap();
    fs::create_dir(&sets).unwrap();
    write_form(&forms, "urn:large", code);
    let french = json!([{"language": "fr", "value": "Douleur, genou"}]);
    let mut concepts: Vec<Value> = (0..700)
        .map(|number| json!({"code": format!("c{number}"), "display": format!("Finding {number}")}))
        .collect();
    concepts.push(json!({"code": "pain-knee", "display": "Pain, knee", "designation": french}));
    let set = json!({"resourceType": "ValueSet", "url": "urn:large", "compose": {"include": [
        {"system": SYSTEM, "concept": concepts}]}});
    fs::write(sets.join("large.json"), set.to_string()).unwrap();
    let settings =
        format!("[forms]\nfolder = \"{}\"\nterminology = \"{}\"\n", forms.display(), sets.display());
    TestApp::setup().settings(&settings).start().await
}

#[actix_web::test]
async fn searches_a_large_value_set_of_the_folder_without_a_server() {
    let folder = Scratch::new();
    let app = with_package(&folder, "made-up").await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Palpitations").set("search.finding", "knee pa").add("find", "finding");
    let saved = form.press(&mut browser, "save").await;
    let page = browser.get(saved.location().as_str()).await;
    assert!(page.body.contains(FINDING) && page.text().contains("Pain, knee"), "{}", page.text());
    let mut form = FormFields::read(&page);
    for (posted, ok) in
        [("code:https://passerelle.example/fhir/CodeSystem/findings|made-up", false), (FINDING, true)]
    {
        let continued = form.set("a.finding", posted).press(&mut browser, "continue").await;
        let page = browser.get(continued.location().as_str()).await;
        assert_eq!(page.url.path().ends_with("/destination"), ok, "{posted}: {}", page.url);
        if !ok {
            form = FormFields::read(&page);
        }
    }
}

#[actix_web::test]
async fn fills_in_a_code_of_the_chart_from_a_large_value_set_of_the_folder() {
    let folder = Scratch::new();
    let app = with_package(&folder, "pain-knee").await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.value("a.finding"), FINDING);
}

/// The chart is not read for a form that the launch fills: the draft is filled again as it is stored.
#[actix_web::test]
async fn keeps_a_code_of_the_chart_when_the_draft_is_stored() {
    let folder = Scratch::new();
    let app = with_package(&folder, "pain-knee").await;
    let forms = folder.path().join("forms");
    let text = fs::read_to_string(forms.join("coded.json")).unwrap();
    drop(app);
    let mut form: Value = serde_json::from_str(&text).unwrap();
    let question = form["item"].as_array().unwrap().last().unwrap()["item"][0].clone();
    let is_context = |extension: &Value| extension["url"].as_str().unwrap().ends_with("launchContext");
    form["extension"].as_array_mut().unwrap().retain(is_context);
    let concern = json!({"linkId": "concern", "type": "text", "text": "Concern", "required": true});
    form["item"] =
        json!([{"linkId": "g", "type": "group", "text": "Questions", "item": [question, concern]}]);
    fs::write(forms.join("coded.json"), form.to_string()).unwrap();
    let settings = format!(
        "[forms]\nfolder = \"{}\"\nterminology = \"{}\"\n",
        forms.display(),
        folder.path().join("sets").display()
    );
    let app = TestApp::setup().settings(&settings).start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.value("a.finding"), FINDING);
    let summary = to_summary(&mut browser, form.set("a.concern", "Sore")).await;
    assert!(summary.text().contains("Pain, knee (chart"), "{}", summary.text());
}
