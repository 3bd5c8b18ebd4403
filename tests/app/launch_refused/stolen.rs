//! Tests of stolen launch handles, and of callbacks after the user changed.

use passerelle::testing::TestApp;
use passerelle::users::SESSION_COOKIE;
use passerelle::web::ErrorKind;

use crate::tokens::with_tokens;

/// L09: an attacker with a stolen handle is redirected to the EHR to sign in, and sees nothing of the chart that the
/// handle opened.
#[actix_web::test]
async fn opens_nothing_for_a_stolen_launch_handle() {
    let app = TestApp::start().await;
    let mut own = app.browser();
    let landing = own.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let context = landing.context();
    app.ehr().clear_recorded();
    let mut thief = app.browser();
    let iss = app.ehr().fhir_base_url();
    let page = thief.get(&format!("/launch?iss={iss}&launch={}", landing.handle)).await;
    assert!(page.location().as_str().starts_with(&format!("{}/authorize?", app.ehr().issuer())));
    page.assert_guarded("'none'");
    assert!(thief.cookies.get(SESSION_COOKIE).is_none());
    thief.get(&format!("/c/{context}/")).await.assert_says(ErrorKind::SignedOut);
    // Not even the URL that the handle once led to.
    thief.get(landing.callback().unwrap().as_str()).await.assert_says(ErrorKind::SigninFailed);
    assert!(app.ehr().recorded().is_empty(), "no chart was read and no code was sent");
    assert_eq!((app.count("sessions").await, app.count("launch_contexts").await), (1, 1));
    assert_eq!(own.chart(&context).await.patient, "eleonore");
}

/// C15: if another user signed in during an attempt, its callback leads to a question, and nothing of either user
/// changes until it is answered.
#[actix_web::test]
async fn asks_when_a_callback_meets_another_signed_in_user() {
    for known in [false, true] {
        let app = TestApp::start().await;
        if known {
            app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
        }
        asked_whose_chart(&app).await;
    }
}

async fn asked_whose_chart(app: &TestApp) {
    let mut browser = app.browser();
    let begun = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let meanwhile = browser.launch(app.ehr(), "zoe", "wei-lin-chen").await.context();
    let opened = with_tokens(app).await;
    let callback = begun.callback().unwrap();
    let landing = browser.finish(begun, callback.as_str()).await;
    let question = landing.question();
    let page = browser.get(&question).await;
    assert!(page.text().contains("Okafor") && page.text().contains("Chen"), "{}", page.text());
    for name in ["TREMBLAY", "LeBlanc", "LEBLANC"] {
        assert!(!page.body.contains(name), "{name} on the page of the question");
    }
    let chart = browser.chart(&meanwhile).await;
    assert!(chart.user.contains("Chen") && chart.patient == "zoe", "{chart:?}");
    let stayed = browser.post(&format!("{question}/stay"), &[("csrf_token", &page.csrf_token())]).await;
    assert_eq!(stayed.status, 200);
    assert!(browser.chart(&meanwhile).await.user.contains("Chen"));
    app.eventually("the other tokens are given back", async || with_tokens(app).await == opened).await;
}
