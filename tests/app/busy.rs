//! A FHIR server that is down, or asks to be left alone.

use jiff::SignedDuration;
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Landing, TestApp};
use passerelle::web::ErrorKind;

async fn launch(app: &TestApp) -> Landing {
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await
}

/// Launches where no chart can be asked for: the page comes at once, and the EHR gets no code and no question.
async fn assert_left_alone(app: &TestApp) {
    app.ehr().clear_recorded();
    launch(app).await.last().assert_says(ErrorKind::EhrResting);
    let asked: Vec<String> = app.ehr().requests_of_app().into_iter().map(|request| request.path).collect();
    assert!(asked.iter().all(|path| path.contains(".well-known")), "{asked:?}");
}

/// Three launches in a row that end so.
async fn fails(app: &TestApp, why: ErrorKind) {
    for _ in 0..3 {
        launch(app).await.last().assert_says(why);
    }
}

/// F18: a FHIR server that was not reached is left alone for ten seconds, and nobody waits for its deadline; then it is
/// asked again. The code of such a launch is not spent: its page, loaded again, goes on.
#[actix_web::test]
async fn a_fhir_server_that_is_down_is_left_alone_for_a_moment() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::FhirDown));
    fails(&app, ErrorKind::EhrTrouble).await;
    for _ in 0..3 {
        assert_left_alone(&app).await;
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

/// API-05, F18: a FHIR server that asks for seven seconds gets them, and the person is told that it is busy.
#[actix_web::test]
async fn a_fhir_server_is_left_alone_as_long_as_it_asks() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::FhirTooManyRequests));
    fails(&app, ErrorKind::EhrBusy).await;
    app.advance(SignedDuration::from_secs(6));
    assert_left_alone(&app).await;
    app.advance(SignedDuration::from_secs(1));
    launch(&app).await.last().assert_says(ErrorKind::EhrBusy);
    assert!(!app.ehr().requests_to("/fhir/Patient/eleonore").is_empty(), "it is asked again");
    app.assert_heals().await;
}

/// F18: what says nothing of the next answer keeps nobody out: one chart that is broken or not there.
#[actix_web::test]
async fn one_broken_chart_keeps_nobody_out() {
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

/// API-05: on the form as well, in words that say what to do.
#[actix_web::test]
async fn a_busy_ehr_is_called_busy_on_the_form() {
    for (lang, told) in [
        ("en", "Not loaded: the EHR has too much to do. Wait a minute, then try again."),
        ("fr", "Non chargé : le DME est trop sollicité. Attendez une minute, puis réessayez."),
    ] {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        app.ehr().set_fault(Some(Fault::FhirTooManyRequests));
        let form = browser.get(&format!("/c/{context}/referrals/new?lang={lang}")).await;
        assert!(form.text().contains(told), "{}", form.text());
    }
}
