//! Servers of SMART 1.0, which publish a CapabilityStatement and no smart-configuration: believed where that was agreed.

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

/// DSC-16: not agreed on, not asked for.
#[actix_web::test]
async fn refuses_a_capability_statement_where_it_was_not_agreed_on() {
    let fault = Fault::DiscoveryOnlyCapabilityStatement;
    let app = refused_before(AUTHORIZATION, fault, ErrorKind::EhrTrouble, "ehr-metadata").await;
    assert_eq!(asked_for_metadata(&app), 0);
}

/// DSC-16: only an answer that there is none leads there, not one that failed.
#[actix_web::test]
async fn refuses_a_capability_statement_while_smart_configuration_only_fails() {
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

/// DSC-03, DSC-16, DSC-19, SCP-05, ONT-14: asked without a token, in whichever `rest` it stands; scopes are written as
/// in 1.0, and the launch ends in the form.
#[actix_web::test]
async fn a_capability_statement_is_believed_where_that_was_agreed_on() {
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
