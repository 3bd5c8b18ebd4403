//! Tests of login CSRF: a third party's launch never switches the user by itself.

use passerelle::testing::{Setup, TestApp};
use passerelle::web::ErrorKind;

use crate::tokens::with_tokens;

async fn two_people() -> (TestApp, passerelle::testing::Browser, String, passerelle::testing::Landing) {
    let app = Setup::default().start().await;
    let mut browser = app.browser();
    let first = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let second = browser.launch(app.ehr(), "zoe", "wei-lin-chen").await;
    (app, browser, first, second)
}

/// L04, L05, LCH-11: a different user in the same browser leads to a question with both names; nothing changes until
/// it is answered.
#[actix_web::test]
async fn asks_when_another_user_is_signed_in() {
    let (_app, mut browser, first, second) = two_people().await;
    let page = browser.get(&second.question()).await;
    let text = page.text();
    assert!(text.contains("Okafor") && text.contains("Chen"), "{text}");
    page.assert_guarded("'none'");
    assert_eq!(browser.chart(&first).await.patient, "eleonore");
}

/// L04: staying discards the new sign-in with its tokens.
#[actix_web::test]
async fn keeps_the_first_user_and_discards_the_second() {
    let (app, mut browser, first, second) = two_people().await;
    let question = second.question();
    let page = browser.get(&question).await;
    let stayed = browser.post(&format!("{question}/stay"), &[("csrf_token", &page.csrf_token())]).await;
    assert_eq!(stayed.status, 200);
    assert!(stayed.text().contains("Okafor"), "{}", stayed.text());
    assert!(browser.chart(&first).await.user.contains("Okafor"));
    app.eventually("the tokens of the second are given back", async || with_tokens(&app).await == 1).await;
    browser.get(&question).await.assert_says(ErrorKind::SigninExpired);
}

/// L05: continuing signs the first user out on the server and sets a new cookie.
#[actix_web::test]
async fn signs_the_first_user_out_on_continuing() {
    let (app, mut browser, first, second) = two_people().await;
    let mut before = browser.clone();
    let question = second.question();
    let token = browser.get(&question).await.csrf_token();
    let entered = browser.post(&format!("{question}/confirm"), &[("csrf_token", &token)]).await;
    let context = entered.location().path_segments().unwrap().nth(1).unwrap().to_owned();
    let chart = browser.chart(&context).await;
    assert!(chart.user.contains("Chen") && chart.patient == "zoe", "{chart:?}");
    // The second user cannot see the chart of the first, and the old cookie is refused.
    browser.get(&format!("/c/{first}/test")).await.assert_says(ErrorKind::NotFound);
    before.get(&format!("/c/{first}/test")).await.assert_says(ErrorKind::SignedOut);
    let events = app.audit_events().await;
    assert!(events.iter().any(|event| event.event == "user-switch" && event.outcome == "success"));
}

/// L04: the answer needs the CSRF token of this question.
#[actix_web::test]
async fn refuses_an_answer_without_the_token_of_the_question() {
    let (app, mut browser, first, second) = two_people().await;
    let question = second.question();
    for token in ["", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"] {
        let page = browser.post(&format!("{question}/confirm"), &[("csrf_token", token)]).await;
        page.assert_says(ErrorKind::Forged);
    }
    assert_eq!(browser.chart(&first).await.patient, "eleonore");
    assert_eq!(app.count("launch_contexts").await, 1);
}
