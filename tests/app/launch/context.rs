//! Tests of the launch context besides the patient: intent, order, clinic, user role, style.

use serde_json::{Value, json};

use crate::form::{Cardiology as _, FormFields};
use passerelle::{
    demo_ehr::{Fault, LaunchOptions, Shape},
    ehrs::Preset,
    testing::{Browser, Canary, Page, TestApp},
    web::ErrorKind,
};

fn eleonore() -> LaunchOptions {
    LaunchOptions::new("ngozi-okafor").patient("eleonore")
}

async fn open(app: &TestApp, browser: &mut Browser, options: LaunchOptions) -> Page {
    let landing = browser.launch_with(app.ehr(), options).await;
    landing.context();
    browser.open(&landing).await
}

/// CTX-06, UXC-02: a known intent opens its page; any other one opens the default page.
#[actix_web::test]
async fn opens_the_page_of_the_intent() {
    let app = TestApp::setup()
        .registration(|ehr| drop(ehr.intents.insert("order-review".to_owned(), "dashboard".to_owned())))
        .start()
        .await;
    for (intent, page) in [
        ("dashboard", "/"),
        ("new-referral", "/referrals/new"),
        ("order-review", "/"),
        ("reconcile-medications", "/referrals/new"),
        ("../../admin", "/referrals/new"),
        ("https://evil.test/", "/referrals/new"),
        ("//evil.test", "/referrals/new"),
    ] {
        let mut browser = app.browser();
        let landing = browser.launch_with(app.ehr(), eleonore().intent(intent)).await;
        let expected = format!("/c/{}{page}", landing.context());
        assert_eq!(landing.last().location().path(), expected, "{intent}");
        let again = browser.get(landing.callback().unwrap().as_str()).await;
        assert_eq!(again.location().path(), expected, "the same at the second attempt");
    }
}

/// CTX-05: a ServiceRequest in the context opens the referral that was started from it, for the same patient only.
#[actix_web::test]
async fn opens_the_referral_of_the_order_in_context() {
    let app = TestApp::start().await;
    let order = || eleonore().fhir_context(json!([{"reference": "ServiceRequest/eleonore-request"}]));
    let mut browser = app.browser();
    let page = open(&app, &mut browser, order()).await;
    let mut form = FormFields::read(&page);
    let saved = form.complete("canary-order").press(&mut browser, "save").await;
    let id =
        saved.location().path().split("/referrals/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let landing = browser.launch_with(app.ehr(), order()).await;
    let led = browser.open(&landing).await;
    assert_eq!(led.location().path(), format!("/c/{}/referrals/{id}/edit", landing.context()));
    assert!(browser.get(led.location().path()).await.body.contains("canary-order"));
    for other in [
        eleonore().fhir_context(json!([{"reference": "ServiceRequest/another-request"}])),
        eleonore().fhir_context(
            json!([{"reference": "ServiceRequest/eleonore-request", "role": "https://x.example"}]),
        ),
        LaunchOptions::new("ngozi-okafor")
            .patient("zoe")
            .fhir_context(json!([{"reference": "ServiceRequest/eleonore-request"}])),
        LaunchOptions::new("wei-lin-chen")
            .patient("eleonore")
            .fhir_context(json!([{"reference": "ServiceRequest/eleonore-request"}])),
    ] {
        let mut browser = app.browser();
        let landing = browser.launch_with(app.ehr(), other).await;
        let page = browser.open(&landing).await;
        assert!(!page.redirects() || !page.location().path().contains(&id));
        assert!(!page.body.contains("canary-order"));
    }
}

/// USR-04, USR-05: a PractitionerRole or a Person is resolved to its Practitioner on the same server.
#[actix_web::test]
async fn resolves_a_role_or_a_person_to_its_practitioner() {
    for (user, practitioner) in [
        ("PractitionerRole/ngozi-okafor-rideau", "ngozi-okafor"),
        ("Person/genevieve-beaulieu-person", "genevieve-beaulieu"),
    ] {
        let app = with_persons().start().await;
        let mut browser = app.browser();
        let landing = browser.launch_with(app.ehr(), LaunchOptions::new(user).patient("eleonore")).await;
        assert_eq!(browser.chart(&landing.context()).await.practitioner, practitioner);
    }
}

/// USR-04: the user's own resource named by `fhirUser` is read if that was granted, whether or not its type is among
/// the requested scopes.
#[actix_web::test]
async fn reads_the_user_resource_if_granted() {
    let mut app = with_persons().start().await;
    let (mut browser, user) = (app.browser(), "Person/genevieve-beaulieu-person");
    let handle = app.ehr().new_launch_with(LaunchOptions::new(user).patient("eleonore"));
    let begun = browser.begin_at(&app.ehr().fhir_base_url(), &handle).await;
    app.register_again(|ehr| ehr.scopes.retain(|scope| scope != "user/Person.r")).await;
    let callback = begun.callback().unwrap();
    let landing = browser.finish(begun, callback.as_str()).await;
    assert_eq!(browser.chart(&landing.context()).await.practitioner, "genevieve-beaulieu");
}

fn with_persons() -> passerelle::testing::Setup {
    TestApp::setup().registration(|ehr| ehr.scopes.push("user/Person.r".to_owned()))
}

/// USR-04: refuses a Person without a linked Practitioner, or one that may not be read.
#[actix_web::test]
async fn refuses_a_person_without_a_practitioner() {
    for (setup, user) in
        [(with_persons(), "Person/lucie-fontaine"), (TestApp::setup(), "Person/genevieve-beaulieu-person")]
    {
        let app = setup.start().await;
        let landing =
            app.browser().launch_with(app.ehr(), LaunchOptions::new(user).patient("eleonore")).await;
        app.assert_refused(&landing, ErrorKind::NotForRole, "not-for-role").await;
    }
}

/// USR-04, I10: refuses patients, relatives and others with an explanation.
#[actix_web::test]
async fn refuses_users_who_are_not_clinicians() {
    for user in ["Patient/eleonore", "RelatedPerson/eleonore-husband"] {
        let app = TestApp::start().await;
        let landing =
            app.browser().launch_with(app.ehr(), LaunchOptions::new(user).patient("eleonore")).await;
        app.assert_refused(&landing, ErrorKind::NotForRole, "not-for-role").await;
    }
}

fn halo() -> passerelle::testing::Setup {
    TestApp::setup().shape(Shape::Halo).registration(|registration| Preset::Halo.apply(registration))
}

fn clinic(tenant: &str, organization: &str) -> LaunchOptions {
    eleonore().tenant(tenant).fhir_context(json!([{"reference": organization}]))
}

/// HAL-07, CTX-12: if one base serves many clinics, the page and the message name the clinic.
#[actix_web::test]
async fn names_the_clinic_of_a_shared_base() {
    let app = halo().start().await;
    let page = open(&app, &mut app.browser(), clinic("rideau", "Organization/rideau-fht")).await;
    assert!(page.text().contains("from Rideau"), "{}", page.text());
    let page = open(&app, &mut app.browser(), clinic("erables", "Organization/gmf-erables")).await;
    assert!(page.text().contains("from GMF"), "{}", page.text());
}

/// CTX-09, HAL-07: a draft of one clinic is not offered at another, even with the same base, patient and user. The
/// same tenant at another EHR is another clinic.
#[actix_web::test]
async fn offers_drafts_at_their_own_clinic_only() {
    let app = halo().second_ehr().start().await;
    let mut browser = app.browser();
    let page = open(&app, &mut browser, clinic("rideau", "Organization/rideau-fht")).await;
    FormFields::read(&page).complete("canary-clinic").press(&mut browser, "save").await;
    let home = async |ehr, tenant: &str| {
        let mut browser = app.browser();
        let landing = browser.launch_with(ehr, clinic(tenant, "Organization/rideau-fht")).await;
        browser.get(&format!("/c/{}/", landing.context())).await
    };
    let drafts = |page: Page| page.body.matches("/edit").count();
    assert_eq!(drafts(home(app.ehr(), "rideau").await), 1);
    assert_eq!(drafts(home(app.ehr(), "erables").await), 0);
    assert_eq!(drafts(home(app.other_ehr(), "rideau").await), 0);
}

/// HAL-08: a cleared context is reported as gone, never shown as "none".
#[actix_web::test]
async fn reports_a_cleared_context_as_gone() {
    let app = halo().start().await;
    let mut browser = app.browser();
    let landing = browser.launch_with(app.ehr(), clinic("rideau", "Organization/rideau-fht")).await;
    app.ehr().clear_context();
    let page = browser.open(&landing).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("no longer has this chart"), "{}", page.text());
    assert!(!page.text().contains("Nothing for this question from the EHR"), "{}", page.text());
}

