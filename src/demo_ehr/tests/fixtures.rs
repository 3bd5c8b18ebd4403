//! Tests of the fixtures: ids, references, health card numbers.

use std::collections::HashSet;

use serde_json::Value;

use crate::demo_ehr::clinicians::CLINICIANS;
use crate::demo_ehr::fixtures::{
    RESOURCE_TYPES, current_encounter, find, of_type, other_patient, patient_of, resources,
};

const NAMING_SYSTEM: &str = "https://fhir.infoway-inforoute.ca/NamingSystem/";

/// Health card numbers of one naming system.
fn health_numbers(system: &str) -> Vec<String> {
    let identifiers = of_type("Patient").flat_map(|patient| patient["identifier"].as_array().unwrap());
    let own = identifiers.filter(|it| it["system"] == format!("{NAMING_SYSTEM}{system}"));
    own.map(|it| it["value"].as_str().unwrap().to_owned()).collect()
}

fn references(node: &Value, found: &mut Vec<String>) {
    match node {
        Value::Array(items) => items.iter().for_each(|item| references(item, found)),
        Value::Object(members) => {
            found.extend(members.get("reference").and_then(Value::as_str).map(str::to_owned));
            members.values().for_each(|member| references(member, found));
        }
        _ => {}
    }
}

#[test]
fn every_resource_has_a_supported_type_and_a_unique_id() {
    let mut seen = HashSet::new();
    for resource in resources() {
        let (kind, id) = (resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        assert!(RESOURCE_TYPES.contains(&kind), "{kind}");
        assert!(id.len() <= 64 && id.chars().all(|it| it.is_ascii_alphanumeric() || it == '-'), "{id}");
        assert!(seen.insert((kind, id)), "{kind}/{id} appears twice");
    }
    for kind in RESOURCE_TYPES.iter().filter(|kind| **kind != "Task") {
        assert!(of_type(kind).next().is_some(), "no {kind}");
    }
}

#[test]
fn every_reference_resolves_within_the_patient_or_to_shared_resources() {
    let mut checked = 0;
    for resource in resources() {
        let mut found = Vec::new();
        references(resource, &mut found);
        for reference in found {
            checked += 1;
            let (kind, id) = reference.split_once('/').unwrap();
            let target = find(kind, id).unwrap_or_else(|| panic!("{} -> {reference}", resource["id"]));
            assert!(
                patient_of(target).is_none() || patient_of(target) == patient_of(resource),
                "{reference}"
            );
        }
    }
    assert!(checked > 100, "{checked}");
}

#[test]
fn every_attachment_resolves_to_a_binary_of_the_same_patient() {
    let documents = of_type("DocumentReference").map(|it| (it, &it["content"][0]["attachment"]["url"]));
    let reports = of_type("DiagnosticReport").map(|it| (it, &it["presentedForm"][0]["url"]));
    let mut checked = 0;
    for (resource, url) in documents.chain(reports).filter(|(_, url)| !url.is_null()) {
        let binary = find("Binary", url.as_str().unwrap().strip_prefix("Binary/").unwrap()).unwrap();
        assert_eq!(patient_of(binary), patient_of(resource));
        checked += 1;
    }
    assert!(checked >= 6);
}

#[test]
fn ontario_numbers_pass_the_luhn_check() {
    let numbers = health_numbers("ca-on-patient-hcn");
    assert!(numbers.len() >= 3);
    for number in numbers {
        let digits = number.chars().rev().map(|it| it.to_digit(10).unwrap()).enumerate();
        let doubled =
            digits.map(|(at, digit)| if at % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 });
        assert_eq!((number.len(), doubled.sum::<u32>() % 10), (10, 0), "{number}");
    }
}

#[test]
fn british_columbia_numbers_pass_the_mod_11_check() {
    let numbers = health_numbers("ca-bc-patient-healthcare-id");
    assert!(!numbers.is_empty());
    for number in numbers {
        let digits: Vec<u32> = number.chars().map(|it| it.to_digit(10).unwrap()).collect();
        let weighted: u32 = digits[1..9]
            .iter()
            .zip([2, 4, 8, 5, 10, 9, 7, 3])
            .map(|(digit, weight)| digit * weight % 11)
            .sum();
        assert_eq!((digits.len(), digits[0], 11 - weighted % 11), (10, 9, digits[9]), "{number}");
    }
}

#[test]
fn quebec_numbers_contain_name_and_birth_date() {
    assert_eq!(health_numbers("ca-qc-patient-healthcare-id"), ["LECM85071219"]);
    let patient = find("Patient", "marc-andre").unwrap();
    assert_eq!(
        (&patient["name"][0]["family"], &patient["birthDate"]),
        (&"L'Écuyer".into(), &"1985-07-12".into())
    );
}

#[test]
fn every_province_and_territory_has_a_patient() {
    let others = ["ab", "bc", "mb", "nb", "nl", "ns", "nt", "nu", "pe", "qc", "sk", "yt"];
    for province in others {
        assert!(!health_numbers(&format!("ca-{province}-patient-healthcare-id")).is_empty(), "{province}");
    }
}

#[test]
fn contains_the_documented_demo_patients() {
    assert!(of_type("Patient").count() >= 10);
    assert_eq!(current_encounter("eleonore"), Some("eleonore-visit"));
    assert_eq!(current_encounter("marc-andre"), Some("marc-andre-visit"));
    assert!(find("Patient", "suharto").unwrap()["name"][0].get("given").is_none());
    assert!(find("Patient", "arthur").unwrap()["deceasedDateTime"].is_string());
    assert_eq!(find("Patient", "sparse").unwrap()["birthDate"], "1958");
    assert_eq!(
        find("Patient", "eleonore").unwrap()["communication"][0]["language"]["coding"][0]["code"],
        "fr-CA"
    );
    assert!(find("Patient", "wanda").unwrap()["address"][0]["extension"][0]["valueBoolean"] == true);
    for code in [
        "85354-9", "8867-4", "29463-7", "8302-2", "14682-9", "33914-3", "4548-4", "22748-8", "33762-6",
        "72166-2",
    ] {
        let mut own = of_type("Observation").filter(|it| patient_of(it) == Some("eleonore"));
        assert!(own.any(|it| it["code"]["coding"][0]["code"] == code), "{code}");
    }
}

#[test]
fn every_patient_has_an_active_order() {
    assert!(of_type("Patient").next().is_some());
    for patient in of_type("Patient") {
        let mut own = of_type("ServiceRequest").filter(|it| patient_of(it) == patient["id"].as_str());
        assert!(own.any(|it| it["status"] == "active" && it["intent"] == "order"), "{}", patient["id"]);
    }
}

#[test]
fn every_clinician_has_the_referenced_resources() {
    for clinician in &CLINICIANS {
        for reference in
            [Some(clinician.fhir_user), clinician.organization, clinician.location].into_iter().flatten()
        {
            let (kind, id) = reference.split_once('/').unwrap();
            assert!(find(kind, id).is_some(), "{reference}");
        }
    }
    let roles: Vec<_> =
        of_type("PractitionerRole").filter_map(|it| it["practitioner"]["reference"].as_str()).collect();
    assert!(!roles.contains(&"Practitioner/wei-lin-chen"), "the specialist intentionally has no role");
}

#[test]
fn other_patient_differs_from_the_own_one() {
    for own in ["eleonore", "marc-andre", "harjit"] {
        let (other, encounter) = other_patient(own);
        assert_ne!(other, own);
        assert_eq!(patient_of(find("Encounter", encounter).unwrap()), Some(other));
    }
}
