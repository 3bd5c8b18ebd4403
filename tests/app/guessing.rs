//! Tests of guessed passwords and invitations: attempts are bounded and audited.

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

/// Launches as an unlinked user, and tries this many passwords.
async fn signs_in_with(app: &TestApp, proofs: &[(&str, &[(&str, &str)])]) -> Vec<Page> {
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

/// K09: ten failed attempts lock the account for an hour, however many launches they come from.
#[actix_web::test]
async fn locks_an_account_after_ten_wrong_passwords_from_many_launches() {
    let app = app_with_an_account().await;
    let (wrong, right) = (password("not the passphrase"), password(PASSWORD));
    for _ in 0..2 {
        for page in signs_in_with(&app, &[("password", &wrong[..]); 5]).await {
            assert_eq!(page.status, 422);
        }
    }
    assert_eq!(
        signs_in_with(&app, &[("password", &right[..])]).await[0].status,
        422,
        "the right one as well"
    );
    let events = app.audit_events().await;
    let lockouts: Vec<_> = events.iter().filter(|it| it.detail.as_deref() == Some("account-rests")).collect();
    assert!(
        lockouts.len() == 1 && lockouts[0].user_id.is_some(),
        "recorded once, with the account: {lockouts:?}"
    );
    app.advance(SignedDuration::from_hours(1));
    assert_eq!(signs_in_with(&app, &[("password", &right[..])]).await[0].status, 303);
}

/// K09: failed attempts are audited with the EHR's identity of the user and without the entered password.
#[actix_web::test]
async fn records_failed_attempts() {
    let app = app_with_an_account().await;
    let wrong = password("canary-typed-password");
    let code = [("code", "CANARY-TYPED-CODE")];
    signs_in_with(&app, &[("password", &wrong[..]), ("invitation", &code[..])]).await;
    let events = app.audit_events().await;
    let refused: Vec<_> = events.iter().filter(|event| event.event == "user-linked").collect();
    assert_eq!(refused.len(), 2);
    for event in &refused {
        assert_eq!((event.outcome.as_str(), event.detail.as_deref()), ("failure", Some("wrong-proof")));
        assert_eq!(event.ehr_id.as_deref(), Some("riverside"));
    }
    assert!(!format!("{events:?}").to_lowercase().contains("canary"));
}
