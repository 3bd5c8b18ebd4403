//! Tests of form entries kept across a session that ended in the meantime.

use jiff::SignedDuration;
use passerelle::testing::{Browser, Page, TestApp};
use passerelle::users::Role;
use passerelle::web::ErrorKind;

use super::{EMAIL, PASSWORD, app, is_sent_to_sign_in, presses, signed_in, signs_in_with};

const CHANGE: &str = "/admin/ehrs/riverside/change";
const SECRET: &str = "canary-secret-of-lakeside";

/// Submits the form for a new EHR after the session ended, and returns the response.
async fn typed_too_late(app: &TestApp, browser: &mut Browser) -> Page {
    let token = browser.get("/admin/add").await.csrf_token();
    app.advance(SignedDuration::from_mins(16));
    let fields = [
        ("csrf_token", token.as_str()),
        ("kind", "epic"),
        ("id", "lakeside"),
        ("name", "Lakeside <b>typed</b>"),
        ("fhir_base_url", "https://lakeside.example/fhir"),
        ("client_secret", SECRET),
        ("frame_ancestors", "https://one.example\nhttps://two.example"),
    ];
    browser.post("/admin/add", &fields).await
}

fn kept(page: &Page) -> String {
    let fields = page.hidden_fields();
    fields.into_iter().find(|(name, _)| name == "kept").map(|(_, value)| value).unwrap_or_default()
}

/// Signs in on a page that carries kept entries.
async fn signs_in(browser: &mut Browser, page: &Page, email: &str, password: &str, kept: &str) -> Page {
    let token = page.csrf_token();
    let fields = [("csrf_token", token.as_str()), ("email", email), ("password", password), ("kept", kept)];
    browser.post("/admin/sign-in", &fields).await
}

/// A form submitted after the session ended is shown again after signing in, without the secret, and saved only on
/// submission. A wrong password loses nothing.
#[actix_web::test]
async fn keeps_a_form_submitted_after_the_session_ended() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let door = typed_too_late(&app, &mut browser).await;
    assert_eq!(door.status, 401, "{}", door.text());
    assert!(door.text().contains("Your entries are kept"), "{}", door.text());
    assert!(!door.body.contains(SECRET) && !door.body.contains("Lakeside"), "{}", door.body);
    let wrong = signs_in(&mut browser, &door, EMAIL, "not the passphrase", &kept(&door)).await;
    assert_eq!((wrong.status, kept(&wrong)), (422, kept(&door)));
    let form = signs_in(&mut browser, &wrong, EMAIL, PASSWORD, &kept(&wrong)).await;
    assert_eq!(form.status, 200, "{}", form.text());
    for part in [
        "value=\"lakeside\"",
        "value=\"Lakeside &lt;b&gt;typed",
        "https://one.example\nhttps://two.example",
        "value=\"epic\" selected",
        "except the secret",
    ] {
        assert!(form.body.contains(part), "{part} is not in {}", form.body);
    }
    assert!(!form.body.contains(SECRET));
    assert_eq!(app.count("ehrs").await, 1, "nothing was saved");
    let fields = form_fields(&form);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let page = browser.post("/admin/add", &fields).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(app.count("ehrs").await, 2);
}

fn form_fields(form: &Page) -> Vec<(&'static str, String)> {
    vec![
        ("csrf_token", form.csrf_token()),
        ("id", "lakeside".to_owned()),
        ("name", "Lakeside".to_owned()),
        ("fhir_base_url", "https://lakeside.example/fhir".to_owned()),
        ("client_id", "us".to_owned()),
        ("client_secret", SECRET.to_owned()),
        ("linking", "link".to_owned()),
    ]
}

/// A change is kept for any administrator who signs in. A conflicting change by another administrator is reported on
/// saving.
#[actix_web::test]
async fn keeps_a_change_for_the_administrator_who_signs_in() {
    let (app, _) = app().await;
    app.add_user("Other", "other@clinic.example", PASSWORD, Role::Administrator).await;
    let mut browser = signed_in(&app).await;
    let form = browser.get(CHANGE).await;
    let seen = form.hidden_fields().into_iter().find(|(name, _)| name == "seen").unwrap().1;
    let token = form.csrf_token();
    app.advance(SignedDuration::from_mins(16));
    let fields = [
        ("csrf_token", token.as_str()),
        ("seen", seen.as_str()),
        ("name", "Typed late"),
        ("client_secret", SECRET),
    ];
    let door = browser.post(CHANGE, &fields).await;
    assert_eq!(door.status, 401);
    presses(&mut signed_in(&app).await, CHANGE, &[("name", "Meanwhile")]).await;
    let form = signs_in(&mut browser, &door, "other@clinic.example", PASSWORD, &kept(&door)).await;
    assert!(form.body.contains("value=\"Typed late\"") && !form.body.contains(SECRET), "{}", form.text());
    assert!(form.body.contains("action=\"/admin/ehrs/riverside/change\""));
    let fields = [("csrf_token", form.csrf_token()), ("seen", seen), ("name", "Typed late".to_owned())];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(browser.post(CHANGE, &fields).await.status, 409);
}

