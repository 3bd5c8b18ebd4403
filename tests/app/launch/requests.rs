//! Tests of the requests that the app sends to the EHR, through the browser and directly.

use std::collections::HashSet;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use passerelle::{
    demo_ehr::Fault,
    ehrs::ClientAuthMethod,
    smart::{BasicEncoding, ScopeSyntax, StaticEndpoints},
    testing::TestApp,
};
use url::form_urlencoded::byte_serialize;

/// SCP-03, SCP-05..07, SCP-09, SCP-14, SCP-15, AUT-01..10, AUT-13, AUT-16, AUT-17, HAL-03, HAL-05, ONT-06..08, C20:
/// the authorization request, parameter by parameter.
#[actix_web::test]
async fn sends_the_authorization_request_of_the_standard() {
    let app = TestApp::start().await;
    let landing = app.browser().begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let url = landing.authorization();
    let pairs: Vec<_> = url.query_pairs().collect();
    let names: HashSet<_> = pairs.iter().map(|(name, _)| name.clone()).collect();
    assert_eq!(names.len(), pairs.len(), "each parameter once");
    assert!(pairs.iter().all(|(_, value)| !value.is_empty()), "none is empty");
    assert_eq!(landing.asked("response_type"), "code");
    assert_eq!(landing.asked("client_id"), "passerelle-at-riverside");
    assert_eq!(landing.asked("redirect_uri"), format!("{}/callback/riverside", app.origin()));
    assert_eq!(landing.asked("launch"), landing.handle);
    assert_eq!(landing.asked("aud"), app.ehr().fhir_base_url());
    assert_eq!(landing.asked("code_challenge_method"), "S256");
    for random in ["state", "nonce", "code_challenge"] {
        assert_eq!(URL_SAFE_NO_PAD.decode(landing.asked(random)).unwrap().len(), 32, "{random}");
    }
    let scope = landing.asked("scope");
    let scopes: Vec<&str> = scope.split(' ').collect();
    for needed in ["launch", "openid", "fhirUser", "patient/Patient.rs", "user/Practitioner.rs"] {
        assert_eq!(scopes.iter().filter(|scope| **scope == needed).count(), 1, "{needed} in {scope}");
    }
    assert!(!scope.contains(".read") && !scope.contains('*') && !scope.contains("offline"));
    assert!(!names.contains("max_age") && !names.contains("resource"));
    assert_eq!(landing.pages[0].status, 303);
    landing.pages[0].assert_guarded("'none'");
}

/// LCH-04, ONT-06: the launch handle is sent back byte by byte, whatever it contains.
#[actix_web::test]
async fn treats_the_launch_handle_as_opaque() {
    let app = TestApp::start().await;
    let jwt = format!("eyJ{}.{}.x", "a".repeat(2000), "b".repeat(2000));
    for handle in ["a+b/c=%d&e#f g", "é漢字\u{1f600}", "%2B%26", " padded ", &jwt] {
        let landing = app.browser().begin_at(&app.ehr().fhir_base_url(), handle).await;
        assert_eq!(landing.asked("launch"), handle);
    }
}

/// LCH-06, AUT-07: equivalent spellings of the registered base are accepted; `aud` equals the received `iss`.
#[actix_web::test]
async fn accepts_spellings_of_the_base_and_sends_them_back_as_aud() {
    let app = TestApp::start().await;
    let base = app.ehr().fhir_base_url();
    for iss in [base.clone(), format!("{base}/"), base.replace("http://localhost", "HTTP://LocalHost")] {
        let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
        let landing = app.browser().begin_at(&iss, &handle).await;
        assert_eq!(landing.asked("aud"), iss);
    }
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let mut browser = app.browser();
    let landing = browser.begin_at(&format!("{base}/"), &handle).await;
    let callback = landing.callback().unwrap();
    browser.finish(landing, callback.as_str()).await.context();
}

/// REG-09: accepts an alias of the base as the same EHR.
#[actix_web::test]
async fn accepts_an_alias_of_the_base() {
    let app = TestApp::setup()
        .registration(|ehr| ehr.aliases = vec!["https://old.ehr.example/fhir".to_owned()])
        .start()
        .await;
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let landing = app.browser().begin_at("https://old.ehr.example/fhir", &handle).await;
    assert_eq!(landing.asked("aud"), "https://old.ehr.example/fhir");
}

