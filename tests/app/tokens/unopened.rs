//! Tests of tokens of charts that were never opened: revoked like those of ended charts.

use jiff::SignedDuration;
use passerelle::testing::{Engine, TestApp};
use passerelle::users::Linking;

use super::with_tokens;

/// Runs the periodic work of the app.
async fn looks_around(app: &TestApp) {
    app.within(async |app| {
        app.launch().end_expired().await.unwrap();
        app.launch().revoke_ended().await.unwrap();
    })
    .await;
}

fn given_back(app: &TestApp) -> usize {
    app.ehr().requests_to("/auth/revoke").len()
}

/// REV-01, RFR-10: if the linking is not completed in ten minutes, its tokens are revoked once and deleted.
#[actix_web::test]
async fn revokes_the_tokens_of_an_unfinished_linking() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let setup = TestApp::setup().on(engine).linking(Linking::Link);
        let app = setup.registration(|ehr| ehr.scopes.push("offline_access".to_owned())).start().await;
        let question = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.question();
        assert!(question.starts_with("/sign-in/"));
        app.advance(SignedDuration::from_secs(599));
        looks_around(&app).await;
        assert_eq!(
            (given_back(&app), app.count("launch_contexts").await),
            (0, 0),
            "the linking may still be completed"
        );
        app.advance(SignedDuration::from_secs(2));
        looks_around(&app).await;
        looks_around(&app).await;
        assert_eq!((given_back(&app), with_tokens(&app).await), (2, 0), "{engine:?}: refresh and access");
        app.advance(SignedDuration::from_hours(25));
        app.within(async |app| app.launch().forget_old().await.unwrap()).await;
        let left = (app.count("launch_contexts").await, app.count("pending_sign_ins").await);
        assert_eq!(left, (0, 0));
    }
}

/// REV-01: a user who stays signed in declines the launch of another user, whose chart stays closed.
#[actix_web::test]
async fn revokes_the_tokens_of_a_declined_launch() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let first = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let question = browser.launch(app.ehr(), "zoe", "wei-lin-chen").await.question();
    let token = browser.get(&question).await.csrf_token();
    let page = browser.post(&format!("{question}/stay"), &[("csrf_token", &token)]).await;
    assert_eq!(page.status, 200, "{}", page.text());
    app.eventually("given back", async || given_back(&app) == 1 && with_tokens(&app).await == 1).await;
    assert_eq!(browser.chart(&first).await.patient, "eleonore");
}
