//! Tests of the administrators' sign-in, sessions and sign-out.

use jiff::SignedDuration;
use passerelle::admin::{UserCommand, run_user};
use passerelle::testing::{Browser, Page, Sending, TestApp, store};
use passerelle::users::{ADMIN_COOKIE, Role, SESSION_COOKIE};
use passerelle::web::ErrorKind;

use super::{BUTTONS, EMAIL, PAGES, PASSWORD, app, is_sent_to_sign_in, presses, signed_in, signs_in_with};

fn get(path: &str) -> Sending {
    Sending::new("GET".parse().unwrap(), path)
}

/// A06: without a session, every page and button of administrators redirects to the sign-in page and reveals nothing.
#[actix_web::test]
async fn redirects_to_sign_in_without_a_session() {
    let (app, _) = app().await;
    for path in PAGES.iter().chain(&["/admin/nothing", "/admin/ehrs/nowhere/x"]) {
        let page = app.browser().get(path).await;
        assert!(is_sent_to_sign_in(&page) && page.body.is_empty(), "{path}: {}", page.status);
    }
    for path in BUTTONS.iter().chain(&["/admin/sign-out"]) {
        let page = app.browser().post(path, &[("csrf_token", "x")]).await;
        assert!(is_sent_to_sign_in(&page), "{path}: {}", page.status);
    }
}

/// X06: no spelling of a path bypasses the guard.
#[actix_web::test]
async fn guards_every_spelling_of_a_path() {
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
        let refused = page.status == 404 || is_sent_to_sign_in(&page);
        assert!(refused && !page.body.contains("riverside"), "{path}: {} {}", page.status, page.text());
    }
    for header in ["x-original-url", "x-rewrite-url", "x-forwarded-uri", "x-forwarded-user"] {
        let page = app.browser().send(get("/admin").header(header, "/admin/sign-in")).await;
        assert!(is_sent_to_sign_in(&page), "{header}");
    }
}

/// S02, X05: the administrators' cookie is `SameSite=Strict`, and their pages are never framed, even if an EHR may
/// frame charts.
#[actix_web::test]
async fn sets_a_strict_cookie_and_forbids_framing() {
    let (app, _) = super::app_with(TestApp::setup().framed()).await;
    let mut browser = app.browser();
    let door = browser.get("/admin/sign-in").await;
    let entered = signs_in_with(&mut browser, EMAIL, PASSWORD).await;
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
    let mut launched = app.browser();
    launched.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    launched.get("/nothing").await.assert_guarded(&framed);
    for path in PAGES.iter().chain(&["/admin/sign-in", "/admin/nothing", "/admin/sign-in/x"]) {
        browser.get(path).await.assert_guarded("'none'");
    }
    let forged = browser.post("/admin/ehrs/riverside/suspend", &[("csrf_token", "x")]).await;
    assert_eq!(forged.status, 403);
    forged.assert_guarded("'none'");
}

/// K09: a wrong password, an unknown email and the right password of an account that is not an administrator get the
/// same response.
#[actix_web::test]
async fn answers_every_failed_sign_in_alike() {
    let (app, _) = app().await;
    app.add_user("Dr. Ngozi Okafor", "n.okafor@clinic.example", PASSWORD, Role::Clinician).await;
    let off = app.add_user("Otto Off", "o.off@clinic.example", PASSWORD, Role::Administrator).await;
    let command = UserCommand::Disable { account: off };
    app.within(async move |app| run_user(&app.admin(), command).await.map(drop)).await.unwrap();
    let said = |page: &Page| page.text().split("Reference").next().unwrap_or_default().to_owned();
    let mut answers = Vec::new();
    for (email, password) in [
        (EMAIL, "canary-not-the-passphrase"),
        ("unknown@clinic.example", PASSWORD),
        ("n.okafor@clinic.example", PASSWORD),
        ("o.off@clinic.example", PASSWORD),
    ] {
        let mut browser = app.browser();
        let page = signs_in_with(&mut browser, email, password).await;
        assert_eq!(page.status, 422, "{email}");
        assert!(!page.body.contains("canary") && page.set_cookies().iter().all(|it| it.name != ADMIN_COOKIE));
        assert!(is_sent_to_sign_in(&browser.get("/admin").await));
        answers.push(said(&page));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(app.count("sessions").await, 0);
}

/// Sign-ins, failed attempts and sign-outs are audited, without the entered values. Attackers cannot flood the audit
/// trail.
#[actix_web::test]
async fn records_sign_ins_failures_and_sign_outs() {
    let (app, id) = app().await;
    let second = SignedDuration::from_secs(1);
    for email in [EMAIL, "canary@clinic.example"] {
        app.advance(second);
        signs_in_with(&mut app.browser(), email, "canary-typed-password").await;
    }
    app.advance(second);
    let mut browser = signed_in(&app).await;
    app.advance(second);
    presses(&mut browser, "/admin/sign-out", &[]).await;
    let events = app.audit_events().await;
    let recorded: Vec<_> = events
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
        recorded,
        [
            ("signed-in", "failure", id, Some("wrong-proof")),
            ("signed-in", "failure", None, Some("wrong-proof")),
            ("signed-in", "success", id, None),
            ("signed-out", "success", id, None),
        ]
    );
    assert!(!format!("{events:?}").contains("canary"));
}

