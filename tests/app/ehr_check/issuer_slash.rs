//! Tests of an EHR whose smart-configuration and openid-configuration differ in the trailing slash of the issuer.

use passerelle::ehrs::{
    Registration,
    check::{Level, Remedy},
};
use passerelle::testing::{Setup, TestApp};
use passerelle::web::ErrorKind;
use serde_json::Value;

use super::{check, codes, find};

const DISCOVERY: &str = "/fhir/.well-known/smart-configuration";

/// Starts an app whose EHR changes its smart-configuration like this.
async fn with_configuration(setup: Setup, change: fn(&mut Value)) -> TestApp {
    let app = setup.relayed().start().await;
    app.ehr().relay().change_answers(move |path, answer| {
        if path == DISCOVERY {
            answer.change_json(change);
        }
    });
    app
}

fn with_slash(configuration: &mut Value) {
    configuration["issuer"] = format!("{}/", configuration["issuer"].as_str().unwrap()).into();
}

fn with_slash_and_without_keys(configuration: &mut Value) {
    with_slash(configuration);
    configuration.as_object_mut().unwrap().remove("jwks_uri");
}

/// IDT-02, IDT-03: a pinned issuer that the openid-configuration confirms is used; the difference is a note.
#[actix_web::test]
async fn accepts_a_pinned_issuer_that_openid_configuration_confirms() {
    for change in [with_slash, with_slash_and_without_keys] {
        let app = with_configuration(TestApp::setup(), change).await;
        let report = check(&app).await;
        assert_eq!(codes(&report, Level::Problem), Vec::<&str>::new());
        assert_eq!(find(&report, "issuer-confirmed").level, Level::Note);
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    }
}

/// IDT-03: whether nothing or the published issuer is registered, the check offers one value, and it leads to a launch.
#[actix_web::test]
async fn offers_the_issuer_of_openid_configuration_only() {
    let unset: fn(&mut Registration) = |ehr| ehr.issuer = None;
    let published: fn(&mut Registration) =
        |ehr| ehr.issuer = Some(format!("{}/", ehr.issuer.clone().unwrap()));
    for tweak in [unset, published] {
        let app = with_configuration(TestApp::setup().registration(tweak), with_slash_and_without_keys).await;
        let report = check(&app).await;
        assert_eq!(codes(&report, Level::Problem), ["issuer-unconfirmed-by-slash"]);
        let offered = Remedy::Set { name: "issuer", value: Some(app.ehr().issuer()) };
        assert_eq!(find(&report, "issuer-unconfirmed-by-slash").remedies, [offered]);
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        app.assert_refused(&landing, ErrorKind::EhrSetup, "ehr-metadata").await;
    }
}

/// IDT-03: two different issuers are for the EHR's administrator to correct; no setting is offered.
#[actix_web::test]
async fn offers_no_issuer_if_the_documents_name_different_ones() {
    let unset = |ehr: &mut Registration| ehr.issuer = None;
    let app = TestApp::setup().registration(unset).relayed().start().await;
    app.ehr().relay().change_answers(|path, answer| {
        if path == DISCOVERY {
            answer.change_json(|body| drop(body.as_object_mut().unwrap().remove("jwks_uri")));
        } else if path.ends_with("/openid-configuration") {
            answer.change_json(|body| body["issuer"] = "https://other.example".into());
        }
    });
    let report = check(&app).await;
    assert_eq!(codes(&report, Level::Problem), ["issuer-unconfirmed"]);
    assert!(find(&report, "issuer-unconfirmed").remedies.is_empty());
}
