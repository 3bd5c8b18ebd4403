//! Tests of the check's problem lines: one fault or one wrong setting, one line.

use jiff::SignedDuration;
use passerelle::{
    demo_ehr::{Fault, Shape},
    ehrs::{
        ClientAuthMethod, Registration,
        check::{Level, Line, Remedy},
    },
    testing::{Setup, TestApp},
};

use super::{check, codes, find, settings};

/// Returns the only problem while a fault is active, and asserts what a launch does then.
async fn problem_of(fault: Fault) -> (Line, u16) {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(fault));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem).len(), 1, "{fault:?}: {:?}", codes(&report, Level::Problem));
    let line = report.lines.into_iter().find(|line| line.level == Level::Problem).unwrap();
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    (line, landing.last().status)
}

/// DSC-05, DSC-07, DSC-08, DSC-11: the check reports every discovery problem that a launch refuses, with the setting
/// that may fix it.
#[actix_web::test]
async fn reports_discovery_problems_that_a_launch_refuses() {
    for (fault, code, setting) in [
        (Fault::DiscoveryServerError, "smart-failing", None),
        (Fault::DiscoveryHtml, "smart-web-page", Some("fhir_base_url")),
        (Fault::DiscoveryRedirectToCanary, "smart-redirects", Some("fhir_base_url")),
        (Fault::DiscoveryHugeBody, "connect-too-large", None),
        (Fault::DiscoveryTruncated, "document-unusable", None),
        (Fault::DiscoveryNotAnObject, "document-unusable", None),
        (Fault::DiscoveryDuplicateIssuer, "document-unusable", None),
        (Fault::DiscoveryTokenEndpointMissing, "document-unusable", None),
        (Fault::DiscoveryTokenEndpointFtp, "document-unusable", None),
        (Fault::DiscoveryTokenEndpointWithFragment, "document-unusable", None),
        (Fault::DiscoveryWrongTypes, "document-unusable", None),
        (Fault::DiscoveryAuthorizeEndpointWithQuery, "authorization-unusable", None),
        (Fault::DiscoveryIssuerDiffers, "issuer-differs", Some("issuer")),
        (Fault::DiscoveryOnlyEmptyCapabilityStatement, "smart-missing", Some("fhir_base_url")),
        (
            Fault::DiscoveryOnlyCapabilityStatement,
            "smart-statement",
            Some("discover_from_capability_statement"),
        ),
    ] {
        let (line, status) = problem_of(fault).await;
        assert_eq!((line.code(), settings(&line).first().copied()), (code, setting), "{fault:?}");
        assert_eq!(status, 502, "{fault:?}: a launch is refused for it");
    }
}

/// The check fetches the keys, which a launch fetches only after the sign-in.
#[actix_web::test]
async fn reports_a_key_set_without_usable_keys() {
    for (fault, code) in [
        (Fault::JwksNotFound, "keys-missing"),
        (Fault::JwksDown, "keys-unusable"),
        (Fault::JwksHtml, "keys-unusable"),
        (Fault::JwksHuge, "connect-too-large"),
        (Fault::JwksEmpty, "keys-none"),
        (Fault::JwksOnlyEd25519, "keys-none"),
    ] {
        let (line, status) = problem_of(fault).await;
        assert_eq!(line.code(), code, "{fault:?}");
        assert!(status == 502 || status == 400, "{fault:?}: a launch is refused for it, with {status}");
    }
}

/// Unusable entries do not hide the usable keys, and are counted.
#[actix_web::test]
async fn counts_keys_and_names_their_algorithms() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::JwksBrokenEntriesFirst));
    let line = find(&check(&app).await, "keys-usable").clone();
    for (name, value) in [("published", "8"), ("usable", "2"), ("algs", "ES256, RS256")] {
        assert!(line.values.contains(&(name, value.to_owned())), "{:?}", line.values);
    }
}

