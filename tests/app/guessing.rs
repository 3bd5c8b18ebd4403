//! Guessing somebody's password or invitation: it is bounded, and it is seen.

use jiff::SignedDuration;
use passerelle::testing::{Page, TestApp};
use passerelle::users::{Linking, Role};

const EMAIL: &str = "n.okafor@clinic.example";
const PASSWORD: &str = "a long enough passphrase";

async fn app_with_an_account() -> TestApp {
    let app = TestApp::setup().linking(Linking::Link).start().await;
    app.add_user("Dr. Ngozi Okafor", EMAIL, PASSWORD, Role::Clinician).await;
    app
}

/// One launch of somebody who is not linked, and as many tries.
async fn tries(app: &TestApp, proofs: &[(&str, &[(&str, &str)])]) -> Vec<Page> {
    let mut browser = app.browser();
    let question = browser.launch(app.ehr(), "eleonore", "wei-lin-chen").await.question();
    let mut pages = Vec::new();
    for (kind, fields) in proofs {
        let token = browser.get(&question).await.csrf_token();
        let all: Vec<_> =
            [("csrf_token", token.as_str())].into_iter().chain(fields.iter().copied()).collect();
        pages.push(browser.post(&format!("{question}/{kind}"), &all).await);
    }
    pages
}

fn password(guess: &str) -> [(&str, &str); 2] {
    [("email", EMAIL), ("password", guess)]
}

/// K09: ten tries at an account, however many launches they come from; then it rests for an hour.
#[actix_web::test]
async fn an_account_rests_after_ten_wrong_passwords_from_many_launches() {
    let app = app_with_an_account().await;
    let (wrong, right) = (password("not the passphrase"), password(PASSWORD));
    for _ in 0..2 {
        for page in tries(&app, &[("password", &wrong[..]); 5]).await {
            assert_eq!(page.status, 422);
        }
    }
    assert_eq!(tries(&app, &[("password", &right[..])]).await[0].status, 422, "also the right one");
    let events = app.audit_events().await;
    let rests: Vec<_> = events.iter().filter(|it| it.detail.as_deref() == Some("account-rests")).collect();
    assert!(rests.len() == 1 && rests[0].user_id.is_some(), "recorded once, with whose account: {rests:?}");
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(tries(&app, &[("password", &right[..])]).await[0].status, 303);
}

/// K09: wrong tries stand in the audit trail, with who the EHR says it was and without what was typed.
#[actix_web::test]
async fn wrong_tries_are_recorded() {
    let app = app_with_an_account().await;
    let wrong = password("canary-typed-password");
    let code = [("code", "CANARY-TYPED-CODE")];
    tries(&app, &[("password", &wrong[..]), ("invitation", &code[..])]).await;
    let events = app.audit_events().await;
    let refused: Vec<_> = events.iter().filter(|event| event.event == "user-linked").collect();
    assert_eq!(refused.len(), 2);
    for event in &refused {
        assert_eq!((event.outcome.as_str(), event.detail.as_deref()), ("failure", Some("wrong-proof")));
        assert_eq!(event.ehr_id.as_deref(), Some("riverside"));
    }
    assert!(!format!("{events:?}").to_lowercase().contains("canary"));
}
