//! Tests of tokens over time: refreshed before expiry, by one caller, never used twice, revoked at the end.

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

/// Opens a chart whose access token lives five minutes.
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

/// RFR-01, RFR-02, RFR-06: refreshed a minute early, with the registered client authentication, without a scope.
#[actix_web::test]
async fn refreshes_an_access_token_a_minute_before_it_expires() {
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

/// RFR-03, RFR-05: whether or not the EHR issues a new refresh token, five times in a row.
#[actix_web::test]
async fn accepts_a_rotated_or_unchanged_refresh_token() {
    for fault in [Fault::TokenExpiresInMissing, Fault::RefreshNotRotated] {
        let app = online().start().await;
        let (mut browser, context) = opened(&app).await;
        app.ehr().set_fault(Some(fault));
        for renewals in 1..=5 {
            // Both clocks move past the last lifetime: five minutes, or an hour.
            for _ in 0..5 {
                app.advance(SignedDuration::from_mins(14));
                assert_eq!(browser.get(&format!("/c/{context}/")).await.status, 200);
            }
            assert_eq!(read(&mut browser, &context).await, "read");
            assert_eq!(app.ehr().token_requests().len(), renewals, "{fault:?}");
        }
    }
}

/// RFR-04, T05: fifty requests on two nodes find it expired; one refresh, and all requests succeed.
#[actix_web::test]
async fn refreshes_once_for_fifty_concurrent_requests_on_two_nodes() {
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

/// API-05, F16: a token that the EHR revoked early is refreshed once, and the read is retried.
#[actix_web::test]
async fn refreshes_once_after_a_401_and_retries() {
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

/// RFR-07, RFR-09, T17: after the EHR session ended, one refresh is refused, audited once, and never repeated.
#[actix_web::test]
async fn ends_access_after_a_refused_refresh_without_a_retry() {
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
    assert_eq!(
        browser.chart(&context).await.patient,
        "eleonore",
        "data already read stays, to finish the form"
    );
}

/// RFR-07: a temporary failure is not a refusal: retried after ten seconds, not before.
#[actix_web::test]
async fn retries_a_refresh_after_ten_seconds_while_the_ehr_is_down() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().set_fault(Some(Fault::RefreshServerError));
    app.advance(SignedDuration::from_secs(250));
    for _ in 0..3 {
        assert_eq!(read(&mut browser, &context).await, "read", "the old one is still valid");
    }
    assert_eq!(app.ehr().token_requests().len(), 1);
    app.ehr().set_fault(None);
    app.advance(SignedDuration::from_secs(60));
    assert_eq!(read(&mut browser, &context).await, "read");
    assert_eq!(app.ehr().token_requests().len(), 2);
}

/// N-20, T06: after the response to a refresh was lost, its token is never sent again.
#[actix_web::test]
async fn does_not_retry_a_refresh_whose_response_was_lost() {
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

/// T06: a node is killed after it sent the refresh token and before it stored the next one.
#[actix_web::test]
async fn does_not_retry_a_refresh_of_a_dead_node() {
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
    assert_eq!(page.status, 200, "the form shows the data read before");
}

/// CTX-11, IDT-15, OIDF-32, T07: another patient, encounter or user ends the session, no data of either patient is
/// shown, and the page says which it was.
#[actix_web::test]
async fn refuses_a_refresh_for_another_subject() {
    for (fault, how, kind) in [
        (Fault::RefreshOtherPatient, "another patient", ErrorKind::WrongPatient),
        (Fault::TokenEncounterOfOtherPatient, "another encounter", ErrorKind::SessionChanged),
        (Fault::RefreshOtherUser, "another person", ErrorKind::SessionChanged),
    ] {
        let app = online().start().await;
        let (mut browser, context) = opened(&app).await;
        app.ehr().set_fault(Some(fault));
        app.advance(SignedDuration::from_mins(6));
        let page = browser.get(&format!("/c/{context}/referrals/new")).await;
        page.assert_says(kind);
        assert!(!page.body.to_lowercase().contains("tremblay"), "{}", page.text());
        let events = app.audit_events().await;
        let ended = events.iter().find(|event| event.event == "access-ended").unwrap();
        assert_eq!(ended.detail.as_deref(), Some(how));
        assert!(page.shows(&ended.correlation_id));
        browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
        assert_eq!((app.count("referrals").await, app.ehr().token_requests().len()), (0, 1));
    }
}

/// T07: scopes that a refresh adds are not used, and do not end the session.
#[actix_web::test]
async fn ignores_scopes_that_a_refresh_adds() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().set_fault(Some(Fault::TokenScopeWidened));
    app.advance(SignedDuration::from_mins(6));
    assert_eq!(read(&mut browser, &context).await, "read");
}

/// RFR-08, N-05: a refresh is sent to the endpoint that issued the tokens, whatever the EHR publishes now: another
/// origin, or another path.
#[actix_web::test]
async fn never_sends_a_refresh_to_a_moved_token_endpoint() {
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

/// API-11: without a refresh token, access ends when the access token expires. Even if the EHR would still accept the
/// token, it is not sent.
#[actix_web::test]
async fn ends_access_without_a_refresh_token_when_the_token_expires() {
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

/// RFR-11: `access_token` and `token_type` are required.
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

/// RFR-11: lifetime, scope and launch context may be omitted.
#[actix_web::test]
async fn accepts_a_refresh_without_the_optional_members() {
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

/// Number of launch contexts that still hold tokens.
pub async fn with_tokens(app: &TestApp) -> i64 {
    app.within(async |app| store::count_with_tokens(app.db()).await.unwrap()).await
}

/// REV-01, REV-02: signing out revokes both tokens and then deletes them.
#[actix_web::test]
async fn revokes_the_tokens_at_sign_out() {
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

/// REV-01, T22: an unavailable EHR delays no user; the revocation is retried for a day.
#[actix_web::test]
async fn retries_a_revocation_while_the_ehr_is_down() {
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

/// REV-01, T22: a slow EHR delays no user either. Its late response is processed, and nothing is sent twice.
#[actix_web::test]
async fn signs_out_without_waiting_for_a_slow_ehr() {
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

/// T22: after a day, tokens that could not be revoked are deleted.
#[actix_web::test]
async fn deletes_tokens_that_could_not_be_revoked_after_a_day() {
    let app = online().start().await;
    let (mut browser, context) = opened(&app).await;
    app.ehr().set_fault(Some(Fault::RevocationServerError));
    sign_out(&mut browser, &context).await;
    app.eventually("asked", async || app.ehr().requests_to("/auth/revoke").len() == 1).await;
    app.advance(SignedDuration::from_hours(24));
    app.within(async |app| app.launch().note_ended()).await;
    app.eventually("wiped", async || with_tokens(&app).await == 0).await;
}
