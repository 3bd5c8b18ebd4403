//! Tests of callbacks that answer no request of this app.

use jiff::SignedDuration;
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Engine, Page, Sending, TestApp};
use passerelle::users::SESSION_COOKIE;
use passerelle::web::ErrorKind;

use super::{CHART, refused_before};

refuses! {
    before "/auth/token";
    /// CBK-04, C10: the clinician denied access.
    refuses_access_denied: AuthorizeAccessDenied, SigninDeclined, "declined";
    /// CBK-04, SCP-18: no retry with other scopes.
    refuses_invalid_scope: AuthorizeInvalidScope, EhrSetup, "declined";
    /// CBK-04, C10: an error code of the EHR's own.
    refuses_unknown_error_code: AuthorizeUnknownError, EhrSetup, "declined";
    /// CBK-05.
    refuses_error_without_state: AuthorizeErrorWithoutState, SigninFailed, "callback";
    /// CBK-01.
    refuses_callback_without_state: AuthorizeMissingState, SigninFailed, "callback";
    /// CBK-01: one character.
    refuses_callback_with_wrong_state: AuthorizeWrongState, SigninFailed, "callback";
    /// CBK-06, C12.
    refuses_callback_with_state_twice: AuthorizeDuplicateState, SigninFailed, "callback";
    /// CBK-06, C12.
    refuses_callback_with_code_twice: AuthorizeDuplicateCode, SigninFailed, "callback";
    /// CBK-06, C11.
    refuses_callback_with_code_and_error: AuthorizeCodeAndError, SigninFailed, "callback";
    /// CBK-06.
    refuses_callback_with_neither_code_nor_error: AuthorizeNeitherCodeNorError, SigninFailed, "callback";
    /// CBK-07, SEC-09, OIDF-29, C03: another issuer.
    refuses_callback_with_wrong_iss: AuthorizeWrongIss, SigninFailed, "callback";
    /// CBK-07, OIDF-30, C05: the response parameter iss was promised.
    refuses_callback_without_the_iss_that_was_promised: DiscoveryIssPromised, SigninFailed, "callback";
}

/// CBK-04, CBK-14, C10: neither the description nor the URL of an EHR's error is shown.
#[actix_web::test]
async fn does_not_show_the_error_description_of_the_ehr() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::AuthorizeErrorDescriptionHtml));
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.assert_refused(&landing, ErrorKind::EhrTrouble, "declined").await;
    for text in ["alert", "onerror", "javascript:", "demo-ehr"] {
        assert!(!landing.last().body.contains(text), "{text}");
    }
}

/// CBK-02, L18, C01, C02: a code and state that are valid in one browser are refused in another; the first browser
/// can continue.
#[actix_web::test]
async fn refuses_callback_in_a_foreign_browser() {
    let app = TestApp::start().await;
    let mut own = app.browser();
    let landing = own.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let callback = landing.callback().unwrap();
    let stolen = app.browser().finish(landing.clone(), callback.as_str()).await;
    app.assert_refused(&stolen, ErrorKind::SigninFailed, "callback").await;
    assert!(app.ehr().token_requests().is_empty(), "no token request");
    let landing = own.finish(landing, callback.as_str()).await;
    assert_eq!(own.chart(&landing.context()).await.patient, "eleonore");
}

/// C02: an attempt of its own does not help the other browser.
#[actix_web::test]
async fn refuses_callback_of_another_browser_that_also_began() {
    let app = TestApp::start().await;
    let (mut attacker, mut victim) = (app.browser(), app.browser());
    let theirs = attacker.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    victim.begin(app.ehr(), "zoe", "wei-lin-chen").await;
    let page = victim.get(theirs.callback().unwrap().as_str()).await;
    page.assert_says(ErrorKind::SigninFailed);
    assert!(app.ehr().token_requests().is_empty() && victim.cookies.get(SESSION_COOKIE).is_none());
}

