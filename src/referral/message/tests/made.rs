//! Resources that are made of answers.

use serde_json::{Value, json};

use super::support::{BASE, Case, base};
use crate::referral::message::{RESPONSE, SIGNER, SUBJECT, check_made, is_made};

fn condition(subject: &Value) -> Value {
    json!({"resourceType": "Condition", "code": {"text": "Asthma"}, "subject": subject})
}

#[test]
fn refuses_what_is_made_about_another_patient() {
    let patient = Case::of("eleonore").patient;
    let own = format!("Patient/{}", patient["id"].as_str().unwrap());
    for subject in [
        json!({"reference": SUBJECT}),
        json!({"reference": own}),
        json!({"reference": format!("{BASE}/{own}")}),
        Value::Null,
    ] {
        assert_eq!(check_made(&condition(&subject), &patient, &base()), Ok(()), "{subject}");
    }
    for subject in [
        json!({"reference": "Patient/other"}),
        json!({"reference": "urn:made:1"}),
        json!({"display": "Baby"}),
        json!({"reference": format!("https://elsewhere.example/fhir/{own}")}),
    ] {
        assert!(check_made(&condition(&subject), &patient, &base()).is_err(), "{subject}");
    }
    let mut odd = condition(&Value::Null);
    odd["modifierExtension"] = json!([{"url": "urn:x", "valueBoolean": true}]);
    assert!(check_made(&odd, &patient, &base()).is_err());
    assert!(
        check_made(&json!({"resourceType": "Condition", "code": {"text": " "}}), &patient, &base()).is_err()
    );
}

#[test]
fn resolves_references_between_what_is_made() {
    let mut case = Case::of("eleonore");
    let observation = |part: &str| {
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "Panel"}, "valueInteger": 1,
            "hasMember": [{"reference": part}]})
    };
    let made = |address: &str, resource: Value| (address.to_owned(), resource);
    let mut problem = condition(&json!({"reference": SUBJECT}));
    problem["asserter"] = json!({"reference": SIGNER});
    problem["evidence"] = json!([{"detail": [{"reference": "urn:made:1"}, {"reference": RESPONSE}]}]);
    case.made = vec![
        made("urn:made:1", observation("urn:made:2")),
        made("urn:made:2", observation("urn:nowhere")),
        made("urn:made:3", problem),
        made("urn:made:4", json!({"resourceType": "RelatedPerson", "name": [{"text": "Max"}]})),
    ];
    let message = case.build().unwrap();
    let entries = message["entry"].as_array().unwrap();
    let url = |kind: &str| &entries.iter().find(|entry| entry["resource"]["resourceType"] == kind).unwrap()["fullUrl"];
    let response = url("QuestionnaireResponse").as_str().unwrap();
    let made: Vec<&Value> = entries
        .iter()
        .filter(|entry| is_made(&entry["resource"], response))
        .map(|entry| &entry["resource"])
        .collect();
    assert_eq!(made.len(), 4);
    assert_eq!(made[0]["hasMember"][0]["reference"], format!("urn:uuid:{}", made[1]["id"].as_str().unwrap()));
    assert!(made[1].get("hasMember").is_none());
    assert_eq!(made[2]["subject"]["reference"], *url("Patient"));
    assert_eq!(made[2]["asserter"]["reference"], *url("Practitioner"));
    assert_eq!(made[2]["evidence"][0]["detail"][1]["reference"], response);
    assert_eq!(made[3]["patient"]["reference"], *url("Patient"));
}

#[test]
fn takes_an_address_that_two_have_for_none() {
    let mut case = Case::of("eleonore");
    let panel = json!({"resourceType": "Observation", "status": "final", "code": {"text": "Panel"}, "valueInteger": 1,
        "derivedFrom": [{"reference": "urn:same"}]});
    case.made = vec![("urn:same".to_owned(), panel.clone()), ("urn:same".to_owned(), panel)];
    let message = case.build().unwrap();
    let entries = message["entry"].as_array().unwrap().iter();
    let made = entries.filter(|entry| entry["resource"]["code"]["text"] == "Panel");
    assert!(made.into_iter().all(|entry| entry["resource"]["derivedFrom"].as_array().unwrap().len() == 1));
}
