//! A launch that came in plain http to an app whose address is https.

use passerelle::testing::{Browser, Landing, Sending, TestApp};
use passerelle::web::ErrorKind;

async fn launched(app: &TestApp, browser: &mut Browser, proto: &str) -> Landing {
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let address = format!("/launch?iss={}&launch={handle}", app.ehr().fhir_base_url());
    let sending = Sending::new("GET".parse().unwrap(), &address).header("x-forwarded-proto", proto);
    Landing { handle, pages: vec![browser.send(sending).await] }
}

/// L21: refused with words, since a redirect would only hide that the handle went in clear.
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

/// L21, X07: what no proxy says, and what a proxy behind the first one says, refuses nothing.
#[actix_web::test]
async fn a_launch_that_came_over_tls_is_taken() {
    let app = TestApp::setup().https().start().await;
    for proto in ["https", "https, http", "", "unheard-of"] {
        let mut browser = app.browser();
        let landing = launched(&app, &mut browser, proto).await;
        assert_eq!(landing.last().status, 303, "{proto}");
    }
}

/// SEC-08: under an https address every answer says that it is to be kept.
#[actix_web::test]
async fn an_https_address_is_kept_by_browsers() {
    for (setup, kept) in [(TestApp::setup().https(), "max-age=63072000"), (TestApp::setup(), "")] {
        let app = setup.start().await;
        for path in ["/launch", "/nothing", "/health/live", "/static/none.css"] {
            assert_eq!(app.browser().get(path).await.header("strict-transport-security"), kept, "{path}");
        }
    }
}
