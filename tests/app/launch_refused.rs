//! Every refusal of a launch by a client that proves itself with a secret. Each test ends with a launch that works.

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Canary, TestApp};
use passerelle::web::Kind;

/// One test for each fault of the EHR: what the person reads, and the class in the audit trail.
macro_rules! refuses {
    ($($(#[doc = $row:literal])+ $name:ident: $fault:ident, $kind:ident, $class:literal;)+) => {
        $(
            $(#[doc = $row])+
            #[actix_web::test]
            async fn $name() {
                $crate::launch_refused::refused(
                    passerelle::demo_ehr::Fault::$fault,
                    passerelle::web::Kind::$kind,
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

/// Plays one launch while the EHR misbehaves, checks the refusal and that it leaves nothing behind, and gives the app
/// for more questions.
async fn refused(fault: Fault, kind: Kind, class: &str) -> TestApp {
    let app = TestApp::start().await;
    refused_by(&app, fault, kind, class).await;
    app
}

/// As [`refused`], by an app that was set up otherwise. Nothing reaches the canary, and no code is sent twice.
async fn refused_by(app: &TestApp, fault: Fault, kind: Kind, class: &str) {
    let canary = Canary::new();
    app.ehr().set_canary(&canary.url());
    app.ehr().set_fault(Some(fault));
    let mut browser = app.browser();
    let landing = crate::in_time(browser.launch(app.ehr(), "eleonore", "ngozi-okafor")).await;
    app.assert_refused(&landing, kind, class).await;
    let exchanges = app.ehr().token_requests().len();
    assert!(exchanges <= 1, "a code is sent once, this one was sent {exchanges} times");
    app.assert_heals().await;
    assert_eq!(canary.visits(), 0, "nothing reaches the canary");
}

/// One launch that works.
async fn open(app: &TestApp, patient: &str) -> String {
    let landing = app.browser().launch(app.ehr(), patient, "ngozi-okafor").await;
    landing.context()
}