/// REG-01, LCH-09, CTX-01, L13: no parameter other than `iss` and `launch` has an effect.
#[actix_web::test]
async fn ignores_other_parameters_of_the_launch() {
    let app = TestApp::start().await;
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let iss: String = byte_serialize(app.ehr().fhir_base_url().as_bytes()).collect();
    let extra = "&patient=zoe&patientId=zoe&redirect=https://evil.test&redirect_uri=https://evil.test&client_id=x\
                 &scope=system/*.*&aud=https://evil.test&state=x&nonce=x&tenant=x&prompt=none&next=//evil.test";
    let page = app.browser().get(&format!("/launch?iss={iss}&launch={handle}{extra}")).await;
    let honest = app.browser().begin_at(&app.ehr().fhir_base_url(), &handle).await;
    let fixed = |url: url::Url| -> Vec<(String, String)> {
        let random = ["state", "nonce", "code_challenge"];
        let pairs = url.query_pairs().into_owned();
        pairs.filter(|(name, _)| !random.contains(&name.as_str())).collect()
    };
    assert_eq!(fixed(page.location()), fixed(honest.authorization()));
}

/// LCH-12, AUT-06, L08, C19: each launch has new values.
#[actix_web::test]
async fn never_repeats_state_nonce_or_challenge() {
    let app = TestApp::start().await;
    let (handle, base) = ("the-same-handle", app.ehr().fhir_base_url());
    let mut seen = HashSet::new();
    for _ in 0..50 {
        let landing = app.browser().begin_at(&base, handle).await;
        for name in ["state", "nonce", "code_challenge"] {
            let value = landing.asked(name);
            assert_eq!(URL_SAFE_NO_PAD.decode(&value).unwrap().len(), 32, "{name}");
            assert!(seen.insert(value), "{name} is repeated");
        }
    }
}

/// C19, AUT-09: the verifier of each launch is 32 random bytes.
#[actix_web::test]
async fn never_repeats_a_verifier() {
    let app = TestApp::start().await;
    for _ in 0..20 {
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    }
    let mut seen = HashSet::new();
    for request in app.ehr().token_requests() {
        let form = request.form();
        let (_, verifier) = form.iter().find(|(name, _)| name == "code_verifier").unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(verifier).unwrap();
        assert_eq!(bytes.len(), 32);
        assert!(bytes.iter().collect::<HashSet<_>>().len() > 16, "{bytes:?}");
        assert!(seen.insert(bytes), "a verifier is repeated");
    }
    assert_eq!(seen.len(), 20);
}

/// REG-02, REG-06, AUT-03: one redirect URI for each EHR, the same byte by byte for every user.
#[actix_web::test]
async fn sends_one_redirect_uri_for_each_ehr() {
    let app = TestApp::setup().second_ehr().start().await;
    let mut uris = HashSet::new();
    for (patient, practitioner) in
        [("eleonore", "ngozi-okafor"), ("zoe", "wei-lin-chen"), ("wanda", "ewan-macneil")]
    {
        let landing = app.browser().begin(app.ehr(), patient, practitioner).await;
        uris.insert(landing.asked("redirect_uri"));
    }
    assert_eq!(uris.len(), 1);
    let other = app.browser().begin(app.other_ehr(), "eleonore", "ngozi-okafor").await;
    assert!(uris.insert(other.asked("redirect_uri")));
    assert_eq!(other.asked("client_id"), "passerelle-at-lakeside");
}

