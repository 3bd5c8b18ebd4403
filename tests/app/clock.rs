//! An EHR whose clock and ours are not together.

use jiff::SignedDuration;
use passerelle::admin::{TraceArguments, run_trace};
use passerelle::testing::{Landing, LogCapture, Setup, TestApp};
use passerelle::web::ErrorKind;

const WARNING: &str = "the clock of this EHR is ahead of ours or behind";

/// An app whose EHR has a name that no other test's log lines bear.
fn setup(id: &'static str) -> Setup {
    TestApp::setup().only_ehr(id)
}

async fn launch(app: &TestApp) -> Landing {
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await
}

fn set_ahead(app: &TestApp, seconds: i64) {
    app.ehr().set_clock_ahead(SignedDuration::from_secs(seconds));
}

/// What `passerelle trace` tells of the last launch.
async fn trace(app: &TestApp) -> String {
    let events = app.audit_events().await;
    let last = events.iter().rev().find(|event| event.event.starts_with("launch-")).unwrap();
    let arguments =
        TraceArguments { reference: Some(last.correlation_id.clone()), ehr: None, unknown: false };
    let told = app.within(async move |app| run_trace(&app.office(), &arguments).await.unwrap());
    told.await
}

/// T19: an EHR that is strict about the five minutes takes our assertion although its clock is two minutes behind, or
/// nearly one ahead, as much as an id_token allows.
#[actix_web::test]
async fn an_assertion_survives_a_clock_that_is_minutes_off() {
    for seconds in [-140, -120, 0, 55] {
        let app = TestApp::setup().keys().start().await;
        set_ahead(&app, seconds);
        launch(&app).await.context();
    }
}

/// T19: when the clocks are further apart, the launch is refused, and the administrator is told which clock and by how
/// much: in the audit trail, in the trace, and in a check.
#[actix_web::test]
async fn an_assertion_refused_for_a_clock_names_the_clock() {
    let app = TestApp::setup().keys().start().await;
    set_ahead(&app, -240);
    let landing = launch(&app).await;
    app.assert_refused(&landing, ErrorKind::EhrSetup, "clock").await;
    let told = trace(&app).await;
    let why = "why: the clock of the EHR is 240 seconds behind ours: the token endpoint answered 401";
    assert!(told.contains(why) && told.contains("invalid_client"), "{told}");
    let line = crate::ehr_check::check(&app).await.lines.into_iter().find(|line| line.code == "clock-off");
    assert_eq!(line.unwrap().values[0].1, "240");
    set_ahead(&app, 0);
    app.assert_heals().await;
}

/// T19, SEC-12: the same for an id_token that comes from the future, and for one that is over.
#[actix_web::test]
async fn an_id_token_refused_for_a_clock_names_the_clock() {
    for (seconds, told) in [(240, "240 seconds ahead of ours"), (-7200, "7200 seconds behind ours")] {
        let app = TestApp::start().await;
        set_ahead(&app, seconds);
        let landing = launch(&app).await;
        app.assert_refused(&landing, ErrorKind::EhrSetup, "clock").await;
        let said = trace(&app).await;
        assert!(said.contains(told) && said.contains("exp has passed, or iat is not usable"), "{said}");
        set_ahead(&app, 0);
        app.assert_heals().await;
    }
}

/// SEC-12: another fault is not blamed on the clock, nor is an EHR that refuses our secret.
#[actix_web::test]
async fn a_wrong_clock_is_not_blamed_for_something_else() {
    use passerelle::demo_ehr::Fault;
    for (fault, class) in [(Fault::IdTokenWrongAudience, "id-token"), (Fault::TokenInvalidClient, "token")] {
        let app = TestApp::start().await;
        set_ahead(&app, -600);
        app.ehr().set_fault(Some(fault));
        let landing = launch(&app).await;
        assert_ne!(landing.last().status, 303);
        let events = app.audit_events().await;
        let refused = events.iter().rev().find(|event| event.event == "launch-refused").unwrap();
        assert_eq!(refused.detail.as_deref(), Some(class));
    }
}

/// SEC-12: a clock that is off is noticed though launches work: logged once until it is right again, told by the trace,
/// and counted.
#[actix_web::test]
async fn a_clock_that_is_off_is_noticed_at_a_launch_that_works() {
    let log = LogCapture::start();
    let app = setup("clock-off").metrics().start().await;
    let warned = || {
        let text = log.text();
        text.lines().filter(|line| line.contains(WARNING) && line.contains("clock-off")).count()
    };
    for (ahead, warnings) in [(0, 0), (-45, 0), (-200, 1), (-210, 1), (0, 1), (-200, 2)] {
        app.advance(SignedDuration::from_secs(1));
        set_ahead(&app, ahead);
        launch(&app).await.context();
        assert_eq!(warned(), warnings, "{ahead}");
        let told = trace(&app).await;
        let clock = format!("clock of the EHR: {} seconds behind ours", -ahead);
        assert_eq!(told.contains("clock of the EHR"), ahead <= -200, "{told}");
        assert_eq!(told.contains(&clock), ahead <= -200, "{told}");
        let counted = format!("passerelle_ehr_clock_ahead_seconds{{ehr=\"clock-off\"}} {ahead}\n");
        let metrics = app.metrics().await;
        assert!(metrics.contains(&counted), "{metrics}");
    }
}