/// CBK-08, SEC-09, C04: the response of one EHR at the callback URL of another.
#[actix_web::test]
async fn refuses_callback_at_the_address_of_another_ehr() {
    let app = TestApp::setup().second_ehr().start().await;
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let mixed = landing.callback().unwrap().as_str().replace("/riverside", "/lakeside");
    let landing = browser.finish(landing, &mixed).await;
    app.assert_refused(&landing, ErrorKind::SigninFailed, "callback").await;
    assert!(app.ehr().token_requests().is_empty() && app.other_ehr().token_requests().is_empty());
    app.assert_heals().await;
}

/// C21, CBK-13: a URL similar to the callback is refused and uses nothing up.
#[actix_web::test]
async fn refuses_urls_similar_to_the_callback() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let callback = landing.callback().unwrap();
    for path in [
        "/callback/",
        "//callback/riverside",
        "/callback/riverside/",
        "/CALLBACK/riverside",
        "/callback/Riverside",
        "/callback/none",
        "/callback/riverside;x",
        "/callback/..%2Friverside",
    ] {
        let address = format!("{}{path}?{}", app.origin(), callback.query().unwrap());
        let page = browser.get(&address).await;
        assert_eq!(page.status, 404, "{path}");
    }
    let landing = browser.finish(landing, callback.as_str()).await;
    landing.context();
}

/// CBK-15, C16: a form or a mail scanner uses nothing up.
#[actix_web::test]
async fn accepts_a_callback_by_get_only() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let callback = landing.callback().unwrap();
    for method in ["POST", "PUT", "HEAD", "DELETE"] {
        let page = browser.send(Sending::new(method.parse().unwrap(), callback.as_str())).await;
        assert_eq!(page.status, 405, "{method}");
    }
    assert!(app.ehr().token_requests().is_empty());
    browser.finish(landing, callback.as_str()).await.context();
}

/// AUT-19, C14: an attempt is valid for ten minutes, even if the browser kept its cookie.
#[actix_web::test]
async fn refuses_callback_after_ten_minutes() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.cookies.hoard();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.advance(SignedDuration::from_secs(601));
    let callback = landing.callback().unwrap();
    let landing = browser.finish(landing, callback.as_str()).await;
    app.assert_refused(&landing, ErrorKind::SigninExpired, "attempt-spent").await;
    assert!(app.ehr().token_requests().is_empty());
    app.assert_heals().await;
}

/// C14: setting a clock back by more than nodes may differ does not extend an attempt.
#[actix_web::test]
async fn refuses_callback_from_the_future() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.advance(SignedDuration::from_secs(-61));
    let callback = landing.callback().unwrap();
    let landing = browser.finish(landing, callback.as_str()).await;
    app.assert_refused(&landing, ErrorKind::SigninExpired, "attempt-spent").await;
}

/// C14: the node of the callback may be slightly behind the node of the launch.
#[actix_web::test]
async fn accepts_callback_on_a_node_that_is_a_minute_behind() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.advance(SignedDuration::from_secs(-60));
    let callback = landing.callback().unwrap();
    let landing = browser.finish(landing, callback.as_str()).await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
}

/// CBK-03, C06: a replayed callback in the same browser redirects to the page it opened, without another exchange.
#[actix_web::test]
async fn redirects_a_replayed_callback_to_the_open_chart() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    browser.cookies.hoard();
    let before = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let mut copy = browser.clone();
    let callback = before.callback().unwrap();
    let landing = browser.finish(before, callback.as_str()).await;
    for _ in 0..3 {
        let page = browser.get(callback.as_str()).await;
        assert_eq!((page.status, page.location()), (303, landing.last().location()));
        assert!(page.set_cookies().iter().all(|cookie| cookie.name != SESSION_COOKIE));
    }
    // An attacker with the cookies of the attempt, but without the session, gets nothing.
    let page = copy.get(callback.as_str()).await;
    page.assert_says(ErrorKind::SigninExpired);
    assert_eq!(app.ehr().token_requests().len(), 1);
    assert_eq!((app.count("sessions").await, app.count("launch_contexts").await), (1, 1));
}

