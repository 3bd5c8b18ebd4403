//! Tests of drafts whose form was changed: a draft stays with the form it was begun with, until its user moves it.

use std::fs;

use passerelle::testing::{FormFields, Scratch, TestApp, follow};
use serde_json::{Value, json};

use crate::referral::form_of;

fn form(pregnant: &str, others: &Value) -> String {
    let mut items = vec![
        json!({"linkId": "pregnant", "type": "boolean", "text": pregnant}),
        json!({"linkId": "concern", "type": "text", "text": "Main concern"}),
    ];
    items.extend(others.as_array().cloned().unwrap_or_default());
    json!({
        "resourceType": "Questionnaire", "id": "short", "url": "https://e.example/short", "title": "Short form",
        "code": [{"system": "http://snomed.info/sct", "code": "394579002", "display": "Cardiology"}],
        "item": [{"linkId": "g", "type": "group", "text": "Questions", "item": items}]
    })
    .to_string()
}

/// A retired form begins no referral, but its drafts go on; a draft form is marked.
#[actix_web::test]
async fn offers_no_retired_form_and_marks_a_draft_form() {
    let folder = Scratch::new();
    let with = |name: &str, status: &str| {
        let mut json: Value = serde_json::from_str(&form("Pregnant?", &json!([]))).unwrap();
        json["id"] = name.into();
        json["title"] = name.into();
        json["status"] = status.into();
        fs::write(folder.path().join(format!("{name}.json")), json.to_string()).unwrap();
    };
    with("one", "active");
    with("two", "draft");
    with("old", "active");
    let mut app =
        TestApp::setup().settings(&format!("[forms]\nfolder = {:?}\n", folder.path())).start().await;
    let mut browser = app.browser();
    let home = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let home = browser.open(&home).await;
    let home = follow(&mut browser, &home).await;
    assert!(home.text().contains("two Draft form, for tests"), "{}", home.text());
    let begin = |id: &str| format!("{}referrals/new?form={id}", home.url.path());
    let mut page = FormFields::read(&browser.get(&begin("old")).await);
    let saved = page.set("a.concern", "palpitations").press(&mut browser, "save").await;
    assert_eq!(saved.status, 303);
    with("old", "retired");
    let port = app.port();
    app.restart(port).await;
    let again = browser.get(home.url.path()).await;
    assert!(!again.body.contains(&begin("old")) && again.body.contains(&begin("one")), "{}", again.text());
    assert_eq!(browser.get(&begin("old")).await.status, 404);
    let draft = browser.get(saved.location().path()).await;
    assert_eq!(FormFields::read(&draft).value("a.concern"), "palpitations");
}

/// The form is replaced by one in which an answer would mean the opposite, and another has no place.
#[actix_web::test]
async fn keeps_a_draft_with_the_form_it_was_begun_with() {
    let folder = Scratch::new();
    let file = folder.path().join("short.json");
    let smoker = json!([{"linkId": "smoker", "type": "string", "text": "Smoker?"}]);
    fs::write(&file, form("Pregnant?", &smoker)).unwrap();
    let mut app =
        TestApp::setup().settings(&format!("[forms]\nfolder = {:?}\n", folder.path())).start().await;
    let mut browser = app.browser();
    let mut page = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    page.choose("a.pregnant", "true").set("a.concern", "palpitations").set("a.smoker", "former");
    let saved = page.press(&mut browser, "save").await;
    let path = saved.location().path().to_owned();

    fs::write(
        &file,
        form("Not pregnant?", &json!([{"linkId": "new", "type": "string", "text": "A new question"}])),
    )
    .unwrap();
    let port = app.port();
    app.restart(port).await;
    let edit = browser.get(&path).await;
    let text = edit.text();
    assert!(text.contains("Pregnant?") && text.contains("Smoker?"), "{text}");
    assert!(!text.contains("Not pregnant?") && !text.contains("A new question"), "{text}");
    for told in ["Another version of this form is offered now", "Smoker?: former"] {
        assert!(text.contains(told), "{told} is not in {text}");
    }
    // A save keeps the version; the page was made before the restart.
    let saved = FormFields::read(&edit).set("a.smoker", "never").press(&mut browser, "save").await;
    assert_eq!(saved.status, 303);
    let fields = FormFields::read(&browser.get(&path).await);
    assert_eq!(fields.value("a.smoker"), "never");

    let moved = fields.press(&mut browser, "newer-form").await;
    let edit = browser.get(moved.location().as_str()).await;
    let text = edit.text();
    assert!(text.contains("Not pregnant?") && text.contains("A new question"), "{text}");
    assert!(
        !text.contains("Smoker?") && !text.contains("Another version of this form is offered now"),
        "{text}"
    );
    assert_eq!(FormFields::read(&edit).value("a.concern"), "palpitations");
}

/// A page that was open while the form was replaced saves what it shows.
#[actix_web::test]
async fn saves_a_new_page_with_the_form_that_it_shows() {
    let folder = Scratch::new();
    let file = folder.path().join("short.json");
    fs::write(&file, form("Pregnant?", &json!([{"linkId": "smoker", "type": "string", "text": "Smoker?"}])))
        .unwrap();
    let mut app =
        TestApp::setup().settings(&format!("[forms]\nfolder = {:?}\n", folder.path())).start().await;
    let mut browser = app.browser();
    let mut page = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    fs::write(&file, form("Not pregnant?", &json!([]))).unwrap();
    let port = app.port();
    app.restart(port).await;
    let saved = page.set("a.smoker", "former").press(&mut browser, "save").await;
    assert_eq!(saved.status, 303);
    let edit = browser.get(saved.location().as_str()).await;
    assert_eq!(FormFields::read(&edit).value("a.smoker"), "former", "{}", edit.text());
}
