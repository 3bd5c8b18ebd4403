//! A whole message, compared with a reviewed one.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::support::{Case, find, searchset};

const FILE: &str = "src/referral/message/fixtures/add-service-request.json";

/// `PASSERELLE_WRITE_FIXTURES=1` writes the reviewed message again, for another review.
#[test]
fn builds_the_reviewed_message() {
    let mut case = Case::of("eleonore");
    case.enterer = Some(find("Practitioner/harpreet-gill"));
    case.roles = Some(searchset(&[
        "PractitionerRole/ngozi-okafor-rideau",
        "PractitionerRole/harpreet-gill-rideau",
        "Organization/rideau-fht",
        "Location/rideau-fht-bank-street",
    ]));
    let chosen = ["Condition", "MedicationRequest", "AllergyIntolerance", "Observation", "DocumentReference"];
    let first = |name: &&str| case.supporting.iter().find(|it| it["resourceType"] == **name).cloned();
    case.supporting = chosen.iter().filter_map(first).collect();
    case.contents.clear();
    let mut bundle = case.bundle();
    assert_eq!(bundle["entry"][0]["resource"]["source"]["version"], env!("CARGO_PKG_VERSION"));
    bundle["entry"][0]["resource"]["source"]["version"] = json!("1.0.0");

    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
    if std::env::var_os("PASSERELLE_WRITE_FIXTURES").is_some() {
        let text = serde_json::to_string_pretty(&bundle).unwrap();
        fs::write(&file, text + "\n").unwrap();
    }
    let read: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    let entries = |bundle: &Value| bundle["entry"].as_array().unwrap().clone();
    for (built, read) in entries(&bundle).iter().zip(&entries(&read)) {
        assert_eq!(built, read);
    }
    assert_eq!(bundle, read);
}
