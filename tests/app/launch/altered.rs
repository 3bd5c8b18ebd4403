//! Tests of EHR responses that were altered on their way to the app.

use std::sync::{Arc, Mutex};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Message, TestApp};
use passerelle::web::ErrorKind;
use serde_json::json;

/// USR-09: an unsigned user beside the id_token is ignored.
#[actix_web::test]
async fn ignores_a_user_outside_the_id_token() {
    for (fault, practitioner) in [(None, "ngozi-okafor"), (Some(Fault::IdTokenFhirUserMissing), "")] {
        let app = TestApp::setup().relayed().start().await;
        // Known by issuer and subject, so that a launch without a name still opens the chart.
        app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
        let other = app.ehr().fhir_base_url() + "/Practitioner/wei-lin-chen";
        app.ehr().relay().change_answers(move |path, answer| {
            if path == "/auth/token" {
                answer.change_json(|body| {
                    for name in ["fhirUser", "profile", "practitioner", "user", "sub", "username", "iss"] {
                        body[name] = json!(other);
                    }
                });
            }
        });
        app.ehr().set_fault(fault);
        app.ehr().clear_recorded();
        let mut browser = app.browser();
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let chart = browser.chart(&context).await;
        assert_eq!(chart.practitioner, practitioner, "{fault:?}");
        assert!(chart.user.contains("Okafor"), "{}", chart.user);
        assert!(app.ehr().requests_to("/fhir/Practitioner/wei-lin-chen").is_empty());
        assert_eq!(app.count("users").await, 1);
    }
}

/// Replaces the access token by one in another format on its way to the app, and back on its way to the EHR.
fn exchange_access_token(app: &TestApp, played: &str) {
    let (own, relay) = (Arc::new(Mutex::new(String::new())), app.ehr().relay());
    let (keep, played, expected) = (Arc::clone(&own), played.to_owned(), format!("Bearer {played}"));
    relay.change_answers(move |path, answer| {
        if path == "/auth/token" {
            answer.change_json(|body| {
                body["access_token"].as_str().unwrap().clone_into(&mut keep.lock().unwrap());
                body["access_token"] = json!(played);
            });
        }
    });
    relay.change_requests(move |_, request| {
        if request.header("authorization") == Some(&expected) {
            request.set("authorization", &format!("Bearer {}", own.lock().unwrap()));
        }
    });
}

/// TRS-12: an access token is passed on unparsed: short, long, or a JWT with contradictory content.
#[actix_web::test]
async fn treats_the_access_token_as_opaque() {
    let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let header = part(json!({"alg": "none", "typ": "JWT"}));
    let claims =
        part(json!({"patient": "zoe", "fhirUser": "Practitioner/wei-lin-chen", "sub": "wei", "exp": 1}));
    let tokens = [
        "a",
        "..",
        "a=.~+/-_==",
        &format!("{header}.{claims}."),
        &format!("{header}.{claims}.{claims}"),
        &"x".repeat(6144),
    ];
    for token in tokens {
        let app = TestApp::setup().relayed().start().await;
        app.ehr().set_fault(Some(Fault::IdTokenAtHashMissing));
        exchange_access_token(&app, token);
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let chart = browser.chart(&landing.context()).await;
        assert_eq!((&*chart.patient, &*chart.practitioner), ("eleonore", "ngozi-okafor"), "{token}");
        let form = browser.open(&landing).await;
        assert!(!form.text().contains("Not loaded: the EHR refused"), "{token}: {}", form.text());
    }
}

fn in_odd_case(message: &mut Message) {
    for (name, _) in &mut message.headers {
        let odd = |(at, letter): (usize, char)| {
            if at % 2 == 0 { letter.to_ascii_uppercase() } else { letter.to_ascii_lowercase() }
        };
        *name = name.chars().enumerate().map(odd).collect();
    }
}

/// API-10: finds a header in any case of its name.
#[actix_web::test]
async fn finds_headers_in_any_case() {
    let app = TestApp::setup().relayed().start().await;
    app.ehr().relay().change_answers(|_, answer| in_odd_case(answer));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(browser.open(&landing).await.status, 200);
}

/// API-10, DSC-07: also the content type that shows that a body is not JSON.
#[actix_web::test]
async fn refuses_a_web_page_with_header_names_in_odd_case() {
    let app = TestApp::setup().relayed().start().await;
    app.ehr().relay().change_answers(|_, answer| {
        answer.set("content-type", "text/html");
        in_odd_case(answer);
    });
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.assert_refused(&landing, ErrorKind::EhrTrouble, "ehr-metadata").await;
}

/// RFC 8259 8.1: a byte order mark before any document of the EHR is no reason to refuse it.
#[actix_web::test]
async fn reads_documents_that_begin_with_a_byte_order_mark() {
    let app = TestApp::setup().relayed().start().await;
    let not_loaded = async || {
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
        browser.open(&landing).await.text().matches("Not loaded").count()
    };
    let without = not_loaded().await;
    app.advance(SignedDuration::from_hours(2));
    app.ehr().relay().change_answers(|_, answer| {
        if answer.body.starts_with(b"{") {
            answer.body.splice(0..0, "\u{feff}".bytes());
        }
    });
    assert_eq!(not_loaded().await, without);
    assert!(app.ehr().requests_to("/auth/jwks.json").len() > 1, "the documents are fetched again");
}
