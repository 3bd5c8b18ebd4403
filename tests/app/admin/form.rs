//! The form that adds an EHR, and the one that changes it.

use passerelle::launch::{ClientAuthMethod, Registration, ehrs::store::find_ehrs};
use passerelle::testing::{Page, TestApp};

use super::{app, app_with, presses, signed_in};

pub const CHANGE: &str = "/admin/ehrs/riverside/change";

/// An EHR as somebody types it, with whatever a test wants to be different.
pub fn typed<'t>(different: &[(&'t str, &'t str)]) -> Vec<(&'t str, &'t str)> {
    let mut fields = vec![
        ("kind", ""),
        ("id", "lakeside"),
        ("name", "Lakeside"),
        ("fhir_base_url", "https://lakeside.example/fhir"),
        ("client_id", "us"),
        ("issuer", ""),
        ("client_auth", ""),
        ("client_secret", "canary-secret-of-lakeside"),
        ("allowed_networks", ""),
        ("frame_ancestors", ""),
        ("linking", "link"),
    ];
    for (name, value) in different {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

pub async fn stored(app: &TestApp, id: &'static str) -> Option<Registration> {
    let rows = app.within(async |app| find_ehrs(app.db()).await).await.unwrap();
    rows.iter().find(|row| row.id == id).map(|row| row.registration().unwrap())
}

/// The problems a page lists, each with the field it leads to, if it leads to one.
pub fn problems(page: &Page) -> Vec<String> {
    let list = page.body.split("class=\"problems\"").nth(1).unwrap_or_default();
    let list = list.split("</div>").next().unwrap_or_default();
    let links = list.split("href=\"#s-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    links.collect()
}

/// As the audit trail cuts long values.
fn cut(value: &str) -> String {
    if value.len() > 200 { format!("{}…", &value[..200]) } else { value.to_owned() }
}

/// When the registration in a form had last changed.
pub fn seen(page: &Page) -> String {
    let rest = page.body.split("name=\"seen\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// An EHR is added in the browser and launches; its secret is never shown again.
#[actix_web::test]
async fn an_ehr_is_added_with_a_form_and_launches() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    app.advance(jiff::SignedDuration::from_secs(1));
    for path in ["/admin/ehrs/riverside/suspend", "/admin/ehrs/riverside/removed"] {
        presses(&mut browser, path, &[]).await;
    }
    app.advance(jiff::SignedDuration::from_secs(1));
    let (base, secret) = (app.ehr().fhir_base_url(), app.ehr().client_secret.clone());
    let fields = [
        ("id", "riverside"),
        ("name", "Riverside again"),
        ("fhir_base_url", base.as_str()),
        ("client_id", "passerelle-at-riverside"),
        ("client_secret", secret.as_str()),
        ("allowed_networks", "127.0.0.1/32"),
        ("linking", "provision"),
    ];
    let page = presses(&mut browser, "/admin/add", &typed(&fields)).await;
    assert_eq!(page.status, 303, "{}", page.text());
    let added = browser.get(page.location().as_str()).await;
    assert!(added.text().contains("Added. Check it next"), "{}", added.text());
    assert!(!added.body.contains(&secret));
    let last = app.audit_events().await.pop().unwrap();
    assert_eq!((last.event.as_str(), last.detail.as_deref()), ("ehr-registered", Some("new")));
    assert_eq!(last.user_id, Some(id));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// A kind of EHR is a place to start from; what is typed comes on top.
#[actix_web::test]
async fn an_ehr_begins_as_its_kind_has_it() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let epic = [("kind", "epic"), ("client_secret", ""), ("issuer", "https://lakeside.example/oauth2")];
    let page = presses(&mut browser, "/admin/add", &typed(&epic)).await;
    assert_eq!(page.status, 303, "{}", page.text());
    let registered = stored(&app, "lakeside").await.unwrap();
    assert_eq!(registered.client_auth, ClientAuthMethod::PrivateKeyJwt);
    assert_eq!(registered.setting("signing_alg"), "RS384");
    assert_eq!(app.browser().get("/jwks/lakeside.json").await.status, 200);
    let with_secret = [
        ("kind", "epic"),
        ("id", "third"),
        ("fhir_base_url", "https://third.example/fhir"),
        ("client_auth", "client_secret_post"),
        ("issuer", "https://third.example/oauth2"),
    ];
    let page = presses(&mut browser, "/admin/add", &typed(&with_secret)).await;
    assert_eq!(page.status, 303, "{}", page.text());
    assert_eq!(stored(&app, "third").await.unwrap().setting("client_auth"), "client_secret_post");
}

/// Everything that is wrong is told at once beside its field, what was typed stays, and the secret does not.
#[actix_web::test]
async fn all_that_is_wrong_is_told_and_what_was_typed_survives() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let (base, wrong_id) = (app.ehr().fhir_base_url(), "<b>Not an id</b>");
    let wrong = [
        ("kind", "epic"),
        ("id", wrong_id),
        ("name", "  "),
        ("fhir_base_url", base.as_str()),
        ("client_id", ""),
        ("allowed_networks", "10.0.0.0/99"),
        ("frame_ancestors", "https://lakeside.example/app"),
    ];
    let page = presses(&mut browser, "/admin/add", &typed(&wrong)).await;
    assert_eq!(page.status, 422);
    let mut found = problems(&page);
    found.sort();
    found.dedup();
    assert_eq!(
        found,
        [
            "allowed_networks",
            "client_id",
            "client_secret",
            "fhir_base_url",
            "frame_ancestors",
            "id",
            "issuer",
            "name"
        ],
        "{}",
        page.text()
    );
    for field in &found {
        assert!(page.body.contains(&format!("id=\"s-{field}-problem\"")), "{field} says so itself");
    }
    assert!(page.text().contains("It is the base URL of riverside, too."), "{}", page.text());
    for survived in ["10.0.0.0/99", "https://lakeside.example/app", "value=\"epic\" selected"] {
        assert!(page.body.contains(survived), "{survived}");
    }
    assert!(!page.body.contains("canary-secret") && !page.body.contains("<b>Not"), "{}", page.body);
    assert_eq!(app.count("ehrs").await, 1);
}

/// A secret where keys need none, no secret where one is needed, an id that is taken.
#[actix_web::test]
async fn the_secret_and_the_id_are_judged() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let secret = app.ehr().client_secret.clone();
    for (different, field, said) in [
        (vec![("client_secret", "")], "client_secret", "This way of client authentication needs a secret."),
        (vec![("client_auth", "private_key_jwt")], "client_secret", "keys need none"),
        (vec![("id", "riverside")], "id", "is registered already"),
        (vec![("client_secret", secret.as_str())], "client_secret", "It is the secret of riverside, too."),
    ] {
        let page = presses(&mut browser, "/admin/add", &typed(&different)).await;
        assert_eq!((page.status, problems(&page)), (422, vec![field.to_owned()]), "{}", page.text());
        assert!(page.text().contains(said), "{}", page.text());
        assert!(!page.body.contains("canary-secret"));
    }
    assert_eq!(app.count("ehrs").await, 1);
}

/// The problems are told in French as well.
#[actix_web::test]
async fn problems_are_told_in_french() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    presses(&mut browser, "/admin/language", &[("lang", "fr"), ("back", "/admin")]).await;
    let wrong = [("id", "Pas bon"), ("client_secret", ""), ("fhir_base_url", "ftp://x")];
    let page = presses(&mut browser, "/admin/add", &typed(&wrong)).await;
    for part in ["Ce n’est pas un identifiant.", "exige un secret", "Ce n’est pas une adresse http."] {
        assert!(page.text().contains(part), "{part} is not in {}", page.text());
    }
}

