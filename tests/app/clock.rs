//! Tests of clock skew between an EHR and this app.

use jiff::SignedDuration;
use passerelle::admin::{TraceArguments, run_trace};
use passerelle::testing::{Landing, LogCapture, Setup, TestApp};
use passerelle::web::ErrorKind;

const WARNING: &str = "clock skew between this EHR and this machine exceeds a minute";

/// Setup with an EHR name that appears in the log lines of no other test.
fn setup(id: &'static str) -> Setup {
    TestApp::setup().only_ehr(id)
}

async fn launch(app: &TestApp) -> Landing {
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await
}

fn set_skew(app: &TestApp, seconds: i64) {
    app.ehr().set_clock_skew(SignedDuration::from_secs(seconds));
}

/// Output of `passerelle trace` for the last launch.
async fn trace(app: &TestApp) -> String {
    let events = app.audit_events().await;
    let last = events.iter().rev().find(|event| event.event.starts_with("launch-")).unwrap();
    let arguments =
        TraceArguments { reference: Some(last.correlation_id.clone()), ehr: None, unknown: false };
    let output = app.within(async move |app| run_trace(&app.admin(), &arguments).await.unwrap());
    output.await
}

/// T19: an EHR with a strict limit of five minutes accepts the assertion although its clock is two minutes behind or
/// nearly one minute ahead, the same tolerance as for an id_token.
#[actix_web::test]
async fn signs_assertions_that_tolerate_clock_skew() {
    for seconds in [-140, -120, 0, 55] {
        let app = TestApp::setup().keys().start().await;
        set_skew(&app, seconds);
        launch(&app).await.context();
    }
}

/// T19: with more clock skew the launch is refused, and the audit trail, the trace and the check report the skew.
#[actix_web::test]
async fn reports_clock_skew_when_an_assertion_is_refused() {
    let app = TestApp::setup().keys().start().await;
    set_skew(&app, -240);
    let landing = launch(&app).await;
    app.assert_refused(&landing, ErrorKind::EhrSetup, "clock").await;
    let output = trace(&app).await;
    let why = "why: the clock of the EHR is 240 seconds behind ours: the token endpoint answered 401";
    assert!(output.contains(why) && output.contains("invalid_client"), "{output}");
    let line = crate::ehr_check::check(&app).await.lines.into_iter().find(|line| line.code() == "clock-off");
    assert_eq!(line.unwrap().values[0].1, "240");
    set_skew(&app, 0);
    app.assert_heals().await;
}

/// T19, SEC-12: the same for an id_token issued in the future and for an expired one.
#[actix_web::test]
async fn reports_clock_skew_when_an_id_token_is_refused() {
    for (seconds, output) in [(240, "240 seconds ahead of ours"), (-7200, "7200 seconds behind ours")] {
        let app = TestApp::start().await;
        set_skew(&app, seconds);
        let landing = launch(&app).await;
        app.assert_refused(&landing, ErrorKind::EhrSetup, "clock").await;
        let said = trace(&app).await;
        assert!(
            said.contains(output) && said.contains("expired, or iat is more than 24 hours old"),
            "{said}"
        );
        set_skew(&app, 0);
        app.assert_heals().await;
    }
}

/// SEC-12: another fault, or an EHR that refuses the client secret, is not attributed to clock skew.
#[actix_web::test]
async fn does_not_attribute_other_faults_to_clock_skew() {
    use passerelle::demo_ehr::Fault;
    for (fault, class) in [(Fault::IdTokenWrongAudience, "id-token"), (Fault::TokenInvalidClient, "token")] {
        let app = TestApp::start().await;
        set_skew(&app, -600);
        app.ehr().set_fault(Some(fault));
        let landing = launch(&app).await;
        assert_ne!(landing.last().status, 303);
        let events = app.audit_events().await;
        let refused = events.iter().rev().find(|event| event.event == "launch-refused").unwrap();
        assert_eq!(refused.detail.as_deref(), Some(class));
    }
}

/// SEC-12: clock skew is reported though launches work: logged once until it is corrected, shown by the trace, and
/// counted in a metric.
#[actix_web::test]
async fn reports_clock_skew_of_a_launch_that_works() {
    let log = LogCapture::start();
    let app = setup("clock-off").metrics().start().await;
    let warned = || {
        let text = log.text();
        text.lines().filter(|line| line.contains(WARNING) && line.contains("clock-off")).count()
    };
    for (ahead, warnings) in [(0, 0), (-45, 0), (-200, 1), (-210, 1), (0, 1), (-200, 2)] {
        app.advance(SignedDuration::from_secs(1));
        set_skew(&app, ahead);
        launch(&app).await.context();
        assert_eq!(warned(), warnings, "{ahead}");
        let output = trace(&app).await;
        let clock = format!("clock of the EHR: {} seconds behind ours", -ahead);
        assert_eq!(output.contains("clock of the EHR"), ahead <= -200, "{output}");
        assert_eq!(output.contains(&clock), ahead <= -200, "{output}");
        let counted = format!("passerelle_ehr_clock_ahead_seconds{{ehr=\"clock-off\"}} {ahead}\n");
        let metrics = app.metrics().await;
        assert!(metrics.contains(&counted), "{metrics}");
    }
}
