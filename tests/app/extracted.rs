//! Entries that a form asks to be made of its answers: sent, shown on the review, never about another patient.

use std::fs;

use passerelle::testing::{Browser, FormFields, Page, Scratch, TestApp, launch_form, send, to_summary};
use serde_json::{Value, json};

const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

fn template(id: &str) -> Value {
    json!({"url": format!("{SDC}templateExtract"),
        "extension": [{"url": "template", "valueReference": {"reference": format!("#{id}")}}]})
}

fn value(text: &str) -> Value {
    json!({"extension": [{"url": format!("{SDC}templateExtractValue"), "valueString": text}]})
}

/// Form that makes a Condition by a template, a contact person by definitions, and an allergy about another patient.
fn form() -> Value {
    let person = format!("{CORE}RelatedPerson");
    let by_definition = json!({"url": format!("{SDC}definitionExtract"),
        "extension": [{"url": "definition", "valueCanonical": person}]});
    let allergy = json!({"resourceType": "AllergyIntolerance", "id": "a", "code": {"_text": value("answer.value")},
        "patient": {"reference": "Patient/another"}});
    let condition = json!({"resourceType": "Condition", "id": "c", "code": {"_text": value("answer.value")},
        "subject": {"_reference": value("%resource.subject.reference")},
        "asserter": {"_reference": value("%resource.author.reference")}});
    json!({"resourceType": "Questionnaire", "id": "made", "url": "https://e.example/made", "version": "1", "title": "Made",
        "code": [{"system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology"}],
        "contained": [condition, allergy],
        "item": [{"linkId": "g", "type": "group", "text": "Questions", "item": [
            {"linkId": "problem", "type": "string", "text": "Problem", "extension": [template("c")]},
            {"linkId": "allergy", "type": "string", "text": "Allergy", "extension": [template("a")]},
            {"linkId": "person", "type": "group", "text": "Contact", "extension": [by_definition], "item": [
                {"linkId": "name", "type": "string", "text": "Name", "definition": format!("{person}#RelatedPerson.name.text")}]},
            {"linkId": "concern", "type": "text", "text": "Concern", "required": true,
                "definition": format!("{CORE}ServiceRequest#ServiceRequest.reasonCode")}]}]})
}

async fn summary(app: &TestApp, browser: &mut Browser) -> Page {
    let mut form: FormFields = launch_form(app, browser, "eleonore", "ngozi-okafor").await;
    form.set("a.problem", "Asthma")
        .set("a.allergy", "Latex")
        .set("a.name", "Max Roy")
        .set("a.concern", "Palpitations");
    to_summary(browser, &form).await
}

/// Resources made of answers are in the message and on the review. One about another patient is on neither, and the review names its
/// question.
#[actix_web::test]
async fn sends_what_a_form_makes_by_templates_and_definitions() {
    let folder = Scratch::new();
    fs::write(folder.path().join("made.json"), form().to_string()).unwrap();
    let settings = format!("[forms]\nfolder = \"{}\"\n", folder.path().display());
    let app = TestApp::setup().settings(&settings).start().await;
    let mut browser = app.browser();
    let review = summary(&app, &mut browser).await;
    let text = review.text();
    for part in
        ["Entries made of the answers", "Problem: Asthma", "Contact person: Max Roy", "Sent as answers only"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    let (_, left_out) = text.split_once("Sent as answers only").unwrap();
    assert!(left_out.find("Allergy").unwrap() < left_out.find("Entries made").unwrap(), "{left_out}");
    let sent = send(&mut browser, &review).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let message = app.delivered().remove(0);
    let entries = message["entry"].as_array().unwrap();
    let all = |kind: &str| {
        entries.iter().filter(|entry| entry["resource"]["resourceType"] == kind).collect::<Vec<_>>()
    };
    let of_text = |text: &str| {
        let found = all("Condition").into_iter().find(|entry| entry["resource"]["code"]["text"] == text);
        &found.unwrap_or_else(|| panic!("no {text}"))["resource"]
    };
    let (patient, asthma, person) =
        (all("Patient")[0], of_text("Asthma"), &all("RelatedPerson")[0]["resource"]);
    assert_eq!(asthma["subject"]["reference"], patient["fullUrl"]);
    assert_eq!(asthma["asserter"]["reference"], all("Practitioner")[0]["fullUrl"]);
    assert_eq!(
        (&person["name"][0]["text"], &person["patient"]["reference"]),
        (&json!("Max Roy"), &patient["fullUrl"])
    );
    let latex = |entry: &&&Value| entry["resource"]["code"]["text"] == "Latex";
    assert_eq!(all("AllergyIntolerance").iter().filter(latex).count(), 0);
    assert!(message.to_string().contains("Latex"), "the answer is sent");
}
