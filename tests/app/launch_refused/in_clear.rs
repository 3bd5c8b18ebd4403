//! Tests of launches over plain http to an app with an https URL.

use passerelle::testing::{Browser, Landing, Sending, TestApp};
use passerelle::web::ErrorKind;

async fn launched(app: &TestApp, browser: &mut Browser, proto: &str) -> Landing {
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let address = format!("/launch?iss={}&launch={handle}", app.ehr().fhir_base_url());
    let sending = Sending::new("GET".parse().unwrap(), &address).header("x-forwarded-proto", proto);
    Landing { handle, pages: vec![browser.send(sending).await] }
}

/// L21: refused with an explanation, since a redirect would hide that the handle was sent unencrypted.
#[actix_web::test]
async fn refuses_launch_in_plain_http() {
    for proto in ["http", "HTTP", " http ", "http, https"] {
        let app = TestApp::setup().https().start().await;
        let landing = launched(&app, &mut app.browser(), proto).await;
        app.assert_refused(&landing, ErrorKind::BadLaunch, "request").await;
        assert!(landing.last().set_cookies().is_empty());
        assert!(app.ehr().recorded().is_empty(), "nothing was sent to the EHR");
        app.assert_heals().await;
    }
}

/// L21, X07: a launch is not refused if no proxy reports the protocol, or if only a proxy behind the first one
/// reports http.
#[actix_web::test]
async fn accepts_a_launch_over_tls() {
    let app = TestApp::setup().https().start().await;
    for proto in ["https", "https, http", "", "unheard-of"] {
        let mut browser = app.browser();
        let landing = launched(&app, &mut browser, proto).await;
        assert_eq!(landing.last().status, 303, "{proto}");
    }
}

/// SEC-08: with an https URL, every response has Strict-Transport-Security.
#[actix_web::test]
async fn sets_strict_transport_security_on_every_response() {
    for (setup, kept) in [(TestApp::setup().https(), "max-age=63072000"), (TestApp::setup(), "")] {
        let app = setup.start().await;
        for path in ["/launch", "/nothing", "/health/live", "/static/none.css"] {
            assert_eq!(app.browser().get(path).await.header("strict-transport-security"), kept, "{path}");
        }
    }
}
