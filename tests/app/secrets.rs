//! Tests that secrets never appear in the log, nor in plain text in the database.

mod shown;

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Engine, LogCapture, TestApp, store};
use passerelle::users::{Linking, Role, SESSION_COOKIE};

const PATIENT: [&str; 4] = ["Tremblay", "TREMBLAY", "9512345670", "eleonore.ts@example.ca"];
const PASSWORD: &str = "canary passphrase 7391";

/// Launches, links, opens the form, is refused once, and returns every secret that was used.
async fn busy_day(app: &TestApp) -> Vec<String> {
    app.add_user("Amara Account", "amara@clinic.example", PASSWORD, Role::Clinician).await;
    let (_, code) = app.invite("Other Account", Role::Clinician).await;
    let mut secrets = vec![PASSWORD.to_owned(), code.replace('-', ""), code];
    let faults = [
        None,
        Some(Fault::IdTokenWrongAudience),
        Some(Fault::TokenServerError),
        Some(Fault::PatientIdMismatch),
        Some(Fault::AuthorizeErrorDescriptionHtml),
        Some(Fault::DiscoveryHtml),
        Some(Fault::PatientTruncated),
    ];
    for fault in faults {
        app.ehr().set_fault(fault);
        let landing = app.browser().launch(app.ehr(), "eleonore", "wei-lin-chen").await;
        secrets.extend(app.secrets(&landing));
    }
    app.ehr().set_fault(None);
    app.advance(jiff::SignedDuration::from_secs(61));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let question = landing.question();
    for (password, step) in [("a wrong passphrase 55", "password"), (PASSWORD, "password"), ("", "confirm")] {
        let token = browser.get(&question).await.csrf_token();
        let fields =
            [("csrf_token", token.as_str()), ("email", "amara@clinic.example"), ("password", password)];
        browser.post(&format!("{question}/{step}"), &fields).await;
    }
    let again = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.open(&again).await.status, 200);
    secrets.extend([&landing, &again].into_iter().flat_map(|landing| app.secrets(landing)));
    let cookie = browser.cookies.get(SESSION_COOKIE).unwrap();
    secrets.push(cookie[cookie.len() - 43..].to_owned());
    secrets.sort_unstable();
    secrets.dedup();
    assert!(secrets.len() > 40, "only {} secrets", secrets.len());
    secrets
}

/// REG-07, API-13, ONT-02, F23: at the most detailed log level of every crate, the log contains no code, token,
/// state, verifier, secret, password, name or number.
#[actix_web::test]
async fn logs_no_secret_and_no_patient() {
    let log = LogCapture::start();
    let app = TestApp::setup().linking(Linking::Link).start().await;
    let secrets = busy_day(&app).await;
    let text = log.text();
    assert!(text.contains("TRACE") || text.contains("DEBUG"), "the log is detailed");
    assert!(text.contains("cause="), "the log has the cause");
    for secret in secrets.iter().map(String::as_str).chain(PATIENT).chain(["a wrong passphrase 55", "eyJ"]) {
        let line = text.lines().find(|line| line.contains(secret));
        assert_eq!(line, None, "{secret} is in the log");
    }
}

/// REG-07, TRS-10, SEC-03, ONT-02, S03: a stolen SQLite file reveals no token, secret, password or patient.
#[actix_web::test]
async fn stores_no_readable_secret_or_patient_in_sqlite() {
    let app = TestApp::setup().linking(Linking::Link).start().await;
    let secrets = busy_day(&app).await;
    let files = ["passerelle.db", "passerelle.db-wal"].map(|name| std::fs::read(app.folder().join(name)));
    // Bytes as characters of the same value, so that a search for ASCII works.
    let text: String = files.into_iter().flatten().flatten().map(char::from).collect();
    assert!(text.contains("Amara Account"), "the search finds plain text");
    for secret in secrets.iter().map(String::as_str).chain(PATIENT) {
        assert!(!text.contains(secret), "{secret} is in the file");
    }
}

/// REG-07, TRS-10, SEC-03, ONT-02, S03: nor does a stolen PostgreSQL database, in text or in bytes.
#[actix_web::test]
async fn stores_no_readable_secret_or_patient_in_postgres() {
    let app = TestApp::setup().on(Engine::Postgres).linking(Linking::Link).start().await;
    let secrets = busy_day(&app).await;
    let tables = app.within(async |app| store::dump(app.db()).await).await.unwrap();
    let bytes: Vec<u8> = tables.into_iter().flat_map(|(_, bytes)| bytes).collect();
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    assert!(text.contains("amara account"), "the search finds plain text");
    for secret in secrets.iter().map(String::as_str).chain(PATIENT) {
        let hexadecimal = hexadecimal_of(secret.as_bytes());
        assert!(!text.contains(&secret.to_lowercase()), "{secret} is in a column");
        assert!(!text.contains(&hexadecimal), "{secret} is in a column of bytes");
    }
}

pub fn hexadecimal_of(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
