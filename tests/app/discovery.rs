//! What an EHR publishes, over time: asked for again, out of reach for a while, moved elsewhere.

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

/// D15, J10: an EHR whose metadata is out of reach goes on with what it said, for a day.
#[actix_web::test]
async fn metadata_out_of_reach_is_replaced_by_that_of_the_last_day() {
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

/// D05, D15: wrong is not out of reach: what it said before is not used then.
#[actix_web::test]
async fn refuses_wrong_metadata_although_there_was_a_good_one() {
    let app = TestApp::start().await;
    launch(&app).await.context();
    app.ehr().set_fault(Some(Fault::DiscoveryIssuerDiffers));
    app.advance(SignedDuration::from_hours(2));
    launch(&app).await.last().assert_says(ErrorKind::EhrSetup);
    app.assert_heals().await;
}

/// DSC-09, F18: an EHR that does not answer is left alone for ten seconds, and nobody waits for it.
#[actix_web::test]
async fn an_ehr_that_does_not_answer_is_left_alone_for_a_moment() {
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

/// Publishes a token endpoint at another origin, at which the EHR answers as well.
fn move_token_endpoint(app: &TestApp) -> String {
    let elsewhere = app.ehr().issuer().replace("localhost", "127.0.0.1");
    app.ehr().set_canary(&elsewhere);
    app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
    elsewhere.trim_end_matches("/auth").to_owned()
}

async fn approve(app: &TestApp, origin: &str) -> Result<String, String> {
    let command = EhrCommand::Approve { id: "riverside".to_owned(), origin: origin.to_owned() };
    let done = app.within(async move |app| run_ehr(&app.office(), command).await.map_err(|e| e.to_string()));
    let done = done.await;
    app.refresh().await;
    done
}

async fn changes(app: &TestApp) -> Vec<String> {
    let events = app.audit_events().await.into_iter().filter(|event| event.event == "ehr-changed");
    events.filter_map(|event| event.detail).collect()
}

/// DSC-10: endpoints on another host are taken at the first launch, and noted.
#[actix_web::test]
async fn endpoints_may_lie_at_another_origin_from_the_beginning() {
    let app = TestApp::start().await;
    let origin = move_token_endpoint(&app);
    for _ in 0..2 {
        launch(&app).await.context();
    }
    let noted = changes(&app).await;
    assert!(noted.contains(&format!("endpoints at {origin}")) && noted.len() == 2, "{noted:?}");
}

/// Publishes one endpoint at another origin, at which the EHR answers as well.
fn move_endpoint(app: &TestApp, endpoint: &'static str) -> String {
    // The document is sent again, so that the relay can change it.
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

/// Has the tokens of sessions that are over given back, as far as that is possible.
async fn give_tokens_back(app: &TestApp) {
    app.within(async |app| {
        app.launch().forget_old().await.unwrap();
        app.launch().revoke_ended().await.unwrap();
    })
    .await;
}

/// Launches, moves one endpoint, and checks that it gets nothing, neither of new launches nor of the one that is over,
/// until an administrator approves.
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
    let told = changes(&app).await;
    assert_eq!(told.iter().filter(|told| **told == format!("endpoints moved to {origin}")).count(), 1);
    let refused = approve(&app, "https://elsewhere.example").await.unwrap_err();
    assert!(refused.contains(&origin), "{refused}");
    app.advance(SignedDuration::from_mins(5));
    approve(&app, &origin).await.unwrap();
    launch(&app).await.context();
    give_tokens_back(&app).await;
    assert_eq!(app.ehr().token_requests().len(), 1, "{endpoint}");
    assert_eq!(app.ehr().requests_to("/auth/revoke").len(), 1, "{endpoint}");
}

/// D01: whichever endpoint moves to another origin, no person, code, secret or token goes there before an administrator
/// approves, nor do its keys count.
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

/// D01, DSC-10: with origins agreed on there is no first time.
#[actix_web::test]
async fn refuses_origins_that_were_not_agreed_on_from_the_beginning() {
    let agreed = "https://auth.ehr.example".to_owned();
    let app =
        TestApp::setup().registration(move |ehr| ehr.endpoint_origins = vec![agreed.clone()]).start().await;
    move_token_endpoint(&app);
    launch(&app).await.last().assert_says(ErrorKind::EhrTrouble);
    assert!(app.ehr().token_requests().is_empty());
    app.assert_heals().await;
}

/// DSC-09: kept for as long as the EHR's cache headers say, five minutes here; then it is only asked whether it changed.
#[actix_web::test]
async fn metadata_is_kept_as_long_as_the_ehr_says() {
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

/// D01: the issuer that an EHR names of itself is asked for its document only at an origin that may be asked.
#[actix_web::test]
async fn refuses_to_ask_an_issuer_elsewhere_for_its_document() {
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

/// An EHR whose issuer is elsewhere than its endpoints, and not pinned: only the issuer's own document names its keys.
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

/// DSC-15, D01: an issuer that lives elsewhere and is not pinned is noted at the first launch, and goes on being asked.
#[actix_web::test]
async fn an_issuer_elsewhere_is_noted_with_the_endpoints() {
    let app = with_an_issuer_elsewhere().await;
    for launches in 1..=3 {
        launch(&app).await.context();
        assert_eq!(app.ehr().requests_to(OPENID).len(), launches);
        app.advance(SignedDuration::from_hours(2));
    }
    assert_eq!(changes(&app).await.iter().filter(|told| told.starts_with("endpoints at ")).count(), 2);
}
