//! Tests of drafts that are continued in a later launch: the chart is read again, and belongs to the same person.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use jiff::SignedDuration;
use passerelle::{
    demo_ehr::{Fault, LaunchOptions, Shape},
    ehrs::Preset,
    testing::{Browser, Page, TestApp},
};
use serde_json::{Value, json};

use crate::{
    documents::send_confirmed,
    form::{Cardiology as _, FormFields},
    referral::{delivered, follow, form_of, send, to_summary},
    review::shows,
};

/// Path of the only draft on the home page of a chart, if there is one.
fn draft_path(home: &Page) -> Option<String> {
    let links = home.body.split("href=\"").skip(1).map(|part| part.split('"').next().unwrap());
    links.filter(|link| link.ends_with("/edit")).map(str::to_owned).next()
}

async fn saved_draft(app: &TestApp, browser: &mut Browser, concern: &str) {
    let mut form = form_of(app, browser, "eleonore", "ngozi-okafor").await;
    form.complete(concern).press(browser, "save").await;
}

#[actix_web::test]
async fn reads_the_chart_again_before_an_old_draft_is_sent() {
    let app = TestApp::start().await;
    saved_draft(&app, &mut app.browser(), "begun in September").await;
    app.advance(SignedDuration::from_hours(24 * 90));
    app.ehr().clear_recorded();
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let home = browser.get(&format!("/c/{}/", landing.context())).await;
    let edit = draft_path(&home).expect("the draft is offered");
    let review = browser.get(&edit.replace("/edit", "/review")).await;
    let searches = app.ehr().requests_of_app().iter().filter(|it| it.path.ends_with("/Condition")).count();
    assert_eq!(searches, 1, "the chart is read again");
    let page = if review.status == 303 { follow(&mut browser, &review).await } else { review };
    let page = if page.url.path().ends_with("/edit") { page } else { browser.get(&edit).await };
    let form = FormFields::read(&page);
    assert_eq!(form.value("a.concern"), "begun in September", "typed text is kept");
    app.ehr().clear_recorded();
    browser.get(&edit).await;
    assert_eq!(app.ehr().requests_of_app().len(), 0, "once for each launch");
}

#[actix_web::test]
async fn shows_what_changed_in_the_chart_since_a_draft_was_begun() {
    let setup = TestApp::setup().relayed();
    let app = setup.start().await;
    let later = Arc::new(AtomicBool::new(false));
    let is_later = Arc::clone(&later);
    app.ehr().relay().change_answers(move |_, answer| {
        if is_later.load(Ordering::SeqCst) {
            answer.change_json(|value| {
                let entries = value["entry"].as_array_mut().into_iter().flatten();
                for resource in entries.map(|entry| &mut entry["resource"]) {
                    if resource["resourceType"] == "AllergyIntolerance"
                        && resource["code"]["text"].is_string()
                    {
                        resource["code"]["text"] = json!("Contrast medium, found in November");
                    }
                }
            });
        }
    });
    saved_draft(&app, &mut app.browser(), "begun earlier").await;
    later.store(true, Ordering::SeqCst);
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let home = browser.get(&format!("/c/{}/", landing.context())).await;
    let page = browser.get(&draft_path(&home).unwrap()).await;
    assert!(page.text().contains("the chart was read again"), "{}", page.text());
    assert!(page.text().contains("now: Contrast medium, found in November"), "{}", page.text());
}

