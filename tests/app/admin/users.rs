//! Tests of the administrators' pages about users.

use jiff::SignedDuration;
use passerelle::testing::{Browser, Page, TestApp};
use passerelle::users::{Linking, Role};
use passerelle::web::ErrorKind;

use super::{EMAIL, PASSWORD, SUBJECT, app, app_with, is_sent_to_sign_in, presses, signed_in, signs_in_with};

const OTHER: &str = "bea@clinic.example";

/// Text between `start` and `end` of a page.
fn between<'p>(page: &'p Page, start: &str, end: &str) -> &'p str {
    let rest = page.body.split_once(start).unwrap_or_else(|| panic!("no {start}:\n{}", page.body)).1;
    rest.split_once(end).unwrap().0
}

/// Code that a page shows.
pub fn code_of(page: &Page) -> String {
    assert_eq!(page.status, 200, "{}", page.text());
    between(page, "<code>", "</code>").to_owned()
}

pub async fn invites(browser: &mut Browser, name: &str, email: &str, role: &str) -> Page {
    let ticket =
        between(&browser.get("/admin/users/invite").await, "name=\"ticket\" value=\"", "\"").to_owned();
    let fields = [("ticket", ticket.as_str()), ("name", name), ("email", email), ("role", role)];
    presses(browser, "/admin/users/invite", &fields).await
}

/// Id of the account whose code a page shows.
fn id_of(page: &Page) -> String {
    between(page, "class=\"button go\" href=\"/admin/users/", "\"").to_owned()
}

/// Presses a button that leads to the page of a user, and returns that page.
async fn does(browser: &mut Browser, path: &str, more: &[(&str, &str)]) -> Page {
    let pressed = presses(browser, path, more).await;
    assert_eq!(pressed.status, 303, "{}", pressed.text());
    browser.get(pressed.location().as_str()).await
}

async fn audited(app: &TestApp, event: &str) -> Vec<(Option<String>, Option<String>, Option<String>)> {
    let events = app.audit_events().await.into_iter().filter(|it| it.event == event);
    events.map(|it| (it.user_id, it.entity, it.detail)).collect()
}

