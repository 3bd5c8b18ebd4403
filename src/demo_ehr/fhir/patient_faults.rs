//! Faults of the Patient resource: malformed and hostile content.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde_json::{Value, json};

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::fhir::answer::{fhir, fhir_text};
use crate::demo_ehr::http::misbehave::{HUGE, cut};

/// Response with the fault applied to the patient, or `None` if the fault concerns something else.
pub(super) fn spoiled_patient(fault: Fault, honest: &Value) -> Option<HttpResponse> {
    let mut patient = honest.clone();
    match fault {
        Fault::PatientHtmlInNames => html_everywhere(&mut patient),
        Fault::PatientControlCharacters => {
            let family = "Trem\u{0}blay\u{202e}hgniS\u{200b}\u{2028}\u{7f}";
            patient["name"] =
                json!([{"use": "official", "family": family, "given": ["E\u{301}le\u{301}onore\r\n"]}]);
        }
        Fault::PatientWrongTypes => {
            patient["name"] = json!({"family": ["Tremblay"], "given": 5});
            patient["birthDate"] = json!("2026-13-45");
            patient["gender"] = json!(5);
            patient["telecom"] = json!("613-555-0142");
            patient["address"] = json!([null, "12 Elm Street"]);
            patient["identifier"] = json!({"value": true});
        }
        Fault::PatientNearlyEmpty => patient = json!({"resourceType": "Patient", "id": honest["id"]}),
        Fault::PatientBirthDateOnly => {
            patient = json!({"resourceType": "Patient", "id": honest["id"], "birthDate": "1999-12-31"});
        }
        Fault::PatientHugeBody => {
            patient["text"] = json!({"status": "additional", "div": "x".repeat(HUGE)});
        }
        Fault::PatientTruncated => return Some(fhir_text(StatusCode::OK, cut(&patient))),
        Fault::PatientLoneSurrogate => {
            patient["name"] = json!([{"use": "official", "family": "TremXXblay"}]);
            return Some(fhir_text(StatusCode::OK, patient.to_string().replace("XX", "\\ud800")));
        }
        Fault::PatientInvalidUtf8 => {
            patient["name"] = json!([{"use": "official", "family": "TremXXblay"}]);
            let mut bytes = patient.to_string().into_bytes();
            if let Some(at) = bytes.windows(2).position(|pair| pair == b"XX") {
                bytes[at..at + 2].copy_from_slice(&[0xff, 0xc3]);
            }
            return Some(fhir_text(StatusCode::OK, bytes));
        }
        _ => return None,
    }
    Some(fhir(&patient))
}

fn html_everywhere(patient: &mut Value) {
    let script = "<script>alert('demo-ehr')</script>";
    let image = "\"><img src=x onerror=alert('demo-ehr')>";
    patient["name"] = json!([{
        "use": "official",
        "text": format!("{script} {{{{7*7}}}}"),
        "family": format!("{script}Tremblay"),
        "given": [format!("{{{{7*7}}}}{image}"), "{% include \"x\" %}", "${7*7}#{7*7}"],
        "prefix": ["'-alert(1)-'"]
    }]);
    patient["telecom"] = json!([
        {"system": "phone", "use": "home", "value": "javascript:alert('demo-ehr')"},
        {"system": "email", "value": format!("{image}@example.ca")}
    ]);
    patient["address"] = json!([{"use": "home", "line": [script, "{{ get_env(name=\"PATH\") }}"], "city": image,
        "state": "ON", "postalCode": "</title><script>alert(1)</script>"}]);
    patient["text"] = json!({"status": "generated", "div":
        "<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>alert('demo-ehr')</script><svg onload=alert(1)>"});
    if let Some(first) = patient["identifier"].get_mut(0) {
        first["value"] = json!(image);
    }
}
