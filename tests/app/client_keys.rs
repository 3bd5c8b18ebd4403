//! Tests of the app's client keys at an EHR: publication and rotation.

use jiff::SignedDuration;
use passerelle::{
    admin::{ClientKeysCommand, run_client_keys},
    ehrs::{ClientAuthMethod, Registration},
    testing::TestApp,
};
use serde_json::Value;

fn with_keys(registration: &mut Registration) {
    registration.client_auth = ClientAuthMethod::PrivateKeyJwt;
}

async fn published(app: &TestApp) -> Vec<Value> {
    let page = app.browser().get("/jwks/riverside.json").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let document: Value = serde_json::from_str(&page.body).unwrap();
    document["keys"].as_array().unwrap().clone()
}

async fn command(app: &TestApp, command: ClientKeysCommand) -> Result<String, String> {
    let done = app.within(async move |app| {
        run_client_keys(&app.admin(), command).await.map_err(|error| error.to_string())
    });
    let done = done.await;
    app.refresh().await;
    done
}

fn rotate(compromised: bool) -> ClientKeysCommand {
    ClientKeysCommand::Rotate { id: "riverside".to_owned(), ahead: 24, compromised }
}

/// REG-03, JWK-01..04, JWK-06, J03: the key set has one RSA and one EC key, public members only, sets no cookie, and
/// may be cached for five minutes.
#[actix_web::test]
async fn publishes_public_members_only() {
    let app = TestApp::setup().registration(with_keys).start().await;
    let mut browser = app.browser();
    let page = browser.get("/jwks/riverside.json").await;
    assert_eq!((page.status, page.header("content-type")), (200, "application/json"));
    assert_eq!(page.header("cache-control"), "public, max-age=300");
    assert!(page.set_cookies().is_empty() && browser.cookies.names().is_empty());
    let keys = published(&app).await;
    assert_eq!(keys.len(), 2);
    for (key, kty, alg, own) in
        [(&keys[0], "EC", "ES384", &["crv", "x", "y"][..]), (&keys[1], "RSA", "RS384", &["n", "e"])]
    {
        assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&kty.into(), &alg.into(), &"sig".into()));
        let mut names: Vec<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
        let mut expected = [&["kty", "kid", "alg", "use"], own].concat();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected, "public members only");
    }
    assert_ne!(keys[0]["kid"], keys[1]["kid"]);
}

/// No key set is published for an EHR with a client secret or for an unregistered one.
#[actix_web::test]
async fn publishes_no_keys_for_an_ehr_without_keys() {
    let app = TestApp::start().await;
    for path in ["/jwks/riverside.json", "/jwks/nowhere.json", "/jwks/.json", "/jwks/riverside"] {
        assert_eq!(app.browser().get(path).await.status, 404, "{path}");
    }
    let refused = command(&app, rotate(false)).await.unwrap_err();
    assert!(refused.contains("private_key_jwt"), "{refused}");
}

/// REG-08, T03: each EHR has its own keys.
#[actix_web::test]
async fn uses_different_keys_at_each_ehr() {
    let app = TestApp::setup().second_ehr().registration(with_keys).start().await;
    let bodies = [
        app.browser().get("/jwks/riverside.json").await.body,
        app.browser().get("/jwks/lakeside.json").await.body,
    ];
    let kids = bodies.map(|body| {
        let document: Value = serde_json::from_str(&body).unwrap();
        let keys = document["keys"].as_array().unwrap().clone();
        keys.into_iter().map(|key| key["kid"].to_string()).collect::<Vec<_>>()
    });
    assert!(kids[0].iter().all(|kid| !kids[1].contains(kid)));
}

/// JWK-05: a rotation publishes new keys at once, and keeps the old ones published until a day after the new ones
/// sign.
#[actix_web::test]
async fn publishes_rotated_keys_in_advance_and_withdraws_old_ones_late() {
    let app = TestApp::setup().registration(with_keys).start().await;
    let first = published(&app).await;
    app.advance(SignedDuration::from_secs(1));
    let said = command(&app, rotate(false)).await.unwrap();
    assert!(said.contains("in 24 hours") && said.contains("passerelle ehr keys show riverside"), "{said}");
    for hours in [0, 30, 17] {
        app.advance(SignedDuration::from_hours(hours));
        let keys = published(&app).await;
        assert!(keys.len() == 4 && first.iter().all(|key| keys.contains(key)));
    }
    app.advance(SignedDuration::from_hours(2));
    let keys = published(&app).await;
    assert!(keys.len() == 2 && first.iter().all(|key| !keys.contains(key)));
    let events = app.audit_events().await;
    let last = events.last().unwrap();
    assert_eq!((last.event.as_str(), last.detail.as_deref()), ("ehr-changed", Some("keys rotated")));
}

/// Compromised keys are withdrawn at once.
#[actix_web::test]
async fn withdraws_compromised_keys_at_once() {
    let app = TestApp::setup().registration(with_keys).start().await;
    let first = published(&app).await;
    app.advance(SignedDuration::from_secs(1));
    command(&app, rotate(true)).await.unwrap();
    let keys = published(&app).await;
    assert!(keys.len() == 2 && first.iter().all(|key| !keys.contains(key)));
}

/// REG-05: the key set URL and the exported document have the same content.
#[actix_web::test]
async fn exports_the_key_set_as_a_document() {
    let app = TestApp::setup().registration(with_keys).start().await;
    let said = command(&app, ClientKeysCommand::Show { id: "riverside".to_owned() }).await.unwrap();
    let (address, document) = said.split_once("\n\n").unwrap();
    assert_eq!(address, format!("{}/jwks/riverside.json", app.origin()));
    let shown: Value = serde_json::from_str(document).unwrap();
    assert_eq!(shown["keys"].as_array().unwrap(), &published(&app).await);
}
