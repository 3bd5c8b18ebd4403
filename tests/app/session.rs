//! Tests of sessions: limits, end, and separation of charts.

use jiff::SignedDuration;
use passerelle::testing::{Browser, Engine, TestApp, store};
use passerelle::users::SESSION_COOKIE;
use passerelle::web::ErrorKind;
use serde_json::Value;

use crate::{referral::form_of, saving::save_in_background};

pub async fn opened(app: &TestApp, patient: &str) -> (Browser, String) {
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), patient, "ngozi-okafor").await.context();
    (browser, context)
}

/// SEC-13, S04: fifteen minutes without a click end a session.
#[actix_web::test]
async fn ends_a_session_after_fifteen_idle_minutes() {
    let app = TestApp::start().await;
    let (mut browser, context) = opened(&app, "eleonore").await;
    app.advance(SignedDuration::from_secs(15 * 60 - 1));
    assert_eq!(browser.chart(&context).await.patient, "eleonore");
    app.advance(SignedDuration::from_secs(1));
    browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
}

/// SEC-13, S04: a click restarts the fifteen minutes; after ten hours the session ends regardless.
#[actix_web::test]
async fn ends_a_session_after_ten_hours_of_activity() {
    let app = TestApp::start().await;
    let (mut browser, context) = opened(&app, "eleonore").await;
    let list = format!("/c/{context}/");
    for minutes in (14..600).step_by(14) {
        app.advance(SignedDuration::from_mins(14));
        assert_eq!(browser.get(&list).await.status, 200, "after {minutes} minutes");
    }
    app.advance(SignedDuration::from_mins(12));
    browser.get(&list).await.assert_says(ErrorKind::SignedOut);
}

/// S06: background requests of a page do not extend the session.
#[actix_web::test]
async fn does_not_extend_the_session_without_a_click() {
    let app = TestApp::start().await;
    let (mut browser, context) = opened(&app, "eleonore").await;
    app.advance(SignedDuration::from_mins(10));
    for path in ["/health/live", "/nothing", &format!("/c/{context}/test")] {
        browser.get(path).await;
    }
    app.advance(SignedDuration::from_mins(5));
    browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
}

/// S06: a page knows when its session ends, and a click there keeps it.
#[actix_web::test]
async fn says_when_a_session_ends_and_extends_it_on_demand() {
    let app = TestApp::start().await;
    let (mut browser, context) = opened(&app, "eleonore").await;
    let chart = format!("/c/{context}");
    let page = browser.get(&format!("{chart}/")).await;
    assert!(page.body.contains(&format!("data-path=\"{chart}/session\"")));
    let list = browser.get("/referrals").await;
    assert!(list.body.contains("data-path=\"/session\""));
    app.advance(SignedDuration::from_mins(13));
    for path in [format!("{chart}/session"), "/session".to_owned()] {
        assert_eq!(browser.get(&path).await.body, "{\"seconds\":120}", "asking extends nothing");
    }
    let token = page.csrf_token();
    let (forged, posted) = ([("csrf_token", "forged")], [("csrf_token", token.as_str())]);
    assert_eq!(browser.post(&format!("{chart}/session"), &forged).await.status, 403);
    assert_eq!(browser.get(&format!("{chart}/session")).await.body, "{\"seconds\":120}");
    assert_eq!(browser.post(&format!("{chart}/session"), &posted).await.status, 204);
    assert_eq!(browser.get(&format!("{chart}/session")).await.body, "{\"seconds\":900}");
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(browser.get(&format!("{chart}/session")).await.status, 401);
    // Another session says nothing about this chart.
    let (mut other, _) = opened(&app, "eleonore").await;
    assert_eq!(other.get(&format!("{chart}/session")).await.status, 404);
}

/// S04: clicks outside a chart keep the session too; ten hours after the sign-in it ends regardless.
#[actix_web::test]
async fn counts_clicks_on_the_own_list() {
    let app = TestApp::start().await;
    let (mut browser, _) = opened(&app, "eleonore").await;
    for minutes in (14..=588).step_by(14) {
        app.advance(SignedDuration::from_mins(14));
        assert_eq!(browser.get("/referrals").await.status, 200, "after {minutes} minutes");
    }
    assert_eq!(browser.get("/session").await.body, "{\"seconds\":720}");
}