/// Answers from a source that cannot be read again stay as they were read, with the day on every page, and are confirmed before
/// they are sent.
#[actix_web::test]
async fn sends_what_was_not_read_again_with_the_day_of_its_reading() {
    let app = TestApp::start().await;
    saved_draft(&app, &mut app.browser(), "begun in September").await;
    app.advance(SignedDuration::from_hours(24 * 90));
    app.ehr().set_fault(Some(Fault::SearchFailsObservation));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let home = browser.get(&format!("/c/{}/", landing.context())).await;
    let page = browser.get(&draft_path(&home).unwrap()).await;
    let text = page.text();
    assert!(!text.contains("Nothing in the chart that this form shows has changed"), "{text}");
    assert!(text.contains("could not be read again"), "{text}");
    assert!(text.contains("As read on 14 Sep 2026 at "), "{text}");
    let mut form = FormFields::read(&page);
    assert_ne!(form.value("a.weight"), "", "{text}");
    let summary = to_summary(&mut browser, form.complete("begun in September")).await;
    let confirm = "The chart was not read again for ";
    assert!(shows(&summary, confirm) && shows(&summary, ", as read on 14 Sep 2026)"), "{}", summary.text());
    assert!(summary.body.contains("id=\"confirm-chart-kept\""), "{}", summary.text());
    assert_eq!(send(&mut browser, &summary).await.status, 422);
    let sent = send_confirmed(&mut browser, &summary, &["chart-kept".to_owned()]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    assert!(delivered(&app)[0].to_string().contains("as read on 14 Sep 2026"));
}

fn renamed(value: &mut Value, from: &str, to: &str) {
    match value {
        Value::String(text) => {
            if text == from {
                to.clone_into(text);
            } else if let Some(start) = text.strip_suffix(&format!("Patient/{from}")) {
                *text = format!("{start}Patient/{to}");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|it| renamed(it, from, to)),
        Value::Object(members) => members.values_mut().for_each(|it| renamed(it, from, to)),
        _ => {}
    }
}

/// An EHR of several clinics that copies the patient for each launch. Once `later` is set, the copy has another id and, if
/// given, another first name.
async fn halo(given: Option<&'static str>) -> (TestApp, Arc<AtomicBool>) {
    let setup = TestApp::setup().shape(Shape::Halo).registration(|it| Preset::Halo.apply(it)).relayed();
    let app = setup.start().await;
    let later = Arc::new(AtomicBool::new(false));
    let (there, back) = (Arc::clone(&later), Arc::clone(&later));
    app.ehr().relay().change_requests(move |_, request| {
        if there.load(Ordering::SeqCst) {
            request.start =
                request.start.replace("Patient/copy2", "Patient/eleonore").replace("=copy2", "=eleonore");
        }
    });
    app.ehr().relay().change_answers(move |_, answer| {
        if back.load(Ordering::SeqCst) {
            answer.change_json(|value| {
                renamed(value, "eleonore", "copy2");
                if value["resourceType"] == "Patient"
                    && let Some(given) = given
                {
                    value["name"] =
                        json!([{ "use": "official", "family": "Tremblay-Singh", "given": [given] }]);
                }
            });
        }
    });
    (app, later)
}

fn clinic() -> LaunchOptions {
    LaunchOptions::new("ngozi-okafor")
        .patient("eleonore")
        .tenant("rideau")
        .fhir_context(json!([{ "reference": "Organization/rideau-fht" }]))
}

async fn home_of_second_launch(app: &TestApp, later: &AtomicBool, browser: &mut Browser) -> Page {
    let mut first = app.browser();
    let landing = first.launch_with(app.ehr(), clinic()).await;
    let mut form = FormFields::read(&first.open(&landing).await);
    form.complete("Cyanosis, of the first one").press(&mut first, "save").await;
    later.store(true, Ordering::SeqCst);
    let landing = browser.launch_with(app.ehr(), clinic()).await;
    browser.get(&format!("/c/{}/", landing.context())).await
}

#[actix_web::test]
async fn never_offers_the_draft_of_one_twin_in_the_chart_of_the_other() {
    let (app, later) = halo(Some("Béatrice")).await;
    let mut browser = app.browser();
    let home = home_of_second_launch(&app, &later, &mut browser).await;
    assert_eq!(draft_path(&home), None, "{}", home.text());
}

#[actix_web::test]
async fn sends_a_draft_continued_where_the_ehr_copies_the_patient() {
    let (app, later) = halo(None).await;
    let mut browser = app.browser();
    let home = home_of_second_launch(&app, &later, &mut browser).await;
    let edit = draft_path(&home).expect("the same person's draft is offered");
    let form = FormFields::read(&browser.get(&edit).await);
    let next = form.press(&mut browser, "continue").await;
    let destinations = follow(&mut browser, &next).await;
    let summary = passerelle::testing::choose_first(&mut browser, &destinations).await;
    let sent = send(&mut browser, &summary).await;
    assert_eq!(sent.status, 303, "{}", summary.text());
    app.deliver().await;
    assert!(delivered(&app)[0].to_string().contains("Cyanosis"));
}
