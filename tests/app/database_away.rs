//! Tests of a database that is away while a page is open: what was typed stays, and can be sent again from the page that
//! says so.

use passerelle::{
    config::{DatabaseSettings, DatabaseUrl},
    db::Db,
    testing::{Browser, Engine, Page, Sending, TestApp, store},
};

use crate::{
    form::{Cardiology as _, FormFields},
    referral::{delivered, follow, form_of, send, to_summary},
};

const TYPED: &str = "typed while it was away\n<b>\"two\"</b> lines & more";

/// Posts what the page keeps, as its button does.
async fn tries_again(browser: &mut Browser, kept: &Page) -> Page {
    assert!(kept.body.contains("Try again"), "{}", kept.text());
    let fields = kept.hidden_fields();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
    browser.post(&kept.forms()[0], &fields).await
}

/// PostgreSQL is away, so that not even the session is found: the form's text is on the page, and saved from there.
#[actix_web::test]
async fn keeps_the_text_of_a_form_while_the_database_is_away() {
    let app = TestApp::on(Engine::Postgres).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Palpitations").set("a.concern", TYPED);
    app.database().allow_connections(false).await;
    let kept = form.press(&mut browser, "continue").await;
    assert_eq!(kept.status, 503, "{}", kept.text());
    assert!(kept.text().contains("What you entered is kept on this page"), "{}", kept.text());
    let again = tries_again(&mut browser, &kept).await;
    assert_eq!(again.status, 503, "it is still away");
    let french = form.set("lang", "fr").press(&mut browser, "continue").await;
    assert!(
        french.text().contains("est gardé sur cette page"),
        "in the language of the form: {}",
        french.text()
    );
    app.database().allow_connections(true).await;
    let saved = tries_again(&mut browser, &again).await;
    assert!(saved.location().path().ends_with("/destination"), "{}", saved.location());
    let stored = FormFields::read(&browser.get(&form.action).await);
    assert_eq!(stored.value("a.concern").replace('\r', ""), TYPED);
}

/// Photos that are posted with a form cannot be kept, and the page says so; its text is kept.
#[actix_web::test]
async fn keeps_the_text_of_a_form_with_files_while_the_database_is_away() {
    let app = TestApp::on(Engine::Postgres).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Palpitations").set("a.concern", TYPED);
    app.database().allow_connections(false).await;
    let kept = browser.send(form.with_files(&[("ecg-file", "ecg.pdf", b"%PDF-1.7")])).await;
    assert_eq!(kept.status, 503, "{}", kept.text());
    assert!(kept.text().contains("The files that you chose are not kept"), "{}", kept.text());
    app.database().allow_connections(true).await;
    assert_eq!(tries_again(&mut browser, &kept).await.status, 303);
    let stored = FormFields::read(&browser.get(&form.action).await);
    assert_eq!(stored.value("a.concern").replace('\r', ""), TYPED);
}

/// "Send" while another process holds the database: repeated from the page that says so, it is sent once.
#[actix_web::test]
async fn sends_once_what_is_sent_again_after_the_database_was_busy() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let mut browser = app.browser();
        let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
        let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
        let kept = match engine {
            Engine::Sqlite => {
                let url = DatabaseUrl::Sqlite(app.database().file().unwrap());
                let settings = DatabaseSettings { url, connections: 1, allow_plaintext: false };
                let other = Db::open(&settings, false).await.unwrap();
                let _held = store::hold_writes(&other).await.unwrap();
                send(&mut browser, &summary).await
            }
            Engine::Postgres => {
                app.database().allow_connections(false).await;
                let kept = send(&mut browser, &summary).await;
                app.database().allow_connections(true).await;
                kept
            }
        };
        assert_eq!(kept.status, 503, "{}", kept.text());
        assert!(kept.text().contains("A referral is never sent twice"), "{}", kept.text());
        let sent = tries_again(&mut browser, &kept).await;
        let twice = tries_again(&mut browser, &kept).await;
        assert_eq!(sent.location(), twice.location());
        assert!(follow(&mut browser, &sent).await.text().contains("Sending"));
        app.deliver().await;
        assert_eq!(delivered(&app).len(), 1);
    }
}

/// Only posts of a chart are kept, and of those none that its page's script sent: passwords are never on a page.
#[actix_web::test]
async fn keeps_no_other_post_while_the_database_is_away() {
    let app = TestApp::on(Engine::Postgres).await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    app.database().allow_connections(false).await;
    let password = [("email", "a@demo.example"), ("password", "canary-password")];
    for page in [
        browser.post("/admin/sign-in", &password).await,
        browser.send(Sending::form(&form.action, &password).header("x-background", "1")).await,
    ] {
        assert!(page.status >= 400, "{}", page.status);
        assert!(!page.body.contains("canary-password") && !page.body.contains("Try again"), "{}", page.body);
    }
    app.database().allow_connections(true).await;
}
