//! One fault or one wrong setting, one line.

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

/// The only problem there is while a fault is played, and what a launch does then.
async fn problem_of(fault: Fault) -> (Line, u16) {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(fault));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem).len(), 1, "{fault:?}: {:?}", codes(&report, Level::Problem));
    let line = report.lines.into_iter().find(|line| line.level == Level::Problem).unwrap();
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    (line, landing.last().status)
}

/// DSC-05, DSC-07, DSC-08, DSC-11: whatever a launch refuses, the check tells, with the setting that may change it.
#[actix_web::test]
async fn what_a_launch_refuses_in_discovery_is_told() {
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

/// The keys a launch would ask for, although it asks only after the sign-in.
#[actix_web::test]
async fn keys_that_verify_nothing_are_told() {
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

/// Entries nobody can use do not hide the others, and are counted.
#[actix_web::test]
async fn keys_are_counted_and_their_algorithms_named() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::JwksBrokenEntriesFirst));
    let line = find(&check(&app).await, "keys-usable").clone();
    for (name, value) in [("published", "8"), ("usable", "2"), ("algs", "ES256, RS256")] {
        assert!(line.values.contains(&(name, value.to_owned())), "{:?}", line.values);
    }
}

/// DSC-20: another version of FHIR is told apart.
#[actix_web::test]
async fn another_version_of_fhir_is_a_problem() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::MetadataOtherFhirVersion));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["fhir-other-version"]);
    assert_eq!(settings(find(&report, "fhir-other-version")), ["fhir_base_url"]);
}

/// Ten minutes: what one side signs is too old for the other.
#[actix_web::test]
async fn a_clock_that_is_wrong_is_a_problem() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::ClockBehind));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["clock-off"]);
    let said = [("seconds", "600".to_owned()), ("direction", "behind".to_owned())];
    assert_eq!(find(&report, "clock-off").values, said);
}

/// DSC-13, DSC-14, SCP-01: oddities that stop no launch are notes, and say what Passerelle does.
#[actix_web::test]
async fn what_stops_no_launch_is_a_note() {
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

/// REV-03: whether it can be asked about a token, whether it is, and what that means; a note where it cannot be.
#[actix_web::test]
async fn what_introspection_comes_to_is_told() {
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
        let told = report.lines.iter().filter(|line| line.code().starts_with("introspection")).count();
        assert_eq!((told, codes(&report, Level::Problem).len()), (1, 0), "{code}");
    }
}

/// A setting that is wrong, and the only problem that it makes.
async fn problem_with(setup: Setup) -> Line {
    let app = setup.start().await;
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem).len(), 1, "{:?}", codes(&report, Level::Problem));
    report.lines.into_iter().find(|line| line.level == Level::Problem).unwrap()
}

fn with(tweak: impl Fn(&mut Registration) + Send + 'static) -> Setup {
    TestApp::setup().registration(tweak)
}

/// The value a line offers for its setting.
fn offered(line: &Line) -> (&'static str, Option<&str>) {
    match line.remedies.first() {
        Some(Remedy::Set { name, value }) => (name, value.as_deref()),
        Some(Remedy::Add { name, value }) => (name, Some(value)),
        other => panic!("{}: {other:?}", line.code()),
    }
}

#[actix_web::test]
async fn an_issuer_that_only_lacks_its_slash_is_told_so() {
    let without = |ehr: &mut Registration| {
        ehr.issuer = ehr.issuer.as_ref().map(|issuer| issuer.trim_end_matches('/').to_owned());
    };
    let line = problem_with(with(without).shape(Shape::Oracle)).await;
    assert_eq!((line.code(), offered(&line).0), ("issuer-differs-by-slash", "issuer"));
    assert!(offered(&line).1.unwrap().ends_with("/auth/"));
}

/// Epic publishes no issuer; what its base says elsewhere is offered, for people to confirm.
#[actix_web::test]
async fn an_issuer_that_nobody_names_is_told() {
    let line = problem_with(with(|ehr| ehr.issuer = None).shape(Shape::Epic)).await;
    assert_eq!((line.code(), offered(&line).0), ("issuer-missing-but-found", "issuer"));
    assert!(offered(&line).1.unwrap().ends_with("/epic/oauth2"));
}

