//! Content that is refused, and faults that validation finds.

use serde_json::{Value, json};

use super::support::{Case, base, find};
use crate::referral::message::{Error, validate};

#[track_caller]
fn refuses(change: impl FnOnce(&mut Case), expected: &Error) {
    let mut case = Case::of("eleonore");
    change(&mut case);
    assert_eq!(case.build().unwrap_err(), *expected);
}

fn other(resource_type: &str) -> Error {
    Error::OtherPatient(resource_type.to_owned())
}

fn condition(case: &mut Case) -> &mut Value {
    case.supporting.iter_mut().find(|it| it["resourceType"] == "Condition").unwrap()
}

/// F02: it is never sent.
#[test]
fn refuses_resources_about_another_patient() {
    let marcs = || {
        let all = Case::of("marc-andre").supporting;
        all.into_iter().find(|it| it["resourceType"] == "Condition").unwrap()
    };
    refuses(|case| case.supporting.push(marcs()), &other("Condition"));
    let refer = |case: &mut Case, included: Value| {
        let name =
            format!("{}/{}", included["resourceType"].as_str().unwrap(), included["id"].as_str().unwrap());
        condition(case)["evidence"] = json!([{ "detail": [{ "reference": name }] }]);
        case.included.push(included);
    };
    refuses(|case| refer(case, marcs()), &other("Condition"));
    refuses(|case| condition(case)["subject"] = json!({ "display": "Éléonore" }), &other("Condition"));
    refuses(|case| condition(case)["subject"] = json!({ "reference": "#p" }), &other("Condition"));
    refuses(
        |case| {
            condition(case)["subject"] =
                json!({ "reference": "https://other.example.ca/fhir/Patient/eleonore" });
        },
        &other("Condition"),
    );
    refuses(|case| drop(condition(case).as_object_mut().unwrap().remove("subject")), &other("Condition"));
    refuses(
        |case| case.response["subject"] = json!({ "reference": "Patient/marc-andre" }),
        &other("QuestionnaireResponse"),
    );
    refuses(
        |case| condition(case)["contained"] = json!([{ "subject": { "reference": "Patient/marc-andre" } }]),
        &other("Condition"),
    );
    refuses(|case| drop(case.patient.as_object_mut().unwrap().remove("id")), &other("QuestionnaireResponse"));
}

#[test]
fn refuses_an_observation_with_an_unnamed_focus() {
    let observation = |case: &mut Case, focus: Value| {
        let mut observation = find("Observation/eleonore-lvef");
        observation["focus"] = json!([focus]);
        case.supporting.push(observation);
    };
    refuses(
        |case| {
            case.supporting.clear();
            observation(case, json!({ "reference": "Patient/fetus" }));
        },
        &other("Observation"),
    );
    let mut case = Case::of("eleonore");
    case.supporting.clear();
    observation(&mut case, json!({ "reference": "Patient/fetus", "display": "Fetus" }));
    let bundle = case.bundle();
    assert_eq!(super::support::only(&bundle, "Observation")["focus"], json!([{ "display": "Fetus" }]));
}

#[test]
fn refuses_modifiers_at_any_depth() {
    let modifier = || json!([{ "url": "urn:x", "valueBoolean": true }]);
    refuses(|case| case.patient["modifierExtension"] = modifier(), &Error::Modifier("Patient".to_owned()));
    refuses(
        |case| case.patient["name"][0]["modifierExtension"] = modifier(),
        &Error::Modifier("Patient".to_owned()),
    );
    refuses(
        |case| condition(case)["code"]["modifierExtension"] = modifier(),
        &Error::Modifier("Condition".to_owned()),
    );
    refuses(
        |case| condition(case)["implicitRules"] = json!("urn:x"),
        &Error::Modifier("Condition".to_owned()),
    );
    let roles = "/entry/2/resource/address/modifierExtension";
    refuses(
        |case| {
            let location = case.roles.as_mut().unwrap();
            location["entry"][2]["resource"]["address"]["modifierExtension"] = modifier();
            assert!(location.pointer(roles).is_some());
        },
        &Error::Modifier("Location".to_owned()),
    );
    let mut case = Case::of("eleonore");
    case.patient["modifierExtension"] = json!([]);
    case.bundle();
}