/// An administrator who signed in again in another tab gets the form of the earlier session back. A form of another
/// person is refused.
#[actix_web::test]
async fn shows_a_form_of_an_earlier_session_of_the_same_person() {
    let (app, _) = app().await;
    app.add_user("Other", "other@clinic.example", PASSWORD, Role::Administrator).await;
    let mut other = app.browser();
    signs_in_with(&mut other, "other@clinic.example", PASSWORD).await;
    let foreign = other.get("/admin").await.csrf_token();
    for ends in [true, false] {
        let mut browser = signed_in(&app).await;
        let old = browser.get("/admin/add").await.csrf_token();
        match ends {
            true => app.advance(SignedDuration::from_mins(16)),
            false => drop(presses(&mut browser, "/admin/sign-out", &[]).await),
        }
        signs_in_with(&mut browser, EMAIL, PASSWORD).await;
        for path in ["/admin/add", CHANGE] {
            let typed = |token| [("csrf_token", token), ("name", "Typed <"), ("client_secret", SECRET)];
            let page = browser.post(path, &typed(&old)).await;
            assert_eq!(page.status, 200, "{}", page.text());
            assert!(
                page.body.contains("value=\"Typed &lt;\"") && page.text().contains("Nothing is saved yet"),
                "{}",
                page.text()
            );
            assert!(!page.body.contains(SECRET) && page.csrf_token() != old);
            browser.post(path, &typed(&foreign)).await.assert_says(ErrorKind::Forged);
        }
        let button = browser.post("/admin/ehrs/riverside/suspend", &[("csrf_token", old.as_str())]).await;
        button.assert_says(ErrorKind::Forged);
    }
    assert_eq!(app.audit_events().await.iter().filter(|it| it.event.starts_with("ehr-")).count(), 1);
}

/// Altered, foreign or expired entries are ignored: sign-in leads to the list, as by default.
#[actix_web::test]
async fn ignores_altered_foreign_or_expired_entries() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let door = typed_too_late(&app, &mut browser).await;
    let whole = kept(&door);
    let altered = format!("{}{}", &whole[..whole.len() - 4], "AAAA");
    for value in [altered.as_str(), &whole[..40], "", "x", "{}"] {
        let mut browser = app.browser();
        let door = browser.get("/admin/sign-in").await;
        let page = signs_in(&mut browser, &door, EMAIL, PASSWORD, value).await;
        assert_eq!((page.status, page.location().path()), (303, "/admin"), "{value}");
    }
    let mut later = app.browser();
    app.advance(SignedDuration::from_hours(13));
    let door = later.get("/admin/sign-in").await;
    assert_eq!(signs_in(&mut later, &door, EMAIL, PASSWORD, &whole).await.status, 303);
    let mut planted = app.browser();
    let link = format!("/admin/sign-in?kept={whole}");
    assert_eq!(kept(&planted.get(&link).await), "", "a link cannot bring entries into a form");
}

/// Entries are not kept for a browser without an earlier session, nor if they cannot be parsed.
#[actix_web::test]
async fn keeps_no_entries_without_an_earlier_session() {
    let (app, _) = app().await;
    let page = app.browser().post("/admin/add", &[("id", "x"), ("name", "y")]).await;
    assert!(is_sent_to_sign_in(&page) && page.body.is_empty());
}

/// After signing in again, other pages and buttons lead back to the page they belong to.
#[actix_web::test]
async fn returns_to_the_page_after_signing_in_again() {
    let (app, _) = app().await;
    for (path, posts, leads) in [
        ("/admin/ehrs/riverside", false, "/admin/ehrs/riverside"),
        ("/admin/launches/7Q4K-92MD", false, "/admin/launches/7Q4K-92MD"),
        ("/admin/ehrs/riverside/suspend", true, "/admin/ehrs/riverside"),
        ("/admin/ehrs/riverside/check", true, "/admin/ehrs/riverside"),
        ("/admin/language", true, "/admin"),
        ("/admin//evil.example", false, "/admin"),
    ] {
        let mut browser = signed_in(&app).await;
        app.advance(SignedDuration::from_mins(16));
        let sent = match posts {
            true => browser.post(path, &[("csrf_token", "x")]).await,
            false => browser.get(path).await,
        };
        let door = if sent.redirects() { browser.get(sent.location().as_str()).await } else { sent };
        assert!(door.text().contains("Your session has ended"), "{path}: {}", door.text());
        let page = signs_in(&mut browser, &door, EMAIL, PASSWORD, &kept(&door)).await;
        assert_eq!((page.status, page.location().path()), (303, leads), "{path}");
        assert_eq!(page.location().host_str(), Some("localhost"));
    }
    assert_eq!(
        app.audit_events().await.iter().filter(|it| it.detail.as_deref() == Some("suspended")).count(),
        0
    );
}