#[actix_web::test]
async fn lists_users_with_status_role_ehr_and_last_sign_in() {
    let (app, _) = app().await;
    app.add_user("Zoé Déléguée", "zoe@clinic.example", PASSWORD, Role::Delegate).await;
    app.invite("Nils <New>", Role::Clinician).await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let mut browser = signed_in(&app).await;
    let page = browser.get("/admin/users").await;
    let text = page.text();
    for shown in [
        "Ada Administrator (you)",
        "Zoé Déléguée",
        "Nils <New>",
        "Invited",
        "Delegate",
        "Last sign-in: Never",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
    let launched = text.split("Okafor").nth(1).unwrap();
    assert!(launched.contains("Active Clinician") && launched.contains("Last sign-in"), "{launched}");
    assert!(launched.contains(&app.ehr().registration.name), "{launched}");
    for (search, found) in
        [("ZOE", true), ("zoe@", true), ("delegu zo", true), ("nils", false), ("zoe nils", false)]
    {
        let page = browser.get(&format!("/admin/users?search={}", search.replace(' ', "+"))).await;
        assert_eq!(page.text().contains("Zoé Déléguée"), found, "{search}: {}", page.text());
    }
    let none = browser.get("/admin/users?search=%3Cb%3Ecanary").await;
    assert!(none.text().contains("No account matches “<b>canary”"), "{}", none.text());
    assert_eq!(browser.get("/admin/users/nowhere").await.status, 404);
}

/// A long list has pages, each with an address that keeps the search.
#[actix_web::test]
async fn lists_users_in_pages() {
    let (app, _) = app().await;
    for number in 0..55 {
        app.invite(&format!("Nurse {number:02}"), Role::Delegate).await;
    }
    let mut browser = signed_in(&app).await;
    let all = browser.get("/admin/users").await;
    assert!(all.text().contains("Page 1 of 2") && !all.text().contains("Nurse 54"), "{}", all.text());
    let searched = browser.get("/admin/users?search=nurse").await;
    assert_eq!(between(&searched, "rel=\"next\" href=\"", "\""), "/admin/users?search=nurse&amp;page=2");
    let last = browser.get("/admin/users?search=nurse&page=2").await;
    assert!(last.text().contains("Nurse 54") && last.text().contains("Page 2 of 2"), "{}", last.text());
    assert_eq!(last.text().matches("Nurse ").count(), 5);
}

/// The code is shown once, says what it is for, and links the account at the next launch.
#[actix_web::test]
async fn invites_a_clinician_whose_code_links_the_account() {
    let (app, admin_id) = app_with(TestApp::setup().linking(Linking::Link)).await;
    let mut browser = signed_in(&app).await;
    let page = invites(&mut browser, " Dr. Ngozi Okafor ", "", "clinician").await;
    let (code, id) = (code_of(&page), id_of(&page));
    for said in ["The code is shown only now.", "Link your account, once", "21 Sep 2026"] {
        assert!(page.text().contains(said), "{said}: {}", page.text());
    }
    assert!(!page.text().contains("/admin/new-password"), "{}", page.text());
    let shown = browser.get(&format!("/admin/users/{id}")).await;
    assert!(shown.text().contains("Invited") && !shown.body.contains(&code), "{}", shown.text());
    let entity = format!("user/{id}");
    assert_eq!(
        audited(&app, "user-invited").await,
        [(Some(admin_id), Some(entity), Some("clinician".to_owned()))]
    );

    let mut clinician = app.browser();
    let question = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await.question();
    for (kind, code) in [("invitation", code.as_str()), ("confirm", "")] {
        let token = clinician.get(&question).await.csrf_token();
        let fields = [("csrf_token", token.as_str()), ("code", code)];
        assert_eq!(clinician.post(&format!("{question}/{kind}"), &fields).await.status, 303);
    }
    let shown = browser.get(&format!("/admin/users/{id}")).await;
    assert!(shown.text().contains("Active") && shown.text().contains(SUBJECT), "{}", shown.text());
}

/// The invitation form sent twice, as by reloading the page with the code, creates one account and shows no code again.
#[actix_web::test]
async fn creates_one_account_from_a_form_that_is_sent_twice() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let form = browser.get("/admin/users/invite").await;
    let ticket = between(&form, "name=\"ticket\" value=\"", "\"").to_owned();
    let fields = [("ticket", ticket.as_str()), ("name", "Nils New"), ("role", "delegate")];
    let code = code_of(&presses(&mut browser, "/admin/users/invite", &fields).await);
    let again = does(&mut browser, "/admin/users/invite", &fields).await;
    assert!(again.text().contains("This account was created before"), "{}", again.text());
    assert!(!again.body.contains(&code));
    assert_eq!(app.count("users").await, 2);
    let altered = [("ticket", "x"), ("name", "Nils New"), ("role", "delegate")];
    assert_eq!(
        presses(&mut browser, "/admin/users/invite", &altered).await.location().path(),
        "/admin/users/invite"
    );
    assert_eq!(app.count("users").await, 2);
}

#[actix_web::test]
async fn explains_what_is_wrong_with_an_invitation() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    for (name, email, role, said) in [
        ("  ", "", "clinician", "Enter a name of at most 200 characters."),
        ("", "bea", "clinician", "Enter an email such as"),
        ("Bea", "bea", "clinician", "Enter an email such as"),
        ("Bea", "", "administrator", "Enter the email with which the administrator will sign in."),
        ("Bea", " A.Administrator@clinic.example", "delegate", "Another account has this email."),
    ] {
        let page = invites(&mut browser, name, email, role).await;
        assert_eq!(page.status, 422, "{said}");
        assert!(page.text().contains(said) && page.title().starts_with("Error: "), "{said}: {}", page.text());
        assert!(page.body.contains(&format!("value=\"{role}\" checked")), "the entries are kept");
    }
    assert_eq!(app.count("users").await, 1);
}

