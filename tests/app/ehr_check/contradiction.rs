//! Tests of contradictions between smart-configuration and openid-configuration.

use passerelle::demo_ehr::{Fault, Shape};
use passerelle::ehrs::check::Level;
use passerelle::smart::{DocumentError, StaticEndpoints};
use passerelle::testing::{Canary, Setup, TestApp};
use passerelle::web::ErrorKind;

use super::{check, codes, find};

const OPENID: &str = "/auth/.well-known/openid-configuration";

/// D16: if a launch reads both documents because only the second names the keys, it refuses a token endpoint at
/// another origin, the check reports it, and nothing is sent to either endpoint.
#[actix_web::test]
async fn refuses_documents_that_contradict_each_other() {
    for setup in [
        TestApp::setup().shape(Shape::Epic),
        TestApp::setup()
            .shape(Shape::Smart1)
            .registration(|ehr| ehr.discover_from_capability_statement = true),
    ] {
        let (app, canary) = (setup.start().await, Canary::new());
        app.ehr().set_canary(&canary.url());
        app.ehr().set_fault(Some(Fault::OpenidConfigurationForeignEndpoints));
        let report = check(&app).await;
        assert_eq!(codes(&report, Level::Problem), ["document-unusable"]);
        let why = ("why", DocumentError::ContradictsSmart.code().to_owned());
        assert!(find(&report, "document-unusable").values.contains(&why));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        app.assert_refused(&landing, ErrorKind::EhrTrouble, "ehr-metadata").await;
        assert!(app.ehr().requests_to("/auth/authorize").is_empty() && app.ehr().token_requests().is_empty());
        assert_eq!(canary.visits(), 0);
        app.assert_heals().await;
    }
}

/// D16: a launch that does not need the second document does not fetch it; the check compares the documents anyway.
#[actix_web::test]
async fn reports_a_contradiction_that_a_launch_does_not_read() {
    type Tweak = fn(&str) -> String;
    let tweaks: [(&str, Tweak); 3] = [
        ("issuer", |body| body.replace("\"issuer\":\"", "\"issuer\":\"https://elsewhere.example/")),
        ("jwks_uri", |body| body.replace("jwks.json", "other.json")),
        ("token_endpoint", |body| {
            body.replace("token_endpoint\":\"http://localhost", "token_endpoint\":\"http://127.0.0.1")
        }),
    ];
    for (member, tweak) in tweaks {
        let app = relayed(tweak).await;
        let report = check(&app).await;
        assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new(), "{member}");
        let line = find(&report, "openid-contradicts");
        assert_eq!((line.level, line.values[1].1.as_str()), (Level::Note, member));
        app.ehr().clear_recorded();
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        assert!(app.ehr().requests_to(OPENID).is_empty(), "no launch waits for it");
    }
}

/// DSC-17, D16: another path at the same origin is not a contradiction, since real servers advertise paths that they
/// do not serve.
#[actix_web::test]
async fn accepts_another_path_of_the_token_endpoint() {
    let app = relayed(|body| body.replace("/auth/token", "/auth/oidc-only/token")).await;
    assert_eq!(find(&check(&app).await, "openid-agrees").level, Level::Good);
}

/// D16: pinned endpoints take precedence over both documents.
#[actix_web::test]
async fn prefers_pinned_endpoints_to_both_documents() {
    let mut app = TestApp::start().await;
    let issuer = app.ehr().issuer();
    app.register_again(move |ehr| {
        let at = |path: &str| format!("{issuer}/{path}");
        let (authorization, token, jwks) = (at("authorize"), at("token"), at("jwks.json"));
        ehr.endpoints = Some(StaticEndpoints { authorization, token, jwks });
    })
    .await;
    app.ehr().set_fault(Some(Fault::OpenidConfigurationForeignEndpoints));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let report = check(&app).await;
    assert!(report.lines.iter().all(|line| !line.code().starts_with("openid-")));
}

async fn relayed(tweak: impl Fn(&str) -> String + Send + 'static) -> TestApp {
    let app = Setup::default().relayed().start().await;
    app.ehr().relay().change_answers(move |path, answer| {
        if path == OPENID {
            answer.body = tweak(&String::from_utf8_lossy(&answer.body)).into_bytes();
        }
    });
    app
}
