//! Tests of sessions that end when their EHR is suspended or registered again.

use jiff::SignedDuration;
use passerelle::{
    admin::{EhrCommand, SetArguments, run_ehr, run_set},
    testing::{Browser, Engine, Page, TestApp},
    users::{Linking, Role},
    web::ErrorKind,
};

use crate::{form::FormFields, linking::link};

const EMAIL: &str = "amara@clinic.example";
const PASSWORD: &str = "a password of some length";

/// Suspends an EHR as an administrator's command does, which the app notices within seconds.
async fn command(app: &TestApp, command: EhrCommand) {
    app.advance(SignedDuration::from_secs(1));
    app.within(async move |app| run_ehr(&app.admin(), command).await.map_err(|e| e.to_string()))
        .await
        .unwrap();
}

fn suspend(id: &str) -> EhrCommand {
    EhrCommand::Suspend { id: id.to_owned() }
}

async fn set(app: &TestApp, name: &str, value: &str) {
    app.advance(SignedDuration::from_secs(1));
    let settings = vec![(name.to_owned(), value.to_owned())];
    let arguments = SetArguments { id: "riverside".to_owned(), settings, client_secret_file: None };
    app.within(async move |app| run_set(&app.admin(), arguments).await.map_err(|e| e.to_string()))
        .await
        .unwrap();
    app.refresh().await;
}

/// One user with one account, whose browser has a chart of each EHR open: first riverside's, then lakeside's.
async fn both_open(engine: Engine) -> (TestApp, Browser, [String; 2]) {
    let app = TestApp::setup().on(engine).linking(Linking::Link).second_ehr().start().await;
    app.add_user("Amara Account", EMAIL, PASSWORD, Role::Clinician).await;
    let mut browser = app.browser();
    let mut contexts = Vec::new();
    for ehr in [app.ehr(), app.other_ehr()] {
        let question = browser.launch(ehr, "eleonore", "ngozi-okafor").await.question();
        contexts.push(link(&mut browser, &question, (EMAIL, PASSWORD)).await);
    }
    assert_eq!(app.count("sessions").await, 1);
    let contexts = contexts.try_into().expect("two of them");
    (app, browser, contexts)
}

async fn form(browser: &mut Browser, context: &str) -> Page {
    browser.get(&format!("/c/{context}/referrals/new")).await
}

/// L14: also if the same browser has since launched from another EHR. Entered text is kept.
#[actix_web::test]
async fn closes_charts_of_a_suspended_ehr_in_a_browser_that_moved_on() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (app, mut browser, [here, there]) = both_open(engine).await;
        let mut page = FormFields::read(&form(&mut browser, &here).await);
        command(&app, suspend("riverside")).await;
        app.refresh().await;
        let response = page.set("a.concern", "typed meanwhile").press(&mut browser, "save").await;
        assert!(
            response.status == 401 && response.text().contains("your text is saved"),
            "{}",
            response.text()
        );
        for path in [format!("/c/{here}/test"), format!("/c/{there}/test"), "/referrals".to_owned()] {
            browser.get(&path).await.assert_says(ErrorKind::SignedOut);
        }
        command(&app, EhrCommand::Resume { id: "riverside".to_owned() }).await;
        app.refresh().await;
        browser.get(&format!("/c/{here}/test")).await.assert_says(ErrorKind::SignedOut);
        let saved = app.audit_events().await.into_iter().filter(|event| event.event == "referral-saved");
        assert_eq!(saved.count(), 1);
    }
}

/// L14, C03: a chart opened under one client id or issuer is not used under another.
#[actix_web::test]
async fn closes_charts_when_client_or_issuer_of_the_registration_changes() {
    for (name, value) in [("client_id", "another"), ("issuer", "https://another.example")] {
        let (app, mut browser, [here, _]) = both_open(Engine::Sqlite).await;
        set(&app, name, value).await;
        browser.get(&format!("/c/{here}/test")).await.assert_says(ErrorKind::SignedOut);
    }
    let (app, mut browser, [_, there]) = both_open(Engine::Sqlite).await;
    set(&app, "name", "Riverside").await;
    assert_eq!(browser.get(&format!("/c/{there}/test")).await.status, 200);
}

/// L14: a launch that ends on a node that has not yet noticed the suspension is ended as soon as it notices.
#[actix_web::test]
async fn ends_a_launch_that_finished_just_after_the_suspension() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let mut browser = app.browser();
        command(&app, suspend("riverside")).await;
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        app.refresh().await;
        for path in [format!("/c/{context}/test"), "/referrals".to_owned()] {
            browser.get(&path).await.assert_says(ErrorKind::SignedOut);
        }
    }
}
