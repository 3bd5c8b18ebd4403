//! Tests of the form that adds an EHR and of the form that changes one.

use passerelle::{
    ehrs::{ClientAuthMethod, Registration, store::find_ehrs},
    testing::{Page, TestApp},
};

use super::{app, app_with, presses, signed_in};

pub const CHANGE: &str = "/admin/ehrs/riverside/change";

/// Form entries for an EHR, with the differences that a test needs.
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

/// Problems listed on a page, each with the field that it links to, if any.
pub fn problems(page: &Page) -> Vec<String> {
    let list = page.body.split("class=\"problems\"").nth(1).unwrap_or_default();
    let list = list.split("</div>").next().unwrap_or_default();
    let links = list.split("href=\"#s-").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
    links.collect()
}

/// Shortens a long value as the audit trail does.
fn cut(value: &str) -> String {
    if value.len() > 200 { format!("{}…", &value[..200]) } else { value.to_owned() }
}

/// Time of the last change of the registration, as the form contains it.
pub fn seen(page: &Page) -> String {
    let rest = page.body.split("name=\"seen\" value=\"").nth(1).unwrap();
    rest.split('"').next().unwrap().to_owned()
}

/// An EHR added with the form can launch; its secret is never shown again.
#[actix_web::test]
async fn adds_an_ehr_that_launches() {
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

/// The kind of EHR sets defaults, which the entries override.
#[actix_web::test]
async fn fills_in_the_defaults_of_the_kind_of_ehr() {
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

/// All problems are shown at once beside their fields; the entries are kept, except the secret.
#[actix_web::test]
async fn shows_every_problem_and_keeps_the_entries_except_the_secret() {
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
        assert!(page.body.contains(&format!("id=\"s-{field}-problem\"")), "{field} shows its problem");
    }
    assert!(page.text().contains("riverside has the same base URL."), "{}", page.text());
    for survived in ["10.0.0.0/99", "https://lakeside.example/app", "value=\"epic\" selected"] {
        assert!(page.body.contains(survived), "{survived}");
    }
    assert!(!page.body.contains("canary-secret") && !page.body.contains("<b>Not"), "{}", page.body);
    assert_eq!(app.count("ehrs").await, 1);
}

/// Refuses a secret where keys need none, a missing secret, and an id that is taken.
#[actix_web::test]
async fn refuses_a_needless_or_missing_secret_and_a_taken_id() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let secret = app.ehr().client_secret.clone();
    for (different, field, said) in [
        (vec![("client_secret", "")], "client_secret", "The client secret is missing."),
        (vec![("client_auth", "private_key_jwt")], "client_secret", "private_key_jwt uses no client secret"),
        (vec![("id", "riverside")], "id", "is already registered"),
        (vec![("client_secret", secret.as_str())], "client_secret", "riverside has the same client secret."),
    ] {
        let page = presses(&mut browser, "/admin/add", &typed(&different)).await;
        assert_eq!((page.status, problems(&page)), (422, vec![field.to_owned()]), "{}", page.text());
        assert!(page.text().contains(said), "{}", page.text());
        assert!(!page.body.contains("canary-secret"));
    }
    assert_eq!(app.count("ehrs").await, 1);
}

/// Problems are shown in French as well.
#[actix_web::test]
async fn shows_problems_in_french() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    presses(&mut browser, "/admin/language", &[("lang", "fr"), ("back", "/admin")]).await;
    let wrong = [("id", "Pas bon"), ("client_secret", ""), ("fhir_base_url", "ftp://x")];
    let page = presses(&mut browser, "/admin/add", &typed(&wrong)).await;
    for part in
        ["Ce n’est pas un identifiant valide.", "Le secret client manque.", "Ce n’est pas une URL http"]
    {
        assert!(page.text().contains(part), "{part} is not in {}", page.text());
    }
}

/// Every setting can be changed; an empty secret field keeps the secret.
#[actix_web::test]
async fn changes_a_registration_and_keeps_its_secret() {
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
    assert_eq!(registered.issuer, Some(app.ehr().issuer()), "a field that was not sent keeps its value");
    let last = app.audit_events().await.pop().unwrap();
    let (detail, before) = (last.detail.unwrap(), app.ehr().registration.scopes.join(" "));
    assert_eq!(
        detail,
        format!("name: Test EHR riverside → Riverside North; scopes: {} → {}", cut(&before), cut(&before))
    );
    assert_eq!(last.user_id, Some(id));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// An invalid change saves nothing and shows the entries again.
#[actix_web::test]
async fn refuses_an_invalid_change_and_keeps_the_entries() {
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

/// A11: of two concurrent changes the second is refused with both values, and its entries are kept.
#[actix_web::test]
async fn refuses_the_second_of_two_concurrent_changes() {
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

/// X03: unknown form fields have no effect.
#[actix_web::test]
async fn ignores_unknown_fields() {
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
    assert_eq!(set.location().path(), CHANGE, "a setting without a button redirects to the form");
    assert!(stored(&app, "x").await.is_none());
}

/// The certificate of a private CA is pasted into the form, and something else is refused at its field.
#[actix_web::test]
async fn adds_the_certificate_of_a_private_ca() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new([]).unwrap().self_signed(&key).unwrap();
    let pem = pem::encode(&pem::Pem::new("CERTIFICATE", certificate.der().to_vec()));
    let page = presses(&mut browser, "/admin/add", &typed(&[("ca_certificates", "canary")])).await;
    assert_eq!((page.status, problems(&page)), (422, vec!["ca_certificates".to_owned()]));
    let page = presses(&mut browser, "/admin/add", &typed(&[("ca_certificates", &pem)])).await;
    assert_eq!(page.status, 303, "{}", page.text());
    let stored = stored(&app, "lakeside").await.unwrap();
    assert_eq!(stored.ca_certificates.map(|text| text.lines().count()), Some(pem.lines().count()));
}
