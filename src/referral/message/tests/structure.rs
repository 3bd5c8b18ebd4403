//! Structure of a message: entries, references, documents.

use serde_json::json;

use super::support::{Case, MESSAGE_ID, all, follow, only, patients};

#[test]
fn starts_with_header_and_service_request() {
    let bundle = Case::of("eleonore").bundle();
    assert_eq!(bundle["type"], "message");
    assert_eq!(bundle["id"], MESSAGE_ID);
    assert_eq!(bundle["timestamp"], "2026-10-02T14:05:09-04:00");
    let header = &bundle["entry"][0]["resource"];
    assert_eq!(header["id"], MESSAGE_ID);
    assert_eq!(
        header["meta"]["profile"],
        json!([
            "http://ehealthontario.ca/fhir/StructureDefinition/ca-on-eReferral-profile-MessageHeader|1.0.1"
        ])
    );
    assert_eq!(header["eventCoding"]["code"], "add-service-request");
    assert_eq!(
        header["extension"][0]["valueIdentifier"],
        json!({
            "system": "https://referrals.example.ca/NamingSystem/referral-id", "value": "R-2026-000042",
        })
    );
    assert_eq!(header["extension"][1]["valueCoding"]["code"], "smart-launch");
    assert_eq!(header["destination"][0]["endpoint"], "folder:civic-cardiology");
    assert_eq!(header["source"]["endpoint"], "https://referrals.example.ca");
    assert_eq!(header["source"]["contact"]["value"], "help@referrals.example.ca");
    assert_eq!(follow(&bundle, &header["sender"])["name"], "Passerelle");
    assert_eq!(follow(&bundle, &header["focus"][0])["resourceType"], "ServiceRequest");
    assert_eq!(header["enterer"], json!(null));
}

#[test]
fn fills_in_the_service_request() {
    let bundle = Case::of("eleonore").bundle();
    let request = &bundle["entry"][1]["resource"];
    let coding = json!({ "system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology" });
    assert_eq!(request["status"], "active");
    assert_eq!(request["intent"], "proposal");
    assert_eq!(request["priority"], "urgent");
    assert_eq!(request["category"], json!([{ "coding": [coding] }]));
    assert_eq!(request["code"], json!({ "coding": [coding] }));
    assert_eq!(request["reasonCode"], json!([{ "text": "Shortness of breath on exertion" }]));
    assert_eq!(request["orderDetail"], json!([{ "text": "First available" }]));
    assert_eq!(follow(&bundle, &request["subject"])["birthDate"], "1961-03-14");
    let requester = follow(&bundle, &request["requester"]);
    assert_eq!(follow(&bundle, &requester["practitioner"])["name"][0]["family"], "Okafor");
    assert_eq!(follow(&bundle, &requester["organization"])["name"], "Rideau Family Health Team");
    assert_eq!(follow(&bundle, &requester["location"][0])["address"]["country"], "CAN");
    let performer = follow(&bundle, &request["performer"][0]);
    let service = follow(&bundle, &performer["healthcareService"][0]);
    assert_eq!(service["name"], "Heart Clinic, Civic Campus");
    assert_eq!(follow(&bundle, &service["providedBy"])["name"], "The Ottawa Valley Hospital");
    assert_eq!(request["performer"][0]["identifier"]["value"], "civic-cardiology");
    assert_eq!(request["note"][0]["text"], "Main concern: shortness of breath\nLDL < 2.0 mmol/L");
    let first = follow(&bundle, &request["supportingInfo"][0]);
    assert_eq!(first["resourceType"], "QuestionnaireResponse");
    assert_eq!(first["identifier"]["value"], "cardiology-consult");
    let count = Case::of("eleonore").supporting.len();
    assert!(count > 30);
    assert_eq!(request["supportingInfo"].as_array().unwrap().len(), 2 + count);
}

#[test]
fn answers_refer_to_resources_of_the_message() {
    let bundle = Case::of("eleonore").bundle();
    let items = &only(&bundle, "QuestionnaireResponse")["item"][0]["item"];
    let ecg = follow(&bundle, &items[1]["answer"][0]["valueReference"]);
    assert_eq!(ecg["description"], "12-lead ECG, 14 September 2026");
    let attachment = &ecg["content"][0]["attachment"];
    assert!(attachment["data"].as_str().unwrap().len() > 100);
    assert_eq!(attachment["url"], json!(null));
    assert_eq!(items[2], json!({ "linkId": "note" }));
}

#[test]
fn marks_documents_without_content() {
    let mut case = Case::of("eleonore");
    case.contents.clear();
    let bundle = case.bundle();
    let documents = all(&bundle, "DocumentReference");
    let attachment = &documents[1]["content"][0]["attachment"];
    assert_eq!(attachment["_url"]["extension"][0]["valueCode"], "not-permitted");
}

#[test]
fn sends_the_results_of_a_report() {
    let mut case = Case::of("eleonore");
    let (reports, others): (Vec<_>, Vec<_>) =
        case.supporting.into_iter().partition(|it| it["id"] == "eleonore-lab-report");
    assert_eq!(reports.len(), 1);
    (case.supporting, case.included) = (reports, others);
    let bundle = case.bundle();
    assert_eq!(all(&bundle, "Observation").len(), 6);
    assert_eq!(all(&bundle, "Condition").len(), 0);
    assert_eq!(bundle["entry"][1]["resource"]["supportingInfo"].as_array().unwrap().len(), 3);
}

