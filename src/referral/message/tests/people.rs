//! Clinicians of a message: signer and delegate.

use serde_json::{Value, json};

use super::support::{Case, all, find, follow, searchset};

#[test]
fn builds_a_role_for_a_clinician_without_one() {
    let mut case = Case::of("eleonore");
    case.roles = None;
    let bundle = case.bundle();
    let role = follow(&bundle, &bundle["entry"][1]["resource"]["requester"]);
    assert_eq!(follow(&bundle, &role["practitioner"])["identifier"][0]["value"], "98765");
    assert_eq!(follow(&bundle, &role["organization"])["name"], "Demo EHR");
    case.organization.clear();
    let bundle = case.bundle();
    let role = follow(&bundle, &bundle["entry"][1]["resource"]["requester"]);
    let organization = follow(&bundle, &role["organization"]);
    assert_eq!(organization["_name"]["extension"][0]["valueCode"], "unknown");
}

#[test]
fn sends_the_name_of_a_clinician_without_a_resource() {
    let mut case = Case::of("eleonore");
    case.signer = None;
    let bundle = case.bundle();
    let role = follow(&bundle, &bundle["entry"][0]["resource"]["author"]);
    assert_eq!(follow(&bundle, &role["practitioner"])["name"][0]["text"], "Dr. Ngozi Okafor");
}

#[test]
fn finds_the_practitioner_of_a_role_as_user() {
    let mut case = Case::of("eleonore");
    case.signer = Some(find("PractitionerRole/ngozi-okafor-rideau"));
    case.roles = Some(searchset(&["Practitioner/ngozi-okafor", "Organization/rideau-fht"]));
    let bundle = case.bundle();
    let role = follow(&bundle, &bundle["entry"][1]["resource"]["requester"]);
    assert_eq!(role["code"][0]["coding"][0]["code"], "59058001");
    assert_eq!(follow(&bundle, &role["practitioner"])["name"][0]["family"], "Okafor");
    assert_eq!(role["location"], Value::Null, "a location that was not read and has no name is left out");
}

#[test]
fn ignores_the_role_of_another_practitioner() {
    let mut case = Case::of("eleonore");
    case.roles = Some(searchset(&["PractitionerRole/ewan-macneil-halifax", "Organization/harbour-clinic"]));
    let bundle = case.bundle();
    let names: Vec<_> = all(&bundle, "Organization").into_iter().map(|it| it["name"].clone()).collect();
    assert!(names.contains(&json!("Demo EHR")), "{names:?}");
    assert!(!names.contains(&json!("Harbour Medical Clinic")), "{names:?}");
}

/// A12: the message names both.
#[test]
fn names_the_delegate_as_enterer() {
    let mut case = Case::of("eleonore");
    case.enterer = Some(find("Practitioner/harpreet-gill"));
    case.roles = Some(searchset(&[
        "PractitionerRole/ngozi-okafor-rideau",
        "PractitionerRole/harpreet-gill-rideau",
        "Organization/rideau-fht",
        "Location/rideau-fht-bank-street",
    ]));
    let bundle = case.bundle();
    let header = &bundle["entry"][0]["resource"];
    let enterer = follow(&bundle, &header["enterer"]);
    assert_eq!(follow(&bundle, &enterer["practitioner"])["name"][0]["family"], "Gill");
    let author = follow(&bundle, &header["author"]);
    assert_eq!(follow(&bundle, &author["practitioner"])["name"][0]["family"], "Okafor");
    assert_eq!(author["organization"], enterer["organization"], "one clinic is one entry");
    assert_eq!(enterer["code"][0]["text"], "Medical office assistant");
    let delegate = follow(&bundle, &enterer["practitioner"]);
    for absent in ["telecom", "address", "identifier", "qualification"] {
        assert_eq!((&enterer[absent], &delegate[absent]), (&Value::Null, &Value::Null), "{absent}");
    }
}

