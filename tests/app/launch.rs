//! Launches that work, also with the oddities of real EHRs.

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

/// LCH-01, AUT-01, CBK-12, USR-10, HAL-01, HAL-03, ONT-01, OIDF-01, OIDF-03: an unknown clinician gets an account where
/// the registration says so, and lands on a clean address of their own context.
#[actix_web::test]
async fn the_first_launch_makes_an_account_and_opens_the_chart() {
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

/// IDT-12, USR-10, ONT-05, ONT-11: the second launch, from another browser, goes straight to the same account.
#[actix_web::test]
async fn the_second_launch_goes_straight_in() {
    let app = TestApp::start().await;
    let (mut first, mut second) = (app.browser(), app.browser());
    let one = first.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let two = second.launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    let (one, two) = (first.chart(&one).await, second.chart(&two).await);
    assert_eq!(one.user_id, two.user_id);
    assert_eq!((one.patient.as_str(), two.patient.as_str()), ("eleonore", "zoe"));
    assert_eq!((app.count("users").await, app.count("sessions").await), (1, 2));
}

/// USR-04: a clinician whose fhirUser is a PractitionerRole.
#[actix_web::test]
async fn a_practitioner_role_may_launch() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ewan-macneil").await;
    let chart = browser.chart(&landing.context()).await;
    assert_eq!(chart.practitioner, "ewan-macneil");
    assert_eq!(browser.open(&landing).await.status, 200);
}

/// IDT-07: ES256 is as good as RS256.
#[actix_web::test]
async fn id_token_signed_es256_is_taken() {
    let app = TestApp::start().await;
    app.ehr().sign_with(SigningAlg::Es256);
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
}

/// IDT-05, OIDF-24, OIDF-27, J04: new keys are fetched once when they are met, old ones that were withdrawn are
/// forgotten.
#[actix_web::test]
async fn keys_may_be_rotated_between_two_launches() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.ehr().rotate_keys().unwrap();
    app.ehr().withdraw_old_keys();
    app.advance(SignedDuration::from_secs(61));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert_eq!(app.ehr().requests_to("/auth/jwks.json").len(), 2);
}

/// IDT-05, OIDF-25, J04: keys that are remembered and fit no more are asked for once again.
#[actix_web::test]
async fn keys_may_be_rotated_during_a_launch() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    app.advance(SignedDuration::from_secs(61));
    app.ehr().set_fault(Some(Fault::IdTokenRotatedJustBeforeSigning));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(app.ehr().requests_to("/auth/jwks.json").len(), 2);
}

/// J09, OIDF-27: once the keys were asked for again, one that was withdrawn signs nobody in, then or later.
#[actix_web::test]
async fn refuses_a_key_that_was_withdrawn() {
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

/// AUT-15, I06: an EHR that is registered as one that does not repeat the nonce.
#[actix_web::test]
async fn a_missing_nonce_is_taken_where_the_registration_says_so() {
    let app = TestApp::setup().registration(|ehr| ehr.nonce_echoed = false).start().await;
    app.ehr().set_fault(Some(Fault::IdTokenNonceMissing));
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    // A wrong one is refused all the same.
    app.ehr().set_fault(Some(Fault::IdTokenNonceWrong));
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(landing.last().status, 400);
}

/// The whole launch on PostgreSQL.
#[actix_web::test]
async fn a_launch_works_on_postgres() {
    let app = TestApp::on(Engine::Postgres).await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(browser.open(&landing).await.status, 200);
}

/// Two nodes behind a balancer: the request on one, the callback on the other, the chart on both.
#[actix_web::test]
async fn a_launch_may_begin_on_one_node_and_end_on_another() {
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

/// Six first launches of the same unknown person at once make one account, and each opens its chart.
#[actix_web::test]
async fn first_launches_at_once_make_one_account() {
    let app = TestApp::start().await;
    let launches = (0..6).map(|_| async {
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        browser.chart(&landing.context()).await.patient
    });
    assert_eq!(futures_util::future::join_all(launches).await, ["eleonore"; 6]);
    assert_eq!((app.count("users").await, app.count("user_links").await), (1, 1));
}

/// LCH-14, L19: a browser that never finishes keeps a few attempts, and the newest works.
#[actix_web::test]
async fn many_unfinished_launches_leave_a_browser_that_works() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for _ in 0..40 {
        browser.begin(app.ehr(), "zoe", "ngozi-okafor").await;
        assert!(browser.cookies.names().len() <= 8, "{:?}", browser.cookies.names());
    }
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    assert_eq!(app.count("launch_attempts").await, 1, "unfinished launches cost no row");
}
