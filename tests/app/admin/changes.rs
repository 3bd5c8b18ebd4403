//! Tests of changes that administrators make with a button, and of their effects.

use jiff::SignedDuration;
use passerelle::demo_ehr::Fault;
use passerelle::testing::{Page, TestApp};
use passerelle::web::ErrorKind;
use serde_json::Value;

use super::{app, app_with, presses, signed_in};

const EHR: &str = "/admin/ehrs/riverside";

fn done(page: &Page) -> String {
    page.location().query().unwrap_or_default().to_owned()
}

/// Newest audit event: its detail and the account that caused it.
async fn newest(app: &TestApp) -> (String, Option<String>, Option<String>) {
    let event = app.audit_events().await.pop().unwrap();
    assert_eq!(event.correlation_id.len(), 9, "the event has the correlation id of the request: {event:?}");
    (event.event, event.detail, event.user_id)
}

fn changed(what: &str, who: &str) -> (String, Option<String>, Option<String>) {
    ("ehr-changed".to_owned(), Some(what.to_owned()), Some(who.to_owned()))
}

/// M08, M12, S04: suspending an EHR ends its sessions at once, on every node, and is audited with the account.
#[actix_web::test]
async fn suspending_an_ehr_ends_its_sessions_at_once() {
    let (mut app, id) = app_with(TestApp::setup().second_ehr()).await;
    let port = app.second_node().await;
    let (mut clinician, mut other) = (app.browser(), app.browser());
    let context = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let elsewhere = other.launch(app.other_ehr(), "eleonore", "ngozi-okafor").await.context();
    let mut on_other_node = clinician.clone();
    on_other_node.use_port(port);
    assert_eq!(on_other_node.chart(&context).await.patient, "eleonore");
    let mut browser = signed_in(&app).await;
    app.advance(SignedDuration::from_secs(1));
    let page = presses(&mut browser, &format!("{EHR}/suspend"), &[]).await;
    assert_eq!(done(&page), "done=suspended");
    for browser in [&mut clinician, &mut on_other_node] {
        browser.get(&format!("/c/{context}/")).await.assert_says(ErrorKind::SignedOut);
    }
    app.browser()
        .launch(app.ehr(), "eleonore", "ngozi-okafor")
        .await
        .last()
        .assert_says(ErrorKind::Suspended);
    assert_eq!(other.chart(&elsewhere).await.patient, "eleonore", "the other EHR's session stays");
    assert_eq!(browser.get(EHR).await.status, 200, "the administrator's session stays");
    let events = app.audit_events().await;
    let paused = events.iter().find(|event| event.detail.as_deref() == Some("suspended")).unwrap();
    assert_eq!((paused.event.as_str(), paused.user_id.as_deref()), ("ehr-changed", Some(id.as_str())));

    app.advance(SignedDuration::from_secs(1));
    assert_eq!(done(&presses(&mut browser, &format!("{EHR}/suspend"), &[]).await), "done=unchanged");
    assert_eq!(done(&presses(&mut browser, &format!("{EHR}/resume"), &[]).await), "done=resumed");
    assert_eq!(newest(&app).await, changed("resumed", &id));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// A suspension asks first, without a script, and says how many sessions end; nothing happens before the second click.
#[actix_web::test]
async fn asks_before_it_suspends_an_ehr() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let none = browser.get(&format!("{EHR}/suspend")).await;
    assert!(none.text().contains("No session is open now."), "{}", none.text());
    for patient in ["eleonore", "zoe"] {
        app.browser().launch(app.ehr(), patient, "ngozi-okafor").await.context();
    }
    let page = browser.get(EHR).await;
    assert!(page.body.contains(&format!("<a class=\"button\" href=\"{EHR}/suspend\">")), "{}", page.body);
    assert!(!page.forms().contains(&format!("{EHR}/suspend")), "one click suspends: {}", page.body);
    let asked = browser.get(&format!("{EHR}/suspend")).await;
    for part in ["Suspend Test EHR riverside?", "2 open sessions end at once", "Saved drafts", "No, cancel"] {
        assert!(asked.text().contains(part), "{part} is not in {}", asked.text());
    }
    assert!(asked.forms().contains(&format!("{EHR}/suspend")), "{}", asked.body);
    assert!(!app.audit_events().await.iter().any(|event| event.detail.as_deref() == Some("suspended")));
    let french = browser.get(&format!("{EHR}/suspend?lang=fr")).await;
    assert!(french.text().contains("2 sessions ouvertes se ferment aussitôt"), "{}", french.text());
    // Sessions that have expired do not end again.
    app.advance(SignedDuration::from_mins(20));
    let mut browser = signed_in(&app).await;
    let later = browser.get(&format!("{EHR}/suspend?lang=en")).await;
    assert!(later.text().contains("No session is open now."), "{}", later.text());
    assert_eq!(done(&presses(&mut browser, &format!("{EHR}/suspend"), &[]).await), "done=suspended");
    assert_eq!(done(&browser.get(&format!("{EHR}/suspend")).await), "done=unchanged");
}