/// DSC-20: another FHIR version is reported.
#[actix_web::test]
async fn reports_another_fhir_version() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::MetadataOtherFhirVersion));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["fhir-other-version"]);
    assert_eq!(settings(find(&report, "fhir-other-version")), ["fhir_base_url"]);
}

/// Reports clock skew of ten minutes, with which signatures are refused.
#[actix_web::test]
async fn reports_clock_skew() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::ClockBehind));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["clock-off"]);
    let said = [("seconds", "600".to_owned()), ("direction", "behind".to_owned())];
    assert_eq!(find(&report, "clock-off").values, said);
}

/// DSC-13, DSC-14, SCP-01: oddities that stop no launch are notes that explain what Passerelle does.
#[actix_web::test]
async fn reports_tolerated_oddities_as_notes() {
    for (fault, expected) in [
        (Fault::DiscoveryPlainPkceOnly, vec!["pkce-other"]),
        (Fault::MetadataNeedsToken, vec!["fhir-closed"]),
        (
            Fault::DiscoveryMinimal,
            vec!["client-auth-unsaid", "pkce-unsaid", "revocation-none", "capabilities-unsaid"],
        ),
    ] {
        let app = TestApp::start().await;
        app.ehr().set_fault(Some(fault));
        let report = check(&app).await;
        assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new(), "{fault:?}");
        for code in expected {
            assert_eq!(find(&report, code).level, Level::Note, "{fault:?}");
        }
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    }
}

/// REV-03: reports whether introspection is possible and enabled, and the consequence; a note if it is not possible.
#[actix_web::test]
async fn reports_how_introspection_is_set_up() {
    let missing = Some(Fault::DiscoveryIntrospectionEndpointMissing);
    for (asks, fault, code, level) in [
        (true, None, "introspection-asked", Level::Good),
        (true, missing, "introspection-nowhere", Level::Note),
        (false, None, "introspection-off", Level::Good),
        (false, missing, "introspection-none", Level::Good),
    ] {
        let app = TestApp::setup().registration(move |ehr| ehr.introspect = asks).start().await;
        app.ehr().set_fault(fault);
        let report = check(&app).await;
        assert_eq!(find(&report, code).level, level);
        let count = report.lines.iter().filter(|line| line.code().starts_with("introspection")).count();
        assert_eq!((count, codes(&report, Level::Problem).len()), (1, 0), "{code}");
    }
}

/// Returns the only problem that a wrong setting causes.
async fn problem_with(setup: Setup) -> Line {
    let app = setup.start().await;
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem).len(), 1, "{:?}", codes(&report, Level::Problem));
    report.lines.into_iter().find(|line| line.level == Level::Problem).unwrap()
}

fn with(tweak: impl Fn(&mut Registration) + Send + 'static) -> Setup {
    TestApp::setup().registration(tweak)
}

/// Value that a line offers for its setting.
fn offered(line: &Line) -> (&'static str, Option<&str>) {
    match line.remedies.first() {
        Some(Remedy::Set { name, value }) => (name, value.as_deref()),
        Some(Remedy::Add { name, value }) => (name, Some(value)),
        other => panic!("{}: {other:?}", line.code()),
    }
}

#[actix_web::test]
async fn reports_an_issuer_without_its_trailing_slash() {
    let without = |ehr: &mut Registration| {
        ehr.issuer = ehr.issuer.as_ref().map(|issuer| issuer.trim_end_matches('/').to_owned());
    };
    let line = problem_with(with(without).shape(Shape::Oracle)).await;
    assert_eq!((line.code(), offered(&line).0), ("issuer-differs-by-slash", "issuer"));
    assert!(offered(&line).1.unwrap().ends_with("/auth/"));
}

/// Epic publishes no issuer; the check offers the one from the document at its base, for an administrator to confirm.
#[actix_web::test]
async fn offers_an_issuer_that_smart_configuration_does_not_name() {
    let line = problem_with(with(|ehr| ehr.issuer = None).shape(Shape::Epic)).await;
    assert_eq!((line.code(), offered(&line).0), ("issuer-missing-but-found", "issuer"));
    assert!(offered(&line).1.unwrap().ends_with("/epic/oauth2"));
}