/// F03: an absent list does not mean "none".
#[test]
fn sends_no_empty_list_if_no_resource_is_chosen() {
    let mut case = Case::of("eleonore");
    case.supporting.clear();
    let bundle = case.bundle();
    assert_eq!(bundle["entry"][1]["resource"]["supportingInfo"].as_array().unwrap().len(), 2);
    for resource_type in ["Condition", "AllergyIntolerance", "MedicationRequest", "List"] {
        assert_eq!(all(&bundle, resource_type).len(), 0);
    }
}

/// R04: a resend is the same message.
#[test]
fn builds_the_same_bytes_from_the_same_input() {
    let case = Case::of("eleonore");
    let first = serde_json::to_vec(&case.bundle()).unwrap();
    assert_eq!(first, serde_json::to_vec(&case.bundle()).unwrap());
    let mut other = case.clone();
    other.message_id = "0198c3f0-7a51-7d10-8a6e-2f5b9c1d3e50".to_owned();
    let (one, two) = (case.bundle(), other.bundle());
    for (one, two) in one["entry"].as_array().unwrap().iter().zip(two["entry"].as_array().unwrap()) {
        assert_ne!(one["fullUrl"], two["fullUrl"]);
    }
}

/// HAL-09: with complete and with sparse charts.
#[test]
fn builds_a_valid_message_for_every_patient_of_the_simulated_ehr() {
    assert_eq!(patients().len(), 17);
    for patient in patients() {
        let bundle = Case::of(&patient).build().unwrap_or_else(|error| panic!("{patient}: {error}"));
        let problems = super::super::validate(&bundle, &super::support::base());
        assert_eq!(problems, Vec::<String>::new(), "{patient}");
    }
}

/// HAL-08: a receiver never has to read from the EHR.
#[test]
fn removes_links_to_the_ehr() {
    let mut case = Case::of("eleonore");
    case.narrative = "See https://EHR.example.ca/fhir/Patient/1?x=1 for more".to_owned();
    case.supporting[0]["note"] = json!([{ "text": "https://ehr.example.ca/fhir/Observation/1" }]);
    case.supporting[0]["encounter"] = json!({ "reference": "https://ehr.example.ca/fhir/Encounter/1" });
    case.supporting[0]["asserter"] = json!({ "reference": "Practitioner/unknown", "display": "Dr. Unknown" });
    case.supporting[0]["text"] = json!({ "status": "generated", "div": "<div>…</div>" });
    case.supporting[0]["meta"] = json!({
        "versionId": "3", "source": "x", "tag": [{ "code": "y" }],
        "security": [{ "system": "http://terminology.hl7.org/CodeSystem/v3-Confidentiality", "code": "R" }],
    });
    let bundle = case.bundle();
    assert_eq!(bundle["entry"][1]["resource"]["note"][0]["text"], "See  for more");
    let condition = &all(&bundle, "Condition")[0];
    assert_eq!(condition["note"], json!(null));
    assert_eq!(condition["encounter"], json!(null));
    assert_eq!(condition["asserter"], json!({ "display": "Dr. Unknown" }));
    assert_eq!(condition["meta"]["security"][0]["code"], "R");
}

#[test]
fn sends_contained_resources_only_if_referred_to() {
    let mut case = Case::of("eleonore");
    let medication = case.supporting.iter_mut().find(|it| it["resourceType"] == "MedicationRequest").unwrap();
    medication.as_object_mut().unwrap().remove("medicationCodeableConcept");
    medication["medicationReference"] = json!({ "reference": "#drug" });
    medication["contained"] = json!([
        { "resourceType": "Medication", "id": "drug", "code": { "text": "Apixaban" }, "meta": { "versionId": "1" } },
        { "resourceType": "Organization", "id": "junk", "name": "Junk" },
    ]);
    let bundle = case.bundle();
    let sent = &all(&bundle, "MedicationRequest")[0];
    assert_eq!(sent["medicationReference"]["reference"], "#drug");
    assert_eq!(
        sent["contained"],
        json!([
            { "resourceType": "Medication", "id": "drug", "code": { "text": "Apixaban" } },
        ])
    );
}

#[test]
fn sends_the_medication_that_a_request_refers_to() {
    let mut case = Case::of("eleonore");
    let medication = case.supporting.iter_mut().find(|it| it["resourceType"] == "MedicationRequest").unwrap();
    medication.as_object_mut().unwrap().remove("medicationCodeableConcept");
    medication["medicationReference"] =
        json!({ "reference": "https://ehr.example.ca/fhir/Medication/m1/_history/2" });
    case.included.push(json!({ "resourceType": "Medication", "id": "m1", "code": { "text": "Apixaban" } }));
    case.included.push(json!({ "resourceType": "Medication", "id": "m2", "code": { "text": "Other" } }));
    let bundle = case.bundle();
    assert_eq!(only(&bundle, "Medication")["code"]["text"], "Apixaban");
}

#[test]
fn sends_text_as_it_was_typed() {
    let mut case = Case::of("eleonore");
    let typed = "a <script>alert(1)</script> b <5 c <!-- d < e > f &amp; g";
    (case.narrative, case.reason) = (typed.to_owned(), typed.to_owned());
    let request = case.bundle()["entry"][1]["resource"].clone();
    assert_eq!(
        (&request["note"][0]["text"], &request["reasonCode"][0]["text"]),
        (&json!(typed), &json!(typed))
    );
}
