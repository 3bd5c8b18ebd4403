//! Tests of SMART 1.0 servers, which publish a CapabilityStatement and no smart-configuration: accepted only if that
//! was agreed.

use passerelle::demo_ehr::Fault;
use passerelle::testing::TestApp;
use passerelle::web::ErrorKind;

use super::{AUTHORIZATION, refused_before, refused_by};

async fn agreed() -> TestApp {
    TestApp::setup().registration(|ehr| ehr.discover_from_capability_statement = true).start().await
}

fn asked_for_metadata(app: &TestApp) -> usize {
    app.ehr().requests_to("/fhir/metadata").len()
}

/// DSC-16: not fetched unless agreed.
#[actix_web::test]
async fn refuses_a_capability_statement_unless_agreed() {
    let fault = Fault::DiscoveryOnlyCapabilityStatement;
    let app = refused_before(AUTHORIZATION, fault, ErrorKind::EhrTrouble, "ehr-metadata").await;
    assert_eq!(asked_for_metadata(&app), 0);
}

/// DSC-16: only a 404 for smart-configuration leads to the CapabilityStatement, not a failure.
#[actix_web::test]
async fn refuses_a_capability_statement_while_smart_configuration_fails() {
    let app = agreed().await;
    let fault = Fault::DiscoveryServerError;
    refused_by(&app, AUTHORIZATION, fault, ErrorKind::EhrTrouble, "ehr-metadata").await;
    assert_eq!(asked_for_metadata(&app), 0);
}

/// DSC-05, DSC-16: it must name both endpoints.
#[actix_web::test]
async fn refuses_a_capability_statement_without_endpoints() {
    let app = agreed().await;
    let fault = Fault::DiscoveryOnlyEmptyCapabilityStatement;
    refused_by(&app, AUTHORIZATION, fault, ErrorKind::EhrTrouble, "ehr-metadata").await;
    assert_eq!(asked_for_metadata(&app), 1);
}

/// DSC-03, DSC-16, DSC-19, SCP-05, ONT-14: fetched without a token, found in any `rest`; scopes are written as in
/// 1.0, and the launch opens the form.
#[actix_web::test]
async fn accepts_a_capability_statement_if_agreed() {
    let app = agreed().await;
    app.ehr().set_fault(Some(Fault::DiscoveryOnlyCapabilityStatement));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(browser.open(&landing).await.status, 200);
    let asked = app.ehr().requests_to("/fhir/metadata");
    assert_eq!(asked.len(), 1);
    let header =
        |name: &str| asked[0].headers.iter().find(|(found, _)| found == name).map(|(_, text)| &**text);
    assert_eq!((header("accept"), header("authorization")), (Some("application/fhir+json"), None));
    let scope = landing.asked("scope");
    assert!(scope.contains("patient/Patient.read") && !scope.contains(".rs"), "{scope}");
}
