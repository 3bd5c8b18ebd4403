//! Tests of HTTP: security headers of every response, and refused requests.

use passerelle::testing::{Browser, Page, Sending, TestApp};
use passerelle::web::ErrorKind;

async fn opened(app: &TestApp, patient: &str, practitioner: &str) -> (Browser, String, String) {
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), patient, practitioner).await.context();
    let token = browser.chart(&context).await.csrf_token;
    (browser, context, token)
}

fn get(path: &str) -> Sending {
    Sending::new("GET".parse().unwrap(), path)
}

/// SEC-04, SEC-07, SEC-08, C17, X21: pages, errors of every layer and health checks carry the policy, `nosniff`,
/// `no-referrer` and `no-store`.
#[actix_web::test]
async fn sets_the_security_headers_on_every_response() {
    let app = TestApp::start().await;
    let (mut browser, context, _) = opened(&app, "eleonore", "ngozi-okafor").await;
    let large = vec![b'x'; 600 * 1024];
    let form = |path: &str, body: &[u8]| Sending::form(path, &[]).body(body.to_vec());
    let requests = [
        (get("/"), 404),
        (get("/nothing"), 404),
        (get("/launch"), 400),
        (get("/callback/none"), 404),
        (get("/callback/riverside"), 400),
        (get("/sign-in/x"), 400),
        (get("/static/none.css"), 404),
        (get("/static/..%2f..%2fCargo.toml"), 404),
        (get(&format!("{}//admin", app.origin())), 404),
        (get("/c/x/test"), 404),
        (get(&format!("/c/{context}/referrals/new")), 200),
        (get(&format!("/c/{context}/")), 200),
        (get("/referrals"), 200),
        (get("/signed-out"), 200),
        (get("/health/live"), 200),
        (get("/health/ready"), 200),
        (get("/launch").header("host", "evil.test"), 421),
        (form("/launch", b""), 405),
        (form(&format!("/c/{context}/test"), &large), 413),
        (form(&format!("/c/{context}/test"), b"%ff%fe"), 400),
        (form(&format!("/c/{context}/test"), b"csrf_token=x").header("origin", "https://evil.test"), 403),
        (get("/launch").header("accept", "application/json"), 400),
    ];
    for (sending, status) in requests {
        let asked = format!("{sending:?}");
        let page = browser.send(sending).await;
        assert_eq!(page.status, status, "{}", asked.get(..200).unwrap_or(&asked));
        page.assert_guarded("'none'");
        for header in ["server", "x-powered-by", "access-control-allow-origin"] {
            assert_eq!(page.header(header), "", "{header}");
        }
    }
}

/// X15: no CORS header permits another origin to read a response.
#[actix_web::test]
async fn permits_no_cors_preflight() {
    let app = TestApp::start().await;
    for origin in ["https://evil.test", "null", app.origin()] {
        let sending = Sending::new("OPTIONS".parse().unwrap(), "/launch")
            .header("origin", origin)
            .header("access-control-request-method", "POST");
        let page = app.browser().send(sending).await;
        assert!(page.status >= 400, "{}", page.status);
        let names = page.headers.keys().filter(|name| name.as_str().starts_with("access-control"));
        assert_eq!(names.count(), 0);
    }
}

/// X13: refuses unknown methods, and ignores method override headers.
#[actix_web::test]
async fn refuses_other_methods() {
    let app = TestApp::start().await;
    for method in ["TRACE", "PROPFIND", "PUT", "DELETE", "BREW"] {
        let page = app.browser().send(Sending::new(method.parse().unwrap(), "/launch")).await;
        assert_eq!(page.status, 405, "{method}");
    }
    let page = app.browser().send(get("/launch").header("x-http-method-override", "POST")).await;
    page.assert_says(ErrorKind::BadLaunch);
}

