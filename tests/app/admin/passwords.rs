//! Tests of administrators' own passwords.

use passerelle::testing::{Browser, Page};
use passerelle::users::Role;
use passerelle::web::ErrorKind;

use super::users::{code_of, invites};
use super::{EMAIL, PASSWORD, app, is_sent_to_sign_in, presses, signed_in, signs_in_with};

const NEW: &str = "another long passphrase";

/// Enters a one-time code and a new password.
pub async fn chooses(browser: &mut Browser, code: &str, password: &str) -> Page {
    chooses_twice(browser, code, password, password).await
}

async fn chooses_twice(browser: &mut Browser, code: &str, password: &str, again: &str) -> Page {
    let token = browser.get("/admin/new-password").await.csrf_token();
    let fields = [("csrf_token", token.as_str()), ("code", code), ("password", password), ("again", again)];
    browser.post("/admin/new-password", &fields).await
}

async fn changes(browser: &mut Browser, current: &str, new: &str, again: &str) -> Page {
    presses(browser, "/admin/password", &[("current", current), ("password", new), ("again", again)]).await
}

/// An invited administrator chooses a password with the code, and signs in with it.
#[actix_web::test]
async fn lets_an_invited_administrator_choose_a_password() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let page = invites(&mut browser, "Bea", "bea@clinic.example", "administrator").await;
    let code = code_of(&page);
    assert!(page.text().contains("bea@clinic.example") && page.text().contains("/admin/new-password"));
    let mut bea = app.browser();
    let choice = bea.get("/admin/new-password").await;
    choice.assert_guarded("'none'");
    for (code, new, again, said) in [
        ("AAAA-BBBB-CCCC-DDDD", NEW, NEW, "This code is not valid here"),
        (code.as_str(), "short", "short", "needs 12 to 200 characters"),
        (code.as_str(), NEW, "another lung passphrase", "The two entries differ"),
    ] {
        let page = chooses_twice(&mut bea, code, new, again).await;
        assert_eq!(page.status, 422, "{said}");
        assert!(page.text().contains(said), "{said}: {}", page.text());
        assert!(!page.body.contains(NEW) && page.body.contains(code));
    }
    let set = chooses(&mut bea, &code.to_lowercase().replace('-', " "), NEW).await;
    assert_eq!(set.location().path(), "/admin/sign-in");
    let next = bea.get(set.location().as_str()).await;
    assert!(next.text().contains("Your password is set"), "{}", next.text());
    assert_eq!(signs_in_with(&mut bea, "bea@clinic.example", NEW).await.status, 303);
}

/// The code of a clinician is for linking: it sets no password, and stays valid.
#[actix_web::test]
async fn refuses_a_code_that_is_not_an_administrators() {
    let (app, _) = app().await;
    let (_, code) = app.invite("Nils", Role::Clinician).await;
    let before = app.audit_events().await.len();
    let page = chooses(&mut app.browser(), &code, NEW).await;
    assert_eq!(page.status, 422);
    assert_eq!(app.audit_events().await.len(), before);
}

/// A form of another site, or of another browser, sets no password.
#[actix_web::test]
async fn refuses_a_password_form_of_another_browser() {
    let (app, _) = app().await;
    let (_, code) = app.invite("Bea", Role::Administrator).await;
    let token = app.browser().get("/admin/new-password").await.csrf_token();
    let fields = [("csrf_token", token.as_str()), ("code", code.as_str()), ("password", NEW), ("again", NEW)];
    let mut browser = app.browser();
    assert_eq!(browser.post("/admin/new-password", &fields).await.status, 403);
    browser.get("/admin/new-password").await;
    let page = browser.post("/admin/new-password", &fields).await;
    assert_eq!(page.status, 403);
    assert!(page.text().contains("That page was too old"), "{}", page.text());
    presses(&mut signed_in(&app).await, "/admin/password", &[]).await.assert_says(ErrorKind::BadRequest);
}

/// A change needs the current password, ends the other sessions and keeps this one.
#[actix_web::test]
async fn changes_ones_own_password_and_ends_the_other_sessions() {
    let (app, id) = app().await;
    let (mut browser, mut elsewhere) = (signed_in(&app).await, signed_in(&app).await);
    for (current, new, again, said) in [
        ("canary-not-the-passphrase", NEW, NEW, "This is not the current password"),
        (PASSWORD, "short", "short", "needs 12 to 200 characters"),
        (PASSWORD, NEW, "another lung passphrase", "The two entries differ"),
    ] {
        let page = changes(&mut browser, current, new, again).await;
        assert_eq!(page.status, 422, "{said}");
        assert!(page.text().contains(said) && !page.body.contains("canary"), "{said}: {}", page.text());
    }
    assert_eq!(elsewhere.get("/admin").await.status, 200);
    let page = changes(&mut browser, PASSWORD, NEW, NEW).await;
    assert!(page.text().contains("Your password is changed"), "{}", page.text());
    assert_eq!(browser.get("/admin").await.status, 200);
    assert!(is_sent_to_sign_in(&elsewhere.get("/admin").await));
    assert_eq!(signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status, 422);
    assert_eq!(signs_in_with(&mut app.browser(), EMAIL, NEW).await.status, 303);
    let events = app.audit_events().await;
    let changed = events.iter().filter(|it| it.event == "password-changed" && it.outcome == "success");
    let changed: Vec<_> = changed.map(|it| (it.user_id.clone(), it.entity.clone())).collect();
    assert_eq!(changed, [(Some(id.clone()), Some(format!("user/{id}")))]);
}

/// A stolen session is no way to guess the password: after ten attempts the right one is refused as well.
#[actix_web::test]
async fn limits_attempts_at_ones_own_password() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    for _ in 0..10 {
        assert_eq!(changes(&mut browser, "not the passphrase", NEW, NEW).await.status, 422);
    }
    assert_eq!(changes(&mut browser, PASSWORD, NEW, NEW).await.status, 422);
    let events = app.audit_events().await;
    assert_eq!(events.iter().filter(|it| it.event == "password-changed").count(), 10, "each attempt once");
    let lockouts = events.iter().filter(|it| it.detail.as_deref() == Some("account-rests"));
    assert_eq!(lockouts.count(), 1);
}
