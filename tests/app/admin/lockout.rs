//! Trying passwords: it is bounded, and keeps nobody out who belongs in.

use jiff::SignedDuration;
use passerelle::admin::change_password;
use passerelle::testing::Browser;
use passerelle::users::Role;

use super::{EMAIL, PASSWORD, app, is_shown_the_door, presses, signed_in, tries};

/// K09: ten tries, then the account rests for an hour, also for the right password.
#[actix_web::test]
async fn an_account_rests_after_ten_wrong_passwords() {
    let (app, _) = app().await;
    for _ in 0..10 {
        assert_eq!(tries(&mut app.browser(), EMAIL, "not the passphrase").await.status, 422);
    }
    assert_eq!(tries(&mut app.browser(), EMAIL, PASSWORD).await.status, 422, "also the right one");
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(tries(&mut app.browser(), EMAIL, PASSWORD).await.status, 303);
}

/// browser has ten tries of its own, and that an account rests is recorded once for each.
#[actix_web::test]
async fn strangers_do_not_lock_out_a_browser_that_was_signed_in_before() {
    let (app, id) = app().await;
    let mut own = signed_in(&app).await;
    presses(&mut own, "/admin/sign-out", &[]).await;
    for _ in 0..12 {
        assert_eq!(tries(&mut app.browser(), EMAIL, "not the passphrase").await.status, 422);
    }
    assert_eq!(tries(&mut app.browser(), EMAIL, PASSWORD).await.status, 422, "the account rests");
    assert_eq!(tries(&mut own, EMAIL, PASSWORD).await.status, 303, "but not for this browser");
    presses(&mut own, "/admin/sign-out", &[]).await;
    assert_eq!(tries(&mut app.browser(), EMAIL, PASSWORD).await.status, 422, "and still for strangers");
    for _ in 0..12 {
        assert_eq!(tries(&mut own, EMAIL, "not the passphrase").await.status, 422);
    }
    assert_eq!(tries(&mut own, EMAIL, PASSWORD).await.status, 422, "it has ten tries, too");
    let events = app.audit_events().await;
    let rests = events.iter().filter(|event| event.detail.as_deref() == Some("account-rests"));
    let rests: Vec<_> = rests.map(|event| event.user_id.as_deref()).collect();
    assert_eq!(rests, [Some(id.as_str()); 2]);
}

/// The cookie of a browser that was signed in before is good for its own account, unaltered, for half a year.
#[actix_web::test]
async fn a_known_browser_is_known_for_its_own_account_only() {
    let (app, _) = app().await;
    app.add_user("Other", "other@clinic.example", PASSWORD, Role::Administrator).await;
    let mut other = app.browser();
    tries(&mut other, "other@clinic.example", PASSWORD).await;
    let own = signed_in(&app).await;
    let (theirs, ours) = (known(&other), known(&own));
    for _ in 0..10 {
        tries(&mut app.browser(), EMAIL, "not the passphrase").await;
    }
    let altered = format!("{}{}", &ours[..ours.len() - 2], if ours.ends_with("AA") { "BB" } else { "AA" });
    for value in [theirs.as_str(), altered.as_str(), "", "x"] {
        let mut browser = app.browser();
        browser.cookies.set(KNOWN, value);
        assert_eq!(tries(&mut browser, EMAIL, PASSWORD).await.status, 422, "{value}");
    }
    let mut browser = app.browser();
    browser.cookies.set(KNOWN, &ours);
    assert_eq!(tries(&mut browser, EMAIL, PASSWORD).await.status, 303);
    app.advance(SignedDuration::from_hours(181 * 24));
    for _ in 0..10 {
        tries(&mut app.browser(), EMAIL, "not the passphrase").await;
    }
    let mut browser = app.browser();
    browser.cookies.set(KNOWN, &ours);
    assert_eq!(tries(&mut browser, EMAIL, PASSWORD).await.status, 422, "half a year later");
}

const KNOWN: &str = "__Host-pa-known";

fn known(browser: &Browser) -> String {
    browser.cookies.get(KNOWN).unwrap().to_owned()
}

/// K09: a crowd of strangers waits for no more than a moment, and leaves room for those who were here before.
#[actix_web::test]
async fn a_crowd_of_strangers_does_not_queue_without_end() {
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
    let (pages, entered) = tokio::join!(crowd, tries(&mut own, EMAIL, PASSWORD));
    assert_eq!(entered.status, 303, "{}", entered.text());
    assert!(pages.iter().all(|page| [422, 503].contains(&page.status)));
    let busy: Vec<_> = pages.iter().filter(|page| page.status == 503).collect();
    assert!(busy.len() >= 10, "{} of {}", busy.len(), pages.len());
    assert!(busy[0].text().contains("Too many people are signing in"), "{}", busy[0].text());
}

/// A new password by the command line: it ends the sessions, lets a resting account in at once, and is recorded.
#[actix_web::test]
async fn a_new_password_ends_the_sessions_and_the_rest() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    for _ in 0..10 {
        tries(&mut app.browser(), EMAIL, "not the passphrase").await;
    }
    app.advance(SignedDuration::from_secs(1));
    let change = |account: &'static str, password: &'static str| {
        app.within(async move |app| change_password(&app.admin(), account, password.into()).await)
    };
    assert!(change("nobody@clinic.example", "another long passphrase").await.is_err());
    assert!(change(EMAIL, "short").await.is_err());
    assert_eq!(browser.get("/admin").await.status, 200);
    assert_eq!(change(EMAIL, "another long passphrase").await.unwrap(), id);
    assert!(is_shown_the_door(&browser.get("/admin").await));
    let last = app.audit_events().await.pop().unwrap();
    assert_eq!((last.event.as_str(), last.user_id.as_deref()), ("password-changed", Some(id.as_str())));
    assert_eq!(tries(&mut app.browser(), EMAIL, PASSWORD).await.status, 422);
    assert_eq!(tries(&mut app.browser(), EMAIL, "another long passphrase").await.status, 303);
}
