//! The Patient of a message.

use serde_json::{Value, json};

use super::support::{Case, only};

const VERSION: &str = "http://ehealthontario.ca/fhir/StructureDefinition/ext-id-health-card-version-code";
const TYPES: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";

fn sent(case: &Case) -> Value {
    only(&case.bundle(), "Patient")
}

#[test]
fn sends_a_complete_patient_of_ontario() {
    let patient = sent(&Case::of("eleonore"));
    assert_eq!(patient["name"][0]["family"], "Tremblay-Singh");
    assert_eq!(patient["name"][0]["given"], json!(["Éléonore", "Marie"]));
    assert_eq!(patient["name"].as_array().unwrap().len(), 3);
    assert_eq!(patient["identifier"][0]["value"], "9512345670");
    assert_eq!(patient["identifier"][0]["extension"], json!([{ "url": VERSION, "valueString": "WK" }]));
    assert_eq!(patient["telecom"][0]["rank"], 1);
    assert_eq!(patient["address"][0]["country"], "CAN");
    assert_eq!(patient["address"][0]["postalCode"], "K1N 8X2");
    assert_eq!(patient["communication"][0]["language"]["coding"][0]["code"], "fr-CA");
    assert_eq!(patient["deceasedBoolean"], false);
    assert_eq!(patient["contact"][0]["name"]["family"], "Singh");
    for dropped in ["managingOrganization", "maritalStatus", "text"] {
        assert_eq!(patient[dropped], Value::Null, "{dropped}");
    }
}

#[test]
fn sends_a_patient_of_quebec_with_accents() {
    let patient = sent(&Case::of("marc-andre"));
    assert_eq!(patient["identifier"][0]["value"], "LECM85071219");
    assert_eq!(
        patient["identifier"][0]["system"],
        "https://fhir.infoway-inforoute.ca/NamingSystem/ca-qc-patient-healthcare-id"
    );
    assert_eq!(patient["identifier"][0]["type"]["coding"][0]["code"], "JHN");
    assert_eq!(patient["name"], Case::of("marc-andre").patient["name"]);
    assert_eq!(patient["address"][0]["state"], "QC");
}

/// HAL-09: a missing element gets a data-absent-reason.
#[test]
fn sends_a_sparse_patient_with_data_absent_reasons() {
    let patient = sent(&Case::of("sparse"));
    assert_eq!(patient["birthDate"], "1958");
    assert_eq!(patient["name"], json!([{ "text": "Ng", "family": "Ng" }]));
    assert_eq!(patient["_gender"]["extension"][0]["valueCode"], "unknown");
    assert_eq!(patient["gender"], Value::Null);
}

#[test]
fn sends_a_patient_without_given_name_and_moves_the_version_code() {
    let patient = sent(&Case::of("suharto"));
    assert_eq!(patient["name"][0]["given"], Value::Null);
    assert_eq!(patient["name"][0]["family"], "Suharto");
    assert_eq!(patient["extension"], Value::Null);
    assert_eq!(patient["identifier"][0]["extension"], json!([{ "url": VERSION, "valueString": "C" }]));
}

#[test]
fn sends_a_patient_without_name_or_birth_date() {
    let mut case = Case::of("eleonore");
    case.patient["name"] = json!([{ "use": "official" }]);
    case.patient["birthDate"] = json!("1961-14-03");
    let patient = sent(&case);
    assert_eq!(patient["name"][0]["_family"]["extension"][0]["valueCode"], "unknown");
    assert_eq!(patient["_birthDate"]["extension"][0]["valueCode"], "unknown");
    assert_eq!(patient["birthDate"], Value::Null);
    case.patient["name"] = json!([{ "text": "Baby Girl" }]);
    assert_eq!(sent(&case)["name"][0]["_family"]["extension"][0]["valueCode"], "as-text");
}

