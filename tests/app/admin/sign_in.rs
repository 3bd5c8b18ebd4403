//! Who gets in, and who does not any more.

use jiff::SignedDuration;
use passerelle::admin::{UserCommand, run_user};
use passerelle::testing::{Browser, Page, Sending, TestApp, store};
use passerelle::users::{ADMIN_COOKIE, Role, SESSION_COOKIE};
use passerelle::web::ErrorKind;

use super::{BUTTONS, EMAIL, PAGES, PASSWORD, app, is_shown_the_door, presses, signed_in, tries};

fn get(path: &str) -> Sending {
    Sending::new("GET".parse().unwrap(), path)
}

/// A06: without a session every page of administrators leads to the door, every button as well, and shows nothing.
#[actix_web::test]
async fn without_a_session_everything_leads_to_the_door() {
    let (app, _) = app().await;
    for path in PAGES.iter().chain(&["/admin/nothing", "/admin/ehrs/nowhere/x"]) {
        let page = app.browser().get(path).await;
        assert!(is_shown_the_door(&page) && page.body.is_empty(), "{path}: {}", page.status);
    }
    for path in BUTTONS.iter().chain(&["/admin/sign-out"]) {
        let page = app.browser().post(path, &[("csrf_token", "x")]).await;
        assert!(is_shown_the_door(&page), "{path}: {}", page.status);
    }
}

/// X06: no spelling of a path leads around the door.
#[actix_web::test]
async fn no_spelling_of_a_path_leads_around_the_door() {
    let (app, _) = app().await;
    for path in [
        "/admin%2f",
        "//admin",
        "/admin;.css",
        "/admin/%2e%2e/admin",
        "/static/..%2fadmin",
        "/./admin",
        "/admin/ehrs/riverside?path=/static",
        "/admin?token=x",
        "/ADMIN",
        "/admin.json",
        "/%61dmin",
    ] {
        let page = app.browser().send(get(&format!("{}{path}", app.origin()))).await;
        let refused = page.status == 404 || is_shown_the_door(&page);
        assert!(refused && !page.body.contains("riverside"), "{path}: {} {}", page.status, page.text());
    }
    for header in ["x-original-url", "x-rewrite-url", "x-forwarded-uri", "x-forwarded-user"] {
        let page = app.browser().send(get("/admin").header(header, "/admin/sign-in")).await;
        assert!(is_shown_the_door(&page), "{header}");
    }
}

/// S02, X05: the administrators' cookie is for this site alone and no page of theirs is ever framed, whoever may frame
/// charts.
#[actix_web::test]
async fn the_cookie_is_strict_and_no_page_is_framed() {
    let (app, _) = super::app_with(TestApp::setup().framed()).await;
    let mut browser = app.browser();
    let door = browser.get("/admin/sign-in").await;
    let entered = tries(&mut browser, EMAIL, PASSWORD).await;
    for page in [&door, &entered] {
        for cookie in page.set_cookies() {
            assert!(cookie.name.starts_with("__Host-p"), "{cookie:?}");
            for attribute in ["SameSite=Strict", "Secure", "HttpOnly", "Path=/"] {
                assert!(cookie.has(attribute), "{attribute} is missing: {cookie:?}");
            }
            assert!(!cookie.has("Partitioned"), "{cookie:?}");
        }
    }
    let names: Vec<String> = entered.set_cookies().into_iter().map(|cookie| cookie.name).collect();
    assert!(names.contains(&ADMIN_COOKIE.to_owned()) && !names.contains(&SESSION_COOKIE.to_owned()));
    let framed = app.ehr().registration.frame_ancestors[0].clone();
    app.browser().get("/nothing").await.assert_guarded(&framed);
    for path in PAGES.iter().chain(&["/admin/sign-in", "/admin/nothing", "/admin/sign-in/x"]) {
        browser.get(path).await.assert_guarded("'none'");
    }
    let forged = browser.post("/admin/ehrs/riverside/suspend", &[("csrf_token", "x")]).await;
    assert_eq!(forged.status, 403);
    forged.assert_guarded("'none'");
}

