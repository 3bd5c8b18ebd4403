//! Tests that fix a registration with several problems by following the lines of the check, until a launch works.

use passerelle::{
    admin::{EhrCommand, SetArguments, run_ehr, run_set},
    demo_ehr::Shape,
    ehrs::{
        ClientAuthMethod, Registration,
        check::{Level, Remedy},
    },
    testing::{Setup, TestApp},
};

use super::{check, codes, printed};

async fn set(app: &TestApp, name: &str, value: &str) -> Result<String, String> {
    set_all(app, vec![(name.to_owned(), value.to_owned())]).await
}

async fn set_all(app: &TestApp, settings: Vec<(String, String)>) -> Result<String, String> {
    // Client authentication with a secret needs the secret as well; the administrator has it in a file.
    let secret = app.folder().join("secret");
    std::fs::write(&secret, &app.ehr().client_secret).unwrap();
    let needs_secret = settings.iter().any(|(name, value)| name == "client_auth" && value.contains("secret"));
    let client_secret_file = needs_secret.then_some(secret);
    let arguments = SetArguments { id: "riverside".to_owned(), settings, client_secret_file };
    app.within(async move |app| run_set(&app.admin(), arguments).await.map_err(|e| e.to_string())).await
}

async fn command(app: &TestApp, command: EhrCommand) {
    app.within(async move |app| run_ehr(&app.admin(), command).await.map_err(|e| e.to_string()))
        .await
        .unwrap();
}

/// Applies the line of each problem until none is left, and returns the codes in the order of fixing.
async fn mend(app: &TestApp) -> Vec<&'static str> {
    let mut mended = Vec::new();
    for _ in 0..10 {
        let report = check(app).await;
        let problems = report.lines.iter().filter(|line| line.level == Level::Problem);
        for line in problems {
            assert!(!line.remedies.is_empty(), "{} has no remedy", line.code());
            app.advance(jiff::SignedDuration::from_secs(1));
            let mut settings = Vec::new();
            for remedy in line.remedies.clone() {
                match remedy {
                    Remedy::Set { name, value } => {
                        let value = value.unwrap_or_else(|| panic!("{} offers no value", line.code()));
                        settings.push((name.to_owned(), value));
                    }
                    Remedy::Add { name, value } => settings.push((format!("{name}+"), value)),
                    Remedy::TrustCa => panic!("no EHR of these tests has a CA of its own"),
                    Remedy::Approve(origin) => {
                        command(app, EhrCommand::Approve { id: "riverside".to_owned(), origin }).await;
                    }
                    Remedy::Resume => command(app, EhrCommand::Resume { id: "riverside".to_owned() }).await,
                }
            }
            if !settings.is_empty() {
                // Runs the command as printed, as an administrator copies it.
                let pairs: Vec<String> =
                    settings.iter().map(|(name, value)| format!("{name}={value}")).collect();
                let shown = format!("passerelle ehr set riverside {}", pairs.join(" "));
                assert!(printed(app).await.text.contains(&shown), "{shown}");
                set_all(app, settings).await.unwrap();
            }
            mended.push(line.code());
        }
        if report.problems() == 0 {
            app.refresh().await;
            return mended;
        }
    }
    panic!("still not mended: {mended:?}");
}

async fn refused_then_mended(setup: Setup, expected: &[&str]) {
    let app = setup.start().await;
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert!(landing.last().status >= 400, "the registration has problems at first");
    assert_eq!(codes(&check(&app).await, Level::Problem), expected, "all problems are reported at once");
    assert!(printed(&app).await.problems == expected.len());
    let mended = mend(&app).await;
    assert!(mended.starts_with(expected), "{mended:?}");
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert_eq!(browser.chart(&context).await.patient, "eleonore");
}

/// Reports a wrong issuer, an unsupported client authentication and a missing patient scope together.
#[actix_web::test]
async fn fixes_a_registration_with_several_problems_by_the_lines() {
    let broken = |ehr: &mut Registration| {
        ehr.issuer = Some(ehr.fhir_base_url.replace("/fhir", "/wrong"));
        ehr.scopes.retain(|scope| !scope.starts_with("patient/Patient"));
        ehr.allowed_networks = vec!["127.0.0.1/32".parse().unwrap()];
    };
    refused_then_mended(TestApp::setup().registration(broken), &["issuer-differs", "scopes-no-patient"])
        .await;
}

/// Fixes a SMART 1.0 server that was registered with default settings.
#[actix_web::test]
async fn fixes_a_smart_1_0_server_by_the_lines() {
    refused_then_mended(TestApp::setup().shape(Shape::Smart1), &["smart-statement"]).await;
}

