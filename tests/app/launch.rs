//! Tests of launches that work, also with the oddities of real EHRs.

mod altered;
mod context;
mod endpoints;
mod hints;
mod oddities;
mod requests;
mod sent;

use jiff::SignedDuration;
use passerelle::demo_ehr::{Fault, SigningAlg};
use passerelle::testing::{Engine, TestApp};
use passerelle::web::ErrorKind;

/// LCH-01, AUT-01, CBK-12, USR-10, HAL-01, HAL-03, ONT-01, OIDF-01, OIDF-03: an unknown clinician gets an account if
/// the registration permits it, and is redirected to a clean URL of the new context.
#[actix_web::test]
async fn creates_an_account_and_opens_the_chart_at_the_first_launch() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let chart = browser.chart(&landing.context()).await;
    assert_eq!((chart.patient.as_str(), chart.ehr.as_str()), ("eleonore", "riverside"));
    assert_eq!((chart.practitioner.as_str(), chart.role.as_str()), ("ngozi-okafor", "clinician"));
    assert!(chart.user.contains("Okafor"), "{}", chart.user);
    let clean = landing.last().location();
    assert_eq!((clean.query(), clean.fragment()), (None, None));
    assert_eq!((app.count("users").await, app.count("sessions").await), (1, 1));
    let page = browser.open(&landing).await;
    assert_eq!(page.status, 200);
    assert!(page.text().contains("TREMBLAY"), "{}", page.text());
}

/// IDT-12, USR-10, ONT-05, ONT-11: the second launch, from another browser, opens the chart with the same account.
#[actix_web::test]
async fn reuses_the_account_at_the_second_launch() {
    let app = TestApp::start().await;
    let (mut first, mut second) = (app.browser(), app.browser());
    let one = first.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let two = second.launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    let (one, two) = (first.chart(&one).await, second.chart(&two).await);
    assert_eq!(one.user_id, two.user_id);
    assert_eq!((one.patient.as_str(), two.patient.as_str()), ("eleonore", "zoe"));
    assert_eq!((app.count("users").await, app.count("sessions").await), (1, 2));
}

/// USR-04: launches a clinician whose fhirUser is a PractitionerRole.
#[actix_web::test]
async fn launches_with_a_practitioner_role() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ewan-macneil").await;
    let chart = browser.chart(&landing.context()).await;
    assert_eq!(chart.practitioner, "ewan-macneil");
    assert_eq!(browser.open(&landing).await.status, 200);
}

/// IDT-07: accepts ES256 as well as RS256.
#[actix_web::test]
async fn accepts_an_id_token_signed_with_es256() {
    let app = TestApp::start().await;
    app.ehr().sign_with(SigningAlg::Es256);
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
}

/// IDT-05, OIDF-24, OIDF-27, J04: an unknown key causes one refetch, and withdrawn keys are dropped.
#[actix_web::test]
async fn accepts_keys_rotated_between_two_launches() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.ehr().rotate_keys().unwrap();
    app.ehr().withdraw_old_keys();
    app.advance(SignedDuration::from_secs(61));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert_eq!(app.ehr().requests_to("/auth/jwks.json").len(), 2);
}

/// IDT-05, OIDF-25, J04: cached keys that verify nothing are refetched once.
#[actix_web::test]
async fn accepts_keys_rotated_during_a_launch() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    app.advance(SignedDuration::from_secs(61));
    app.ehr().set_fault(Some(Fault::IdTokenRotatedJustBeforeSigning));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(app.ehr().requests_to("/auth/jwks.json").len(), 2);
}

/// J09, OIDF-27: after a refetch, a withdrawn key verifies no signature any more.
#[actix_web::test]
async fn refuses_a_withdrawn_key() {
    let app = TestApp::start().await;
    let ehr = app.ehr();
    app.browser().launch(ehr, "eleonore", "ngozi-okafor").await.context();
    ehr.rotate_keys().unwrap();
    ehr.withdraw_old_keys();
    app.advance(SignedDuration::from_secs(61));
    app.browser().launch(ehr, "eleonore", "ngozi-okafor").await.context();
    ehr.set_fault(Some(Fault::IdTokenSignedByWithdrawnKey));
    for refusals in 1..=2 {
        let landing = app.browser().launch(ehr, "eleonore", "ngozi-okafor").await;
        landing.last().assert_says(ErrorKind::SigninFailed);
        let events = app.audit_events().await;
        let refused = events.iter().filter(|event| event.detail.as_deref() == Some("id-token"));
        assert_eq!((refused.count(), app.count("sessions").await), (refusals, 2));
        app.advance(SignedDuration::from_mins(61));
    }
}

/// AUT-15, I06: an EHR registered as not echoing the nonce.
#[actix_web::test]
async fn accepts_a_missing_nonce_if_registered_so() {
    let app = TestApp::setup().registration(|ehr| ehr.nonce_echoed = false).start().await;
    app.ehr().set_fault(Some(Fault::IdTokenNonceMissing));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    // A wrong nonce is refused even then.
    app.ehr().set_fault(Some(Fault::IdTokenNonceWrong));
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(landing.last().status, 400);
}

/// Launches on PostgreSQL.
#[actix_web::test]
async fn launches_on_postgres() {
    let app = TestApp::on(Engine::Postgres).await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(browser.open(&landing).await.status, 200);
}

/// Two nodes behind a load balancer: the launch request on one, the callback on the other, the chart on both.
#[actix_web::test]
async fn launches_across_two_nodes() {
    let mut app = TestApp::on(Engine::Postgres).await;
    let second = app.second_node().await;
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    browser.use_port(second);
    let callback = landing.callback().unwrap();
    let landing = browser.finish(landing, callback.as_str()).await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    browser.use_port(app.port());
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(browser.open(&landing).await.status, 200);
}

/// Six concurrent first launches of the same unknown person create one account, and each opens its chart.
#[actix_web::test]
async fn creates_one_account_for_concurrent_first_launches() {
    let app = TestApp::start().await;
    let launches = (0..6).map(|_| async {
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        browser.chart(&landing.context()).await.patient
    });
    assert_eq!(futures_util::future::join_all(launches).await, ["eleonore"; 6]);
    assert_eq!((app.count("users").await, app.count("user_links").await), (1, 1));
}

/// LCH-14, L19: a browser with many unfinished launches keeps a few attempts, and the newest works.
#[actix_web::test]
async fn keeps_the_newest_of_many_unfinished_launches() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for _ in 0..40 {
        browser.begin(app.ehr(), "zoe", "ngozi-okafor").await;
        assert!(browser.cookies.names().len() <= 8, "{:?}", browser.cookies.names());
    }
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(app.count("launch_attempts").await, 1, "unfinished launches create no row");
}