/// Every setting can be changed, and the secret stays when its field is left empty.
#[actix_web::test]
async fn a_registration_is_changed_and_keeps_its_secret() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    app.advance(jiff::SignedDuration::from_secs(1));
    let page = browser.get(CHANGE).await;
    assert!(page.body.contains(&app.ehr().fhir_base_url()) && !page.body.contains(&app.ehr().client_secret));
    let scopes = format!("{}\nonline_access", app.ehr().registration.scopes.join("\n"));
    let fields = [("name", "Riverside North"), ("scopes", scopes.as_str()), ("client_secret", "")];
    let page = presses(&mut browser, CHANGE, &fields).await;
    assert_eq!(page.location().query(), Some("done=changed"), "{}", page.text());
    let registered = stored(&app, "riverside").await.unwrap();
    assert_eq!(registered.name, "Riverside North");
    assert!(registered.scopes.contains(&"online_access".to_owned()));
    assert_eq!(registered.issuer, Some(app.ehr().issuer()), "what was not sent stays");
    let last = app.audit_events().await.pop().unwrap();
    let (detail, before) = (last.detail.unwrap(), app.ehr().registration.scopes.join(" "));
    assert_eq!(
        detail,
        format!("name: Test EHR riverside → Riverside North; scopes: {} → {}", cut(&before), cut(&before))
    );
    assert_eq!(last.user_id, Some(id));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// Wrong entries change nothing, and stand there again.
