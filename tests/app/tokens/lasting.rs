//! Tests of the duration of access: as long as requested, which is one launch unless registered otherwise.

use jiff::SignedDuration;

use super::{opened, read, sign_out, with_tokens};
use crate::ehr_check::{check, codes, settings};
use passerelle::{
    admin::{EhrCommand, SetArguments, run_ehr, run_set},
    ehrs::{Preset, Registration, SCOPES, check::Level},
    testing::{Setup, TestApp},
};

const LASTING: [&str; 2] = ["online_access", "offline_access"];

fn asking(scope: &'static str) -> Setup {
    TestApp::setup().registration(move |ehr| ehr.scopes.push(scope.to_owned()))
}

async fn set_scopes(app: &TestApp, change: (&str, &str)) -> Result<String, String> {
    let settings = vec![(change.0.to_owned(), change.1.to_owned())];
    let arguments = SetArguments { id: "riverside".to_owned(), settings, client_secret_file: None };
    app.within(async move |app| run_set(&app.admin(), arguments).await.map_err(|e| e.to_string())).await
}

/// SCP-10, RFR-10: neither `online_access` nor `offline_access` is requested by default, whatever the EHR advertises,
/// and access ends with its first token. Each is requested if registered, alone, and then access is refreshed.
#[actix_web::test]
async fn requests_a_refresh_token_only_if_registered() {
    for registered in ["", "online_access", "offline_access"] {
        let setup = if registered.is_empty() { TestApp::setup() } else { asking(registered) };
        let app = setup.start().await;
        let landing = app.browser().begin(app.ehr(), "eleonore", "ngozi-okafor").await;
        let scope = landing.asked("scope");
        let asked: Vec<&str> = scope.split(' ').filter(|scope| LASTING.contains(scope)).collect();
        assert_eq!(asked.join(" "), registered);
        let (mut browser, context) = opened(&app).await;
        app.advance(SignedDuration::from_mins(6));
        let expected = if registered.is_empty() { "no tokens" } else { "read" };
        assert_eq!(read(&mut browser, &context).await, expected, "{registered}");
    }
}

/// SCP-10, RFR-10: no preset requests either.
#[test]
fn requests_no_refresh_token_in_any_preset() {
    for preset in Preset::ALL {
        let mut registration = Registration::new("x", "X", "https://x.example/fhir", "us", &SCOPES);
        preset.apply(&mut registration);
        assert!(registration.scopes.iter().all(|scope| !LASTING.contains(&scope.as_str())), "{preset}");
    }
}

/// SCP-10: one of the two is enough, and the shorter one is proposed.
#[actix_web::test]
async fn refuses_a_registration_with_both_scopes() {
    let app = asking("online_access").start().await;
    let refused = set_scopes(&app, ("scopes+", "offline_access")).await.unwrap_err();
    assert!(refused.contains("ehr.riverside.scopes") && refused.contains("Keep online_access"), "{refused}");
    let landing = app.browser().begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert!(!landing.asked("scope").contains("offline_access"));
}

/// RFR-10: the administrator is warned that tokens would outlive the session at the EHR.
#[actix_web::test]
async fn warns_about_a_token_that_outlives_the_session_at_the_ehr() {
    for (registered, level) in [("online_access", Level::Good), ("offline_access", Level::Note)] {
        let report = check(&asking(registered).start().await).await;
        let lines: Vec<_> = report.lines.iter().filter(|line| line.code().starts_with("refresh-")).collect();
        assert_eq!((lines.len(), lines[0].level), (1, level), "{registered}");
        assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new());
        let offered = if level == Level::Note { vec!["scopes"] } else { vec![] };
        assert_eq!(settings(lines[0]), offered);
    }
}

/// RFR-10: such a token is stored sealed, and revoked when the session here ends.
#[actix_web::test]
async fn seals_and_revokes_a_token_that_outlives_the_session() {
    let app = asking("offline_access").start().await;
    let (mut browser, context) = opened(&app).await;
    let files = ["passerelle.db", "passerelle.db-wal"].map(|name| std::fs::read(app.folder().join(name)));
    let text: String = files.into_iter().flatten().flatten().map(char::from).collect();
    assert!(text.contains(&context), "the search finds plain text");
    sign_out(&mut browser, &context).await;
    app.eventually("wiped", async || with_tokens(&app).await == 0).await;
    let given_back: Vec<_> =
        app.ehr().requests_to("/auth/revoke").iter().map(|it| it.form()[0].1.clone()).collect();
    assert_eq!(given_back.len(), 2);
    for token in given_back {
        assert!(!text.contains(&token), "a token is in the file");
    }
}

/// RFR-10: suspending the EHR wipes every such token at once, in all sessions.
#[actix_web::test]
async fn wipes_tokens_of_a_suspended_ehr() {
    let app = asking("offline_access").start().await;
    let (mut browser, context) = opened(&app).await;
    assert_eq!(with_tokens(&app).await, 1);
    app.advance(SignedDuration::from_secs(1));
    let suspend = EhrCommand::Suspend { id: "riverside".to_owned() };
    app.within(async move |app| run_ehr(&app.admin(), suspend).await.map_err(|e| e.to_string()))
        .await
        .unwrap();
    app.refresh().await;
    app.within(async |app| {
        app.launch().forget_old().await.unwrap();
        app.launch().revoke_ended().await.unwrap();
    })
    .await;
    assert_eq!(with_tokens(&app).await, 0);
    assert_ne!(read(&mut browser, &context).await, "read");
}
