//! Tests of scripts in entered text, and of the pages that show it later.

use passerelle::testing::{Browser, Page, TestApp};
use passerelle::users::{Linking, Role};

use crate::{
    copies::confirm_all,
    form::{Cardiology as _, FormFields},
    referral::{follow, form_of, to_summary},
};

/// Closes every context of a page in which a text may appear; the product is 50337.
const SCRIPT: &str =
    "\"'></textarea></title></script><script>alert(1)</script><img src=x onerror=alert(1)>{{ 7191 * 7 }}";

fn assert_inert(page: &Page) {
    let at = format!("{} {}", page.status, page.url);
    assert!(page.status < 500, "{at}");
    for raw in [SCRIPT, "<script>alert", "<img src=x", "</textarea></title>", "50337"] {
        assert!(!page.body.contains(raw), "{raw} at {at}");
    }
    assert_eq!(
        page.body.matches("<script").count(),
        page.body.matches("<script src=\"/static/").count(),
        "{at}"
    );
}

async fn shows(browser: &mut Browser, path: &str) {
    let page = browser.get(path).await;
    assert_inert(&page);
    assert!(page.text().contains(SCRIPT), "it is shown as what it is: {path} {}", page.text());
}

/// X04: in every field, on every page, for the author and in a later session, entered text is escaped.
#[actix_web::test]
async fn escapes_scripts_entered_in_a_referral() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete(SCRIPT);
    for field in ["a.clinic-name", "a.referrer", "a.copy-to", "a.ecg-findings", "a.earlier-events"] {
        form.set(field, SCRIPT);
    }
    let summary = to_summary(&mut browser, &form).await;
    assert_inert(&summary);
    assert!(summary.text().contains(SCRIPT), "{}", summary.text());
    let base = summary.url.path().replace("/review", "");
    shows(&mut browser, &format!("{base}/edit")).await;
    let stale = FormFields::read(&browser.get(&format!("{base}/edit")).await);
    let mut newer = FormFields::read(&browser.get(&format!("{base}/edit")).await);
    newer.set("a.concern", &format!("{SCRIPT} again"));
    assert_eq!(newer.press(&mut browser, "save").await.status, 303);
    let conflict = stale.press(&mut browser, "save").await;
    assert_eq!(conflict.status, 409);
    assert_inert(&conflict);
    assert_eq!(FormFields::read(&conflict).value("a.concern"), SCRIPT);
    let query: String = url::form_urlencoded::byte_serialize(SCRIPT.as_bytes()).collect();
    assert_inert(&browser.get(&format!("{base}/destination?q={query}")).await);
    let summary = browser.get(&format!("{base}/review")).await;
    let sent = confirm_all(&mut browser, &summary).await;
    assert_inert(&follow(&mut browser, &sent).await);
    app.deliver().await;
    let mut later = app.browser();
    let context = later.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let id = base.rsplit('/').next().unwrap();
    for path in [
        format!("/c/{context}/"),
        format!("/c/{context}/referrals"),
        format!("/c/{context}/referrals/{id}"),
        "/referrals".to_owned(),
        format!("/referrals/{id}"),
    ] {
        assert_inert(&later.get(&path).await);
    }
}

/// X04: the name of an account as an administrator entered it, and the text that a user entered as proof.
#[actix_web::test]
async fn escapes_scripts_in_names_and_proofs() {
    let app = TestApp::setup().linking(Linking::Link).start().await;
    app.add_user(SCRIPT, "amara@clinic.example", "a long enough passphrase", Role::Clinician).await;
    let mut browser = app.browser();
    let question = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.question();
    let token = browser.get(&question).await.csrf_token();
    let wrong = [("csrf_token", token.as_str()), ("email", SCRIPT), ("password", SCRIPT)];
    assert_inert(&browser.post(&format!("{question}/password"), &wrong).await);
    let wrong = [("csrf_token", token.as_str()), ("code", SCRIPT)];
    assert_inert(&browser.post(&format!("{question}/invitation"), &wrong).await);
    let right = [
        ("csrf_token", token.as_str()),
        ("email", "amara@clinic.example"),
        ("password", "a long enough passphrase"),
    ];
    browser.post(&format!("{question}/password"), &right).await;
    shows(&mut browser, &question).await;
    let token = browser.get(&question).await.csrf_token();
    let entered = browser.post(&format!("{question}/confirm"), &[("csrf_token", &token)]).await;
    shows(&mut browser, entered.location().path()).await;
    shows(&mut browser, "/referrals").await;
}
