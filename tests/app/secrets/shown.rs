//! Tests that secrets are never shown: every page of a day's work, every header and byte, metrics, and static files.

use jiff::SignedDuration;
use passerelle::testing::{Browser, Landing, LogCapture, Page, TestApp};

use crate::{
    form::{Cardiology as _, FormFields},
    referral::{follow, send, to_summary},
};

/// Plays a launch, a referral from the form to delivered, the lists, the form again an hour later, and signing out.
async fn day_of_work(app: &TestApp, browser: &mut Browser) -> (Landing, Vec<Page>) {
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let context = landing.context();
    let home = format!("/c/{context}");
    let form = browser.get(&format!("{home}/referrals/new")).await;
    let summary = to_summary(browser, FormFields::read(&form).complete("Palpitations")).await;
    let sent = send(browser, &summary).await;
    app.deliver().await;
    let detail = follow(browser, &sent).await;
    let addresses = form.body.split('"').filter(|text| text.starts_with("/static/"));
    let assets: Vec<String> = addresses.map(str::to_owned).collect();
    assert!(assets.len() >= 3, "a style, a script and an icon: {assets:?}");
    let mut pages = vec![form, summary, sent, detail];
    for asset in &assets {
        pages.push(browser.get(asset).await);
    }
    for _ in 0..6 {
        app.advance(SignedDuration::from_mins(12));
        pages.push(browser.get(&format!("{home}/")).await);
    }
    for path in [
        &format!("{home}/referrals/new"),
        &format!("{home}/referrals"),
        "/referrals",
        "/jwks/riverside.json",
        "/health/ready",
        "/launch",
        "/nothing",
    ] {
        pages.push(browser.get(path).await);
    }
    let token = browser.chart(&context).await.csrf_token;
    pages.push(browser.post(&format!("{home}/sign-out"), &[("csrf_token", &token)]).await);
    pages.push(browser.get("/signed-out").await);
    (landing, pages)
}

/// Headers and body of a response.
fn whole(page: &Page) -> String {
    let headers = page.headers.iter().map(|(name, value)| format!("{name}: {value:?}\n"));
    format!("{}\n{}", headers.collect::<String>(), page.body)
}

/// REG-07, ONT-02, API-13: pages, headers, redirects, scripts, public keys and metrics reveal no client secret, token
/// or verifier, nor, after the launch, its code and state; nor do log and database.
#[actix_web::test]
async fn shows_no_secret_on_any_page() {
    let log = LogCapture::start();
    let online = TestApp::setup().registration(|ehr| ehr.scopes.push("online_access".to_owned()));
    let app = online.metrics().start().await;
    let mut browser = app.browser();
    let (landing, pages) = day_of_work(&app, &mut browser).await;
    let travelled = landing.secrets();
    let mut secrets = app.secrets(&landing);
    secrets.retain(|secret| !travelled.contains(secret));
    assert!(app.ehr().issued_secrets().len() >= 7, "a handle, a code, three tokens and the two of a refresh");
    let own = ["client_secret", "code_verifier", "\"d\":", "PRIVATE KEY"];
    secrets.extend(own.map(str::to_owned));
    let opened: Vec<_> = pages.iter().map(|page| (page.status, page.url.path())).collect();
    assert!(opened.iter().filter(|(status, _)| *status == 200).count() > 15, "{opened:?}");
    assert!(travelled.len() >= 4, "handle, state, nonce, code: {}", travelled.len());
    let opened = pages.iter().map(|page| (page.url.path().to_owned(), whole(page)));
    let metrics = ("metrics".to_owned(), app.metrics().await);
    for (place, text) in opened.chain([metrics]) {
        for secret in secrets.iter().chain(&travelled) {
            assert!(!text.contains(secret.as_str()), "{place} leaks {secret}");
        }
    }
    for page in &landing.pages {
        let text = whole(page);
        assert!(secrets.iter().all(|secret| !text.contains(secret.as_str())), "{}", page.url);
    }
    let files = ["passerelle.db", "passerelle.db-wal"].map(|name| std::fs::read(app.folder().join(name)));
    let database: String = files.into_iter().flatten().flatten().map(char::from).collect();
    assert!(database.contains("Okafor"), "the search finds plain text");
    let log = log.text();
    let tokens = secrets.iter().filter(|secret| secret.len() > 20).chain(&travelled);
    for secret in tokens {
        assert!(!database.contains(secret.as_str()), "{secret} is in the database");
        assert!(!log.contains(secret.as_str()), "{secret} is in the log");
    }
}
