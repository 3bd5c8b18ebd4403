//! Tests of the page of a sent referral: it shows what was sent, whatever happens to the form.

use std::fs;

use passerelle::testing::{Scratch, TestApp};
use serde_json::Value;

use crate::{
    form::Cardiology as _,
    referral::{delivered, follow, form_of, send, to_summary},
};

const FORM: &str = include_str!("../../config/forms/cardiology-consult.json");

/// The form is replaced by one with other questions, and then removed, after the referral was sent.
#[actix_web::test]
async fn shows_what_was_sent_after_the_form_changed() {
    let folder = Scratch::new();
    let file = folder.path().join("cardiology-consult.json");
    fs::write(&file, FORM).unwrap();
    let mut app =
        TestApp::setup().settings(&format!("[forms]\nfolder = {:?}\n", folder.path())).start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("canary of the concern")).await;
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    let before = follow(&mut browser, &sent).await;
    for shown in ["canary of the concern", "Everything that is sent of these", "Sent about the patient"] {
        assert!(before.text().contains(shown), "{shown}: {}", before.text());
    }
    assert!(delivered(&app)[0].to_string().contains("canary of the concern"));
    let mut changed: Value = serde_json::from_str(FORM).unwrap();
    changed["title"] = "Another title".into();
    changed["version"] = "99.0".into();
    for section in changed["item"].as_array_mut().unwrap() {
        section["text"] = "Another section".into();
        for item in section["item"].as_array_mut().into_iter().flatten() {
            item["text"] = "Another question".into();
        }
    }
    fs::write(&file, changed.to_string()).unwrap();
    let port = app.port();
    app.restart(port).await;
    let after = follow(&mut browser, &sent).await;
    assert_eq!(after.status, 200);
    let content = |text: String| {
        let (_, content) = text.split_once("Sent about the patient").unwrap();
        content.split_once("Data about the message itself").unwrap().0.to_owned()
    };
    assert!(!after.text().contains("Another"), "{}", after.text());
    assert_eq!(content(after.text()), content(before.text()));
    changed["id"] = "another-form".into();
    changed["url"] = "https://example.ca/another-form".into();
    fs::write(&file, changed.to_string()).unwrap();
    app.restart(port).await;
    let removed = follow(&mut browser, &sent).await;
    assert_eq!((removed.status, content(removed.text())), (after.status, content(after.text())));
}