/// REG-04, REG-06, REG-07, AUT-09, CAU-01, CAU-03, CAU-05, CAU-07, TRQ-01..06, TRQ-09, ONT-02, OIDF-02: the token
/// request, with the verifier of this launch.
#[actix_web::test]
async fn sends_the_token_request_of_the_standard() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    // Two interleaved launches: each verifier matches its own challenge.
    let one = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let two = browser.begin(app.ehr(), "zoe", "ngozi-okafor").await;
    for landing in [two, one] {
        app.ehr().clear_recorded();
        let callback = landing.callback().unwrap();
        let landing = browser.finish(landing, callback.as_str()).await;
        landing.context();
        let requests = app.ehr().token_requests();
        let [request] = &requests[..] else { panic!("{} token requests", requests.len()) };
        assert_eq!((request.method.as_str(), request.query.len()), ("POST", 0));
        assert_eq!(request.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(request.header("accept"), Some("application/json"));
        assert_eq!((request.header("cookie"), request.header("referer")), (None, None));
        let form = request.form();
        let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["grant_type", "code", "redirect_uri", "code_verifier"]);
        assert_eq!(form[0].1, "authorization_code");
        assert_eq!(form[1].1, landing.returned("code"));
        assert_eq!(form[2].1, landing.asked("redirect_uri"));
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, form[3].1.as_bytes()));
        assert_eq!(challenge, landing.asked("code_challenge"));
        let basic = request.header("authorization").unwrap().strip_prefix("Basic ").unwrap();
        let pair = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
        let secret: String = byte_serialize(app.ehr().client_secret.as_bytes()).collect();
        assert_eq!(pair, format!("passerelle-at-riverside:{secret}"));
    }
}

/// CAU-04: HTTP Basic without form-encoding, for a server that compares id and secret raw, if the registration has
/// it.
#[actix_web::test]
async fn sends_id_and_secret_unencoded_if_registered() {
    let app = TestApp::setup().registration(|ehr| ehr.basic_encoding = BasicEncoding::Raw).start().await;
    app.ehr().set_fault(Some(Fault::TokenBasicComparedRaw));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let request = &app.ehr().token_requests()[0];
    let basic = request.header("authorization").unwrap().strip_prefix("Basic ").unwrap();
    let pair = String::from_utf8(STANDARD.decode(basic).unwrap()).unwrap();
    assert_eq!(pair, format!("passerelle-at-riverside:{}", app.ehr().client_secret));
}

/// CAU-06, CAU-07: the secret in the body, if the registration has it, and then nowhere else.
#[actix_web::test]
async fn sends_the_secret_in_the_body_if_registered() {
    let app = TestApp::setup()
        .registration(|ehr| ehr.client_auth = ClientAuthMethod::ClientSecretPost)
        .start()
        .await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let request = &app.ehr().token_requests()[0];
    assert_eq!(request.header("authorization"), None);
    let form = request.form();
    let has = |name: &str| form.iter().any(|(known, _)| known == name);
    assert!(has("client_id") && has("client_secret") && has("code_verifier"));
}

/// DSC-01..03, DSC-19, HAL-02, ONT-14: discovery below the base, without identifying the client.
#[actix_web::test]
async fn discovers_with_one_plain_request() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let requests = app.ehr().requests_of_app();
    let discovery = &requests[0];
    assert_eq!(discovery.path, "/fhir/.well-known/smart-configuration");
    assert_eq!(discovery.header("accept"), Some("application/json"));
    for header in ["authorization", "cookie", "referer", "origin"] {
        assert_eq!(discovery.header(header), None, "{header}");
    }
    assert!(discovery.query.is_empty());
    assert!(requests.iter().all(|request| request.path != "/fhir/metadata"));
}

/// DSC-09: fetched once, and again after an hour.
#[actix_web::test]
async fn caches_discovery_and_keys_for_an_hour() {
    let app = TestApp::start().await;
    let asked = || {
        let paths = ["/fhir/.well-known/smart-configuration", "/auth/jwks.json"];
        paths.map(|path| app.ehr().requests_to(path).len())
    };
    for _ in 0..3 {
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    }
    assert_eq!(asked(), [1, 1]);
    app.advance(SignedDuration::from_mins(61));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert_eq!(asked(), [2, 2]);
}

