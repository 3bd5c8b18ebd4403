use std::fs;

use super::support::{Case, find, searchset};

/// Writes a whole message where a person can read it.
#[test]
fn an_example_to_read() {
    let mut case = Case::of("eleonore");
    case.enterer = Some(find("Practitioner/harpreet-gill"));
    case.roles = Some(searchset(&[
        "PractitionerRole/ngozi-okafor-rideau",
        "PractitionerRole/harpreet-gill-rideau",
        "Organization/rideau-fht",
        "Location/rideau-fht-bank-street",
    ]));
    let text = serde_json::to_string_pretty(&case.bundle()).unwrap();
    let file = std::env::temp_dir().join("passerelle-add-service-request.json");
    fs::write(&file, &text).unwrap();
    assert!(text.contains("Tremblay-Singh"));
}
