//! Tests of the pages that show EHRs to administrators.

use passerelle::{
    demo_ehr::Fault,
    ehrs::{ClientAuthMethod, Registration, SCOPES, add_registration},
    testing::TestApp,
};

use super::{PAGES, app, app_with, presses, signed_in};

/// The list shows the state and the latest launches of each EHR, and no patient.
#[actix_web::test]
async fn lists_the_latest_launches_of_each_ehr() {
    let (app, _) = app_with(TestApp::setup().second_ehr()).await;
    let mut browser = signed_in(&app).await;
    let text = browser.get("/admin").await.text();
    assert!(text.contains("Test EHR riverside") && text.contains("Test EHR lakeside"), "{text}");
    assert_eq!(text.matches("None yet").count(), 4, "{text}");
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.advance(jiff::SignedDuration::from_hours(1));
    let mut browser = signed_in(&app).await;
    app.ehr().set_fault(Some(Fault::IdTokenWrongAudience));
    let refused = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.get("/admin").await;
    let text = page.text();
    for part in [
        "Last successful launch 14 Sep 2026, 09:30",
        "Last refused launch 14 Sep 2026, 10:30: The id_token did not pass our checks (id-token, ",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    assert_eq!(text.matches("None yet").count(), 2, "only the other EHR has none: {text}");
    let events = app.audit_events().await;
    let reference = events.iter().find(|event| event.outcome == "failure").unwrap().correlation_id.clone();
    assert!(refused.last().shows(&reference) && text.contains(&reference), "the reference of the launch");
}

/// M05: no page shows a secret, a private key or a patient.
#[actix_web::test]
async fn shows_no_secret_and_no_patient() {
    for keys in [false, true] {
        let setup = if keys { TestApp::setup().keys() } else { TestApp::setup() };
        let (app, _) = app_with(setup).await;
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let mut browser = signed_in(&app).await;
        let mut pages = Vec::new();
        for path in PAGES {
            pages.push(browser.get(path).await);
        }
        pages.push(presses(&mut browser, "/admin/ehrs/riverside/check", &[]).await);
        for page in pages {
            assert!(page.status == 200 || page.redirects(), "{}", page.url);
            for secret in
                [app.ehr().client_secret.as_str(), "PRIVATE KEY", "Tremblay", "leonore", "9512345670"]
            {
                assert!(!page.body.contains(secret), "{} shows {secret}", page.url);
            }
            let of_users = ["/admin/users", "/admin/audit"];
            let names_users = of_users.iter().any(|path| page.url.path().starts_with(path));
            assert!(names_users || !page.body.to_lowercase().contains("ngozi"), "{}", page.url);
        }
    }
}

/// An EHR added by a command appears at once on a node that has not loaded it.
#[actix_web::test]
async fn shows_an_ehr_added_by_a_command_at_once() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let add = |id: &'static str| {
        let registration = Registration {
            client_auth: ClientAuthMethod::PrivateKeyJwt,
            ..Registration::new(id, id, &format!("https://{id}.example/fhir"), "us", &SCOPES)
        };
        app.within(async move |app| {
            add_registration(app.ground(), app.registration_observers(), registration).await.unwrap();
        })
    };
    add("lakeside").await;
    assert!(!browser.get("/admin").await.text().contains("Unreadable"));
    add("hillside").await;
    assert!(browser.get("/admin/ehrs/hillside").await.text().contains("https://hillside.example/fhir"));
}