/// A lost role takes effect at the next request, and the change is recorded with both roles.
#[actix_web::test]
async fn changes_a_role_with_effect_at_once() {
    let (app, admin_id) = app().await;
    let bea = app.add_user("Bea", OTHER, PASSWORD, Role::Administrator).await;
    let mut other = app.browser();
    signs_in_with(&mut other, OTHER, PASSWORD).await;
    let mut browser = signed_in(&app).await;
    let form = browser.get(&format!("/admin/users/{bea}/role")).await;
    assert!(form.text().contains("Takes effect at once"), "{}", form.text());
    let path = format!("/admin/users/{bea}/role");
    let page = does(&mut browser, &path, &[("role", "delegate")]).await;
    assert!(
        page.text().contains("The role is changed") && page.text().contains("Delegate"),
        "{}",
        page.text()
    );
    assert!(is_sent_to_sign_in(&other.get("/admin").await));
    let page = does(&mut browser, &path, &[("role", "delegate")]).await;
    assert!(page.text().contains("Nothing was changed"), "{}", page.text());
    let entity = Some(format!("user/{bea}"));
    let expected = (Some(admin_id), entity, Some("administrator to delegate".to_owned()));
    assert_eq!(audited(&app, "user-role-changed").await, [expected]);
    let (without_email, _) = app.invite("Nils", Role::Clinician).await;
    let path = format!("/admin/users/{without_email}/role");
    let page = does(&mut browser, &path, &[("role", "administrator")]).await;
    assert!(page.text().contains("an administrator needs an email"), "{}", page.text());
    assert_eq!(presses(&mut browser, &path, &[("role", "chief")]).await.status, 400);
}

/// K07: the confirmation says what the next launch does; the user is signed out of the chart at once.
#[actix_web::test]
async fn unlinks_an_identity_after_a_confirmation() {
    for (linking, said) in
        [(Linking::Link, "is asked to link an account again"), (Linking::Provision, "gets a new account")]
    {
        let (app, _) = app_with(TestApp::setup().linking(linking)).await;
        let mut clinician = app.browser();
        let landing = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let context = match linking {
            Linking::Provision => landing.context(),
            Linking::Link => {
                app.add_user("Dr. Okafor", OTHER, PASSWORD, Role::Clinician).await;
                crate::linking::link(&mut clinician, &landing.question(), (OTHER, PASSWORD)).await
            }
        };
        let id = clinician.chart(&context).await.user_id;
        let mut browser = signed_in(&app).await;
        let page = browser.get(&format!("/admin/users/{id}")).await;
        let key = between(&page, "/unlink/", "\"").to_owned();
        let confirm = browser.get(&format!("/admin/users/{id}/unlink/{key}")).await;
        assert!(confirm.text().contains(said) && confirm.text().contains(SUBJECT), "{}", confirm.text());
        clinician.chart(&context).await;
        let page = does(&mut browser, &format!("/admin/users/{id}/unlinked/{key}"), &[]).await;
        assert!(page.text().contains("Unlinked. The user is signed out"), "{}", page.text());
        clinician.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
        let page = does(&mut browser, &format!("/admin/users/{id}/unlinked/{key}"), &[]).await;
        assert!(page.text().contains("Nothing was changed"), "{}", page.text());
        let recorded = app.audit_events().await.into_iter().find(|it| it.event == "user-unlinked").unwrap();
        assert_eq!(recorded.ehr_id.as_deref(), Some("riverside"));
        let next = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_eq!(next.last().location().path().starts_with("/sign-in/"), linking == Linking::Link);
    }
}

#[actix_web::test]
async fn disables_an_account_at_once_and_enables_it() {
    let (app, _) = app().await;
    let mut clinician = app.browser();
    let context = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let id = clinician.chart(&context).await.user_id;
    let mut browser = signed_in(&app).await;
    let confirm = browser.get(&format!("/admin/users/{id}/disable")).await;
    assert!(confirm.text().contains("All its sessions end at once"), "{}", confirm.text());
    let page = does(&mut browser, &format!("/admin/users/{id}/disable"), &[]).await;
    assert!(page.text().contains("All sessions of this account have ended."), "{}", page.text());
    clinician.get(&format!("/c/{context}/test")).await.assert_says(ErrorKind::SignedOut);
    app.browser()
        .launch(app.ehr(), "eleonore", "ngozi-okafor")
        .await
        .last()
        .assert_says(ErrorKind::AccountDisabled);
    let code = does(&mut browser, &format!("/admin/users/{id}/code"), &[]).await;
    assert!(code.text().contains("Nothing was changed"), "{}", code.text());
    let page = does(&mut browser, &format!("/admin/users/{id}/enable"), &[]).await;
    assert!(page.text().contains("can launch and sign in again"), "{}", page.text());
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    for event in ["user-disabled", "user-enabled"] {
        assert_eq!(audited(&app, event).await.len(), 1, "{event}");
    }
}

