//! Tests of discovery over time: refetching, outages, moved endpoints.

use std::net::Ipv4Addr;

use jiff::SignedDuration;
use passerelle::admin::{EhrCommand, run_ehr};
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Canary, Landing, TestApp};
use passerelle::web::ErrorKind;
use serde_json::json;

use crate::forged;

const DISCOVERY: &str = "/fhir/.well-known/smart-configuration";
const OPENID: &str = "/auth/.well-known/openid-configuration";

async fn launch(app: &TestApp) -> Landing {
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await
}

/// D15, J10: while metadata is unreachable, the cached metadata is used for up to a day.
#[actix_web::test]
async fn uses_cached_metadata_for_a_day_while_unreachable() {
    for fault in [Fault::DiscoveryServerError, Fault::DiscoveryNotFound, Fault::DiscoveryHtml] {
        let app = TestApp::start().await;
        launch(&app).await.context();
        app.ehr().set_fault(Some(fault));
        for hours in [2, 20] {
            app.advance(SignedDuration::from_hours(hours));
            launch(&app).await.context();
        }
        app.advance(SignedDuration::from_hours(3));
        launch(&app).await.last().assert_says(ErrorKind::EhrTrouble);
        app.assert_heals().await;
    }
}

/// D05, D15: invalid metadata is refused; cached metadata is a fallback for an outage only.
#[actix_web::test]
async fn refuses_invalid_metadata_despite_a_valid_cached_copy() {
    let app = TestApp::start().await;
    launch(&app).await.context();
    app.ehr().set_fault(Some(Fault::DiscoveryIssuerDiffers));
    app.advance(SignedDuration::from_hours(2));
    launch(&app).await.last().assert_says(ErrorKind::EhrSetup);
    app.assert_heals().await;
}

/// DSC-09, F18: an EHR that does not answer is not asked again for ten seconds, in which launches fail at once.
#[actix_web::test]
async fn does_not_ask_an_unresponsive_ehr_again_for_ten_seconds() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryServerError));
    for _ in 0..20 {
        launch(&app).await.last().assert_says(ErrorKind::EhrTrouble);
    }
    assert_eq!(app.ehr().requests_to(DISCOVERY).len(), 1);
    app.ehr().set_fault(None);
    app.advance(SignedDuration::from_secs(10));
    launch(&app).await.context();
    assert_eq!(app.ehr().requests_to(DISCOVERY).len(), 2);
}

/// Moves the token endpoint to another origin, where the EHR answers as well.
fn move_token_endpoint(app: &TestApp) -> String {
    let elsewhere = app.ehr().issuer().replace("localhost", "127.0.0.1");
    app.ehr().set_canary(&elsewhere);
    app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
    elsewhere.trim_end_matches("/auth").to_owned()
}

async fn approve(app: &TestApp, origin: &str) -> Result<String, String> {
    let command = EhrCommand::Approve { id: "riverside".to_owned(), origin: origin.to_owned() };
    let done = app.within(async move |app| run_ehr(&app.admin(), command).await.map_err(|e| e.to_string()));
    let done = done.await;
    app.refresh().await;
    done
}

async fn changes(app: &TestApp) -> Vec<String> {
    let events = app.audit_events().await.into_iter().filter(|event| event.event == "ehr-changed");
    events.filter_map(|event| event.detail).collect()
}

/// DSC-10: endpoints at another origin are accepted at the first launch and recorded.
#[actix_web::test]
async fn records_endpoints_at_another_origin_at_the_first_launch() {
    let app = TestApp::start().await;
    let origin = move_token_endpoint(&app);
    for _ in 0..2 {
        launch(&app).await.context();
    }
    let noted = changes(&app).await;
    assert!(noted.contains(&format!("endpoints at {origin}")) && noted.len() == 2, "{noted:?}");
}

/// Moves one endpoint to another origin, where the EHR answers as well.
fn move_endpoint(app: &TestApp, endpoint: &'static str) -> String {
    // Strips the conditional request, so that the document is sent again and the relay can change it.
    app.ehr().relay().change_requests(|_, request| {
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("if-none-match"));
    });
    app.ehr().relay().change_answers(move |path, answer| {
        if path == DISCOVERY {
            answer.change_json(|body| {
                let moved = body[endpoint].as_str().unwrap().replace("localhost", "127.0.0.1");
                body[endpoint] = json!(moved);
            });
        }
    });
    app.ehr().fhir_base_url().replace("localhost", "127.0.0.1").trim_end_matches("/fhir").to_owned()
}

/// Revokes the tokens of ended sessions, as far as possible.
async fn give_tokens_back(app: &TestApp) {
    app.within(async |app| {
        app.launch().forget_old().await.unwrap();
        app.launch().revoke_ended().await.unwrap();
    })
    .await;
}

