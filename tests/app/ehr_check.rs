//! Tests of `passerelle ehr check`: each problem has a line and a setting, the result agrees with a launch, and an
//! administrator who follows the lines ends with a launch that works.

mod contradiction;
mod issuer_slash;
mod mended;
mod needs;
mod problems;
mod unreachable;

use passerelle::admin::{Checked, run_check};
use passerelle::clock::{Clock, SystemClock};
use passerelle::ehrs::check::{Level, Line, Remedy, Report, check_ehr, localize};
use passerelle::testing::TestApp;
use passerelle::web::{Lang, SiteFolder, Words};

pub async fn check_at(app: &TestApp, id: &'static str) -> Report {
    let report = app.within(async move |app| {
        let public_url = app.settings().server.public_url.clone();
        check_ehr(app.db(), &**app.clock(), app.sealer(), &public_url, id).await
    });
    let report = report.await.unwrap().expect("the EHR is registered");
    assert_every_line_has_a_text(&report);
    report
}

pub async fn check(app: &TestApp) -> Report {
    check_at(app, "riverside").await
}

pub async fn printed(app: &TestApp) -> Checked {
    app.within(async move |app| run_check(&app.admin(), "riverside").await.map_err(|e| e.to_string()))
        .await
        .unwrap()
}

/// Asserts that every line has a text in both languages, and that a line that offers a setting names it.
fn assert_every_line_has_a_text(report: &Report) {
    let words = Words::load(&SiteFolder::new(None)).unwrap();
    for line in &report.lines {
        for lang in Lang::ALL {
            let message = localize(line, &words, lang);
            assert!(!message.text.starts_with("check-"), "{} lacks a text in {lang}", line.code());
            assert!(!message.topic.starts_with("check-"), "{:?} lacks a text in {lang}", line.topic);
            assert!(
                line.level != Level::Problem || !message.fix.is_empty(),
                "{}: a problem has a fix",
                line.code()
            );
            for name in settings(line) {
                assert!(
                    message.fix.contains(name),
                    "{} in {lang} does not name {name}: {}",
                    line.code(),
                    message.fix
                );
            }
            if let Some((_, why)) = line.values.iter().find(|(name, _)| *name == "why") {
                assert!(lang == Lang::En || !message.text.contains(why), "{why} is not translated");
            }
        }
    }
}

pub fn settings(line: &Line) -> Vec<&'static str> {
    let names = line.remedies.iter().filter_map(|remedy| match remedy {
        Remedy::Set { name, .. } | Remedy::Add { name, .. } => Some(*name),
        Remedy::TrustCa => Some("ca_file"),
        Remedy::Approve(_) | Remedy::Resume => None,
    });
    names.collect()
}

pub fn codes(report: &Report, level: Level) -> Vec<&'static str> {
    report.lines.iter().filter(|line| line.level == level).map(Line::code).collect()
}

pub fn find<'r>(report: &'r Report, code: &str) -> &'r Line {
    let all: Vec<&str> = report.lines.iter().map(Line::code).collect();
    report.lines.iter().find(|line| line.code() == code).unwrap_or_else(|| panic!("no {code} in {all:?}"))
}

/// A correct EHR gets no problem line, a note or two, and the values that its administrator needs.
#[actix_web::test]
async fn reports_no_problem_for_a_correct_ehr() {
    let online = |ehr: &mut passerelle::ehrs::Registration| ehr.scopes.push("online_access".to_owned());
    let app = TestApp::setup().registration(online).framed().start().await;
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new());
    for code in [
        "address-allowed",
        "clock-good",
        "smart-found",
        "issuer-as-registered",
        "openid-agrees",
        "endpoints-found",
        "origins-own",
        "keys-usable",
        "client-auth-offered",
        "pkce-offered",
        "scopes-published",
        "refresh-asked",
        "revocation-found",
        "introspection-off",
        "capabilities-all",
        "fhir-version",
        "frame-allowed",
    ] {
        assert_eq!(find(&report, code).level, Level::Good, "{code}");
    }
    assert_eq!(codes(&report, Level::Note), ["public-url-local", "basic-characters"]);
    let checked = printed(&app).await;
    assert_eq!(checked.problems, 0);
    let handed = [
        format!("{}/launch", app.origin()),
        format!("{}/callback/riverside", app.origin()),
        "passerelle-at-riverside".to_owned(),
        "patient/Patient.rs".to_owned(),
        "Nothing that can be checked from here prevents a launch.".to_owned(),
    ];
    for part in handed {
        assert!(checked.text.contains(&part), "{part} is not in\n{}", checked.text);
    }
}