/// X02: refuses a sign-in from another site, or with a token of another browser.
#[actix_web::test]
async fn refuses_a_sign_in_form_from_elsewhere() {
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

/// The sign-in page opened in two tabs works in both.
#[actix_web::test]
async fn signs_in_from_either_of_two_tabs() {
    let (app, _) = app().await;
    let mut browser = app.browser();
    let first = browser.get("/admin/sign-in").await.csrf_token();
    browser.get("/admin/sign-in").await;
    let fields = [("csrf_token", first.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(browser.post("/admin/sign-in", &fields).await.status, 303);
}

/// A cookie of a clinician is refused on the administrators' pages, and the reverse, under either name.
#[actix_web::test]
async fn refuses_sessions_of_clinicians_on_admin_pages_and_the_reverse() {
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
        assert!(is_sent_to_sign_in(&thief.get(path).await), "{path} with the cookie of a clinician");
    }
    let mut thief = app.browser();
    for name in [ADMIN_COOKIE, SESSION_COOKIE] {
        thief.cookies.set(name, &admin_value);
    }
    for path in ["/referrals".to_owned(), format!("/c/{context}/"), format!("/c/{context}/test")] {
        thief.get(&path).await.assert_says(ErrorKind::SignedOut);
    }
    assert_eq!(thief.get("/admin").await.status, 200, "the cookie is valid on its own pages");
    assert_eq!(
        clinician.chart(&context).await.patient,
        "eleonore",
        "the clinician's cookie is valid as well"
    );
}

/// A person with both roles has two sessions, which end independently.
#[actix_web::test]
async fn keeps_two_sessions_of_a_person_with_both_roles() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert_eq!(browser.get("/admin").await.status, 200);
    presses(&mut browser, "/admin/sign-out", &[]).await;
    assert!(is_sent_to_sign_in(&browser.get("/admin").await));
    assert_eq!(browser.chart(&context).await.patient, "eleonore", "the chart stays open");
}

/// K06, A08, S04: an account that is disabled or loses the role is signed out at its next request, on every node.
#[actix_web::test]
async fn signs_out_an_account_that_is_disabled_or_loses_the_role() {
    for off in [true, false] {
        let (mut app, id) = app().await;
        app.add_user("Other", "other@clinic.example", PASSWORD, Role::Administrator).await;
        let port = app.second_node().await;
        let mut browser = signed_in(&app).await;
        let mut elsewhere = browser.clone();
        elsewhere.use_port(port);
        assert_eq!(elsewhere.get("/admin").await.status, 200);
        if off {
            let command = UserCommand::Disable { account: id };
            app.within(async move |app| run_user(&app.admin(), command).await.map(drop)).await.unwrap();
        } else {
            app.within(async move |app| store::set_role(app.db(), &id, "clinician").await).await.unwrap();
        }
        for browser in [&mut browser, &mut elsewhere] {
            assert!(is_sent_to_sign_in(&browser.get("/admin/ehrs/riverside").await));
        }
        assert_eq!(signs_in_with(&mut app.browser(), EMAIL, PASSWORD).await.status, 422);
    }
}

/// S04, SEC-13: an administrator's session has the same limits as a clinician's, and signing out ends it for every
/// copy of the cookie.
#[actix_web::test]
async fn ends_a_session_at_its_limits_and_at_sign_out() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    app.advance(SignedDuration::from_secs(15 * 60 - 1));
    assert_eq!(browser.get("/admin").await.status, 200);
    app.advance(SignedDuration::from_mins(15));
    let ended = browser.get("/admin").await;
    assert!(is_sent_to_sign_in(&ended));
    assert!(browser.get(ended.location().as_str()).await.text().contains("Your session has ended"));

    let mut browser = signed_in(&app).await;
    for _ in 0..42 {
        app.advance(SignedDuration::from_mins(14));
        assert_eq!(browser.get("/admin").await.status, 200);
    }
    app.advance(SignedDuration::from_mins(13));
    assert!(is_sent_to_sign_in(&browser.get("/admin").await), "ten hours");

    let mut browser = signed_in(&app).await;
    let mut copy = browser.clone();
    let out = presses(&mut browser, "/admin/sign-out", &[]).await;
    assert!(browser.get(out.location().as_str()).await.text().contains("You are signed out"));
    assert!(is_sent_to_sign_in(&copy.get("/admin").await));
}