/// The last administrator keeps access, whatever page is used; of two who disable each other at the same time, one stays.
#[actix_web::test]
async fn keeps_the_last_administrator() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    for (path, more) in [("disable", vec![]), ("role", vec![("role", "clinician")]), ("reset", vec![])] {
        let page = does(&mut browser, &format!("/admin/users/{id}/{path}"), &more).await;
        assert!(page.text().contains("this is the last administrator who can sign in"), "{}", page.text());
    }
    let bea = app.add_user("Bea", OTHER, PASSWORD, Role::Administrator).await;
    let mut other = app.browser();
    signs_in_with(&mut other, OTHER, PASSWORD).await;
    let (one, two) = (format!("/admin/users/{bea}/disable"), format!("/admin/users/{id}/disable"));
    tokio::join!(presses(&mut browser, &one, &[]), presses(&mut other, &two, &[]));
    let ada = signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status;
    let bea = signs_in_with(&mut app.browser(), OTHER, PASSWORD).await.status;
    assert!(matches!((ada, bea), (303, 422) | (422, 303)), "{ada} {bea}");
}

/// A reset ends the old password and the sessions at once; the code gives a new password, once.
#[actix_web::test]
async fn resets_the_password_of_another_administrator() {
    let (app, _) = app().await;
    let bea = app.add_user("Bea", OTHER, PASSWORD, Role::Administrator).await;
    let mut other = app.browser();
    signs_in_with(&mut other, OTHER, PASSWORD).await;
    let mut browser = signed_in(&app).await;
    let confirm = browser.get(&format!("/admin/users/{bea}/reset")).await;
    assert!(confirm.text().contains("is not valid any more at once"), "{}", confirm.text());
    let page = presses(&mut browser, &format!("/admin/users/{bea}/reset"), &[]).await;
    let code = code_of(&page);
    assert!(page.text().contains(&format!("{}/admin/new-password", app.origin())), "{}", page.text());
    assert!(is_sent_to_sign_in(&other.get("/admin").await));
    assert_eq!(signs_in_with(&mut app.browser(), OTHER, PASSWORD).await.status, 422);
    app.advance(SignedDuration::from_secs(1));
    let renewed = code_of(&presses(&mut browser, &format!("/admin/users/{bea}/code"), &[]).await);
    for (code, status) in [(&code, 422), (&renewed, 303), (&renewed, 422)] {
        let set = super::passwords::chooses(&mut app.browser(), code, "another long passphrase").await;
        assert_eq!(set.status, status, "{}", set.text());
    }
    assert_eq!(signs_in_with(&mut app.browser(), OTHER, "another long passphrase").await.status, 303);
    for event in ["password-reset", "code-issued", "password-changed"] {
        let events = audited(&app, event).await;
        assert_eq!(events.len(), 1, "{event}");
        assert_eq!(events[0].1, Some(format!("user/{bea}")), "{event}");
    }
}

#[actix_web::test]
async fn shows_the_pages_in_french() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    presses(&mut browser, "/admin/language", &[("lang", "fr"), ("back", "/admin/users")]).await;
    for (path, said) in [
        ("/admin/users".to_owned(), "Utilisateurs"),
        (format!("/admin/users/{id}"), "Identités associées dans les DME"),
        (format!("/admin/users/{id}/disable"), "Il s’agit de votre propre compte"),
        ("/admin/password".to_owned(), "Changer mon mot de passe"),
    ] {
        let page = browser.get(&path).await;
        assert!(page.text().contains(said), "{path}: {}", page.text());
    }
}