/// The receiver answers the clinic of the signer: the message has no other.
#[test]
fn sends_no_second_clinic_for_the_delegate() {
    let mut case = Case::of("eleonore");
    case.enterer = Some(find("Practitioner/harpreet-gill"));
    let mut role = find("PractitionerRole/harpreet-gill-rideau");
    role["organization"] = json!({ "reference": "Organization/elsewhere", "display": "Elsewhere Clinic" });
    let mut roles = searchset(&["PractitionerRole/ngozi-okafor-rideau", "Organization/rideau-fht"]);
    roles["entry"].as_array_mut().unwrap().push(json!({ "resource": role }));
    case.roles = Some(roles);
    let bundle = case.bundle();
    let enterer = follow(&bundle, &bundle["entry"][0]["resource"]["enterer"]);
    assert_eq!(
        (&enterer["resourceType"], &enterer["name"][0]["family"]),
        (&json!("Practitioner"), &json!("Gill"))
    );
    assert!(!bundle.to_string().contains("Elsewhere Clinic"));
}

#[test]
fn names_no_enterer_if_the_signer_prepared_the_referral() {
    let mut case = Case::of("eleonore");
    case.enterer.clone_from(&case.signer);
    let bundle = case.bundle();
    assert_eq!(bundle["entry"][0]["resource"]["enterer"], Value::Null);
}

#[test]
fn leaves_out_a_licence_without_a_number() {
    let mut case = Case::of("mairi");
    case.signer = Some(find("Practitioner/ewan-macneil"));
    case.roles = None;
    let bundle = case.bundle();
    let practitioner = &all(&bundle, "Practitioner")[0];
    assert_eq!(practitioner["identifier"].as_array().unwrap().len(), 1);
    assert_eq!(practitioner["identifier"][0]["value"], "017788");
}

#[test]
fn leaves_out_the_home_address_and_phone_of_a_clinician() {
    let mut case = Case::of("eleonore");
    let mut signer = find("Practitioner/ngozi-okafor");
    signer["address"] = json!([{ "use": "home", "city": "Ottawa" }]);
    signer["birthDate"] = json!("1970-01-01");
    signer["telecom"] = json!([{ "system": "phone", "value": "1", "use": "home" }]);
    case.signer = Some(signer);
    let bundle = case.bundle();
    let practitioner = &all(&bundle, "Practitioner")[0];
    for member in ["address", "birthDate", "telecom"] {
        assert_eq!(practitioner[member], Value::Null, "{member}");
    }
}

/// The answer of the consultant goes to the clinic in the message.
#[test]
fn names_a_clinic_only_if_it_is_certain() {
    let role = |id: &str, clinic: &str, period: Value| {
        json!({ "resource": { "resourceType": "PractitionerRole", "id": id, "period": period,
            "practitioner": { "reference": "Practitioner/ngozi-okafor" },
            "organization": { "reference": format!("Organization/{clinic}"), "display": clinic } } })
    };
    let clinic = |roles: Value, visit_at: Option<&str>| {
        let mut case = Case::of("eleonore");
        case.roles = Some(json!({ "resourceType": "Bundle", "entry": roles }));
        case.visit_at = visit_at.map(str::to_owned);
        let bundle = case.bundle();
        let names = all(&bundle, "Organization").into_iter().map(|it| it["name"].clone());
        names.filter_map(|name| name.as_str().map(str::to_owned)).collect::<Vec<_>>()
    };
    let ended = json!({ "end": "2024-12-31" });
    let both = json!([role("1", "North", Value::Null), role("2", "South", Value::Null)]);
    assert!(
        clinic(json!([role("1", "North", ended), role("2", "South", Value::Null)]), None)
            .contains(&"South".to_owned())
    );
    assert!(clinic(both.clone(), Some("Organization/South")).contains(&"South".to_owned()));
    let unknown = clinic(both, None);
    assert!(!unknown.iter().any(|name| name == "North" || name == "South"), "{unknown:?}");
}