/// Launches, moves one endpoint, and asserts that it receives nothing, neither for new launches nor for the ended
/// one, until an administrator approves.
async fn refused_until_approved(endpoint: &'static str) {
    let setup = TestApp::setup().relayed().registration(|ehr| {
        ehr.introspect = true;
        ehr.scopes.push("online_access".to_owned());
    });
    let app = setup.start().await;
    launch(&app).await.context();
    app.ehr().clear_recorded();
    let origin = move_endpoint(&app, endpoint);
    app.advance(SignedDuration::from_hours(2));
    for _ in 0..2 {
        launch(&app).await.last().assert_says(ErrorKind::EhrTrouble);
    }
    give_tokens_back(&app).await;
    let asked: Vec<String> = app.ehr().recorded().into_iter().map(|request| request.path).collect();
    assert!(asked.iter().all(|path| path == DISCOVERY) && !asked.is_empty(), "{endpoint}: {asked:?}");
    let events = changes(&app).await;
    assert_eq!(events.iter().filter(|event| **event == format!("endpoints moved to {origin}")).count(), 1);
    let refused = approve(&app, "https://elsewhere.example").await.unwrap_err();
    assert!(refused.contains(&origin), "{refused}");
    app.advance(SignedDuration::from_mins(5));
    approve(&app, &origin).await.unwrap();
    launch(&app).await.context();
    give_tokens_back(&app).await;
    assert_eq!(app.ehr().token_requests().len(), 1, "{endpoint}");
    assert_eq!(app.ehr().requests_to("/auth/revoke").len(), 1, "{endpoint}");
}

/// D01: when any endpoint moves to another origin, no browser, code, secret or token is sent there and its keys are
/// not trusted, until an administrator approves.
#[actix_web::test]
async fn refuses_endpoints_that_move_to_another_origin_until_approved() {
    for endpoint in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "revocation_endpoint",
        "introspection_endpoint",
    ] {
        refused_until_approved(endpoint).await;
    }
}

/// D01, DSC-10: with agreed origins, even the first launch refuses other ones.
#[actix_web::test]
async fn refuses_origins_that_were_not_agreed_from_the_beginning() {
    let agreed = "https://auth.ehr.example".to_owned();
    let app =
        TestApp::setup().registration(move |ehr| ehr.endpoint_origins = vec![agreed.clone()]).start().await;
    move_token_endpoint(&app);
    launch(&app).await.last().assert_says(ErrorKind::EhrTrouble);
    assert!(app.ehr().token_requests().is_empty());
    app.assert_heals().await;
}

/// DSC-09: metadata is cached as long as the EHR's cache headers permit, here five minutes, and then revalidated.
#[actix_web::test]
async fn caches_metadata_as_long_as_the_ehr_permits() {
    let app = TestApp::start().await;
    let mut known = Vec::new();
    for (seconds, requests) in [(0, 1), (299, 1), (1, 2), (299, 2), (1, 3)] {
        app.advance(SignedDuration::from_secs(seconds));
        launch(&app).await.context();
        let asked = app.ehr().requests_to(DISCOVERY);
        assert_eq!(asked.len(), requests);
        known.push(asked.last().unwrap().header("if-none-match").map(str::to_owned));
    }
    assert!(known[0].is_none() && known[2].is_some() && known[4] == known[2], "{known:?}");
}

/// D01: the document of an issuer named by the EHR is fetched from an approved origin only.
#[actix_web::test]
async fn refuses_to_fetch_the_document_of_an_issuer_at_an_unapproved_origin() {
    let setup = TestApp::setup().relayed().registration(|ehr| {
        let base = url::Url::parse(&ehr.fhir_base_url).unwrap();
        (ehr.issuer, ehr.endpoint_origins) = (None, vec![base.origin().ascii_serialization()]);
    });
    let app = setup.start().await;
    let canary = Canary::at(Ipv4Addr::LOCALHOST);
    let elsewhere = canary.url();
    app.ehr().relay().change_answers(move |path, answer| {
        if path == DISCOVERY {
            answer.change_json(|configuration| {
                configuration["issuer"] = elsewhere.clone().into();
                configuration.as_object_mut().unwrap().remove("jwks_uri");
            });
        }
    });
    launch(&app).await.last().assert_says(ErrorKind::EhrTrouble);
    assert_eq!(canary.visits(), 0);
    assert_eq!(app.count("ehr_origins").await, 1, "an administrator may approve it");
}

/// Creates an app with an EHR whose issuer is at another origin and not pinned: only the issuer's document names its
/// keys.
async fn with_an_issuer_elsewhere() -> TestApp {
    let app = TestApp::setup().relayed().registration(|ehr| ehr.issuer = None).start().await;
    let issuer = app.ehr().issuer().replace("localhost", "127.0.0.1");
    let key = forged::key();
    app.ehr().relay().change_requests(|_, request| {
        request.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("if-none-match"));
    });
    app.ehr().relay().change_answers(move |path, answer| match path {
        DISCOVERY => answer.change_json(|body| {
            body.as_object_mut().unwrap().remove("jwks_uri");
            body["issuer"] = json!(issuer);
        }),
        OPENID => answer.change_json(|body| body["issuer"] = json!(issuer)),
        "/auth/jwks.json" => forged::publish(&key, "elsewhere", answer),
        "/auth/token" => answer.change_json(|body| {
            let mut claims = forged::claims(body["id_token"].as_str().unwrap());
            claims["iss"] = json!(issuer);
            let header = json!({"alg": "ES256", "kid": "elsewhere"});
            body["id_token"] = json!(forged::id_token(&header, &claims, Some(&key)));
        }),
        _ => {}
    });
    app
}

/// DSC-15, D01: an unpinned issuer at another origin is recorded at the first launch and keeps being asked.
#[actix_web::test]
async fn records_an_issuer_at_another_origin_with_the_endpoints() {
    let app = with_an_issuer_elsewhere().await;
    for launches in 1..=3 {
        launch(&app).await.context();
        assert_eq!(app.ehr().requests_to(OPENID).len(), launches);
        app.advance(SignedDuration::from_hours(2));
    }
    assert_eq!(changes(&app).await.iter().filter(|event| event.starts_with("endpoints at ")).count(), 2);
}
