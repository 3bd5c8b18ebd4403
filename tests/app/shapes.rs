//! Tests of the kinds of SMART server: each launches to a filled form with the registration that its preset creates.

use passerelle::{
    demo_ehr::Shape,
    ehrs::{Preset, Registration, SCOPES},
    testing::{Setup, TestApp},
};

/// Registration of the tests, as `passerelle ehr add --like` creates it.
fn like(shape: Shape, preset: Preset) -> Setup {
    let mut wanted = Registration::new("x", "x", "https://x.example", "x", &SCOPES);
    preset.apply(&mut wanted);
    let keys = wanted.client_auth == passerelle::ehrs::ClientAuthMethod::PrivateKeyJwt;
    let setup = TestApp::setup().shape(shape).registration(move |registration| {
        registration.scopes = SCOPES.map(str::to_owned).to_vec();
        preset.apply(registration);
    });
    if keys { setup.keys() } else { setup }
}

async fn launches_to_a_filled_form(setup: Setup) -> TestApp {
    let app = setup.start().await;
    let mut browser = app.browser();
    let handle = app.ehr().new_launch("ngozi-okafor", Some("eleonore"), Some("eleonore-visit"), None);
    let landing = browser.begin_at(&app.ehr().fhir_base_url(), &handle).await;
    let callback = landing.callback().expect("the EHR sends the browser back");
    let landing = browser.finish(landing, callback.as_str()).await;
    let chart = browser.chart(&landing.context()).await;
    assert_eq!((chart.patient.as_str(), chart.practitioner.as_str()), ("eleonore", "ngozi-okafor"));
    let page = browser.open(&landing).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let text = page.text();
    assert!(text.contains("TREMBLAY") && text.contains("answers came from the chart"), "{text}");
    assert!(!text.contains("Not loaded"), "{text}");
    app
}

/// HAL-06, Smile CDR: a separate issuer, and the user in `profile`.
#[actix_web::test]
async fn launches_from_a_server_like_smile_cdr() {
    launches_to_a_filled_form(like(Shape::Smile, Preset::Smile)).await;
}

#[actix_web::test]
async fn launches_from_a_server_like_aidbox() {
    launches_to_a_filled_form(like(Shape::Aidbox, Preset::Aidbox)).await;
}

/// No issuer and no keys in smart-configuration, a banner as a string, scopes in another spelling.
#[actix_web::test]
async fn launches_from_a_server_like_epic() {
    launches_to_a_filled_form(like(Shape::Epic, Preset::Epic)).await;
}

/// An issuer with a slash, short-lived tokens, and no SMART 2 scopes although advertised.
#[actix_web::test]
async fn launches_from_a_server_like_oracle_health() {
    launches_to_a_filled_form(like(Shape::Oracle, Preset::Oracle)).await;
}

/// Endpoints only in the CapabilityStatement.
#[actix_web::test]
async fn launches_from_a_server_of_smart_1_0() {
    launches_to_a_filled_form(like(Shape::Smart1, Preset::Smart1)).await;
}

/// One base for many clinics, and the identity provider on another host.
#[actix_web::test]
async fn launches_from_a_halo_accelerator() {
    launches_to_a_filled_form(like(Shape::Halo, Preset::Halo)).await;
}