#[actix_web::test]
async fn refuses_a_wrong_change_and_keeps_what_was_typed() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let fields =
        [("scopes", "launch openid patient/Patient.sr"), ("name", "Changed"), ("client_secret", "canary")];
    let page = presses(&mut browser, CHANGE, &fields).await;
    assert_eq!(page.status, 422);
    assert!(problems(&page).iter().all(|field| field == "scopes"), "{:?}", problems(&page));
    assert!(page.text().contains("“patient/Patient.sr” is not a scope."), "{}", page.text());
    assert!(page.body.contains("value=\"Changed\"") && !page.body.contains("canary"));
    assert_eq!(stored(&app, "riverside").await.unwrap().name, "Test EHR riverside");
}

/// A11: of two who change it at once, the second is told, and loses nothing.
#[actix_web::test]
async fn two_who_change_it_at_once_do_not_undo_each_other() {
    let (app, _) = app().await;
    let (mut first, mut second) = (signed_in(&app).await, signed_in(&app).await);
    let (one, two) = (seen(&first.get(CHANGE).await), seen(&second.get(CHANGE).await));
    app.advance(jiff::SignedDuration::from_secs(1));
    let page = presses(&mut first, CHANGE, &[("seen", &one), ("name", "First")]).await;
    assert_eq!(page.location().query(), Some("done=changed"));
    app.advance(jiff::SignedDuration::from_secs(1));
    let page = presses(&mut second, CHANGE, &[("seen", &two), ("name", "Second")]).await;
    assert_eq!(page.status, 409);
    assert!(
        page.text().contains("Another administrator changed this registration in the meantime"),
        "{}",
        page.text()
    );
    assert!(page.body.contains("value=\"Second\"") && page.text().contains("Current value: First"));
    assert_eq!(stored(&app, "riverside").await.unwrap().name, "First");
    let page = presses(&mut second, CHANGE, &[("seen", &seen(&page)), ("name", "Second")]).await;
    assert_eq!(page.location().query(), Some("done=changed"));
}

/// X03: fields that nobody asked for have no effect.
#[actix_web::test]
async fn fields_that_nobody_asked_for_have_no_effect() {
    let (app, _) = app_with(TestApp::setup()).await;
    let mut browser = signed_in(&app).await;
    app.advance(jiff::SignedDuration::from_secs(1));
    let fields = [
        ("id", "other"),
        ("suspended_at", "1"),
        ("client_secret_file", "/etc/passwd"),
        ("endpoints", "x"),
        ("name", "N"),
    ];
    let page = presses(&mut browser, CHANGE, &fields).await;
    assert_eq!(page.location().query(), Some("done=changed"), "{}", page.text());
    let registered = stored(&app, "riverside").await.unwrap();
    assert_eq!(registered.differs_in(&app.ehr().registration), ["name"]);
    let set = presses(&mut browser, "/admin/ehrs/riverside/set", &[("name", "id"), ("value", "x")]).await;
    assert_eq!(set.location().path(), CHANGE, "what cannot be set leads to the form");
    assert!(stored(&app, "x").await.is_none());
}