/// The openid-configuration of the issuer names another one.
#[actix_web::test]
async fn an_issuer_whose_document_names_another_is_told() {
    let app = TestApp::setup().shape(Shape::Epic).start().await;
    app.ehr().set_fault(Some(Fault::OpenidConfigurationIssuerDiffers));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["issuer-document-differs"]);
    assert!(offered(find(&report, "issuer-document-differs")).1.unwrap().ends_with("/epic/oauth2/another"));
}

/// Where no keys are named and the issuer is wrong, there is no way to them.
#[actix_web::test]
async fn an_issuer_that_leads_to_no_keys_is_told() {
    let app = with(|ehr| ehr.issuer = Some(ehr.fhir_base_url.replace("/fhir", "/nowhere"))).start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryMinimal));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["keys-nowhere"]);
}

/// DSC-12: a way of client authentication that is not offered, before anybody launches.
#[actix_web::test]
async fn a_way_of_client_authentication_that_is_not_offered_is_told() {
    let app = TestApp::setup().keys().start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryOnlyBasic));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["client-auth-not-offered"]);
    let line = find(&report, "client-auth-not-offered");
    assert_eq!(offered(line), ("client_auth", Some("client_secret_basic")));
}

/// DSC-12: the algorithm of assertions as well.
#[actix_web::test]
async fn an_algorithm_that_is_not_offered_is_told() {
    let rs384 = |ehr: &mut Registration| ehr.signing_alg = Some(passerelle::smart::SigningAlg::Rs384);
    let app = with(rs384).keys().start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryOnlyEs384));
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["signing-alg-not-offered"]);
    assert_eq!(offered(find(&report, "signing-alg-not-offered")), ("signing_alg", Some("ES384")));
}

#[actix_web::test]
async fn scopes_that_open_no_chart_are_told() {
    let line =
        problem_with(with(|ehr| ehr.scopes.retain(|scope| !scope.starts_with("patient/Patient")))).await;
    let (name, value) = offered(&line);
    assert_eq!((line.code(), name), ("scopes-no-patient", "scopes"));
    assert_eq!(value, Some("patient/Patient.r"));
}

/// SCP-01: the syntax that a launch will use, and why.
#[actix_web::test]
async fn the_syntax_of_scopes_is_told_with_its_reason() {
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

/// D01: an endpoint that moved, after a launch saw it and without one.
#[actix_web::test]
async fn an_endpoint_that_moved_is_told() {
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

/// DSC-11, D02: a token endpoint where nothing may be sent, before any code or secret is.
#[actix_web::test]
async fn a_token_endpoint_out_of_reach_is_told() {
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
        assert_eq!(landing.last().status, 502, "{place}: a launch ends there, too");
    }
}

/// DSC-10: at the first launch other origins are taken, and that is said.
#[actix_web::test]
async fn endpoints_elsewhere_are_told_before_the_first_launch() {
    let app = TestApp::setup().shape(Shape::Halo).registration(|ehr| ehr.issuer = None).start().await;
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new());
    assert_eq!(find(&report, "origins-first").level, Level::Note);
    assert_eq!(offered(find(&report, "issuer-published")).0, "issuer");
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    find(&check(&app).await, "origins-approved");
}

#[actix_web::test]
async fn a_paused_ehr_is_told() {
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

/// DSC-18: endpoints that were agreed on beforehand are not asked for, and their keys still are.
#[actix_web::test]
async fn endpoints_agreed_on_beforehand_are_taken_as_they_are() {
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

/// The kinds of servers there are have no problem with the registration that fits them.
#[actix_web::test]
async fn no_kind_of_server_has_a_problem_with_the_registration_that_fits() {
    for shape in Shape::ALL {
        let smart1 = move |ehr: &mut Registration| {
            ehr.discover_from_capability_statement = shape == Shape::Smart1;
        };
        let app = with(smart1).shape(shape).start().await;
        let report = check(&app).await;
        assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new(), "{shape:?}");
    }
}

/// Client authentication that needs no secret is not asked for one.
#[actix_web::test]
async fn a_secret_of_plain_characters_needs_no_note() {
    let app = with(|ehr| ehr.client_auth = ClientAuthMethod::ClientSecretPost).start().await;
    assert!(!codes(&check(&app).await, Level::Note).contains(&"basic-characters"));
}
