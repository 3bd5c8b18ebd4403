//! Tests of launches that the EHR does not send back, for example because it knows another redirect URI.

use jiff::SignedDuration;
use passerelle::admin::{TraceArguments, run_trace};
use passerelle::launch::trace::store::{Which, find_newest, find_not_back};
use passerelle::testing::{Engine, TestApp};
use passerelle::web::ErrorKind;
use url::Url;

use super::trace;

/// Lets ten seconds pass, and records the launches that are not back.
async fn record(app: &TestApp) {
    app.advance(SignedDuration::from_secs(10));
    app.within(async |app| app.launch().record_not_back().await.unwrap()).await;
}

async fn not_back(app: &TestApp) -> Vec<String> {
    let rows = app.within(async |app| find_not_back(app.db(), Which::Known).await.unwrap()).await;
    rows.into_iter().map(|row| row.correlation_id).collect()
}

async fn listed(app: &TestApp) -> String {
    let arguments = TraceArguments { reference: None, ehr: Some("riverside".to_owned()), unknown: false };
    app.within(async move |app| run_trace(&app.admin(), &arguments).await.map_err(|e| e.to_string()))
        .await
        .unwrap()
}

/// A launch that is not back after ten seconds is listed with the values to compare, until it comes back.
#[actix_web::test]
async fn lists_a_launch_until_it_comes_back() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::setup().on(engine).metrics().start().await;
        let mut browser = app.browser();
        let begun = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
        app.within(async |app| app.launch().record_not_back().await.unwrap()).await;
        assert_eq!(not_back(&app).await, Vec::<String>::new(), "it may come back any moment");
        record(&app).await;
        let reference = not_back(&app).await.pop().unwrap();
        let list = listed(&app).await;
        assert!(list.contains("Sent to the EHR, not back") && list.contains(&reference), "{list}");
        let said = trace(&app, &reference).await.unwrap();
        for part in [
            format!("redirect_uri: {}/callback/riverside", app.origin()),
            "client_id: passerelle-at-riverside".to_owned(),
            "scope: openid launch fhirUser".to_owned(),
            "launch: (redacted)".to_owned(),
            "What to do: If the EHR showed an error page, compare redirect_uri".to_owned(),
        ] {
            assert!(said.contains(&part), "{part} is not in {said}");
        }
        let counted = app.metrics().await;
        assert!(counted.contains("passerelle_launches_sent_total{ehr=\"riverside\"} 1"), "{counted}");
        assert!(!counted.contains("passerelle_launches_back_total{"), "{counted}");
        let callback = begun.callback().unwrap();
        browser.finish(begun, callback.as_str()).await.context();
        assert_eq!(not_back(&app).await, Vec::<String>::new());
        let counted = app.metrics().await;
        assert!(counted.contains("passerelle_launches_back_total{ehr=\"riverside\"} 1"), "{counted}");
    }
}

/// A launch that comes back at once is never recorded as missing, and neither is one that comes back to another node.
#[actix_web::test]
async fn records_no_launch_that_came_back() {
    let mut app = TestApp::on(Engine::Postgres).await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let port = app.second_node().await;
    for late in [false, true] {
        let mut browser = app.browser();
        let begun = browser.begin(app.ehr(), "zoe", "ngozi-okafor").await;
        if late {
            record(&app).await;
            assert_eq!(not_back(&app).await.len(), 1);
        }
        let callback = begun.callback().unwrap();
        browser.use_port(port);
        browser.finish(begun, callback.as_str()).await.context();
        record(&app).await;
        assert_eq!(not_back(&app).await, Vec::<String>::new(), "late: {late}");
    }
}

/// Callback with an error of the EHR instead of a code.
fn declined(callback: &Url) -> String {
    let state = callback.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let mut declined = callback.clone();
    declined.query_pairs_mut().clear().append_pair("error", "access_denied").append_pair("state", &state);
    declined.to_string()
}

/// A callback that another node refuses came back: the launch is listed once, as refused, whether it comes back before or
/// after it is overdue, and whether or not the browser kept its cookie.
#[actix_web::test]
async fn lists_a_launch_that_another_node_refused_as_refused_only() {
    let mut app = TestApp::on(Engine::Postgres).await;
    let (first, second) = (app.port(), app.second_node().await);
    for (late, keeps_cookie) in [(false, true), (true, true), (false, false), (true, false)] {
        let mut browser = app.browser();
        browser.use_port(first);
        let begun = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
        if late {
            record(&app).await;
            assert_eq!(not_back(&app).await.len(), 1);
        }
        let callback = begun.callback().unwrap();
        let mut back = if keeps_cookie { browser } else { app.browser() };
        back.use_port(second);
        let refused = back.finish(begun, &declined(&callback)).await;
        assert_ne!(refused.last().status, 303);
        record(&app).await;
        assert_eq!(not_back(&app).await, Vec::<String>::new(), "late: {late}, with cookie: {keeps_cookie}");
    }
    let rows = app.within(async |app| find_newest(app.db(), Which::Known, 0).await.unwrap()).await;
    assert_eq!(rows.len(), 4);
}

/// A callback at the address of another EHR is refused there, and its launch is not listed as missing either.
#[actix_web::test]
async fn lists_a_launch_that_came_back_to_another_ehr_as_refused_only() {
    let app = TestApp::setup().second_ehr().start().await;
    let mut browser = app.browser();
    let begun = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let elsewhere =
        begun.callback().unwrap().to_string().replace("/callback/riverside", "/callback/lakeside");
    browser.finish(begun, &elsewhere).await.last().assert_says(ErrorKind::SigninFailed);
    record(&app).await;
    assert_eq!(not_back(&app).await, Vec::<String>::new());
}

/// LCH-14: a flood of launch requests writes a bounded number of traces, and hides no launch that came back.
#[actix_web::test]
async fn bounds_what_a_flood_of_launch_requests_records() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    for _ in 0..60 {
        app.browser().begin_at(&app.ehr().fhir_base_url(), "handle").await;
    }
    record(&app).await;
    assert_eq!((app.count("launch_traces").await, not_back(&app).await.len()), (51, 20));
    let rows = app.within(async |app| find_newest(app.db(), Which::Known, 0).await.unwrap()).await;
    assert_eq!(rows.iter().map(|row| row.outcome.as_str()).collect::<Vec<_>>(), ["opened"]);
}
