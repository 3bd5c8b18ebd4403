//! Tests of charts with foreign links, foreign documents and extreme numbers.

use std::collections::HashSet;

use passerelle::{
    demo_ehr::{Fault, Recorded},
    testing::{Canary, Page, TestApp},
};

use crate::{
    documents::{confirmations, send_confirmed},
    form::{Cardiology as _, FormFields},
    referral::{delivered, form_of, to_summary},
};

/// Searches of one filled form, and the form.
async fn filled(app: &TestApp) -> (Page, Vec<Recorded>) {
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let searches = app.ehr().requests_of_app().into_iter().filter(|request| !request.query.is_empty());
    (page, searches.collect())
}

/// API-07, API-02, F04: a next page on another server, or one that repeats, is not fetched, and the form notes that
/// there may be more.
#[actix_web::test]
async fn does_not_follow_a_foreign_or_circular_next_page() {
    for fault in [Fault::SearchNextLinkForeign, Fault::SearchNextLinkLoops] {
        let (app, canary) = (TestApp::start().await, Canary::new());
        let (honest, asked) = filled(&app).await;
        assert!(!honest.text().contains("The EHR may have more"), "{}", honest.text());
        app.ehr().set_canary(&canary.url());
        app.ehr().set_fault(Some(fault));
        app.ehr().clear_recorded();
        let (page, again) = filled(&app).await;
        assert!(page.text().contains("The EHR may have more than is shown here."), "{}", page.text());
        let address = |request: &Recorded| format!("{} {:?}", request.path, request.query);
        let different: HashSet<String> = again.iter().map(address).collect();
        assert_eq!((again.len(), different.len()), (asked.len(), asked.len()), "{fault:?}");
        assert_eq!(canary.visits(), 0, "{fault:?}");
    }
}

/// F04, API-02: documents on another server are not fetched, neither for the form nor for the message, which does not
/// name that server and states that the content is missing.
#[actix_web::test]
async fn does_not_fetch_documents_on_another_server() {
    let (app, canary) = (TestApp::start().await, Canary::new());
    app.ehr().set_canary(&canary.url());
    app.ehr().set_fault(Some(Fault::DocumentsOnForeignHost));
    let mut browser = app.browser();
    let mut form: FormFields = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Documents elsewhere").choose("a.documents", "DocumentReference/");
    form.choose("a.ecg-source", "separate");
    let summary = to_summary(&mut browser, &form).await;
    let sent = send_confirmed(&mut browser, &summary, &confirmations(&summary)).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let message = delivered(&app).remove(0).to_string();
    assert!(message.contains("\"DocumentReference\"") && message.contains("not-permitted"), "{message}");
    assert!(!message.contains(&canary.url()), "{message}");
    assert_eq!(canary.visits(), 0);
}