/// J06: twenty launches on a cold cache fetch once, the keys as well; the first response is held until all twenty
/// wait.
#[actix_web::test]
async fn fetches_discovery_and_keys_once_for_concurrent_launches() {
    let app = TestApp::start().await;
    let ehr = app.ehr();
    ehr.set_fault(Some(Fault::JwksSlow));
    let launches = (0..20).map(|_| async {
        app.browser().launch(ehr, "eleonore", "ngozi-okafor").await.context();
    });
    let answer = async {
        app.eventually("all have a token", async || ehr.token_requests().len() == 20).await;
        ehr.set_fault(None);
    };
    futures_util::join!(futures_util::future::join_all(launches), answer);
    for path in ["/fhir/.well-known/smart-configuration", "/auth/jwks.json"] {
        assert_eq!(ehr.requests_to(path).len(), 1, "{path}");
    }
}

/// DSC-18, ONT-13: pinned endpoints are not discovered.
#[actix_web::test]
async fn does_not_discover_pinned_endpoints() {
    let mut app = TestApp::start().await;
    let issuer = app.ehr().issuer();
    app.register_again(move |ehr| {
        ehr.endpoints = Some(StaticEndpoints {
            authorization: format!("{issuer}/authorize"),
            token: format!("{issuer}/token"),
            jwks: format!("{issuer}/jwks.json"),
        });
    })
    .await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert!(app.ehr().requests_to("/fhir/.well-known/smart-configuration").is_empty());
}

/// DSC-15, IDT-02: without a pinned issuer, the one published by the registered base is used.
#[actix_web::test]
async fn takes_an_unpinned_issuer_from_the_registered_base() {
    let app = TestApp::setup().registration(|ehr| ehr.issuer = None).start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// SCP-05, ONT-04, ONT-14: one scope syntax, as registered.
#[actix_web::test]
async fn writes_scopes_in_the_registered_syntax() {
    let app = TestApp::setup().registration(|ehr| ehr.scope_syntax = ScopeSyntax::V1).start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let scope = landing.asked("scope");
    assert!(scope.contains("patient/Patient.read") && !scope.contains(".rs"), "{scope}");
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
}

/// CTX-02, USR-01, API-01, API-03, API-04, HAL-04, ONT-05, ONT-09: a warm launch sends three requests to the EHR; the
/// two reads carry the token.
#[actix_web::test]
async fn sends_three_requests_for_a_warm_launch() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    app.ehr().clear_recorded();
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let requests = app.ehr().requests_of_app();
    let mut paths: Vec<&str> = requests.iter().map(|request| request.path.as_str()).collect();
    paths.sort_unstable();
    assert_eq!(paths, ["/auth/token", "/fhir/Patient/eleonore", "/fhir/Practitioner/ngozi-okafor"]);
    for read in requests.iter().filter(|request| request.path.starts_with("/fhir")) {
        assert!(read.header("authorization").unwrap().starts_with("Bearer "));
        assert_eq!(read.header("accept"), Some("application/fhir+json"));
        assert_eq!((read.query.len(), read.header("cookie")), (0, None));
    }
}

/// A launch takes two write transactions, and a form that reads the chart one more, to store the draft.
#[actix_web::test]
async fn writes_twice_for_a_launch_and_once_for_its_form() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    let before = app.within(async |app| app.db().write_count()).await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let after_launch = app.within(async |app| app.db().write_count()).await;
    assert_eq!(after_launch - before, 2);
    assert_eq!(browser.open(&landing).await.status, 200);
    let after_form = app.within(async |app| app.db().write_count()).await;
    assert_eq!(after_form - after_launch, 1);
}

/// AUT-12: an existing query of the authorization endpoint is kept. CBK-12: the response is a 303 that is not cached.
#[actix_web::test]
async fn keeps_the_query_of_the_authorization_endpoint() {
    let mut app = TestApp::start().await;
    let issuer = app.ehr().issuer();
    app.register_again(move |ehr| {
        ehr.endpoints = Some(StaticEndpoints {
            authorization: format!("{issuer}/authorize?policy=one"),
            token: format!("{issuer}/token"),
            jwks: format!("{issuer}/jwks.json"),
        });
    })
    .await;
    let landing = app.browser().begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(landing.asked("policy"), "one");
    assert_eq!(landing.authorization().as_str().matches('?').count(), 1);
    assert_eq!(landing.pages[0].header("cache-control"), "no-store");
}