/// The page of an EHR shows its registration, the values its administrator needs, and the applicable buttons.
#[actix_web::test]
async fn shows_the_registration_and_its_buttons() {
    let (app, _) = app_with(TestApp::setup().keys()).await;
    let mut browser = signed_in(&app).await;
    let page = browser.get("/admin/ehrs/riverside").await;
    let (text, origin) = (page.text(), app.origin());
    for part in [
        format!("FHIR base URL {}", app.ehr().fhir_base_url()),
        format!("Issuer {}", app.ehr().issuer()),
        "Client authentication Keys (private_key_jwt)".to_owned(),
        "Audience of our assertions Not set".to_owned(),
        format!("Launch URL {origin}/launch"),
        format!("Redirect URI {origin}/callback/riverside"),
        format!("Key set URL {origin}/jwks/riverside.json"),
    ] {
        assert!(text.contains(&part), "{part} is not in {text}");
    }
    for action in ["check", "rotate"] {
        assert!(page.forms().contains(&format!("/admin/ehrs/riverside/{action}")), "{action}");
    }
    assert!(page.body.contains("href=\"/admin/ehrs/riverside/suspend\""), "{}", page.body);
    assert!(!page.body.contains("/remove") && !page.body.contains("/resume"), "it is not suspended");
    let gone = browser.get("/admin/ehrs/nowhere").await;
    assert_eq!(gone.location().path(), "/admin");
    assert!(browser.get(gone.location().as_str()).await.text().contains("is not registered"));
}

/// The check runs on request only, reports the same as the command, and offers buttons that apply its settings.
#[actix_web::test]
async fn runs_the_check_on_request_and_offers_its_fixes() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    for path in PAGES {
        browser.get(path).await;
    }
    assert!(app.ehr().requests_of_app().is_empty(), "opening the page sends nothing to the EHR");
    app.ehr().set_fault(Some(Fault::DiscoveryIssuerDiffers));
    app.advance(jiff::SignedDuration::from_secs(1));
    let page = presses(&mut browser, "/admin/ehrs/riverside/check", &[]).await;
    let other = format!("{}/another", app.ehr().issuer());
    assert_eq!(page.status, 200);
    assert!(page.text().contains("One problem prevents launches"), "{}", page.text());
    assert!(page.text().contains(&format!("Set Issuer to {other}")), "{}", page.text());
    let checked = app.audit_events().await.pop().unwrap();
    assert_eq!((checked.event.as_str(), checked.user_id.as_deref()), ("ehr-checked", Some(id.as_str())));
    app.advance(jiff::SignedDuration::from_secs(1));
    let set =
        presses(&mut browser, "/admin/ehrs/riverside/set", &[("name", "issuer"), ("value", &other)]).await;
    assert_eq!(set.location().query(), Some("done=changed"));
    assert!(browser.get(set.location().as_str()).await.text().contains("Takes effect at the next launch"));
    let page = presses(&mut browser, "/admin/ehrs/riverside/check", &[]).await;
    assert!(
        page.text().contains("Nothing that can be checked from here prevents a launch"),
        "{}",
        page.text()
    );
    let events = app.audit_events().await;
    let last = events.iter().rfind(|event| event.event == "ehr-registered").unwrap();
    let detail = format!("issuer: {} → {other}", app.ehr().issuer());
    assert_eq!(last.detail.as_deref(), Some(&*detail));
    assert_eq!(last.user_id.as_deref(), Some(id.as_str()));
}

/// X04: text written by an EHR or an administrator is escaped on every page.
#[actix_web::test]
async fn escapes_scripts_in_values_from_others() {
    let nasty = "<script>alert(1)</script>{{ 7919*7907 }}\"'";
    let named = move |ehr: &mut passerelle::ehrs::Registration| ehr.name = nasty.to_owned();
    let (app, _) = app_with(TestApp::setup().registration(named)).await;
    let mut browser = signed_in(&app).await;
    let mut pages = vec![presses(&mut browser, "/admin/ehrs/riverside/check", &[]).await];
    for path in PAGES {
        pages.push(browser.get(path).await);
    }
    for page in pages.iter().filter(|page| page.status == 200) {
        assert!(!page.body.contains("<script>alert") && !page.body.contains("62615533"), "{}", page.url);
    }
    assert!(pages.iter().any(|page| page.text().contains(nasty)));
}
