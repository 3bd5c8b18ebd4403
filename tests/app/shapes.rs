//! The kinds of SMART server there are: each launches to a filled form from the registration that its preset gives.

use passerelle::{
    demo_ehr::Shape,
    ehrs::{Preset, Registration, SCOPES},
    testing::{Setup, TestApp},
};

/// The registration of the tests, as `passerelle ehr add --like` would make it.
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

/// HAL-06, Smile CDR: the issuer elsewhere, the user in `profile`.
#[actix_web::test]
async fn a_server_like_smile_cdr() {
    launches_to_a_filled_form(like(Shape::Smile, Preset::Smile)).await;
}

#[actix_web::test]
async fn a_server_like_aidbox() {
    launches_to_a_filled_form(like(Shape::Aidbox, Preset::Aidbox)).await;
}

/// No issuer and no keys in smart-configuration, a banner in words, scopes in odd letters.
#[actix_web::test]
async fn a_server_like_epic() {
    launches_to_a_filled_form(like(Shape::Epic, Preset::Epic)).await;
}

/// An issuer with a slash, short tokens, no scopes of SMART 2 whatever it says.
#[actix_web::test]
async fn a_server_like_oracle_health() {
    launches_to_a_filled_form(like(Shape::Oracle, Preset::Oracle)).await;
}

/// Endpoints in the CapabilityStatement only.
#[actix_web::test]
async fn a_server_of_smart_1_0() {
    launches_to_a_filled_form(like(Shape::Smart1, Preset::Smart1)).await;
}

/// One base for many clinics, and the identity provider on another host.
#[actix_web::test]
async fn a_halo_accelerator() {
    launches_to_a_filled_form(like(Shape::Halo, Preset::Halo)).await;
}