/// Reports that openid-configuration of the issuer names another issuer.
#[actix_web::test]
async fn reports_an_issuer_whose_document_names_another() {
    let app = TestApp::setup().shape(Shape::Epic).start().await;
    app.ehr().set_fault(Some(Fault::OpenidConfigurationIssuerDiffers));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["issuer-document-differs"]);
    assert!(offered(find(&report, "issuer-document-differs")).1.unwrap().ends_with("/epic/oauth2/another"));
}

/// Reports that the keys cannot be found: none are named and the issuer is wrong.
#[actix_web::test]
async fn reports_an_issuer_that_leads_to_no_keys() {
    let app = with(|ehr| ehr.issuer = Some(ehr.fhir_base_url.replace("/fhir", "/nowhere"))).start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryMinimal));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["keys-nowhere"]);
}

/// DSC-12: reports an unsupported client authentication before the first launch.
#[actix_web::test]
async fn reports_an_unsupported_client_authentication() {
    let app = TestApp::setup().keys().start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryOnlyBasic));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["client-auth-not-offered"]);
    let line = find(&report, "client-auth-not-offered");
    assert_eq!(offered(line), ("client_auth", Some("client_secret_basic")));
}

/// DSC-12: reports an unsupported algorithm of assertions as well.
#[actix_web::test]
async fn reports_an_unsupported_assertion_algorithm() {
    let rs384 = |ehr: &mut Registration| ehr.signing_alg = Some(passerelle::smart::SigningAlg::Rs384);
    let app = with(rs384).keys().start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryOnlyEs384));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["signing-alg-not-offered"]);
    assert_eq!(offered(find(&report, "signing-alg-not-offered")), ("signing_alg", Some("ES384")));
}

#[actix_web::test]
async fn reports_scopes_that_permit_no_chart() {
    let line =
        problem_with(with(|ehr| ehr.scopes.retain(|scope| !scope.starts_with("patient/Patient")))).await;
    let (name, value) = offered(&line);
    assert_eq!((line.code(), name), ("scopes-no-patient", "scopes"));
    assert_eq!(value, Some("patient/Patient.r"));
}

/// SCP-01: reports the scope syntax that a launch will use, and why.
#[actix_web::test]
async fn reports_the_scope_syntax_with_its_reason() {
    use passerelle::smart::ScopeSyntax;
    let v1 = |ehr: &mut Registration| ehr.scope_syntax = ScopeSyntax::V1;
    let v2 = |ehr: &mut Registration| ehr.scope_syntax = ScopeSyntax::V2;
    let smart1 = |ehr: &mut Registration| ehr.discover_from_capability_statement = true;
    for (setup, fault, code, ending) in [
        (TestApp::setup(), None, "scopes-published", ".rs"),
        (TestApp::setup(), Some(Fault::DiscoveryOnlyPermissionV1), "scopes-published", ".read"),
        (TestApp::setup(), Some(Fault::DiscoveryMinimal), "scopes-assumed", ".rs"),
        (with(v1), None, "scopes-registered", ".read"),
        (with(v2), Some(Fault::DiscoveryOnlyPermissionV1), "scopes-against", ".rs"),
        (with(smart1).shape(Shape::Smart1), None, "scopes-of-smart-1", ".read"),
    ] {
        let app = setup.start().await;
        app.ehr().set_fault(fault);
        let report = check(&app).await;
        find(&report, code);
        let patient = format!("patient/Patient{ending}");
        assert!(report.hand_over.scopes.contains(&patient), "{code}: {}", report.hand_over.scopes);
        let launch = app.browser().begin(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_eq!(launch.asked("scope"), report.hand_over.scopes, "{code}: a launch asks for these");
    }
}

/// D01: reports a moved endpoint, whether or not a launch has seen it.
#[actix_web::test]
async fn reports_a_moved_endpoint() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let elsewhere = app.ehr().issuer().replace("localhost", "127.0.0.1");
    let origin = elsewhere.trim_end_matches("/auth").to_owned();
    app.ehr().set_canary(&elsewhere);
    app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
    app.advance(SignedDuration::from_hours(2));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["origin-unknown"]);
    assert_eq!(offered(find(&report, "origin-unknown")), ("endpoint_origins", Some(origin.as_str())));
    assert_eq!(app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.last().status, 502);
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["origin-waits"]);
    assert_eq!(find(&report, "origin-waits").remedies, [Remedy::Approve(origin)]);
}

