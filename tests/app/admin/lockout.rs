//! Tests of the lockout after wrong passwords: it is bounded, and does not lock out known browsers.

use jiff::SignedDuration;
use passerelle::admin::change_password;
use passerelle::testing::Browser;
use passerelle::users::Role;

use super::{EMAIL, PASSWORD, app, is_sent_to_sign_in, presses, signed_in, signs_in_with};

/// K09: after ten failed attempts the account is locked for an hour, even for the right password.
#[actix_web::test]
async fn locks_an_account_after_ten_wrong_passwords() {
    let (app, _) = app().await;
    for _ in 0..10 {
        assert_eq!(signs_in_with(&mut app.browser(), EMAIL, "not the passphrase").await.status, 422);
    }
    assert_eq!(
        signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status,
        422,
        "the right password as well"
    );
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status, 303);
}

/// K09: an attacker cannot lock an administrator out of a browser that has signed in before. That browser has ten
/// attempts of its own, and each lockout is recorded once.
#[actix_web::test]
async fn does_not_lock_out_a_browser_that_has_signed_in_before() {
    let (app, id) = app().await;
    let mut own = signed_in(&app).await;
    presses(&mut own, "/admin/sign-out", &[]).await;
    for _ in 0..12 {
        assert_eq!(signs_in_with(&mut app.browser(), EMAIL, "not the passphrase").await.status, 422);
    }
    assert_eq!(signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status, 422, "the account is locked");
    assert_eq!(signs_in_with(&mut own, EMAIL, PASSWORD).await.status, 303, "not for this browser");
    presses(&mut own, "/admin/sign-out", &[]).await;
    assert_eq!(
        signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status,
        422,
        "still for other browsers"
    );
    for _ in 0..12 {
        assert_eq!(signs_in_with(&mut own, EMAIL, "not the passphrase").await.status, 422);
    }
    assert_eq!(
        signs_in_with(&mut own, EMAIL, PASSWORD).await.status,
        422,
        "this browser has ten attempts as well"
    );
    let events = app.audit_events().await;
    let lockouts = events.iter().filter(|event| event.detail.as_deref() == Some("account-rests"));
    let lockouts: Vec<_> = lockouts.map(|event| event.user_id.as_deref()).collect();
    assert_eq!(lockouts, [Some(id.as_str()); 2]);
}

/// The cookie of a known browser is valid for its own account only, unaltered, and for half a year.
#[actix_web::test]
async fn trusts_a_known_browser_for_its_own_account_only() {
    let (app, _) = app().await;
    app.add_user("Other", "other@clinic.example", PASSWORD, Role::Administrator).await;
    let mut other = app.browser();
    signs_in_with(&mut other, "other@clinic.example", PASSWORD).await;
    let own = signed_in(&app).await;
    let (theirs, ours) = (known(&other), known(&own));
    for _ in 0..10 {
        signs_in_with(&mut app.browser(), EMAIL, "not the passphrase").await;
    }
    let altered = format!("{}{}", &ours[..ours.len() - 2], if ours.ends_with("AA") { "BB" } else { "AA" });
    for value in [theirs.as_str(), altered.as_str(), "", "x"] {
        let mut browser = app.browser();
        browser.cookies.set(KNOWN, value);
        assert_eq!(signs_in_with(&mut browser, EMAIL, PASSWORD).await.status, 422, "{value}");
    }
    let mut browser = app.browser();
    browser.cookies.set(KNOWN, &ours);
    assert_eq!(signs_in_with(&mut browser, EMAIL, PASSWORD).await.status, 303);
    app.advance(SignedDuration::from_hours(181 * 24));
    for _ in 0..10 {
        signs_in_with(&mut app.browser(), EMAIL, "not the passphrase").await;
    }
    let mut browser = app.browser();
    browser.cookies.set(KNOWN, &ours);
    assert_eq!(signs_in_with(&mut browser, EMAIL, PASSWORD).await.status, 422, "half a year later");
}

const KNOWN: &str = "__Host-pa-known";

fn known(browser: &Browser) -> String {
    browser.cookies.get(KNOWN).unwrap().to_owned()
}

/// K09: attackers who flood the sign-in do not block it: their queue is bounded, and known browsers have places of
/// their own.
#[actix_web::test]
async fn bounds_the_queue_of_sign_ins_from_unknown_browsers() {
    let (app, _) = app().await;
    let mut own = signed_in(&app).await;
    presses(&mut own, "/admin/sign-out", &[]).await;
    let mut crowd = Vec::new();
    for _ in 0..60 {
        let mut browser = app.browser();
        let token = browser.get("/admin/sign-in").await.csrf_token();
        crowd.push((browser, token));
    }
    let crowd = crowd.into_iter().enumerate().map(async |(n, (mut browser, token))| {
        let email = format!("stranger{n}@clinic.example");
        let fields = [("csrf_token", token.as_str()), ("email", email.as_str()), ("password", "canary")];
        browser.post("/admin/sign-in", &fields).await
    });
    let crowd = futures_util::future::join_all(crowd);
    let (pages, entered) = tokio::join!(crowd, signs_in_with(&mut own, EMAIL, PASSWORD));
    assert_eq!(entered.status, 303, "{}", entered.text());
    assert!(pages.iter().all(|page| [422, 503].contains(&page.status)));
    let busy: Vec<_> = pages.iter().filter(|page| page.status == 503).collect();
    assert!(busy.len() >= 10, "{} of {}", busy.len(), pages.len());
    assert!(busy[0].text().contains("Too many people are signing in"), "{}", busy[0].text());
}

/// A new password set on the command line ends the sessions, unlocks the account, and is audited.
#[actix_web::test]
async fn ends_sessions_and_unlocks_the_account_with_a_new_password() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    for _ in 0..10 {
        signs_in_with(&mut app.browser(), EMAIL, "not the passphrase").await;
    }
    app.advance(SignedDuration::from_secs(1));
    let change = |account: &'static str, password: &'static str| {
        app.within(async move |app| change_password(&app.admin(), account, password.into()).await)
    };
    assert!(change("unknown@clinic.example", "another long passphrase").await.is_err());
    assert!(change(EMAIL, "short").await.is_err());
    assert_eq!(browser.get("/admin").await.status, 200);
    assert_eq!(change(EMAIL, "another long passphrase").await.unwrap(), id);
    assert!(is_sent_to_sign_in(&browser.get("/admin").await));
    let last = app.audit_events().await.pop().unwrap();
    assert_eq!((last.event.as_str(), last.user_id.as_deref()), ("password-changed", Some(id.as_str())));
    assert_eq!(signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status, 422);
    assert_eq!(signs_in_with(&mut app.browser(), EMAIL, "another long passphrase").await.status, 303);
}