/// An EHR is removed only after it was suspended, and after a confirmation.
#[actix_web::test]
async fn refuses_to_remove_an_ehr_that_is_not_suspended_or_not_confirmed() {
    let (app, id) = app().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let mut browser = signed_in(&app).await;
    assert_eq!(done(&presses(&mut browser, &format!("{EHR}/removed"), &[]).await), "done=unchanged");
    assert_eq!(done(&browser.get(&format!("{EHR}/remove")).await), "done=unchanged");
    app.advance(SignedDuration::from_secs(1));
    presses(&mut browser, &format!("{EHR}/suspend"), &[]).await;
    assert!(browser.get(EHR).await.body.contains("/admin/ehrs/riverside/remove\""));
    let question = browser.get(&format!("{EHR}/remove")).await;
    assert!(question.text().contains("Remove Test EHR riverside?"), "{}", question.text());
    assert_eq!(app.count("ehrs").await, 1, "asking for confirmation removes nothing");
    app.advance(SignedDuration::from_secs(1));
    let page = presses(&mut browser, &format!("{EHR}/removed"), &[]).await;
    assert_eq!((page.location().path(), done(&page).as_str()), ("/admin", "done=removed"));
    assert_eq!(
        (app.count("ehrs").await, app.count("user_links").await),
        (0, 0),
        "its user links are removed"
    );
    assert_eq!(newest(&app).await, changed("removed", &id));
    assert!(browser.get("/admin").await.text().contains("No EHR is registered yet"));
    app.browser()
        .launch(app.ehr(), "eleonore", "ngozi-okafor")
        .await
        .last()
        .assert_says(ErrorKind::BadLaunch);
}

/// D01: a moved endpoint waits for approval on the EHR's page; after the approval, launches work again.
#[actix_web::test]
async fn approves_a_moved_endpoint_by_a_button() {
    let (app, id) = app().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let elsewhere = app.ehr().issuer().replace("localhost", "127.0.0.1");
    let origin = elsewhere.trim_end_matches("/auth").to_owned();
    app.ehr().set_canary(&elsewhere);
    app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
    app.advance(SignedDuration::from_hours(2));
    app.browser()
        .launch(app.ehr(), "eleonore", "ngozi-okafor")
        .await
        .last()
        .assert_says(ErrorKind::EhrTrouble);
    let mut browser = signed_in(&app).await;
    let page = browser.get(EHR).await;
    assert!(page.text().contains(&format!("Approve {origin}")), "{}", page.text());
    let wrong = presses(&mut browser, &format!("{EHR}/approve"), &[("origin", "https://evil.example")]).await;
    assert_eq!(done(&wrong), "done=unchanged");
    app.advance(SignedDuration::from_secs(1));
    let page = presses(&mut browser, &format!("{EHR}/approve"), &[("origin", &origin)]).await;
    assert_eq!(done(&page), "done=approved");
    assert_eq!(newest(&app).await, changed(&format!("approved {origin}"), &id));
    assert!(!browser.get(EHR).await.text().contains("Approve "));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

async fn published(app: &TestApp) -> usize {
    let page = app.browser().get("/jwks/riverside.json").await;
    let document: Value = serde_json::from_str(&page.body).unwrap();
    document["keys"].as_array().unwrap().len()
}

/// JWK-05, M12: a button rotates the keys with advance publication; after a confirmation another one replaces them at
/// once.
#[actix_web::test]
async fn rotates_keys_by_a_button_and_replaces_them_after_confirmation() {
    let (app, id) = app_with(TestApp::setup().keys()).await;
    let mut browser = signed_in(&app).await;
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(done(&presses(&mut browser, &format!("{EHR}/rotate"), &[]).await), "done=rotated");
    assert_eq!(published(&app).await, 4);
    assert_eq!(newest(&app).await, changed("keys rotated", &id));
    let question = browser.get(&format!("{EHR}/replace-keys")).await;
    assert!(question.text().contains("Replace the keys for Test EHR riverside now?"), "{}", question.text());
    assert_eq!(published(&app).await, 4, "asking for confirmation replaces nothing");
    app.advance(SignedDuration::from_secs(1));
    assert_eq!(done(&presses(&mut browser, &format!("{EHR}/replaced"), &[]).await), "done=replaced");
    assert_eq!(published(&app).await, 2);
    assert_eq!(newest(&app).await, changed("keys replaced", &id));
}

/// An EHR registered with a client secret has no keys and no buttons for them.
#[actix_web::test]
async fn shows_no_key_buttons_for_an_ehr_with_a_secret() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    assert!(!browser.get(EHR).await.body.contains("/rotate"));
    for button in ["rotate", "replaced"] {
        assert_eq!(done(&presses(&mut browser, &format!("{EHR}/{button}"), &[]).await), "done=unchanged");
    }
    assert_eq!(done(&browser.get(&format!("{EHR}/replace-keys")).await), "done=unchanged");
    assert_eq!(app.count("client_keys").await, 0);
}
