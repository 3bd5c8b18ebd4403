//! Tests of refused launches of a client with a secret. Each test ends with a launch that works.

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Canary, TestApp};
use passerelle::web::ErrorKind;

/// Defines one test for each fault: what the person reads, and the class in the audit trail. Asserts that the path
/// was not requested.
macro_rules! refuses {
    (before $path:literal; $($(#[doc = $row:literal])+ $name:ident: $fault:ident, $kind:ident, $class:literal;)+) => {
        $(
            $(#[doc = $row])+
            #[actix_web::test]
            async fn $name() {
                $crate::launch_refused::refused_before(
                    $path,
                    passerelle::demo_ehr::Fault::$fault,
                    passerelle::web::ErrorKind::$kind,
                    $class,
                )
                .await;
            }
        )+
    };
}

mod callback;
mod capability_statement;
mod discovery;
mod id_token;
mod in_clear;
mod login_csrf;
mod patient;
mod request;
mod stolen;
mod token;

/// Paths that the EHR receives when a launch gets that far.
const AUTHORIZATION: &str = "/auth/authorize";
const CHART: &str = "/fhir/Patient/eleonore";

/// Launches once while the fault is active, asserts the refusal and that nothing is left behind, and returns the app.
async fn refused_before(path: &str, fault: Fault, kind: ErrorKind, class: &str) -> TestApp {
    let app = TestApp::start().await;
    refused_by(&app, path, fault, kind, class).await;
    app
}

/// Like [`refused_before`], with another setup.
async fn refused_by(app: &TestApp, path: &str, fault: Fault, kind: ErrorKind, class: &str) {
    refused_beside(&Canary::new(), app, path, (fault, kind, class)).await;
}

/// Asserts a refusal of an endpoint at an address that the registration does not permit.
async fn refused_for_its_address(fault: Fault) {
    let app = TestApp::start().await;
    refused_beside(&Canary::forbidden(), &app, CHART, (fault, ErrorKind::EhrTrouble, "ehr-metadata")).await;
}

/// Asserts that nothing reached the canary, and that no code was sent twice.
async fn refused_beside(
    canary: &Canary,
    app: &TestApp,
    path: &str,
    (fault, kind, class): (Fault, ErrorKind, &str),
) {
    app.ehr().set_canary(&canary.url());
    app.ehr().set_fault(Some(fault));
    let mut browser = app.browser();
    let landing = crate::in_time(browser.launch(app.ehr(), "eleonore", "ngozi-okafor")).await;
    app.assert_refused(&landing, kind, class).await;
    assert_eq!(app.ehr().requests_to(path).len(), 0, "it is refused before {path}");
    let exchanges = app.ehr().token_requests().len();
    assert!(exchanges <= 1, "a code is sent once, this one was sent {exchanges} times");
    app.assert_heals().await;
    assert_eq!(canary.visits(), 0, "nothing reaches the canary");
}

/// Launches successfully.
async fn open(app: &TestApp, patient: &str) -> String {
    let landing = app.browser().launch(app.ehr(), patient, "ngozi-okafor").await;
    landing.context()
}