#[test]
fn keeps_the_data_absent_reason_of_the_ehr() {
    let mut case = Case::of("eleonore");
    case.patient.as_object_mut().unwrap().remove("birthDate");
    case.patient["_birthDate"] = json!({ "extension": [{
        "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked",
    }] });
    assert_eq!(sent(&case)["_birthDate"]["extension"][0]["valueCode"], "masked");
}

#[test]
fn completes_identifiers_and_updates_their_systems() {
    let mut case = Case::of("eleonore");
    case.patient["identifier"] = json!([
        { "type": { "coding": [{ "system": "http://hl7.org/fhir/v2/0203/", "code": "JHN" }] },
          "system": "http://ehealthontario.ca/API/FHIR/NamingSystem/ca-on-patient-hcn", "value": "9512 345 670-wk" },
        { "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-bc-patient-hcn", "value": "9876543218" },
        { "type": { "coding": [{ "system": "http://hl7.org/fhir/v2/0203", "code": "MR" }] }, "value": "17" },
        { "type": { "coding": [{ "code": "MR" }] }, "system": "urn:oid:1.2.3", "value": "18" },
        { "system": "urn:oid:1.2.4", "value": "19" },
        { "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-social-insurance-number", "value": "046454286" },
        { "type": { "coding": [{ "code": "MR" }] }, "system": "urn:oid:1.2.5" },
        { "value": "20" },
        { "system": "urn:oid:1.2.4", "value": "19" },
    ]);
    let identifiers = sent(&case)["identifier"].as_array().unwrap().clone();
    let typed: Vec<_> = identifiers
        .iter()
        .map(|it| {
            assert_eq!(it["type"]["coding"][0]["system"], TYPES);
            (it["type"]["coding"][0]["code"].as_str().unwrap(), it["value"].as_str().unwrap())
        })
        .collect();
    assert_eq!(
        typed,
        [("JHN", "9512345670"), ("JHN", "9876543218"), ("MR", "17"), ("MR", "18"), ("U", "19")]
    );
    assert_eq!(identifiers[0]["extension"], json!([{ "url": VERSION, "valueString": "WK" }]));
    assert_eq!(identifiers[0]["system"], "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn");
    assert_eq!(
        identifiers[1]["system"],
        "https://fhir.infoway-inforoute.ca/NamingSystem/ca-bc-patient-healthcare-id"
    );
    assert_eq!(identifiers[2]["_system"]["extension"][0]["valueCode"], "unknown");
}

#[test]
fn writes_canadian_addresses_as_the_guides_do() {
    let written = |address: Value| {
        let mut case = Case::of("eleonore");
        case.patient["address"] = json!([address]);
        sent(&case)["address"].clone()
    };
    for country in ["CA", "CAN", "Canada", "canada"] {
        let address = json!({ "state": "Québec", "postalCode": "j8t-3p6", "country": country });
        let expected = json!([{ "state": "QC", "postalCode": "J8T 3P6", "country": "CAN" }]);
        assert_eq!(written(address), expected, "{country}");
    }
    let abroad = json!({ "state": "ON", "postalCode": "12345", "country": "USA" });
    assert_eq!(written(abroad.clone()), json!([abroad]));
    assert_eq!(written(json!({ "use": "home", "type": "postal" })), Value::Null);
    let no_fixed_address = Case::of("wanda").patient["address"][0].clone();
    assert_eq!(written(no_fixed_address)[0]["extension"][0]["valueBoolean"], true);
}

#[test]
fn keeps_only_contact_points_with_a_value_and_gives_them_a_system() {
    let mut case = Case::of("eleonore");
    case.patient["telecom"] = json!([
        { "system": "phone" }, { "value": "a@example.ca", "rank": 0 }, { "system": "fax", "value": 5 },
        { "system": "carrier-pigeon", "value": "Bob", "use": "roof" },
    ]);
    let expected =
        json!([{ "system": "email", "value": "a@example.ca" }, { "system": "other", "value": "Bob" }]);
    assert_eq!(sent(&case)["telecom"], expected);
}
