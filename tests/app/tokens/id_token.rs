//! Tests of id_tokens in refresh responses. A relay makes them with a key that the EHR publishes; all but the first
//! are invalid.

use std::sync::Mutex;

use aws_lc_rs::signature::EcdsaKeyPair;
use jiff::SignedDuration;
use passerelle::clock::Clock as _;
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Browser, TestApp};
use passerelle::web::ErrorKind;
use serde_json::{Value, json};

use super::{online, opened, read};
use crate::forged;

const KID: &str = "the-relay";

/// Change of header and claims of a valid id_token, and the key that signs it, if any.
type Spoil = fn(&mut Value, &mut Value) -> Signed;

enum Signed {
    Honestly,
    ByAnotherKey,
    ByNobody,
}

fn id_token(claims: &Value, spoil: Spoil, key: &EcdsaKeyPair) -> String {
    let (mut header, mut claims) = (json!({"alg": "ES256", "kid": KID, "typ": "JWT"}), claims.clone());
    match spoil(&mut header, &mut claims) {
        Signed::Honestly => forged::id_token(&header, &claims, Some(key)),
        Signed::ByAnotherKey => forged::id_token(&header, &claims, Some(&forged::key())),
        Signed::ByNobody => forged::id_token(&header, &claims, None),
    }
}

/// Opens a chart whose EHR will answer the next refresh with such an id_token.
async fn refreshing(spoil: Spoil) -> (TestApp, Browser, String) {
    let app = online().relayed().start().await;
    let (key, clock) = (forged::key(), app.clock.clone());
    let person = Mutex::new(Value::Null);
    app.ehr().relay().change_answers(move |path, answer| match path {
        "/auth/jwks.json" => forged::publish(&key, KID, answer),
        "/auth/token" => answer.change_json(|body| {
            if let Some(first) = body["id_token"].as_str() {
                *person.lock().unwrap() = forged::claims(first);
            } else {
                let claims = said_again(&person.lock().unwrap(), clock.now().as_second());
                body["id_token"] = json!(id_token(&claims, spoil, &key));
            }
        }),
        _ => {}
    });
    let (browser, context) = opened(&app).await;
    app.advance(SignedDuration::from_mins(6));
    (app, browser, context)
}

/// The same claims about the same user, issued at `now`, without those bound to the sign-in.
fn said_again(claims: &Value, now: i64) -> Value {
    let mut claims = claims.clone();
    for name in ["nonce", "at_hash"] {
        claims.as_object_mut().unwrap().remove(name);
    }
    claims["iat"] = json!(now);
    claims["exp"] = json!(now + 300);
    claims
}

/// Checks that a refresh whose id_token does not verify has no effect: the new tokens are not used, and no patient or user is said to have changed.
async fn refused(spoil: Spoil) {
    let (app, mut browser, context) = refreshing(spoil).await;
    assert_ne!(read(&mut browser, &context).await, "read");
    let home = browser.get(&format!("/c/{context}/")).await;
    assert_eq!(home.status, 200, "the session goes on: {}", home.text());
    assert_eq!(app.ehr().token_requests().len(), 1, "and the refresh token is not used again");
}

/// A verified token about another user ends the session.
async fn ended(spoil: Spoil) {
    let (app, mut browser, context) = refreshing(spoil).await;
    let page = browser.get(&format!("/c/{context}/referrals/new")).await;
    page.assert_says(ErrorKind::SessionChanged);
    assert!(!page.body.to_lowercase().contains("tremblay"), "{}", page.text());
    let events = app.audit_events().await;
    let ended = events.iter().find(|event| event.event == "access-ended").unwrap();
    assert_eq!(ended.detail.as_deref(), Some("another person"));
    browser.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
    assert_eq!(app.ehr().token_requests().len(), 1);
}

/// IDT-15: a valid id_token about the same user is accepted. The nonce is not repeated.
#[actix_web::test]
async fn accepts_a_refreshed_id_token_about_the_same_user() {
    let (_app, mut browser, context) = refreshing(|_, _| Signed::Honestly).await;
    assert_eq!(read(&mut browser, &context).await, "read");
}

/// IDT-15: if the keys cannot be fetched, the id_token is ignored, and the refresh succeeds.
#[actix_web::test]
async fn ignores_a_refreshed_id_token_while_the_keys_are_unreachable() {
    let (mut app, mut browser, context) = refreshing(|_, _| Signed::Honestly).await;
    // A new registration has no cached keys.
    app.register_again(|ehr| ehr.name = "Riverside".to_owned()).await;
    app.ehr().set_fault(Some(Fault::JwksDown));
    assert_eq!(read(&mut browser, &context).await, "read");
    let asked = (app.ehr().token_requests().len(), app.ehr().requests_to("/auth/jwks.json").len());
    assert_eq!(asked, (1, 1));
}

/// IDT-15, OIDF-31, I23, T07.
#[actix_web::test]
async fn refuses_a_refresh_with_an_id_token_of_another_issuer() {
    let others: [Spoil; 2] = [
        |_, claims| {
            claims["iss"] = json!("https://another.example/auth");
            Signed::Honestly
        },
        |_, claims| {
            claims["iss"] = json!(format!("{}/", claims["iss"].as_str().unwrap()));
            Signed::Honestly
        },
    ];
    for other in others {
        refused(other).await;
    }
}

/// OIDF-32, I23, T07: the same subject in other case is another user.
#[actix_web::test]
async fn refuses_a_refresh_with_an_id_token_about_another_user() {
    ended(|_, claims| {
        claims["sub"] = json!(claims["sub"].as_str().unwrap().to_uppercase());
        Signed::Honestly
    })
    .await;
}

/// I23: unsigned in every way, and alg "none" with a signature.
#[actix_web::test]
async fn refuses_a_refresh_with_an_unsigned_id_token() {
    let unsigned: [Spoil; 4] = [
        |_, _| Signed::ByNobody,
        |header, _| {
            header["alg"] = json!("none");
            Signed::ByNobody
        },
        |header, _| {
            header["alg"] = json!("none");
            Signed::Honestly
        },
        |header, _| {
            header["alg"] = json!("nOnE");
            Signed::Honestly
        },
    ];
    for spoil in unsigned {
        refused(spoil).await;
    }
}

/// I23: another key under the kid of a published one, and an unpublished key.
#[actix_web::test]
async fn refuses_a_refresh_with_an_id_token_signed_by_another_key() {
    refused(|_, _| Signed::ByAnotherKey).await;
    refused(|header, _| {
        header["kid"] = json!("unheard-of");
        Signed::ByAnotherKey
    })
    .await;
}

/// I23: for another client, expired, from the future, of another sign-in, for another access token.
#[actix_web::test]
async fn refuses_a_refresh_with_an_id_token_that_a_launch_would_refuse() {
    let spoilt: [Spoil; 5] = [
        |_, claims| {
            claims["aud"] = json!("some-other-app");
            Signed::Honestly
        },
        |_, claims| {
            claims["exp"] = json!(claims["iat"].as_i64().unwrap() - 61);
            Signed::Honestly
        },
        |_, claims| {
            claims["iat"] = json!(claims["iat"].as_i64().unwrap() + 120);
            Signed::Honestly
        },
        |_, claims| {
            claims["nonce"] = json!("of-another-sign-in");
            Signed::Honestly
        },
        |_, claims| {
            claims["at_hash"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
            Signed::Honestly
        },
    ];
    for spoil in spoilt {
        refused(spoil).await;
    }
}