/// UXC-01, CTX-07: if the EHR shows a patient banner, ours is one line, but never absent.
#[actix_web::test]
async fn shows_a_slim_banner_if_the_ehr_has_its_own() {
    let app = TestApp::start().await;
    for (need, slim) in [
        (json!(false), true),
        (json!("false"), true),
        (json!(true), false),
        (json!("no"), false),
        (Value::Null, false),
    ] {
        let page = open(&app, &mut app.browser(), eleonore().need_patient_banner(need.clone())).await;
        assert_eq!(page.body.contains("class=\"banner slim\""), slim, "{need}");
        assert!(page.text().contains("TREMBLAY-SINGH, Éléonore"));
    }
}

/// CTX-08, UXC-03: the style of the EHR is fetched once, without authentication, and applied.
#[actix_web::test]
async fn applies_the_style_of_the_ehr() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        let styled = eleonore().smart_style_url(app.ehr().smart_style_url());
        let page = open(&app, &mut app.browser(), styled).await;
        assert!(page.body.contains("--ground:#f4f1ea;--ink:#26282a;"), "{}", page.body);
    }
    let requests = app.ehr().requests_to("/assets/smart-style.json");
    assert_eq!(requests.len(), 1);
    assert_eq!((requests[0].header("authorization"), requests[0].header("cookie")), (None, None));
}

/// UXC-03, T08, T20: a hostile, huge or foreign style changes nothing on the page.
#[actix_web::test]
async fn refuses_a_hostile_or_foreign_style() {
    let canary = Canary::new();
    let plain = async |fault, url: Option<&str>| {
        let app = TestApp::start().await;
        app.ehr().set_canary(&canary.url());
        app.ehr().set_fault(fault);
        let url = url.map_or_else(|| app.ehr().smart_style_url(), str::to_owned);
        let page = open(&app, &mut app.browser(), eleonore().smart_style_url(url)).await;
        assert_eq!(page.status, 200);
        for harm in [":root{", "url(", "alert(", "@import", "expression"] {
            assert!(!page.body.contains(harm), "{harm}");
        }
    };
    plain(Some(Fault::StyleHostile), None).await;
    plain(Some(Fault::StyleHuge), None).await;
    for url in
        [&format!("{}/style.json", canary.url()), "javascript:alert(1)", "file:///etc/passwd", "not a URL"]
    {
        plain(None, Some(url)).await;
    }
    assert_eq!(canary.visits(), 0);
}