/// Twenty concurrent callbacks cause one exchange and one session; the others get a clear page.
async fn twenty_callbacks_at_once(engine: Engine) {
    let mut app = TestApp::on(engine).await;
    let second = match engine {
        Engine::Postgres => app.second_node().await,
        Engine::Sqlite => app.port(),
    };
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let callback = landing.callback().unwrap();
    let ports = [app.port(), second];
    let tabs = (0..20).map(|tab| {
        let (mut tab_browser, callback) = (browser.clone(), callback.clone());
        tab_browser.use_port(ports[tab % 2]);
        async move { tab_browser.get(callback.as_str()).await }
    });
    let pages: Vec<Page> = futures_util::future::join_all(tabs).await;
    let opened = pages.iter().filter(|page| page.status == 303).count();
    let over = pages.iter().filter(|page| page.status == 400 && page.title().contains("expired")).count();
    assert_eq!((opened, over), (1, 19));
    assert_eq!(app.ehr().token_requests().len(), 1, "one exchange");
    assert_eq!((app.count("sessions").await, app.count("launch_contexts").await), (1, 1));
    assert_eq!((app.count("users").await, app.count("launch_attempts").await), (1, 1));
}

/// CBK-03, C07, on SQLite.
#[actix_web::test]
async fn exchanges_once_for_twenty_concurrent_callbacks_on_sqlite() {
    twenty_callbacks_at_once(Engine::Sqlite).await;
}

/// CBK-03, C07, on PostgreSQL with two nodes.
#[actix_web::test]
async fn exchanges_once_for_twenty_concurrent_callbacks_on_two_nodes() {
    twenty_callbacks_at_once(Engine::Postgres).await;
}

/// C17, CBK-12: a page whose URL contains a live code loads no resources and sends no referrer.
#[actix_web::test]
async fn leaks_no_code_from_the_page_of_a_refused_callback() {
    let app = refused_before(CHART, Fault::IdTokenWrongAudience, ErrorKind::SigninFailed, "id-token").await;
    app.ehr().set_fault(Some(Fault::IdTokenWrongAudience));
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = landing.last();
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    for outside in ["http://", "https://", "src=\"//"] {
        assert!(!page.body.contains(outside), "{outside} in {}", page.body);
    }
}

/// C08, AUT-09: a stolen code injected into the attacker's own launch. The EHR checks the verifier.
#[actix_web::test]
async fn refuses_an_injected_code_by_the_verifier() {
    injected_code(None, "token").await;
}

/// C08, IDT-11: a stolen code injected into the attacker's own launch. The EHR does not check the verifier; the nonce
/// is refused.
#[actix_web::test]
async fn refuses_an_injected_code_by_the_nonce() {
    injected_code(Some(Fault::TokenIgnoresPkce), "id-token").await;
}

async fn injected_code(fault: Option<Fault>, class: &str) {
    let app = TestApp::start().await;
    app.ehr().set_fault(fault);
    let victims = app.browser().begin(app.ehr(), "zoe", "wei-lin-chen").await;
    let mut attacker = app.browser();
    let own = attacker.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let mut callback = own.callback().unwrap();
    callback
        .query_pairs_mut()
        .clear()
        .append_pair("code", &victims.returned("code"))
        .append_pair("state", &own.returned("state"));
    let landing = attacker.finish(own, callback.as_str()).await;
    app.assert_refused(&landing, ErrorKind::SigninFailed, class).await;
}

/// CBK-11, C06: after a refused exchange, the same callback is not retried.
#[actix_web::test]
async fn never_sends_a_used_code_again() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::TokenServerError));
    let mut browser = app.browser();
    browser.cookies.hoard();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.ehr().set_fault(None);
    for _ in 0..3 {
        browser.get(landing.callback().unwrap().as_str()).await.assert_says(ErrorKind::SigninExpired);
    }
    assert_eq!(app.ehr().token_requests().len(), 1);
}