/// Typing is activity: a clinician who writes for an hour is not signed out.
#[actix_web::test]
async fn keeps_the_session_while_the_user_types() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    for minutes in [0, 10, 20, 30] {
        form.set("a.concern", &format!("still typing after {minutes} minutes"));
        let saved = save_in_background(&mut browser, &form).await;
        assert_eq!(saved.status, 200, "{}", saved.body);
        let reply: Value = serde_json::from_str(&saved.body).unwrap();
        form.set("revision", &reply["revision"].to_string()).set("ticket", reply["ticket"].as_str().unwrap());
        app.advance(SignedDuration::from_mins(10));
    }
    app.advance(SignedDuration::from_mins(6));
    assert_eq!(save_in_background(&mut browser, &form).await.status, 401);
}

/// REV-02, S04: signing out ends the session on the server at once.
#[actix_web::test]
async fn ends_the_session_for_every_copy_of_the_cookie_at_sign_out() {
    let app = TestApp::start().await;
    let (mut browser, context) = opened(&app, "eleonore").await;
    let mut copy = browser.clone();
    let token = browser.chart(&context).await.csrf_token;
    let page = browser.post(&format!("/c/{context}/sign-out"), &[("csrf_token", &token)]).await;
    assert_eq!(page.status, 303);
    for browser in [&mut browser, &mut copy] {
        browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
    }
}

/// LCH-10, L06: launch A in one tab, B in another, reload the first: still A. The known recipe of a session mix-up.
#[actix_web::test]
async fn never_mixes_two_charts_in_two_tabs() {
    let app = TestApp::start().await;
    let (mut browser, first) = opened(&app, "eleonore").await;
    let second = browser.launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    assert_ne!(first, second);
    for _ in 0..3 {
        let page = browser.get(&format!("/c/{first}/referrals/new")).await;
        assert!(page.text().contains("TREMBLAY") && !page.body.contains("LeBlanc"), "{}", page.text());
        let page = browser.get(&format!("/c/{second}/referrals/new")).await;
        assert!(page.body.to_uppercase().contains("LEBLANC") && !page.body.contains("TREMBLAY"));
    }
    assert_eq!(browser.chart(&first).await.patient, "eleonore");
    assert_eq!(browser.chart(&second).await.patient, "zoe");
}

/// LCH-10: callbacks in the reverse order of their launches.
#[actix_web::test]
async fn opens_the_right_chart_for_each_interleaved_launch() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let one = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let two = browser.begin(app.ehr(), "zoe", "ngozi-okafor").await;
    let (first, second) = (one.callback().unwrap(), two.callback().unwrap());
    let two = browser.finish(two, second.as_str()).await.context();
    let one = browser.finish(one, first.as_str()).await.context();
    assert_eq!(browser.chart(&one).await.patient, "eleonore");
    assert_eq!(browser.chart(&two).await.patient, "zoe");
}

/// SEC-11, S05: the context of another session answers 404, and the attempt is audited.
#[actix_web::test]
async fn answers_404_for_the_context_of_another_session() {
    let app = TestApp::start().await;
    let (_, context) = opened(&app, "eleonore").await;
    let mut other = app.browser();
    other.launch(app.ehr(), "zoe", "wei-lin-chen").await.context();
    let random = "A".repeat(43);
    for path in ["/test", "/referrals/new", "/", "/referrals"] {
        let foreign = other.get(&format!("/c/{context}{path}")).await;
        let nowhere = other.get(&format!("/c/{random}{path}")).await;
        foreign.assert_says(ErrorKind::NotFound);
        nowhere.assert_says(ErrorKind::NotFound);
        assert!(!foreign.body.to_lowercase().contains("tremblay"));
    }
    let events = app.audit_events().await;
    let refused = events.iter().filter(|event| event.event == "access-refused").count();
    assert_eq!(refused, 8);
    // The same user in another browser has another session, so this chart is not found either.
    let mut second = app.browser();
    second.launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    second.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::NotFound);
}

