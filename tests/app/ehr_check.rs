//! `passerelle ehr check`: each thing that is wrong has its line and its setting, it says what a launch does, and an
//! administrator who follows its lines ends with a launch that works.

mod contradiction;
mod mended;
mod problems;
mod unreachable;

use passerelle::admin::{Checked, run_check};
use passerelle::clock::{Clock, SystemClock};
use passerelle::launch::ehrs::check::{Level, Line, Remedy, Report, check_ehr, tell};
use passerelle::testing::TestApp;
use passerelle::web::{Lang, SiteFolder, Words};

pub async fn check_at(app: &TestApp, id: &'static str) -> Report {
    let report = app.within(async move |app| {
        let public_url = app.settings().server.public_url.clone();
        check_ehr(app.db(), &**app.clock(), app.sealer(), &public_url, id).await
    });
    let report = report.await.unwrap().expect("it is registered");
    every_line_has_words(&report);
    report
}

pub async fn check(app: &TestApp) -> Report {
    check_at(app, "riverside").await
}

pub async fn printed(app: &TestApp) -> Checked {
    app.within(async move |app| run_check(&app.office(), "riverside").await.map_err(|e| e.to_string()))
        .await
        .unwrap()
}

/// In both languages, none of them left out, and a line that offers a setting names it.
fn every_line_has_words(report: &Report) {
    let words = Words::load(&SiteFolder::new(None)).unwrap();
    for line in &report.lines {
        for lang in Lang::ALL {
            let told = tell(line, &words, lang);
            assert!(!told.text.starts_with("check-"), "{} lacks words in {lang}", line.code);
            assert!(!told.topic.starts_with("check-"), "{:?} lacks words in {lang}", line.topic);
            assert!(line.level != Level::Problem || !told.fix.is_empty(), "{}: what to do?", line.code);
            for name in settings(line) {
                assert!(
                    told.fix.contains(name),
                    "{} in {lang} does not name {name}: {}",
                    line.code,
                    told.fix
                );
            }
            if let Some((_, why)) = line.values.iter().find(|(name, _)| *name == "why") {
                assert!(lang == Lang::En || !told.text.contains(why), "{why} is not said in French");
            }
        }
    }
}

pub fn settings(line: &Line) -> Vec<&'static str> {
    let names = line.remedies.iter().filter_map(|remedy| match remedy {
        Remedy::Set { name, .. } | Remedy::Add { name, .. } => Some(*name),
        Remedy::Approve(_) | Remedy::Resume => None,
    });
    names.collect()
}

pub fn codes(report: &Report, level: Level) -> Vec<&'static str> {
    report.lines.iter().filter(|line| line.level == level).map(|line| line.code).collect()
}

pub fn find<'r>(report: &'r Report, code: &str) -> &'r Line {
    let all: Vec<&str> = report.lines.iter().map(|line| line.code).collect();
    report.lines.iter().find(|line| line.code == code).unwrap_or_else(|| panic!("no {code} in {all:?}"))
}

/// A good EHR: every line good, but for what is only worth knowing, and what its administrator needs.
#[actix_web::test]
async fn a_good_ehr_has_good_lines_and_a_good_end() {
    let online = |ehr: &mut passerelle::launch::Registration| ehr.scopes.push("online_access".to_owned());
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

/// M04: it leaves nothing behind: no secret leaves, nothing is noted, and a launch asks for everything itself.
#[actix_web::test]
async fn a_check_sends_no_secret_and_leaves_nothing_behind() {
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
        assert_eq!(discovery.len(), 1, "the launch remembers nothing of the check");
        assert!(discovery[0].header("if-none-match").is_none());
    }
}

/// The shipped program on the database of the app, as an administrator runs it.
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

/// Scripts read the exit status, people the lines.
#[actix_web::test]
async fn the_exit_status_says_whether_there_are_problems() {
    let app = TestApp::start().await;
    // The program has the machine's clock.
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

/// A check in vain does not keep launches from asking, as a launch in vain would for ten seconds.
#[actix_web::test]
async fn a_check_in_vain_does_not_hold_launches_up() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(passerelle::demo_ehr::Fault::DiscoveryServerError));
    assert_eq!(codes(&check(&app).await, Level::Problem), ["smart-failing"]);
    app.ehr().set_fault(None);
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// REG-05: with keys, the EHR's administrator is given their address.
#[actix_web::test]
async fn the_address_of_our_keys_is_handed_over() {
    let app = TestApp::setup().keys().start().await;
    let report = check(&app).await;
    let jwks = format!("{}/jwks/riverside.json", app.origin());
    assert_eq!(report.hand_over.jwks_url.as_deref(), Some(jwks.as_str()));
    assert_eq!(report.hand_over.client_auth, "private_key_jwt");
    let alg = find(&report, "signing-alg");
    assert_eq!(alg.values, [("alg", "ES384".to_owned())]);
    assert!(printed(&app).await.text.contains(&jwks));
}
