//! Tests of the values that the EHR's administrator needs, compared with the scopes and grant types that the EHR lists.

use passerelle::ehrs::{
    Registration,
    check::{Level, Remedy},
};
use passerelle::testing::{Setup, TestApp};
use serde_json::{Value, json};

use super::{check, codes, find, printed};

/// Starts an app whose EHR changes its smart-configuration like this.
async fn with_configuration(setup: Setup, change: impl Fn(&mut Value) + Send + 'static) -> TestApp {
    let app = setup.relayed().start().await;
    app.ehr().relay().change_answers(move |path, answer| {
        if path.ends_with("/smart-configuration") {
            answer.change_json(&change);
        }
    });
    app
}

/// REG-05: standalone launches and updates of orders need more scopes and another grant type.
#[actix_web::test]
async fn lists_what_standalone_launches_and_orders_need() {
    let both = |ehr: &mut Registration| (ehr.standalone, ehr.write_orders) = (true, true);
    let app = TestApp::setup().keys().registration(both).start().await;
    let report = check(&app).await;
    for needed in ["launch ", "launch/patient", "system/ServiceRequest.ru"] {
        assert!(report.hand_over.scopes.contains(needed), "{needed}: {}", report.hand_over.scopes);
    }
    assert_eq!(report.hand_over.grant_types, "authorization_code client_credentials");
    assert!(printed(&app).await.text.contains("authorization_code client_credentials"));
    let notes = codes(&report, Level::Note);
    assert!(!notes.contains(&"scopes-unlisted") && !notes.contains(&"grant-types-unlisted"), "{notes:?}");
}

/// REG-05: reports needed scopes and grant types that the EHR does not list.
#[actix_web::test]
async fn reports_needed_scopes_and_grant_types_that_are_not_listed() {
    let both = |ehr: &mut Registration| (ehr.standalone, ehr.write_orders) = (true, true);
    let app = with_configuration(TestApp::setup().keys().registration(both), |body| {
        body["grant_types_supported"] = json!(["authorization_code"]);
        body["scopes_supported"] = json!(["openid", "fhirUser", "launch", "patient/*.rs", "user/*.rs"]);
    })
    .await;
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new());
    let missing = |code| find(&report, code).values[0].1.clone();
    assert_eq!(missing("grant-types-unlisted"), "client_credentials");
    assert_eq!(missing("scopes-unlisted"), "launch/patient system/ServiceRequest.ru");
}

/// SCP-01: an EHR that lists scopes of SMART 1.0 only may drop others without an error.
#[actix_web::test]
async fn reports_an_ehr_that_lists_scopes_of_smart_1_0_only() {
    let app = with_configuration(TestApp::setup(), |body| {
        body["capabilities"] = json!(["launch-ehr"]);
        body["scopes_supported"] = json!(["openid", "fhirUser", "launch", "patient/*.read", "user/*.read"]);
    })
    .await;
    let report = check(&app).await;
    let set = Remedy::Set { name: "scope_syntax", value: Some("v1".to_owned()) };
    assert_eq!(find(&report, "scopes-listed-v1").remedies, [set]);
    assert!(!codes(&report, Level::Note).contains(&"scopes-unlisted"));
}

/// The check suggests only a scope for refresh tokens that the EHR offers.
#[actix_web::test]
async fn suggests_the_refresh_scope_that_the_ehr_offers() {
    let add = |value: &str| vec![Remedy::Add { name: "scopes", value: value.to_owned() }];
    for (capability, scope, code, remedies) in [
        ("permission-online", "online_access", "refresh-offered", add("online_access")),
        ("permission-offline", "offline_access", "refresh-offered-offline", add("offline_access")),
        ("permission-user", "openid", "refresh-not-offered", Vec::new()),
    ] {
        let app = with_configuration(TestApp::setup(), move |body| {
            body["capabilities"] = json!(["launch-ehr", capability]);
            body["scopes_supported"] = json!([scope]);
        })
        .await;
        assert_eq!(find(&check(&app).await, code).remedies, remedies);
    }
}
