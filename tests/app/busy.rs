//! Tests of a FHIR server that is unavailable or asks for a delay.

use jiff::SignedDuration;
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Landing, TestApp};
use passerelle::web::ErrorKind;

async fn launch(app: &TestApp) -> Landing {
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await
}

/// Launches while the circuit breaker is open: the page is immediate, and the EHR receives neither the code nor a
/// request.
async fn assert_circuit_open(app: &TestApp) {
    app.ehr().clear_recorded();
    launch(app).await.last().assert_says(ErrorKind::EhrResting);
    let asked: Vec<String> = app.ehr().requests_of_app().into_iter().map(|request| request.path).collect();
    assert!(asked.iter().all(|path| path.contains(".well-known")), "{asked:?}");
}

/// Launches three times in a row, each ending with this kind of error.
async fn fails(app: &TestApp, why: ErrorKind) {
    for _ in 0..3 {
        launch(app).await.last().assert_says(why);
    }
}

/// F18: an unreachable FHIR server opens the circuit breaker for ten seconds, in which launches fail at once. The
/// code of such a launch is not used: reloading its page continues the launch.
#[actix_web::test]
async fn opens_the_circuit_breaker_for_an_unreachable_fhir_server() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::FhirDown));
    fails(&app, ErrorKind::EhrTrouble).await;
    for _ in 0..3 {
        assert_circuit_open(&app).await;
    }
    let events = app.audit_events().await;
    assert!(events.iter().any(|event| event.detail.as_deref() == Some("fhir-resting")));
    let mut browser = app.browser();
    let waiting = browser.launch(app.ehr(), "zoe", "ngozi-okafor").await;
    waiting.last().assert_says(ErrorKind::EhrResting);
    app.ehr().set_fault(None);
    app.advance(SignedDuration::from_secs(10));
    let callback = waiting.callback().unwrap();
    let context = browser.finish(waiting, callback.as_str()).await.context();
    assert_eq!(browser.chart(&context).await.patient, "zoe");
    launch(&app).await.context();
}

/// API-05, F18: `Retry-After: 7` keeps the circuit breaker open for seven seconds, and the person reads that the EHR
/// is busy.
#[actix_web::test]
async fn respects_retry_after_of_the_fhir_server() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::FhirTooManyRequests));
    fails(&app, ErrorKind::EhrBusy).await;
    app.advance(SignedDuration::from_secs(6));
    assert_circuit_open(&app).await;
    app.advance(SignedDuration::from_secs(1));
    launch(&app).await.last().assert_says(ErrorKind::EhrBusy);
    assert!(!app.ehr().requests_to("/fhir/Patient/eleonore").is_empty(), "requests resume");
    app.assert_heals().await;
}

/// F18: an error of one chart, broken or missing, does not open the circuit breaker.
#[actix_web::test]
async fn keeps_the_circuit_closed_after_an_error_of_one_chart() {
    for fault in [
        Fault::PatientServerError,
        Fault::PatientNotFound,
        Fault::PatientTruncated,
        Fault::FhirDown,
        Fault::FhirTooManyRequests,
    ] {
        let app = TestApp::start().await;
        app.ehr().set_fault(Some(fault));
        assert_ne!(launch(&app).await.last().status, 303);
        app.ehr().set_fault(None);
        app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    }
}

/// API-05: the form reports a busy EHR too, with the next step.
#[actix_web::test]
async fn reports_a_busy_ehr_on_the_form() {
    for (lang, text) in [
        ("en", "Not loaded: the EHR is overloaded. Wait a minute, then try again."),
        ("fr", "Non chargé : le DME est surchargé. Attendez une minute, puis réessayez."),
    ] {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        app.ehr().set_fault(Some(Fault::FhirTooManyRequests));
        let form = browser.get(&format!("/c/{context}/referrals/new?lang={lang}")).await;
        assert!(form.text().contains(text), "{}", form.text());
    }
}
