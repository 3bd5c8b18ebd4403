//! Tokens over time: renewed ahead of their end, by one of all who look, never used twice, given back at the end.

mod id_token;
mod lasting;
mod unopened;

use jiff::SignedDuration;
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Browser, Canary, Engine, Setup, TestApp, store};
use passerelle::web::ErrorKind;

const LOST: &str = "the EHR no longer accepts the access token";

fn online() -> Setup {
    TestApp::setup().registration(|ehr| ehr.scopes.push("online_access".to_owned()))
}

/// An open chart whose access token is good for five minutes.
async fn opened(app: &TestApp) -> (Browser, String) {
    app.ehr().set_fault(Some(Fault::TokenExpiresInMissing));
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.ehr().clear_recorded();
    (browser, context)
}

async fn read(browser: &mut Browser, context: &str) -> String {
    browser.get(&format!("/c/{context}/read")).await.body
}

/// RFR-01, RFR-02, RFR-06: a minute ahead, as the client we are, and no scope asked for.
#[actix_web::test]
async fn an_access_token_is_renewed_a_minute_before_its_end() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.advance(SignedDuration::from_secs(239));
    assert_eq!(read(&mut browser, &context).await, "read");
    assert!(app.ehr().token_requests().is_empty());
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(read(&mut browser, &context).await, "read");
    let requests = app.ehr().token_requests();
    let [request] = &requests[..] else { panic!("{} token requests", requests.len()) };
    assert!(request.header("authorization").unwrap().starts_with("Basic "));
    let form = request.form();
    let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, form[0].1.as_str()), (vec!["grant_type", "refresh_token"], "refresh_token"));
}

/// RFR-03, RFR-05: whether or not the EHR gives a new refresh token, five times over.
#[actix_web::test]
async fn a_refresh_token_may_be_rotated_or_stay() {
    for fault in [Fault::TokenExpiresInMissing, Fault::RefreshNotRotated] {
        let app = online().start().await;
        let (mut browser, context) = opened(&app).await;
        app.ehr().set_fault(Some(fault));
        for renewals in 1..=5 {
            // Both clocks move past the life the EHR named last: five minutes, or an hour.
            for _ in 0..5 {
                app.advance(SignedDuration::from_mins(14));
                assert_eq!(browser.get(&format!("/c/{context}/")).await.status, 200);
            }
            assert_eq!(read(&mut browser, &context).await, "read");
            assert_eq!(app.ehr().token_requests().len(), renewals, "{fault:?}");
        }
    }
}

/// RFR-04, T05: fifty requests on two nodes find it expired; one refresh, and all are answered.
#[actix_web::test]
async fn fifty_at_once_on_two_nodes_refresh_once() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let mut app = online().on(engine).start().await;
        let (browser, context) = opened(&app).await;
        let ports = [app.port(), app.second_node().await];
        app.advance(SignedDuration::from_mins(6));
        let reads = (0..50).map(|n| {
            let (mut browser, context) = (browser.clone(), context.clone());
            browser.use_port(ports[n % 2]);
            async move { read(&mut browser, &context).await }
        });
        let answers = futures_util::future::join_all(reads).await;
        assert!(answers.iter().all(|answer| answer == "read"), "{engine:?}: {answers:?}");
        assert_eq!(app.ehr().token_requests().len(), 1, "{engine:?}");
    }
}

/// API-05, F16: a token that the EHR ends early is renewed once, and the reading tried again.
#[actix_web::test]
async fn a_401_is_answered_with_one_refresh_and_one_more_try() {
    let app = online().start().await;
    app.ehr().set_fault(Some(Fault::TokenExpiresInHuge));
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.ehr().clear_recorded();
    for _ in 0..5 {
        app.advance(SignedDuration::from_mins(14));
        assert_eq!(browser.get(&format!("/c/{context}/")).await.status, 200);
    }
    app.ehr().clear_recorded();
    assert_eq!(read(&mut browser, &context).await, "read");
    let paths: Vec<String> = app.ehr().requests_of_app().into_iter().map(|request| request.path).collect();
    let discovery = "/fhir/.well-known/smart-configuration";
    assert_eq!(paths, ["/fhir/Patient/eleonore", discovery, "/auth/token", "/fhir/Patient/eleonore"]);
}

/// RFR-07, RFR-09, T17: the EHR session is over; one refresh is refused, recorded once, and none follows.
#[actix_web::test]
async fn a_refused_refresh_ends_the_access_and_is_not_repeated() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().revoke_all_tokens();
    for _ in 0..3 {
        let said = read(&mut browser, &context).await;
        assert!(said == LOST || said == "no tokens", "{said}");
    }
    assert_eq!(app.ehr().token_requests().len(), 1);
    let events = app.audit_events().await;
    let ended: Vec<_> = events.iter().filter(|event| event.event == "access-ended").collect();
    assert_eq!((ended.len(), ended[0].detail.as_deref()), (1, Some("refused")));
    assert_eq!(browser.chart(&context).await.patient, "eleonore", "what was read stays, to finish the form");
}

