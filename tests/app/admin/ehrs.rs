//! What administrators see of the EHRs.

use passerelle::demo_ehr::Fault;
use passerelle::launch::{ClientAuthMethod, Registration, SCOPES, add_registration};
use passerelle::testing::TestApp;

use super::{PAGES, app, app_with, presses, signed_in};

/// The list says how each EHR is and how its launches went, and names no patient.
#[actix_web::test]
async fn the_list_says_how_launches_went() {
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
    assert!(
        refused.last().shows(&reference) && text.contains(&reference),
        "the reference a person reads out"
    );
}

/// M05: no page shows a secret, a private key or a patient.
#[actix_web::test]
async fn no_page_shows_a_secret_or_a_patient() {
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
            assert!(!page.body.to_lowercase().contains("ngozi"), "{}", page.url);
        }
    }
}

/// What a command added is there at once, on a node that has not read it yet.
#[actix_web::test]
async fn an_ehr_that_a_command_added_is_there_at_once() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let add = |id: &'static str| {
        let registration = Registration {
            client_auth: ClientAuthMethod::PrivateKeyJwt,
            ..Registration::new(id, id, &format!("https://{id}.example/fhir"), "us", &SCOPES)
        };
        app.within(async move |app| {
            let (db, clock, sealer) = (app.db(), &**app.clock(), app.sealer());
            add_registration(db, clock, sealer, app.audit(), registration).await.unwrap();
        })
    };
    add("lakeside").await;
    assert!(!browser.get("/admin").await.text().contains("Unreadable"));
    add("hillside").await;
    assert!(browser.get("/admin/ehrs/hillside").await.text().contains("https://hillside.example/fhir"));
}

/// One EHR: its registration in words, what its administrator needs, and the buttons that fit.
#[actix_web::test]
async fn one_ehr_is_readable() {
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
    for action in ["check", "rotate", "suspend"] {
        assert!(page.forms().contains(&format!("/admin/ehrs/riverside/{action}")), "{action}");
    }
    assert!(!page.body.contains("/remove") && !page.body.contains("/resume"), "it is not paused");
    let gone = browser.get("/admin/ehrs/nowhere").await;
    assert_eq!(gone.location().path(), "/admin");
    assert!(browser.get(gone.location().as_str()).await.text().contains("is not registered"));
}

/// The check is made when somebody asks for it, and says what the command says, with buttons that do it.
#[actix_web::test]
async fn the_check_is_made_on_request_and_its_buttons_mend() {
    let (app, id) = app().await;
    let mut browser = signed_in(&app).await;
    for path in PAGES {
        browser.get(path).await;
    }
    assert!(app.ehr().requests_of_app().is_empty(), "looking asks the EHR nothing");
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

/// X04: what an EHR or an administrator wrote is text for the next reader.
#[actix_web::test]
async fn scripts_in_what_others_wrote_are_text() {
    let nasty = "<script>alert(1)</script>{{ 7919*7907 }}\"'";
    let named = move |ehr: &mut passerelle::launch::Registration| ehr.name = nasty.to_owned();
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
