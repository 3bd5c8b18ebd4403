//! Tests of the defaults and checks of a registration.

use super::*;

const GOOD: &str = r#"
id = "riverside"
name = "Riverside"
fhir_base_url = "https://ehr.example.ca/fhir"
client_id = "passerelle"
client_auth = "client_secret_basic"
client_secret_env = "SECRET"
scopes = ["launch", "openid", "fhirUser", "patient/Patient.rs"]
"#;

fn good() -> Registration {
    toml::from_str(GOOD).unwrap()
}

/// Keys of the reported problems, without `ehr.{id}.`; asserts that each has a fix.
fn reported(registration: &Registration) -> Vec<String> {
    let problems = registration.problems();
    assert!(problems.list().iter().all(|problem| !problem.fix.is_empty() && !problem.what.is_empty()));
    let key = |key: &str| key.strip_prefix(&format!("ehr.{}.", registration.id)).unwrap().to_owned();
    problems.list().iter().map(|problem| key(&problem.key)).collect()
}

#[test]
fn applies_the_strict_default_to_missing_keys() {
    let registration = good();
    assert!(reported(&registration).is_empty());
    assert!(registration.nonce_echoed && !registration.discover_from_capability_statement);
    assert_eq!(registration.basic_encoding, BasicEncoding::Form);
    assert!(registration.frame_ancestors.is_empty() && registration.allowed_networks.is_empty());
}

#[test]
fn refuses_unknown_keys() {
    assert!(toml::from_str::<Registration>(&format!("{GOOD}nonce_ecoed = false\n")).is_err());
}

/// LCH-07, ONT-07: each of these is reported under its key, with a fix, and together with the others.
#[test]
fn everything_that_is_wrong_is_reported_with_its_key() {
    type Tweak = fn(&mut Registration);
    let tweaks: [(&str, Tweak); 17] = [
        ("id", |ehr| ehr.id = "-River".to_owned()),
        ("name", |ehr| ehr.name = " ".to_owned()),
        ("fhir_base_url", |ehr| ehr.fhir_base_url = "https://ehr.example.ca/fhir?x".to_owned()),
        ("fhir_base_url", |ehr| ehr.fhir_base_url = "http://ehr.example.ca/fhir".to_owned()),
        ("fhir_base_url", |ehr| ehr.aliases = vec!["ehr".to_owned()]),
        ("client_id", |ehr| ehr.client_id.clear()),
        ("client_auth", |ehr| ehr.client_auth = ClientAuthMethod::PrivateKeyJwt),
        ("write_orders", |ehr| ehr.write_orders = true),
        ("signing_alg", |ehr| ehr.signing_alg = Some(SigningAlg::Es384)),
        ("assertion_audience", |ehr| ehr.assertion_audience = Some("https://ehr.example.ca".to_owned())),
        ("basic_encoding", |ehr| {
            ehr.client_id = "a:b".to_owned();
            ehr.basic_encoding = BasicEncoding::Raw;
        }),
        ("scopes", |ehr| ehr.scopes.push("patient/Patient.sr".to_owned())),
        ("scopes", |ehr| ehr.scopes.retain(|scope| scope != "openid")),
        ("frame_ancestors", |ehr| ehr.frame_ancestors = vec!["https://ehr.example.ca/app".to_owned()]),
        ("endpoint_origins", |ehr| ehr.endpoint_origins = vec!["auth.ehr.example.ca".to_owned()]),
        ("ca_certificates", |ehr| ehr.ca_certificates = Some("hospital".to_owned())),
        ("issuer", |ehr| ehr.discover_from_capability_statement = true),
    ];
    let mut all = good();
    for (key, tweak) in tweaks {
        let mut registration = good();
        tweak(&mut registration);
        assert_eq!(reported(&registration), [key]);
        tweak(&mut all);
    }
    let (mut together, mut each) = (reported(&all), tweaks.map(|(key, _)| key.to_owned()).to_vec());
    // The later tweak of a field overrides the earlier one.
    each.retain(|key| {
        !["fhir_base_url", "client_id", "write_orders", "signing_alg", "assertion_audience"].contains(&&**key)
    });
    together.retain(|key| key != "fhir_base_url");
    each.sort();
    together.sort();
    assert_eq!(together, each);
}

#[test]
fn requires_an_issuer_without_smart_configuration() {
    let at = |path: &str| format!("https://ehr.example.ca/{path}");
    let mut registration = good();
    registration.endpoints = Some(StaticEndpoints { authorization: at("a"), token: at("t"), jwks: at("j") });
    assert_eq!(reported(&registration), ["issuer"]);
    registration.discover_from_capability_statement = true;
    assert_eq!(reported(&registration), ["issuer", "issuer"]);
    registration.issuer = Some(at("auth"));
    assert!(reported(&registration).is_empty());
}

/// Environment variables do not override registrations, so no fix suggests one.
#[test]
fn suggests_no_environment_variable() {
    let mut registration = good();
    registration.name.clear();
    assert!(!registration.problems().to_string().contains("PASSERELLE__"));
}