/// RFR-07: "later" is not "no": asked again after ten seconds, not before.
#[actix_web::test]
async fn an_ehr_that_is_down_is_asked_again_after_a_while() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().set_fault(Some(Fault::RefreshServerError));
    app.advance(SignedDuration::from_secs(250));
    for _ in 0..3 {
        assert_eq!(read(&mut browser, &context).await, "read", "the old one is still good");
    }
    assert_eq!(app.ehr().token_requests().len(), 1);
    app.ehr().set_fault(None);
    app.advance(SignedDuration::from_secs(60));
    assert_eq!(read(&mut browser, &context).await, "read");
    assert_eq!(app.ehr().token_requests().len(), 2);
}

/// N-20, T06: when the answer to a refresh is lost, its token is never sent a second time.
#[actix_web::test]
async fn a_refresh_whose_answer_is_lost_is_not_tried_again() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().set_fault(Some(Fault::RefreshAnswerLost));
    app.advance(SignedDuration::from_mins(6));
    assert_eq!(read(&mut browser, &context).await, LOST);
    app.ehr().set_fault(None);
    app.advance(SignedDuration::from_mins(1));
    assert_ne!(read(&mut browser, &context).await, "read");
    assert_eq!(app.ehr().token_requests().len(), 1);
}

/// T06: a node is killed after it used the refresh token and before it stored the next one.
#[actix_web::test]
async fn a_refresh_that_a_dead_node_began_is_not_tried_again() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.within(async |app| {
        store::leave_refreshes_unfinished(app.db(), app.clock().now_ms()).await.unwrap();
    })
    .await;
    app.advance(SignedDuration::from_mins(6));
    assert_eq!(read(&mut browser, &context).await, LOST);
    assert!(app.ehr().token_requests().is_empty());
    let page = browser.get(&format!("/c/{context}/referrals/new")).await;
    assert_eq!(page.status, 200, "the form is there, with what was read before");
}

/// CTX-11, IDT-15, OIDF-32, T07: another patient, encounter or person, or more than was granted, ends the session, and
/// nothing of anybody is shown.
#[actix_web::test]
async fn refuses_a_refresh_about_something_else_or_with_more_scope() {
    for (fault, how) in [
        (Fault::RefreshOtherPatient, "another patient"),
        (Fault::TokenEncounterOfOtherPatient, "another encounter"),
        (Fault::RefreshOtherUser, "another person"),
        (Fault::TokenScopeWidened, "more access"),
    ] {
        let app = online().start().await;
        let (mut browser, context) = opened(&app).await;
        app.ehr().set_fault(Some(fault));
        app.advance(SignedDuration::from_mins(6));
        let page = browser.get(&format!("/c/{context}/referrals/new")).await;
        page.assert_says(ErrorKind::WrongPatient);
        assert!(!page.body.to_lowercase().contains("tremblay"), "{}", page.text());
        let events = app.audit_events().await;
        let ended = events.iter().find(|event| event.event == "access-ended").unwrap();
        assert_eq!(ended.detail.as_deref(), Some(how));
        assert!(page.shows(&ended.correlation_id));
        browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
        assert_eq!((app.count("referrals").await, app.ehr().token_requests().len()), (0, 1));
    }
}

/// RFR-08, N-05: a refresh goes where the tokens came from, whatever the EHR publishes by now: an origin of somebody else,
/// or another path of its own.
#[actix_web::test]
async fn a_refresh_never_follows_a_token_endpoint_that_moved() {
    for moved_within in [false, true] {
        let (app, canary) = (online().start().await, Canary::new());
        let (mut browser, context) = opened(&app).await;
        let moved = if moved_within { format!("{}/moved", app.ehr().issuer()) } else { canary.url() };
        app.ehr().set_canary(&moved);
        app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
        for _ in 0..5 {
            app.advance(SignedDuration::from_mins(14));
            assert_eq!(browser.get(&format!("/c/{context}/")).await.status, 200);
        }
        assert_eq!(read(&mut browser, &context).await, LOST);
        assert_eq!((app.ehr().token_requests().len(), canary.visits()), (0, 0));
        assert!(app.ehr().requests_to("/auth/moved/token").is_empty());
    }
}

/// API-11: without a refresh token there is nothing to renew, so the access ends when its token does. The EHR would still
/// take it, and does not see it again.
#[actix_web::test]
async fn access_without_a_refresh_token_just_ends() {
    let app = TestApp::start().await;
    let (mut browser, context) = opened(&app).await;
    app.advance(SignedDuration::from_secs(299));
    assert_eq!(read(&mut browser, &context).await, "read");
    app.advance(SignedDuration::from_secs(1));
    app.ehr().clear_recorded();
    assert_eq!(read(&mut browser, &context).await, "no tokens");
    let form = browser.get(&format!("/c/{context}/referrals/new")).await;
    assert!(form.text().contains("Not loaded: the EHR refused."), "{}", form.text());
    assert!(app.ehr().recorded().is_empty());
}