/// M04: a check sends no secret and stores nothing: a launch afterwards fetches everything itself.
#[actix_web::test]
async fn sends_no_secret_and_stores_nothing() {
    for keys in [false, true] {
        let app = if keys { TestApp::setup().keys().start().await } else { TestApp::start().await };
        check(&app).await;
        let asked = app.ehr().requests_of_app();
        assert!(!asked.is_empty());
        for request in &asked {
            assert_eq!((request.method.as_str(), request.body.as_str()), ("GET", ""), "{}", request.path);
            assert!(request.header("authorization").is_none() && request.header("cookie").is_none());
            assert!(!format!("{request:?}").contains(&app.ehr().client_secret));
        }
        assert_eq!((app.count("ehr_origins").await, app.audit_events().await.len()), (0, 1));
        app.ehr().clear_recorded();
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let discovery = app.ehr().requests_to("/fhir/.well-known/smart-configuration");
        assert_eq!(discovery.len(), 1, "the launch does not reuse documents of the check");
        assert!(discovery[0].header("if-none-match").is_none());
    }
}

/// Runs the shipped program on the database of the app, as an administrator does.
fn program(app: &TestApp) -> std::process::Output {
    let folder = app.folder();
    let file = folder.join("command.toml");
    let quoted = |name: &str| format!("{:?}", folder.join(name).to_string_lossy());
    let toml = format!(
        "[server]\npublic_url = {:?}\n[database]\nurl = {:?}\n[keys]\nfile = {}\n",
        app.origin(),
        app.database().url(),
        quoted("keys.toml")
    );
    std::fs::write(&file, toml).unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_passerelle"));
    command.arg("--config").arg(&file).args(["ehr", "check", "riverside"]).output().unwrap()
}

/// The exit status reports problems to scripts.
#[actix_web::test]
async fn exits_with_a_failure_if_there_are_problems() {
    let app = TestApp::start().await;
    // The program uses the clock of the machine.
    app.advance(SystemClock.now().duration_since(app.clock.now()));
    let good = program(&app);
    let said = String::from_utf8(good.stdout).unwrap();
    assert!(good.status.success() && said.contains("good      Issuer: "), "{said}");
    app.ehr().set_fault(Some(passerelle::demo_ehr::Fault::DiscoveryIssuerDiffers));
    let bad = program(&app);
    let said = String::from_utf8(bad.stdout).unwrap();
    assert!(!bad.status.success() && said.contains("PROBLEM   Issuer: "), "{said}");
    assert_eq!(String::from_utf8(bad.stderr).unwrap().trim(), "The check found problems.");
}

/// A failed check does not delay launches, as a failed launch would for ten seconds.
#[actix_web::test]
async fn does_not_delay_launches_after_a_failed_check() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(passerelle::demo_ehr::Fault::DiscoveryServerError));
    assert_eq!(codes(&check(&app).await, Level::Problem), ["smart-failing"]);
    app.ehr().set_fault(None);
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// REG-05: an EHR registered with keys gets the URL of the key set in the check.
#[actix_web::test]
async fn shows_the_key_set_url_for_an_ehr_with_keys() {
    let app = TestApp::setup().keys().start().await;
    let report = check(&app).await;
    let jwks = format!("{}/jwks/riverside.json", app.origin());
    assert_eq!(report.hand_over.jwks_url.as_deref(), Some(jwks.as_str()));
    assert_eq!(report.hand_over.client_auth, "private_key_jwt");
    let alg = find(&report, "signing-alg");
    assert_eq!(alg.values, [("alg", "ES384".to_owned())]);
    assert!(printed(&app).await.text.contains(&jwks));
}