/// DSC-11, D02: reports a token endpoint at a forbidden address before any code or secret is sent.
#[actix_web::test]
async fn reports_a_token_endpoint_at_a_forbidden_address() {
    for (place, code, setting) in [
        ("https://canary.invalid", "address-unknown", None),
        ("https://10.11.12.13", "address-not-allowed", Some("allowed_networks")),
        ("https://169.254.169.254", "address-not-allowed", Some("allowed_networks")),
        ("http://127.0.0.9:9", "address-plain", Some("allowed_networks")),
    ] {
        let app = TestApp::start().await;
        app.ehr().set_canary(place);
        app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
        let report = check(&app).await;
        assert_eq!(codes(&report, Level::Problem), [code], "{place}");
        assert_eq!(settings(find(&report, code)).first().copied(), setting, "{place}");
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_eq!(landing.last().status, 502, "{place}: a launch is refused as well");
    }
}

/// DSC-10: reports that the first launch will accept endpoints at other origins.
#[actix_web::test]
async fn reports_endpoints_at_other_origins_before_the_first_launch() {
    let app = TestApp::setup().shape(Shape::Halo).registration(|ehr| ehr.issuer = None).start().await;
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new());
    assert_eq!(find(&report, "origins-first").level, Level::Note);
    assert_eq!(offered(find(&report, "issuer-published")).0, "issuer");
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    find(&check(&app).await, "origins-approved");
}

#[actix_web::test]
async fn reports_a_suspended_ehr() {
    use passerelle::admin::{EhrCommand, run_ehr};
    let app = TestApp::start().await;
    let pause = EhrCommand::Suspend { id: "riverside".to_owned() };
    app.within(async move |app| run_ehr(&app.admin(), pause).await.map(drop).map_err(|e| e.to_string()))
        .await
        .unwrap();
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["suspended"]);
    assert_eq!(find(&report, "suspended").remedies, [Remedy::Resume]);
}

/// DSC-18: pinned endpoints are not discovered, but their keys are fetched.
#[actix_web::test]
async fn accepts_pinned_endpoints_and_fetches_their_keys() {
    let fixed = |ehr: &mut Registration| {
        let at = |path: &str| ehr.fhir_base_url.replace("/fhir", path);
        ehr.endpoints = Some(passerelle::smart::StaticEndpoints {
            authorization: at("/auth/authorize"),
            token: at("/auth/token"),
            jwks: at("/auth/jwks.json"),
        });
    };
    let app = with(fixed).start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryServerError));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new());
    find(&report, "smart-fixed");
    find(&report, "keys-usable");
}

/// Every shape passes the check with a registration that fits it.
#[actix_web::test]
async fn reports_no_problem_for_any_shape_with_a_fitting_registration() {
    for shape in Shape::ALL {
        let smart1 = move |ehr: &mut Registration| {
            ehr.discover_from_capability_statement = shape == Shape::Smart1;
        };
        let app = with(smart1).shape(shape).start().await;
        let report = check(&app).await;
        assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new(), "{shape:?}");
    }
}

/// A note about the encoding of a secret is omitted for a secret of plain characters.
#[actix_web::test]
async fn omits_the_encoding_note_for_a_plain_secret() {
    let app = with(|ehr| ehr.client_auth = ClientAuthMethod::ClientSecretPost).start().await;
    assert!(!codes(&check(&app).await, Level::Note).contains(&"basic-characters"));
}