/// S01: a planted cookie is never adopted, and signing in again ends the previous session.
#[actix_web::test]
async fn creates_a_new_session_at_each_sign_in() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let first = browser.cookies.get(ADMIN_COOKIE).unwrap().to_owned();
    // A signed-in browser is redirected onward. Without the form's cookie it has to sign in again.
    assert_eq!(browser.get("/admin/sign-in").await.location().path(), "/admin");
    let mut other = app.browser();
    let token = other.get("/admin/sign-in").await.csrf_token();
    other.cookies.set(ADMIN_COOKIE, &first);
    let fields = [("csrf_token", token.as_str()), ("email", EMAIL), ("password", PASSWORD)];
    assert_eq!(other.post("/admin/sign-in", &fields).await.status, 303);
    assert_ne!(other.cookies.get(ADMIN_COOKIE), Some(first.as_str()));
    assert!(is_sent_to_sign_in(&browser.get("/admin").await), "the previous session has ended");
}

/// M01: a fresh installation has no account, so no sign-in succeeds.
#[actix_web::test]
async fn has_no_account_at_first() {
    let app = TestApp::start().await;
    assert_eq!(app.count("users").await, 0);
    for (email, password) in
        [("admin", "admin"), ("admin@example.org", "password1234"), ("root@localhost", "root")]
    {
        assert_eq!(signs_in_with(&mut app.browser(), email, password).await.status, 422);
    }
}

/// X01, X02: every button needs the CSRF token of its session. A foreign, empty or missing token changes nothing.
#[actix_web::test]
async fn refuses_buttons_without_the_csrf_token_of_the_session() {
    let (app, _) = app().await;
    app.add_user("Other", "other@clinic.example", PASSWORD, Role::Administrator).await;
    let mut other = app.browser();
    signs_in_with(&mut other, "other@clinic.example", PASSWORD).await;
    let foreign = other.get("/admin").await.csrf_token();
    let mut browser = signed_in(&app).await;
    let before = app.audit_events().await.len();
    let more = [
        ("name", "name"),
        ("value", "Changed"),
        ("origin", "https://a.example"),
        ("lang", "fr"),
        ("back", "/"),
        ("ticket", "x"),
        ("role", "delegate"),
        ("current", PASSWORD),
        ("password", "another long passphrase"),
        ("again", "another long passphrase"),
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
    assert_eq!(app.audit_events().await.len(), before, "no button changed anything");
    assert_eq!(browser.get("/admin").await.status, 200, "the session was not ended");
}

/// The chosen language is kept, and the switch returns to a page of this app only.
#[actix_web::test]
async fn keeps_the_chosen_language_and_returns_to_the_page() {
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

/// Signing out clears the site data that the browser stored for the administrators' pages.
#[actix_web::test]
async fn clears_site_data_at_sign_out() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let out = presses(&mut browser, "/admin/sign-out", &[]).await;
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    let page = browser.get(out.location().as_str()).await;
    assert_eq!(page.header("clear-site-data"), "", "a link to that page clears nothing");
}

/// With the administrators' pages disabled, all of them, including sign-in, answer 404.
#[actix_web::test]
async fn serves_no_page_when_admin_pages_are_disabled() {
    let (app, _) = super::app_with(TestApp::setup().settings("[admin]\nenabled = false\n")).await;
    for path in PAGES.iter().chain(&["/admin/sign-in", "/admin/launches/AAAA-BBBB"]) {
        app.browser().get(path).await.assert_says(ErrorKind::NotFound);
    }
    for path in BUTTONS.iter().chain(&["/admin/sign-in", "/admin/sign-out"]) {
        app.browser().post(path, &[("csrf_token", "x")]).await.assert_says(ErrorKind::NotFound);
    }
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}