/// RFR-11: an access token and its type must be there.
#[actix_web::test]
async fn refuses_a_refresh_without_an_access_token_or_its_type() {
    for fault in [
        Fault::TokenMissingAccessToken,
        Fault::TokenMissingTokenType,
        Fault::TokenTypeMac,
        Fault::TokenAccessTokenWithCrlf,
    ] {
        let app = online().start().await;
        let (mut browser, context) = opened(&app).await;
        app.ehr().set_fault(Some(fault));
        app.advance(SignedDuration::from_mins(6));
        assert_eq!(read(&mut browser, &context).await, LOST, "{fault:?}");
        assert_eq!(app.ehr().requests_to("/fhir/Patient/eleonore").len(), 0, "{fault:?}");
    }
}

/// RFR-11: how long it lasts, what it is good for and whom it is about may be left out.
#[actix_web::test]
async fn a_refresh_may_leave_out_the_rest() {
    for fault in [
        Fault::TokenExpiresInMissing,
        Fault::TokenScopeMissing,
        Fault::TokenMissingPatient,
        Fault::TokenTypeLowerCaseBearer,
        Fault::TokenExtraMembers,
    ] {
        let app = online().start().await;
        let (mut browser, context) = opened(&app).await;
        app.ehr().set_fault(Some(fault));
        app.advance(SignedDuration::from_mins(6));
        assert_eq!(read(&mut browser, &context).await, "read", "{fault:?}");
        assert_eq!(app.ehr().token_requests().len(), 1, "{fault:?}");
    }
}

async fn sign_out(browser: &mut Browser, context: &str) {
    let token = browser.chart(context).await.csrf_token;
    let page = browser.post(&format!("/c/{context}/sign-out"), &[("csrf_token", &token)]).await;
    assert_eq!(page.status, 303);
}

/// How many launch contexts still hold tokens.
pub async fn with_tokens(app: &TestApp) -> i64 {
    app.within(async |app| store::count_with_tokens(app.db()).await.unwrap()).await
}

/// REV-01, REV-02: signing out gives both tokens back, and then forgets them.
#[actix_web::test]
async fn signing_out_gives_the_tokens_back() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    sign_out(&mut browser, &context).await;
    app.eventually("wiped", async || with_tokens(&app).await == 0).await;
    let requests = app.ehr().requests_to("/auth/revoke");
    let hints: Vec<String> = requests.iter().map(|request| request.form()[1].1.clone()).collect();
    assert_eq!(hints, ["refresh_token", "access_token"]);
    for request in requests {
        assert!(request.header("authorization").unwrap().starts_with("Basic ") && request.query.is_empty());
        assert_eq!(request.form()[0].0, "token");
    }
}

/// REV-01, T22: an EHR that is down holds nobody up; it is asked again, and after a day no more.
#[actix_web::test]
async fn tokens_wait_for_an_ehr_that_is_down_and_nobody_else_does() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().set_fault(Some(Fault::RevocationServerError));
    sign_out(&mut browser, &context).await;
    browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
    let asked = || app.ehr().requests_to("/auth/revoke").len();
    app.eventually("asked", async || asked() == 1).await;
    let revoke = async || {
        app.within(async |app| app.launch().note_ended()).await;
    };
    revoke().await;
    assert_eq!((asked(), with_tokens(&app).await), (1, 1), "not before five minutes are over");
    app.advance(SignedDuration::from_mins(5));
    revoke().await;
    app.eventually("asked again", async || asked() == 2).await;
    app.ehr().set_fault(None);
    app.advance(SignedDuration::from_mins(5));
    revoke().await;
    app.eventually("wiped", async || with_tokens(&app).await == 0).await;
}

/// REV-01, T22: an EHR that takes its time is not waited for either. What it says then is heard, and nothing is sent twice.
#[actix_web::test]
async fn signing_out_does_not_wait_for_an_ehr_that_is_slow() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().set_fault(Some(Fault::RevocationSlow));
    sign_out(&mut browser, &context).await;
    browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
    let asked = || app.ehr().requests_to("/auth/revoke").len();
    app.eventually("asked", async || asked() == 1).await;
    assert_eq!(with_tokens(&app).await, 1, "the EHR has not answered yet");
    app.ehr().set_fault(None);
    app.eventually("wiped", async || with_tokens(&app).await == 0).await;
    assert_eq!(asked(), 2, "the refresh token and the access token, once each");
}

/// T22: after a day they are forgotten all the same.
#[actix_web::test]
async fn tokens_that_nobody_takes_back_are_forgotten_after_a_day() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().set_fault(Some(Fault::RevocationServerError));
    sign_out(&mut browser, &context).await;
    app.eventually("asked", async || app.ehr().requests_to("/auth/revoke").len() == 1).await;
    app.advance(SignedDuration::from_hours(24));
    app.within(async |app| app.launch().note_ended()).await;
    app.eventually("wiped", async || with_tokens(&app).await == 0).await;
}
