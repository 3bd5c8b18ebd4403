//! Tests of the review page: it shows what the message contains, and the message contains what it shows.

use passerelle::testing::{Page, TestApp, choose_first};
use serde_json::Value;

use crate::{
    documents::send_confirmed,
    form::Cardiology as _,
    referral::{delivered, follow, form_of, send, to_summary},
};

/// Strings of an element that a person reads, at any depth.
fn readable<'v>(value: &'v Value, names: &[&str], found: &mut Vec<&'v str>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| readable(item, names, found)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if names.contains(&name.as_str()) => found.push(text),
                    Value::Array(items) if names.contains(&name.as_str()) => {
                        found.extend(items.iter().filter_map(Value::as_str));
                        for item in items {
                            readable(item, names, found);
                        }
                    }
                    member if name != "extension" && name != "meta" => readable(member, names, found),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn resources<'m>(message: &'m Value, kinds: &[&str]) -> Vec<&'m Value> {
    let all = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    all.filter(|resource| kinds.contains(&resource["resourceType"].as_str().unwrap())).collect()
}

/// Whether a page shows a text, with any spaces between its words.
pub fn shows(page: &Page, text: &str) -> bool {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    plain(&page.text()).contains(&plain(text))
}

/// The instructions of a destination and its numbers are on the form, on the review beside the signature, and after sending.
#[actix_web::test]
async fn shows_what_the_destination_asks_until_it_is_sent_and_after() {
    const ASKS: &str = "Urgent consults: also call the number above.";
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
    let (_, before_sending) = summary.body.split_once("id=\"send\"").unwrap();
    assert!(before_sending.contains("also call the number above"), "beside the signature");
    let form_page = browser.get(&summary.url.path().replace("/review", "/edit")).await;
    app.expect_pending(1);
    let sent = send(&mut browser, &summary).await;
    let sent = follow(&mut browser, &sent).await;
    for page in [&summary, &form_page, &sent] {
        assert!(shows(page, ASKS) && shows(page, "Fax 613-555-0163"), "{}: {}", page.url, page.text());
    }
}

/// A finding that the clinician has to confirm is read before the answers, not after them.
#[actix_web::test]
async fn shows_above_the_answers_that_a_service_has_another_specialty() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Palpitations");
    let destinations = form.press(&mut browser, "destination").await;
    let path = destinations.location().path().to_owned();
    let others = browser.get(&format!("{path}?q=dermatology&others=1")).await;
    let summary = choose_first(&mut browser, &others).await;
    let (above, _) = summary.body.split_once("id=\"summary\"").unwrap();
    assert!(above.contains("id=\"to-confirm\"") && above.contains("does not offer"), "{}", summary.text());
}

#[actix_web::test]
async fn shows_everything_that_the_message_says_about_people_and_documents() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Everything").choose("a.documents", "DocumentReference/");
    let summary = to_summary(&mut browser, &form).await;
    assert!(shows(&summary, "This is exactly what will be sent."), "{}", summary.text());
    send(&mut browser, &summary).await;
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let mut found = Vec::new();
    let people = ["Patient", "Practitioner", "Organization", "Location", "HealthcareService"];
    for resource in resources(&message, &people) {
        readable(&resource["name"], &["family", "given", "prefix"], &mut found);
        readable(&resource["telecom"], &["value"], &mut found);
        readable(&resource["address"], &["line", "city", "postalCode"], &mut found);
        readable(&resource["identifier"], &["value"], &mut found);
        readable(&resource["contact"], &["family", "value"], &mut found);
        found.extend(resource["name"].as_str());
    }
    for resource in resources(&message, &["DocumentReference", "Condition", "AllergyIntolerance"]) {
        found.extend(resource["description"].as_str().or(resource["code"]["text"].as_str()));
    }
    assert!(found.len() > 20, "{found:?}");
    for text in found {
        assert!(shows(&summary, text), "the message says {text}: {}", summary.text());
    }
    let note = resources(&message, &["ServiceRequest"])[0]["note"][0]["text"].as_str().unwrap();
    let lines = note.lines().filter(|line| !line.starts_with("- "));
    for line in lines.filter_map(|line| line.split_once(": ")) {
        assert!(shows(&summary, &format!("{} {}", line.0, line.1)), "{line:?}: {}", summary.text());
    }
}

#[actix_web::test]
async fn sends_only_the_chart_data_that_is_checked() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Sharing")).await;
    for left_out in ["Jaspreet Singh", "613-555-0190", "RF-104482"] {
        let label = summary.body.split("<label").find(|part| part.contains(left_out));
        let label = label.unwrap_or_else(|| panic!("{left_out} is offered: {}", summary.text()));
        assert!(!label.contains("checked"), "{left_out} is not sent by default");
    }
    let keys: Vec<String> = summary
        .body
        .split("name=\"share\" value=\"")
        .skip(1)
        .map(|part| part.split('"').next().unwrap().replace("&#x27;", "'"))
        .filter(|key| key.contains("Jaspreet") || key.starts_with("identifier"))
        .collect();
    let token = summary.csrf_token();
    let revision =
        summary.body.split_once("name=\"revision\" value=\"").unwrap().1.split('"').next().unwrap();
    let mut fields = vec![("csrf_token", token.as_str()), ("revision", revision)];
    fields.extend(keys.iter().map(|key| ("share", key.as_str())));
    let changed = browser.post(&summary.url.path().replace("/review", "/sharing"), &fields).await;
    let summary = follow(&mut browser, &changed).await;
    let sent = send_confirmed(&mut browser, &summary, &[]).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let patient = resources(&message, &["Patient"])[0].clone();
    assert_eq!(patient["contact"][0]["name"]["family"], "Singh");
    assert_eq!(patient["identifier"].as_array().unwrap().len(), 2);
    assert_eq!((&patient["telecom"], &patient["address"]), (&Value::Null, &Value::Null));
}

/// Boxes that were changed and not saved count when Send is pressed: nothing goes that was unchecked.
#[actix_web::test]
async fn never_sends_chart_data_that_was_unchecked() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Sharing")).await;
    let (token, path) = (summary.csrf_token(), summary.url.path().replace("/review", "/submit"));
    let revision = |page: &str| {
        page.split_once("name=\"revision\" value=\"").unwrap().1.split('"').next().unwrap().to_owned()
    };
    let before = revision(&summary.body);
    let none = [("csrf_token", token.as_str()), ("revision", &before), ("shares", "1")];
    let held = browser.post(&path, &none).await;
    let shown = browser.get(held.location().as_str()).await;
    assert!(shows(&shown, "Not sent yet: your choice"), "{}", shown.text());
    app.deliver().await;
    assert!(delivered(&app).is_empty());
    let after = revision(&shown.body);
    let again = [("csrf_token", token.as_str()), ("revision", &after), ("shares", "1")];
    assert_eq!(browser.post(&path, &again).await.status, 303);
    app.deliver().await;
    let patient = resources(&delivered(&app)[0], &["Patient"])[0].clone();
    assert_eq!((&patient["telecom"], &patient["address"]), (&Value::Null, &Value::Null), "{patient}");
}

/// Nothing is said to be complete before it is.
#[actix_web::test]
async fn promises_no_exact_content_while_answers_are_missing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, &form).await;
    assert!(!shows(&summary, "exactly what will be sent"), "{}", summary.text());
}
