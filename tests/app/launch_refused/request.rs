//! Tests of launch requests that are refused before any network call.

use std::net::Ipv4Addr;

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Canary, Landing, Page, Sending, TestApp};
use passerelle::web::ErrorKind;
use url::form_urlencoded::byte_serialize;

async fn launched(app: &TestApp, query: &str) -> Landing {
    let page = app.browser().get(&format!("/launch{query}")).await;
    Landing { handle: "handle-from-nowhere".to_owned(), pages: vec![page] }
}

/// Asserts that a query is refused with one audit event and without a request to the EHR, and that launches still
/// work.
async fn refuses_query(query: impl Fn(&str) -> String, class: &str) {
    let app = TestApp::start().await;
    let encoded: String = byte_serialize(app.ehr().fhir_base_url().as_bytes()).collect();
    let landing = launched(&app, &query(&encoded)).await;
    app.assert_refused(&landing, ErrorKind::BadLaunch, class).await;
    assert!(landing.last().set_cookies().is_empty(), "no attempt was started");
    assert!(app.ehr().recorded().is_empty(), "nothing was sent to the EHR");
    app.assert_heals().await;
}

macro_rules! refuses_queries {
    ($($(#[doc = $row:literal])+ $name:ident: $query:literal, $class:literal;)+) => {
        $(
            $(#[doc = $row])+
            #[actix_web::test]
            async fn $name() {
                refuses_query(|base| $query.replace("BASE", base), $class).await;
            }
        )+
    };
}

refuses_queries! {
    /// LCH-02, L11.
    refuses_launch_without_iss: "?launch=handle-from-nowhere", "request";
    /// LCH-02, L11.
    refuses_launch_with_empty_iss: "?iss=&launch=handle-from-nowhere", "request";
    /// LCH-02, L11.
    refuses_launch_with_blank_iss: "?iss=+&launch=handle-from-nowhere", "request";
    /// LCH-03, STA-03, L11: does not silently become a standalone launch.
    refuses_launch_without_launch: "?iss=BASE", "request";
    /// LCH-03, L11.
    refuses_launch_with_empty_launch: "?iss=BASE&launch=", "request";
    /// LCH-03, L11.
    refuses_launch_with_blank_launch: "?iss=BASE&launch=%20%09", "request";
    /// LCH-08, L12.
    refuses_launch_with_iss_twice: "?iss=BASE&launch=handle-from-nowhere&iss=BASE", "request";
    /// LCH-08, L12.
    refuses_launch_with_launch_twice: "?iss=BASE&launch=handle-from-nowhere&launch=b", "request";
    /// L12: brackets are not a list.
    refuses_launch_with_iss_in_brackets: "?iss[]=BASE&launch=handle-from-nowhere", "request";
    /// L12: semicolons are not separators.
    refuses_launch_with_semicolons: "?iss=BASE;launch=handle-from-nowhere", "request";
    /// L12: nor are separators that appear only after decoding twice.
    refuses_launch_encoded_twice: "?iss=BASE%26launch%3Dhandle-from-nowhere", "request";
    /// LCH-02: no parameters.
    refuses_launch_without_query: "", "request";
}

/// LCH-05, UXC-04, SEC-09, L01: an unregistered iss causes no request.
#[actix_web::test]
async fn refuses_unknown_iss_without_any_request() {
    let (app, canary) = (TestApp::start().await, Canary::new());
    let landing = launched(&app, &format!("?iss={}/fhir&launch=handle-from-nowhere", canary.url())).await;
    app.assert_refused(&landing, ErrorKind::BadLaunch, "iss-unknown").await;
    assert!(!landing.last().body.contains(&canary.url()), "the value is not repeated");
    assert_eq!((canary.visits(), app.ehr().recorded().len()), (0, 0));
    app.assert_heals().await;
}

/// LCH-05, LCH-07, L02: internal addresses in every spelling, and other schemes.
#[actix_web::test]
async fn refuses_internal_iss_in_every_spelling() {
    let (app, canary) = (TestApp::start().await, Canary::at(Ipv4Addr::LOCALHOST));
    let port = canary.port();
    let hosts = [
        "127.0.0.1",
        "127.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "localhost",
        "localhost.",
        "0.0.0.0",
        "127\u{3002}0\u{3002}0\u{3002}1",
        "\u{ff4c}ocalhost",
    ];
    let mut isses: Vec<String> = hosts.iter().map(|host| format!("http://{host}:{port}/fhir")).collect();
    isses.extend(
        [
            "http://169.254.169.254/latest/meta-data",
            "file:///etc/passwd",
            "gopher://127.0.0.1/x",
            "javascript:alert(1)",
            "data:text/html,x",
            "//127.0.0.1/fhir",
            "fhir",
            "\0",
        ]
        .map(str::to_owned),
    );
    for iss in isses {
        let encoded: String = byte_serialize(iss.as_bytes()).collect();
        let landing = launched(&app, &format!("?iss={encoded}&launch=handle-from-nowhere")).await;
        landing.last().assert_says(ErrorKind::BadLaunch);
        assert!(landing.last().set_cookies().is_empty(), "{iss}");
    }
    assert_eq!((canary.visits(), app.ehr().recorded().len()), (0, 0));
}

/// LCH-06, L03: URLs similar to the registered base.
#[actix_web::test]
async fn refuses_urls_similar_to_the_registered_iss() {
    let app = TestApp::start().await;
    let base = app.ehr().fhir_base_url();
    let (origin, port) = (base.trim_end_matches("/fhir"), base.rsplit(':').next().unwrap());
    let misses = [
        format!("{origin}@evil.test/fhir"),
        format!("http://user@localhost:{port}"),
        format!("{base}.evil.test"),
        format!("{base}-evil"),
        format!("{base}/../x"),
        format!("{base}/../fhir"),
        format!("{base}/%2e%2e/fhir"),
        format!("{base}?x"),
        format!("{base}#x"),
        format!("{base}%2f"),
        format!("{origin}//fhir"),
        format!("{origin}/FHIR"),
        format!("{origin}/./fhir"),
        format!("{origin}/fhir/Patient"),
        format!("http://localhost.:{port}"),
        format!("http://evil-localhost:{port}"),
        format!("https://localhost:{port}"),
        origin.to_owned(),
        format!(" {base}"),
        format!("{base}\\"),
    ];
    for iss in misses {
        let encoded: String = byte_serialize(iss.as_bytes()).collect();
        let landing = launched(&app, &format!("?iss={encoded}&launch=handle-from-nowhere")).await;
        assert_eq!(landing.last().status, 400, "{iss} was accepted");
        landing.last().assert_says(ErrorKind::BadLaunch);
    }
    assert!(app.ehr().recorded().is_empty());
}

/// LCH-04: at most 8 KiB.
#[actix_web::test]
async fn refuses_launch_handle_that_is_too_long() {
    let app = TestApp::start().await;
    let query = format!("?iss={}&launch={}", app.ehr().fhir_base_url(), "x".repeat(8193));
    let landing = launched(&app, &query).await;
    app.assert_refused(&landing, ErrorKind::BadLaunch, "request").await;
}

/// REG-09, L14: a suspended EHR cannot launch, and its open sessions end.
#[actix_web::test]
async fn refuses_launch_of_a_suspended_ehr() {
    use passerelle::admin::{EhrCommand, run_ehr};
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let open = browser.launch(app.ehr(), "zoe", "wei-lin-chen").await.context();
    let id = app.ehr().id.clone();
    let suspend = app.within(async move |app| run_ehr(&app.admin(), EhrCommand::Suspend { id }).await);
    suspend.await.unwrap();
    app.refresh().await;
    app.ehr().clear_recorded();
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    landing.last().assert_says(ErrorKind::Suspended);
    assert!(app.ehr().recorded().is_empty());
    browser.get(&format!("/c/{open}/test")).await.assert_says(ErrorKind::SignedOut);
}

/// L14: an EHR that is suspended between request and callback receives no code.
#[actix_web::test]
async fn refuses_callback_of_an_ehr_suspended_meanwhile() {
    use passerelle::admin::{EhrCommand, run_ehr};
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let id = app.ehr().id.clone();
    let suspend = app.within(async move |app| run_ehr(&app.admin(), EhrCommand::Suspend { id }).await);
    suspend.await.unwrap();
    app.refresh().await;
    let callback = landing.callback().unwrap();
    browser.get(callback.as_str()).await.assert_says(ErrorKind::Suspended);
    assert!(app.ehr().token_requests().is_empty());
}

async fn sent(app: &TestApp, sending: Sending) -> Page {
    app.browser().send(sending).await
}

fn valid_launch(app: &TestApp) -> String {
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    format!("/launch?iss={}&launch={handle}", app.ehr().fhir_base_url())
}

/// LCH-14, L17: a mail scanner, a preview or a form starts nothing.
#[actix_web::test]
async fn accepts_a_launch_by_get_only() {
    let app = TestApp::start().await;
    for method in ["HEAD", "POST", "PUT", "DELETE", "PATCH"] {
        let page = sent(&app, Sending::new(method.parse().unwrap(), &valid_launch(&app))).await;
        assert_eq!((page.status, page.set_cookies().len()), (405, 0), "{method}");
    }
    assert!(app.ehr().recorded().is_empty());
}

/// LCH-14, L17: a speculative request of the browser starts nothing.
#[actix_web::test]
async fn starts_nothing_for_a_prefetch() {
    let app = TestApp::start().await;
    for purpose in ["prefetch", "prefetch;prerender"] {
        let sending =
            Sending::new("GET".parse().unwrap(), &valid_launch(&app)).header("sec-purpose", purpose);
        let page = sent(&app, sending).await;
        page.assert_says(ErrorKind::Method);
        assert!(page.set_cookies().is_empty());
    }
    assert!(app.ehr().recorded().is_empty());
}

/// SEC-10, L07, X07: a foreign Host is refused; forwarded host headers are ignored.
#[actix_web::test]
async fn never_uses_the_host_header_as_its_own_name() {
    let app = TestApp::start().await;
    let get = || Sending::new("GET".parse().unwrap(), &valid_launch(&app));
    for host in ["evil.test", "localhost", "localhost.evil.test", "localhost:1"] {
        sent(&app, get().header("host", host)).await.assert_says(ErrorKind::Host);
    }
    assert!(app.ehr().recorded().is_empty());
    let forwarded = get()
        .header("x-forwarded-host", "evil.test")
        .header("forwarded", "host=evil.test;proto=http")
        .header("x-forwarded-proto", "http");
    let page = sent(&app, forwarded).await;
    let redirect =
        page.location().query_pairs().find(|(name, _)| name == "redirect_uri").unwrap().1.into_owned();
    assert_eq!(redirect, format!("{}/callback/riverside", app.origin()));
}

/// LCH-14: refused launches of unknown callers do not flood the audit trail.
#[actix_web::test]
async fn counts_a_flood_of_refusals_instead_of_recording_each() {
    let app = TestApp::start().await;
    let (mut attacker, before) = (app.browser(), app.count("audit_events").await);
    for _ in 0..130 {
        attacker.get("/launch?iss=https%3A%2F%2Fevil.test&launch=x").await.assert_says(ErrorKind::BadLaunch);
    }
    assert_eq!(app.count("audit_events").await - before, 100);
    app.advance(jiff::SignedDuration::from_mins(1));
    attacker.get("/launch?iss=https%3A%2F%2Fevil.test&launch=x").await.assert_says(ErrorKind::BadLaunch);
    let newest = app.audit_events().await.pop().unwrap();
    assert_eq!(newest.detail.as_deref(), Some("iss-unknown; 30 more before it"));
}

/// LCH-14: requests of unknown callers suppress no refusal of a registered EHR, and one reason suppresses no other.
#[actix_web::test]
async fn records_refusals_of_a_registered_ehr_during_a_flood() {
    let app = TestApp::start().await;
    let mut attacker = app.browser();
    for _ in 0..110 {
        attacker.get("/launch?iss=https%3A%2F%2Fevil.test&launch=x").await.assert_says(ErrorKind::BadLaunch);
        attacker.get("/callback/riverside?state=x&code=y").await.assert_says(ErrorKind::SigninFailed);
    }
    app.ehr().set_fault(Some(Fault::IdTokenWrongAudience));
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let events = app.audit_events().await;
    let refused = events.iter().find(|event| event.detail.as_deref() == Some("id-token")).unwrap();
    assert!(landing.last().shows(&refused.correlation_id));
    assert_eq!(app.count("launch_traces").await, 201);
}
