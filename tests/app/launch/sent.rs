//! Tests of the redirect to the EHR: by GET, by POST, or from this app's own page.

use http::Method;
use passerelle::smart::AuthorizeBy;
use passerelle::testing::{Browser, Page, Sending, TestApp};
use passerelle::web::ErrorKind;
use url::form_urlencoded::byte_serialize;

/// Launches without following the response.
async fn launch_page(app: &TestApp, browser: &mut Browser) -> Page {
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let iss: String = byte_serialize(app.ehr().fhir_base_url().as_bytes()).collect();
    browser.get(&format!("/launch?iss={iss}&launch={handle}")).await
}

/// Submits the form of a page to the EHR, as a click on its button does, and follows the response back.
async fn send_form(browser: &mut Browser, page: &Page) -> Page {
    let fields = page.hidden_fields();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    let answer = browser.send(Sending::form(&page.forms()[0], &fields)).await;
    let callback = answer.location();
    browser.get(callback.as_str()).await
}

/// AUT-10, AUT-17, C22: a form for the EHR's endpoint with every parameter as a field, and a button for browsers
/// without JavaScript.
#[actix_web::test]
async fn posts_the_request_if_registered() {
    let app = TestApp::setup().registration(|ehr| ehr.authorize_by = AuthorizeBy::Post).start().await;
    let mut browser = app.browser();
    let page = launch_page(&app, &mut browser).await;
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    assert_eq!(page.header("referrer-policy"), "no-referrer");
    let ehr = app.ehr().fhir_base_url().replace("/fhir", "");
    assert_eq!(page.forms(), [format!("{ehr}/auth/authorize")]);
    assert!(page.body.contains("<button") && !page.body.contains("target="));
    let fields = page.hidden_fields();
    let mut names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    names.sort_unstable();
    let all = [
        "aud",
        "client_id",
        "code_challenge",
        "code_challenge_method",
        "launch",
        "nonce",
        "redirect_uri",
        "response_type",
        "scope",
        "state",
    ];
    assert_eq!(names, all);
    let landed = send_form(&mut browser, &page).await;
    assert_eq!(landed.status, 303);
    assert!(landed.location().path().starts_with("/c/"));
}

/// AUT-10, C22, STA-02: browsers apply a page's form-action policy to all redirects of its forms. Only these two
/// pages permit other origins, over http only for an EHR with an http URL.
#[actix_web::test]
async fn permits_foreign_form_targets_only_on_pages_that_send_to_the_ehr() {
    let policy = |page: &Page| {
        let parts = page.header("content-security-policy").split("; ").map(str::to_owned);
        parts.into_iter().find(|part| part.starts_with("form-action")).unwrap()
    };
    let setup = TestApp::setup().registration(|ehr| {
        (ehr.authorize_by, ehr.standalone) = (AuthorizeBy::Post, true);
    });
    let app = setup.start().await;
    let mut browser = app.browser();
    assert_eq!(policy(&launch_page(&app, &mut browser).await), "form-action 'self' https: http:");
    assert_eq!(policy(&browser.get("/start").await), "form-action 'self' https: http:");
    assert_eq!(policy(&browser.get("/launch").await), "form-action 'self'");
    let over_tls = TestApp::setup().registration(|ehr| {
        ehr.fhir_base_url = "https://ehr.example/fhir".to_owned();
        ehr.standalone = true;
    });
    assert_eq!(policy(&over_tls.start().await.browser().get("/start").await), "form-action 'self' https:");
}

/// AUT-17: scope and handle are escaped.
#[actix_web::test]
async fn escapes_the_fields_of_a_posted_request() {
    let app = TestApp::setup().registration(|ehr| ehr.authorize_by = AuthorizeBy::Post).start().await;
    let handle = "\"><script>alert(1)</script>";
    let encoded = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let path = format!("/launch?iss={}&launch={}", encoded(&app.ehr().fhir_base_url()), encoded(handle));
    let page = app.browser().get(&path).await;
    assert!(!page.body.contains("<script>alert"));
    assert!(page.hidden_fields().contains(&("launch".to_owned(), handle.to_owned())));
}

/// AUT-11: a long request is posted if the EHR advertises support, and a short one never.
#[actix_web::test]
async fn posts_a_long_request_if_the_ehr_supports_it() {
    use passerelle::demo_ehr::Fault;
    for (scopes, fault, posted) in
        [(0, None, false), (200, None, true), (200, Some(Fault::DiscoveryMinimal), false)]
    {
        let app = TestApp::setup()
            .registration(move |ehr| {
                ehr.scopes.extend((0..scopes).map(|n| format!("__a-scope-of-this-vendor-number-{n}")));
            })
            .start()
            .await;
        app.ehr().set_fault(fault);
        let page = launch_page(&app, &mut app.browser()).await;
        assert_eq!(page.status == 200, posted, "{scopes} {fault:?}");
        if posted {
            let scope = page.hidden_fields().into_iter().find(|(name, _)| name == "scope").unwrap().1;
            assert!(scope.ends_with("number-199") && !scope.contains("  "), "{scope}");
        }
    }
}

/// STA-01, STA-02, C20: a standalone launch from this app's page, at an EHR that has it enabled: without a handle,
/// with a request for a patient.
#[actix_web::test]
async fn asks_for_a_patient_in_a_standalone_launch() {
    let app = TestApp::setup().registration(|ehr| ehr.standalone = true).start().await;
    let mut browser = app.browser();
    let page = browser.get("/start").await;
    assert_eq!((page.status, page.forms()), (200, vec!["/start/riverside".to_owned()]));
    let sent = browser.post("/start/riverside", &[]).await;
    let request = sent.location();
    let asked = |name: &str| request.query_pairs().find(|(known, _)| known == name).map(|(_, value)| value);
    assert_eq!(asked("launch"), None);
    assert_eq!(asked("aud").unwrap(), app.ehr().fhir_base_url());
    let scope = asked("scope").unwrap();
    let scopes: Vec<&str> = scope.split(' ').collect();
    assert!(scopes.contains(&"launch/patient") && !scopes.contains(&"launch"), "{scope}");
    let answer = browser.get(request.as_str()).await;
    let landed = browser.get(answer.location().as_str()).await;
    let context = landed.location().path().split('/').nth(2).unwrap().to_owned();
    assert_eq!(browser.chart(&context).await.patient, "eleonore");
}

/// STA-03, L14: refused if not enabled, suspended, or unknown, and nothing is sent.
#[actix_web::test]
async fn refuses_a_standalone_launch_that_is_not_enabled() {
    let app = TestApp::start().await;
    let page = app.browser().get("/start").await;
    assert!(page.forms().is_empty(), "{}", page.text());
    for path in ["/start/riverside", "/start/nowhere"] {
        app.browser().post(path, &[]).await.assert_says(ErrorKind::NotFound);
    }
    app.browser().get("/start/riverside").await.assert_says(ErrorKind::Method);
    let forged = Sending::new(Method::POST, "/start/riverside").header("origin", "https://evil.test");
    app.browser().send(forged).await.assert_says(ErrorKind::Forged);
    assert!(app.ehr().requests_of_app().is_empty());
}