/// SEC-06, X01, X08: a form from another site, according to the browser's headers, is refused before its token is
/// checked.
#[actix_web::test]
async fn refuses_forms_of_other_sites() {
    let app = TestApp::start().await;
    let (mut browser, context, token) = opened(&app, "eleonore", "ngozi-okafor").await;
    let form = || Sending::form(&format!("/c/{context}/test"), &[("csrf_token", &token)]);
    let evil = form().header("origin", "https://evil.test");
    for sending in [
        form().header("sec-fetch-site", "cross-site"),
        form().header("sec-fetch-site", "same-site"),
        form().header("sec-fetch-site", "?"),
        form().without("origin").header("sec-fetch-site", "cross-site"),
        evil.clone(),
        evil.without("sec-fetch-site"),
        form().header("origin", "null").without("sec-fetch-site"),
        form().header("origin", "null").header("sec-fetch-site", "cross-site"),
        form().header("origin", &app.origin().replace("localhost", "localhost.evil.test")),
        form().header("origin", &app.origin().replace("http:", "https:")),
    ] {
        let asked = format!("{sending:?}");
        let page = browser.send(sending).await;
        assert_eq!(page.status, 403, "{asked}");
        page.assert_says(ErrorKind::Forged);
    }
}

/// X08: this app's pages send no referrer, so their forms have the origin `null`. Old browsers send no origin; then
/// the token decides.
#[actix_web::test]
async fn accepts_forms_of_its_own_pages() {
    let app = TestApp::start().await;
    let (mut browser, context, token) = opened(&app, "eleonore", "ngozi-okafor").await;
    let form = || Sending::form(&format!("/c/{context}/test"), &[("csrf_token", &token)]);
    for sending in [
        form(),
        form().header("origin", "null"),
        form().without("origin").header("sec-fetch-site", "none"),
        form().without("origin").without("sec-fetch-site"),
    ] {
        let page = browser.send(sending).await;
        assert_eq!((page.status, page.body.as_str()), (200, "changed"));
    }
}

/// SEC-06, X02: a CSRF token is in the form and is bound to its session and chart.
#[actix_web::test]
async fn refuses_csrf_tokens_of_other_sessions_and_charts() {
    let app = TestApp::start().await;
    let (mut browser, context, token) = opened(&app, "eleonore", "ngozi-okafor").await;
    let second = browser.launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    let of_second = browser.chart(&second).await.csrf_token;
    let (_, _, of_other) = opened(&app, "zoe", "wei-lin-chen").await;
    let path = format!("/c/{context}/test");
    let changed = format!("{}A", &token[..token.len() - 1]);
    for wrong in [of_second.as_str(), &of_other, "", "x", &changed.replace("AA", "BA"), &format!("{token}=")]
    {
        if wrong == token {
            continue;
        }
        let page = browser.post(&path, &[("csrf_token", wrong)]).await;
        page.assert_says(ErrorKind::Forged);
    }
    let in_url = format!("{path}?csrf_token={token}");
    browser.post(&in_url, &[]).await.assert_says(ErrorKind::BadRequest);
    browser.post(&in_url, &[("csrf_token", "")]).await.assert_says(ErrorKind::Forged);
    let page: Page = browser.post(&path, &[("csrf_token", &token)]).await;
    assert_eq!(page.status, 200, "the real one is accepted, also after another launch");
}

/// CBK-13, SEC-05, ONT-03, C09: no parameter of a launch or callback becomes a redirect target.
#[actix_web::test]
async fn redirects_to_no_url_from_a_parameter() {
    let app = TestApp::start().await;
    for target in
        ["//evil.test", "https://evil.test", "/\\evil.test", "%2f%2fevil.test", "javascript:alert(1)"]
    {
        for name in ["next", "return_to", "redirect", "RelayState", "target_link_uri", "redirect_uri"] {
            let mut browser = app.browser();
            let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
            let callback = format!("{}&{name}={target}", landing.callback().unwrap());
            let landing = browser.finish(landing, &callback).await;
            landing.context();
            let to = landing.last().location();
            assert_eq!(to.origin().ascii_serialization(), app.origin(), "{name}={target}");
            assert!(!to.as_str().contains("evil"));
        }
    }
}