/// A13: it is never sent.
#[test]
fn refuses_resources_entered_in_error() {
    refuses(
        |case| condition(case)["verificationStatus"]["coding"][0]["code"] = json!("entered-in-error"),
        &Error::EnteredInError("Condition".to_owned()),
    );
    refuses(
        |case| {
            let mut observation = find("Observation/eleonore-lvef");
            observation["status"] = json!("entered-in-error");
            case.supporting.push(observation);
        },
        &Error::EnteredInError("Observation".to_owned()),
    );
}

#[test]
fn refuses_resources_without_code_or_text() {
    refuses(
        |case| condition(case)["code"] = json!({ "coding": [{}] }),
        &Error::NoCode("Condition".to_owned()),
    );
    refuses(
        |case| {
            let request =
                case.supporting.iter_mut().find(|it| it["resourceType"] == "MedicationRequest").unwrap();
            request.as_object_mut().unwrap().remove("medicationCodeableConcept");
            request["medicationReference"] = json!({ "reference": "Medication/not-read" });
        },
        &Error::NoCode("MedicationRequest".to_owned()),
    );
}

#[test]
fn refuses_content_without_a_required_element() {
    refuses(|case| case.message_id = "1".to_owned(), &Error::MessageId);
    refuses(|case| case.priority = "soon".to_owned(), &Error::Priority);
    refuses(|case| case.reason = " ".to_owned(), &Error::Missing("reason"));
    refuses(|case| case.patient = find("Practitioner/ngozi-okafor"), &Error::NotAPatient);
    refuses(|case| case.response = json!({}), &Error::Missing("QuestionnaireResponse"));
    refuses(
        |case| case.category = vec![json!({ "code": "1", "display": "No system" })],
        &Error::Missing("category with system, code and display"),
    );
    refuses(
        |case| case.supporting.push(find("Patient/marc-andre")),
        &Error::Unsupported("Patient".to_owned()),
    );
}

#[test]
fn validation_finds_each_planted_fault() {
    let good = Case::of("eleonore").bundle();
    let faults: [(&str, Value, &str); 12] = [
        ("/type", json!("batch"), "not a message"),
        ("/timestamp", json!("2026-10-02T14:05:09"), "no timestamp"),
        ("/entry/0/resource/sender", json!({ "reference": "urn:uuid:x" }), "without a target"),
        ("/entry/0/resource/author", json!({}), "no /author/reference"),
        ("/entry/1/resource/supportingInfo", json!([]), "no resource refers to it"),
        ("/entry/1/resource/category", json!([{ "text": "x" }]), "no /category/0/coding/0/code"),
        ("/entry/1/resource/reasonCode/0/text", json!("https://ehr.example.ca/fhir/x"), "a URL of the EHR"),
        ("/entry/1/resource/text", json!({ "div": "x" }), "a narrative"),
        ("/entry/2/resource/meta/versionId", json!("1"), "metadata"),
        ("/entry/2/resource/identifier/0/type", json!("JHN"), "an identifier without"),
        ("/entry/2/resource/name/0/given/0", json!(null), "a null"),
        ("/entry/2/resource/modifierExtension", json!([{ "url": "x" }]), "a modifier"),
    ];
    for (pointer, fault, expected) in faults {
        let mut bundle = good.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        let parent = bundle.pointer_mut(parent).unwrap();
        match parent {
            Value::Array(items) => items[member.parse::<usize>().unwrap()] = fault,
            parent => parent[member] = fault,
        }
        let problems = validate(&bundle, &base());
        assert!(problems.iter().any(|it| it.contains(expected)), "{pointer}: {problems:?}");
    }
}

#[test]
fn ignores_an_included_resource_that_is_not_sent() {
    let mut case = Case::of("eleonore");
    case.included.push(json!({
        "resourceType": "Medication", "id": "m9", "status": "entered-in-error", "code": { "text": "Other" },
        "implicitRules": "https://example.org/rules",
    }));
    let bundle = case.bundle();
    assert_eq!(super::support::all(&bundle, "Medication"), Vec::<Value>::new());
}
