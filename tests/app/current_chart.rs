//! Tests of charts with former names, withdrawn numbers and absolute references: every page and the message say what is current.

use passerelle::testing::{FormFields, TestApp, follow, send, to_summary};
use serde_json::{Value, json};

use crate::{form::Cardiology as _, referral::delivered, review::shows};

/// Puts former data of the patient before the present ones.
fn add_former_data(patient: &mut Value) {
    let system = "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn";
    let ended = json!({ "end": "2015-06-01" });
    let former = [
        ("name", json!({ "use": "official", "family": "Formerly", "given": ["Ann"], "period": ended })),
        ("name", json!({ "use": "old", "family": "Maidenname" })),
        ("name", json!({ "period": { "start": "2000" } })),
        ("identifier", json!({ "system": system, "value": "1111111111", "use": "old" })),
        ("identifier", json!({ "system": system, "value": "2222222222", "period": ended })),
        (
            "telecom",
            json!({ "system": "phone", "use": "mobile", "value": "613-555-0001", "rank": 1, "period": ended }),
        ),
        ("telecom", json!({ "system": "phone", "use": "old", "value": "613-555-0002", "rank": 1 })),
        ("telecom", json!({ "system": "phone", "use": "mobile", "rank": 1 })),
    ];
    for (list, element) in former {
        patient[list].as_array_mut().unwrap().insert(0, element);
    }
}

/// Former names, health numbers and phone numbers are in no place where a person or a clinic would use them.
#[actix_web::test]
async fn shows_and_sends_no_former_name_or_number() {
    let app = TestApp::setup().relayed().start().await;
    app.ehr().relay().change_answers(|_, answer| {
        answer.change_json(|value| {
            if value["resourceType"] == "Patient" {
                add_former_data(value);
            }
        });
    });
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert!(shows(&page, "TREMBLAY-SINGH, Éléonore") && shows(&page, "9512 345 670"), "{}", page.text());
    let mut form = FormFields::read(&page);
    assert_eq!(form.value("a.phone"), "613-555-0143");
    let summary = to_summary(&mut browser, form.complete("Current")).await;
    let sent = send(&mut browser, &summary).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let message = delivered(&app).remove(0).to_string();
    assert!(message.contains("Tremblay-Singh"), "{message}");
    let sent = follow(&mut browser, &sent).await;
    for former in
        ["Formerly", "FORMERLY", "Maidenname", "1111111111", "1111 111 111", "2222222222", "613-555-000"]
    {
        for page in [&page, &summary, &sent] {
            assert!(!page.body.contains(former), "{former} at {}: {}", page.url, page.text());
        }
        assert!(!message.contains(former), "{former}: {message}");
    }
}

/// A medication that the EHR refers to by an absolute address of its own has a name.
#[actix_web::test]
async fn names_a_medication_by_an_absolute_reference() {
    let app = TestApp::setup().relayed().start().await;
    let base = app.ehr().fhir_base_url();
    app.ehr().relay().change_answers(move |path, answer| {
        if !path.starts_with("/fhir/MedicationRequest") {
            return;
        }
        answer.change_json(|bundle| {
            let entries = bundle["entry"].as_array_mut().unwrap();
            let named = |entry: &&mut Value| entry["resource"]["medicationCodeableConcept"].is_object();
            let request = &mut entries.iter_mut().find(named).expect("a prescription")["resource"];
            request.as_object_mut().unwrap().remove("medicationCodeableConcept");
            request["medicationReference"] = json!({ "reference": format!("{base}/Medication/absolute") });
            let code = json!({ "text": "Apixaban 5 mg, absolute" });
            let medication = json!({ "resourceType": "Medication", "id": "absolute", "code": code });
            entries.push(json!({ "fullUrl": format!("{base}/Medication/absolute"), "resource": medication,
                "search": { "mode": "include" } }));
        });
    });
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert!(shows(&page, "Apixaban 5 mg, absolute"), "{}", page.text());
    let mut form = FormFields::read(&page);
    let summary = to_summary(&mut browser, form.complete("Absolute")).await;
    send(&mut browser, &summary).await;
    app.deliver().await;
    assert!(delivered(&app)[0].to_string().contains("Apixaban 5 mg, absolute"));
}