/// K09: a wrong password, an unknown e-mail and the right password of somebody else read the same.
#[actix_web::test]
async fn who_is_no_administrator_reads_one_plain_answer() {
    let (app, _) = app().await;
    app.add_user("Dr. Ngozi Okafor", "n.okafor@clinic.example", PASSWORD, Role::Clinician).await;
    let off = app.add_user("Otto Off", "o.off@clinic.example", PASSWORD, Role::Administrator).await;
    let command = UserCommand::Disable { id: off };
    app.within(async move |app| run_user(&app.office(), command).await.map(drop)).await.unwrap();
    let said = |page: &Page| page.text().split("Reference").next().unwrap_or_default().to_owned();
    let mut answers = Vec::new();
    for (email, password) in [
        (EMAIL, "canary-not-the-passphrase"),
        ("nobody@clinic.example", PASSWORD),
        ("n.okafor@clinic.example", PASSWORD),
        ("o.off@clinic.example", PASSWORD),
    ] {
        let mut browser = app.browser();
        let page = tries(&mut browser, email, password).await;
        assert_eq!(page.status, 422, "{email}");
        assert!(!page.body.contains("canary") && page.set_cookies().iter().all(|it| it.name != ADMIN_COOKIE));
        assert!(is_shown_the_door(&browser.get("/admin").await));
        answers.push(said(&page));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(app.count("sessions").await, 0);
}

/// Signing in, wrong tries and signing out are recorded, without what was typed; strangers fill no trail.
#[actix_web::test]
async fn signing_in_and_out_is_recorded() {
    let (app, id) = app().await;
    let second = SignedDuration::from_secs(1);
    for email in [EMAIL, "canary@clinic.example"] {
        app.advance(second);
        tries(&mut app.browser(), email, "canary-typed-password").await;
    }
    app.advance(second);
    let mut browser = signed_in(&app).await;
    app.advance(second);
    presses(&mut browser, "/admin/sign-out", &[]).await;
    let events = app.audit_events().await;
    let told: Vec<_> = events
        .iter()
        .skip(1)
        .map(|event| {
            assert_eq!(event.entity.as_deref(), Some("admin"), "{event:?}");
            assert!(event.correlation_id.len() == 9, "{event:?}");
            (event.event.as_str(), event.outcome.as_str(), event.user_id.as_deref(), event.detail.as_deref())
        })
        .collect();
    let id = Some(id.as_str());
    assert_eq!(
        told,
        [
            ("signed-in", "failure", id, Some("wrong-proof")),
            ("signed-in", "failure", None, Some("wrong-proof")),
            ("signed-in", "success", id, None),
            ("signed-out", "success", id, None),
        ]
    );
    assert!(!format!("{events:?}").contains("canary"));
}

/// X02: nobody is signed in by a form of another site, nor by one whose token is not of this browser.
#[actix_web::test]
async fn refuses_a_sign_in_that_did_not_come_from_our_page() {
    let (app, _) = app().await;
    let (mut own, mut other) = (app.browser(), app.browser());
    let (token, foreign) =
        (own.get("/admin/sign-in").await.csrf_token(), other.get("/admin/sign-in").await.csrf_token());
    for wrong in [foreign.as_str(), "", "AAAA"] {
        let page = own
            .post("/admin/sign-in", &[("csrf_token", wrong), ("email", EMAIL), ("password", PASSWORD)])
            .await;
        assert_eq!(page.status, 403);
        assert!(page.text().contains("too old"), "{}", page.text());
    }
    let mut fresh = app.browser();
    let fields = [("csrf_token", token.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(fresh.post("/admin/sign-in", &fields).await.status, 403, "no cookie");
    let from_elsewhere = Sending::form("/admin/sign-in", &fields).header("sec-fetch-site", "cross-site");
    other.send(from_elsewhere).await.assert_says(ErrorKind::Forged);
    assert_eq!(app.count("sessions").await, 0);
}

/// A page that was opened in two tabs signs in from either.
#[actix_web::test]
async fn two_tabs_with_the_page_do_not_spoil_each_other() {
    let (app, _) = app().await;
    let mut browser = app.browser();
    let first = browser.get("/admin/sign-in").await.csrf_token();
    browser.get("/admin/sign-in").await;
    let fields = [("csrf_token", first.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(browser.post("/admin/sign-in", &fields).await.status, 303);
}

/// The cookie of one part is worth nothing in the other, in both directions, under both names.
#[actix_web::test]
async fn sessions_of_clinicians_and_of_administrators_are_not_exchangeable() {
    let (app, _) = app().await;
    let admin = signed_in(&app).await;
    let mut clinician = app.browser();
    let context = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let of = |browser: &Browser, name: &str| browser.cookies.get(name).unwrap().to_owned();
    let (admin_value, chart_value) = (of(&admin, ADMIN_COOKIE), of(&clinician, SESSION_COOKIE));

    let mut thief = app.browser();
    for name in [ADMIN_COOKIE, SESSION_COOKIE] {
        thief.cookies.set(name, &chart_value);
    }
    for path in PAGES {
        assert!(is_shown_the_door(&thief.get(path).await), "{path} with the cookie of a clinician");
    }
    let mut thief = app.browser();
    for name in [ADMIN_COOKIE, SESSION_COOKIE] {
        thief.cookies.set(name, &admin_value);
    }
    for path in ["/referrals".to_owned(), format!("/c/{context}/"), format!("/c/{context}/test")] {
        thief.get(&path).await.assert_says(ErrorKind::SignedOut);
    }
    assert_eq!(thief.get("/admin").await.status, 200, "it is a live one");
    assert_eq!(clinician.chart(&context).await.patient, "eleonore", "and so is the other");
}

/// An account that is both: the sessions of one person in both parts stay two, and end apart.
#[actix_web::test]
async fn one_person_in_both_parts_has_two_sessions() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert_eq!(browser.get("/admin").await.status, 200);
    presses(&mut browser, "/admin/sign-out", &[]).await;
    assert!(is_shown_the_door(&browser.get("/admin").await));
    assert_eq!(browser.chart(&context).await.patient, "eleonore", "the chart stays open");
}

/// K06, A08, S04: an account that is switched off, or loses the role, is out at the next request, on every node.
#[actix_web::test]
async fn whoever_loses_the_role_or_the_account_is_out_at_the_next_request() {
    for off in [true, false] {
        let (mut app, id) = app().await;
        let port = app.second_node().await;
        let mut browser = signed_in(&app).await;
        let mut elsewhere = browser.clone();
        elsewhere.use_port(port);
        assert_eq!(elsewhere.get("/admin").await.status, 200);
        if off {
            let command = UserCommand::Disable { id };
            app.within(async move |app| run_user(&app.office(), command).await.map(drop)).await.unwrap();
        } else {
            app.within(async move |app| store::set_role(app.db(), &id, "clinician").await).await.unwrap();
        }
        for browser in [&mut browser, &mut elsewhere] {
            assert!(is_shown_the_door(&browser.get("/admin/ehrs/riverside").await));
        }
        assert_eq!(tries(&mut app.browser(), EMAIL, PASSWORD).await.status, 422);
    }
}

/// S04, SEC-13: the same limits as for clinicians, and what is signed out is over for every copy of the cookie.
#[actix_web::test]
async fn a_session_of_an_administrator_ends() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    app.advance(SignedDuration::from_secs(15 * 60 - 1));
    assert_eq!(browser.get("/admin").await.status, 200);
    app.advance(SignedDuration::from_mins(15));
    let ended = browser.get("/admin").await;
    assert!(is_shown_the_door(&ended));
    assert!(browser.get(ended.location().as_str()).await.text().contains("Your session has ended"));

    let mut browser = signed_in(&app).await;
    for _ in 0..42 {
        app.advance(SignedDuration::from_mins(14));
        assert_eq!(browser.get("/admin").await.status, 200);
    }
    app.advance(SignedDuration::from_mins(13));
    assert!(is_shown_the_door(&browser.get("/admin").await), "ten hours");

    let mut browser = signed_in(&app).await;
    let mut copy = browser.clone();
    let out = presses(&mut browser, "/admin/sign-out", &[]).await;
    assert!(browser.get(out.location().as_str()).await.text().contains("You are signed out"));
    assert!(is_shown_the_door(&copy.get("/admin").await));
}

/// S01: a planted cookie is worth nothing, and signing in again ends the session before.
#[actix_web::test]
async fn each_sign_in_gives_a_new_session() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let first = browser.cookies.get(ADMIN_COOKIE).unwrap().to_owned();
    // Whoever is in is led on; after the cookie of the form is gone, only by signing in anew.
    assert_eq!(browser.get("/admin/sign-in").await.location().path(), "/admin");
    let mut other = app.browser();
    let token = other.get("/admin/sign-in").await.csrf_token();
    other.cookies.set(ADMIN_COOKIE, &first);
    let fields = [("csrf_token", token.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(other.post("/admin/sign-in", &fields).await.status, 303);
    assert_ne!(other.cookies.get(ADMIN_COOKIE), Some(first.as_str()));
    assert!(is_shown_the_door(&browser.get("/admin").await), "the session before is over");
}

/// M01: nobody is there at first, so nobody can sign in.
#[actix_web::test]
async fn there_is_no_account_at_first() {
    let app = TestApp::start().await;
    assert_eq!(app.count("users").await, 0);
    for (email, password) in
        [("admin", "admin"), ("admin@example.org", "password1234"), ("root@localhost", "root")]
    {
        assert_eq!(tries(&mut app.browser(), email, password).await.status, 422);
    }
}

/// X01, X02: every button needs the token of this session; another one's, an empty one or none changes nothing.
#[actix_web::test]
async fn every_button_needs_the_token_of_the_session() {
    let (app, _) = app().await;
    app.add_user("Other", "other@clinic.example", PASSWORD, Role::Administrator).await;
    let mut other = app.browser();
    tries(&mut other, "other@clinic.example", PASSWORD).await;
    let foreign = other.get("/admin").await.csrf_token();
    let mut browser = signed_in(&app).await;
    let before = app.audit_events().await.len();
    let more = [
        ("name", "name"),
        ("value", "Changed"),
        ("origin", "https://a.example"),
        ("lang", "fr"),
        ("back", "/"),
    ];
    for path in BUTTONS.iter().chain(&["/admin/sign-out"]) {
        for token in [foreign.as_str(), "", "AAAA"] {
            let fields: Vec<_> = [("csrf_token", token)].into_iter().chain(more).collect();
            browser.post(path, &fields).await.assert_says(ErrorKind::Forged);
        }
        browser.post(path, &more).await.assert_says(ErrorKind::BadRequest);
        let fields: Vec<_> = [("csrf_token", foreign.as_str())].into_iter().chain(more).collect();
        let elsewhere = Sending::form(path, &fields).header("sec-fetch-site", "cross-site");
        browser.send(elsewhere).await.assert_says(ErrorKind::Forged);
    }
    assert_eq!(app.audit_events().await.len(), before, "nothing was changed");
    assert_eq!(browser.get("/admin").await.status, 200, "and nobody signed out");
}

/// The language a person chose is kept, and leads back to where they were, and nowhere else.
#[actix_web::test]
async fn the_language_is_chosen_and_kept() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    for (back, leads) in [
        ("/admin/ehrs/riverside", "/admin/ehrs/riverside"),
        ("https://evil.example/admin", "/admin"),
        ("//evil.example/admin/", "/admin"),
        ("/administrator", "/admin"),
    ] {
        let page = presses(&mut browser, "/admin/language", &[("lang", "fr"), ("back", back)]).await;
        assert_eq!(page.location().path(), leads);
        assert_eq!(page.location().host_str(), Some("localhost"));
    }
    assert!(browser.get("/admin").await.text().contains("Ajouter un DME"));
    let mut again = signed_in(&app).await;
    assert!(again.get("/admin").await.body.contains("<html lang=\"fr-CA\""));
    assert!(
        app.browser().get("/admin/sign-in?lang=fr").await.text().contains("Connexion des administrateurs")
    );
}

/// Whoever knows an administrator's e-mail cannot keep them out of a browser in which they were signed in before. That
/// What the browser kept of these pages goes when their administrator does.
#[actix_web::test]
async fn signing_out_clears_what_the_browser_kept() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let out = presses(&mut browser, "/admin/sign-out", &[]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    let page = browser.get(out.location().as_str()).await;
    assert_eq!(page.header("clear-site-data"), "", "a link to that page clears nothing");
}

/// Whoever uses the commands alone switches the pages off: none of them is there, and neither is the door.
#[actix_web::test]
async fn the_pages_can_be_switched_off() {
    let (app, _) = super::app_with(TestApp::setup().settings("[admin]\nenabled = false\n")).await;
    for path in PAGES.iter().chain(&["/admin/sign-in", "/admin/launches/AAAA-BBBB"]) {
        app.browser().get(path).await.assert_says(ErrorKind::NotFound);
    }
    for path in BUTTONS.iter().chain(&["/admin/sign-in", "/admin/sign-out"]) {
        app.browser().post(path, &[("csrf_token", "x")]).await.assert_says(ErrorKind::NotFound);
    }
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}