/// The first command of the check works as printed: without an issuer, such a registration would be refused.
#[actix_web::test]
async fn sets_issuer_and_discovery_of_a_smart_1_0_server_together() {
    let without_issuer = |ehr: &mut Registration| ehr.issuer = None;
    let app = TestApp::setup().shape(Shape::Smart1).registration(without_issuer).start().await;
    let statement = "issuer=… discover_from_capability_statement=true";
    assert!(printed(&app).await.text.contains(statement), "{}", printed(&app).await.text);
    app.advance(jiff::SignedDuration::from_secs(1));
    let issuer = ("issuer".to_owned(), app.ehr().issuer());
    let discovery = ("discover_from_capability_statement".to_owned(), "true".to_owned());
    set_all(&app, vec![issuer, discovery]).await.unwrap();
    app.refresh().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// Fixes a registration with keys at an EHR that supports secrets only.
#[actix_web::test]
async fn fixes_an_unsupported_client_authentication_by_the_lines() {
    let app = TestApp::setup()
        .registration(|ehr| {
            ehr.client_auth = ClientAuthMethod::PrivateKeyJwt;
            ehr.issuer = Some(format!("{}/", ehr.issuer.clone().unwrap()));
        })
        .start()
        .await;
    app.ehr().set_fault(Some(passerelle::demo_ehr::Fault::DiscoveryOnlyBasic));
    let found = codes(&check(&app).await, Level::Problem);
    assert_eq!(found, ["issuer-differs-by-slash", "client-auth-not-offered"]);
    assert_eq!(mend(&app).await, ["issuer-differs-by-slash", "client-auth-not-offered"]);
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
}

/// Fixes an EHR in the private network whose address range is missing.
#[actix_web::test]
async fn fixes_a_missing_address_range_by_the_lines() {
    let without_range = |ehr: &mut Registration| {
        // An http URL needs a range to be registered at all.
        ehr.allowed_networks = vec!["10.0.0.0/8".parse().unwrap()];
    };
    refused_then_mended(TestApp::setup().registration(without_range), &["address-plain"]).await;
}

/// A setting is validated as a whole, and an invalid one is not stored.
#[actix_web::test]
async fn refuses_an_invalid_setting() {
    let app = TestApp::start().await;
    for (name, value, said) in [
        ("fhir_base_url", "not a url", "ehr.riverside.fhir_base_url"),
        ("scopes", "launch", "openid is missing"),
        ("colour", "blue", "No such setting"),
        ("client_auth", "private_key", "private_key_jwt"),
        ("issuer", "", "Nothing changed"),
    ] {
        if name == "issuer" {
            set(&app, name, &app.ehr().issuer()).await.unwrap();
            continue;
        }
        let refused = set(&app, name, value).await.unwrap_err();
        assert!(refused.contains(said), "{refused}");
    }
    let events = app.audit_events().await;
    assert_eq!(events.iter().filter(|event| event.event == "ehr-registered").count(), 1);
}

/// M12: a changed setting is audited with its old and new value.
#[actix_web::test]
async fn records_a_changed_setting() {
    let app = TestApp::start().await;
    app.advance(jiff::SignedDuration::from_secs(1));
    set(&app, "name", "Riverside North").await.unwrap();
    let events = app.audit_events().await;
    let details: Vec<_> = events.iter().filter_map(|event| event.detail.as_deref()).collect();
    assert_eq!(details, ["new", "name: Test EHR riverside → Riverside North"]);
}

/// D01: approved origins stay approved when an unrelated setting changes, and are dropped when a setting changes that
/// may move the endpoints.
#[actix_web::test]
async fn drops_approved_origins_only_with_the_settings_of_the_endpoints() {
    let app = TestApp::setup().shape(Shape::Halo).registration(|ehr| ehr.issuer = None).start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let noted = app.count("ehr_origins").await;
    assert!(noted > 0);
    app.advance(jiff::SignedDuration::from_secs(1));
    set(&app, "name", "Riverside North").await.unwrap();
    assert_eq!(app.count("ehr_origins").await, noted);
    set(&app, "issuer", &app.ehr().issuer()).await.unwrap();
    assert_eq!(
        app.count("ehr_origins").await,
        noted,
        "endpoints that moved with the issuer wait for approval"
    );
    set(&app, "endpoint_origins", "https://elsewhere.example").await.unwrap();
    assert_eq!(app.count("ehr_origins").await, 0);
}