/// A06: nothing is shown without a session.
#[actix_web::test]
async fn shows_nothing_without_a_session() {
    let app = TestApp::start().await;
    let (_, context) = opened(&app, "eleonore").await;
    for path in ["/test", "/", "/referrals", "/referrals/new", "/referrals/x", "/referrals/x/edit"] {
        app.browser().get(&format!("/c/{context}{path}")).await.assert_says(ErrorKind::SignedOut);
    }
    app.browser().get("/referrals").await.assert_says(ErrorKind::SignedOut);
}

/// REV-02, S04: the secrets of an ended session are wiped, and its row is deleted after a day.
#[actix_web::test]
async fn wipes_an_ended_session_and_deletes_it_after_a_day() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let (mut browser, context) = opened(&app, "eleonore").await;
        let (_left, _) = opened(&app, "zoe").await;
        let forget = || app.within(async |app| app.launch().forget_old().await.unwrap());
        assert_eq!(forget().await, 0);
        assert_eq!(browser.chart(&context).await.patient, "eleonore", "an open session is kept");
        let with_tokens = || app.within(async |app| store::count_with_tokens(app.db()).await.unwrap());
        assert_eq!(with_tokens().await, 2);
        let token = browser.chart(&context).await.csrf_token;
        browser.post(&format!("/c/{context}/sign-out"), &[("csrf_token", &token)]).await;
        app.eventually("given back and wiped", async || with_tokens().await == 1).await;
        app.advance(SignedDuration::from_hours(23));
        assert_eq!(forget().await, 0, "kept for a user with unsaved text");
        app.within(async |app| app.launch().revoke_ended().await.unwrap()).await;
        app.eventually("wiped", async || with_tokens().await == 0).await;
        app.advance(SignedDuration::from_hours(25));
        forget().await;
        for table in ["launch_contexts", "sessions", "launch_attempts"] {
            assert_eq!(app.count(table).await, 0, "{table} on {engine:?}");
        }
    }
}

/// Both engines respond alike, whatever a path contains.
#[actix_web::test]
async fn answers_404_for_a_path_with_a_nul() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let (mut browser, context) = opened(&app, "eleonore").await;
        for path in [
            "/c/%00/".to_owned(),
            format!("/c/{context}/referrals/a%00b"),
            "/sign-in/%00".to_owned(),
            "/referrals/%00".to_owned(),
        ] {
            browser.get(&path).await.assert_says(ErrorKind::NotFound);
        }
        assert_eq!(browser.get("/referrals?from=%00").await.status, 200);
    }
}

/// S13: a missing session row means signed out, not an error.
#[actix_web::test]
async fn treats_a_session_missing_from_a_restored_database_as_signed_out() {
    let app = TestApp::start().await;
    let (mut browser, context) = opened(&app, "eleonore").await;
    let other = TestApp::start().await;
    let mut elsewhere = other.browser();
    elsewhere.cookies.set(SESSION_COOKIE, browser.cookies.get(SESSION_COOKIE).unwrap());
    elsewhere.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
    assert_eq!(browser.chart(&context).await.patient, "eleonore");
}

/// A database that fails while the session is read is an outage, for which the person waits, and no fault to report.
#[actix_web::test]
async fn answers_busy_while_sessions_cannot_be_read() {
    let app = TestApp::on(Engine::Sqlite).await;
    let (mut browser, context) = opened(&app, "eleonore").await;
    app.within(async |app| store::hide_sessions(app.db(), true).await).await.unwrap();
    for path in [format!("/c/{context}/test"), format!("/c/{context}/"), "/referrals".to_owned()] {
        let page = browser.get(&path).await;
        page.assert_says(ErrorKind::Busy);
        assert_eq!((page.status, page.header("retry-after")), (503, "5"), "{path}");
    }
    app.within(async |app| store::hide_sessions(app.db(), false).await).await.unwrap();
    assert_eq!(browser.chart(&context).await.patient, "eleonore");
}
