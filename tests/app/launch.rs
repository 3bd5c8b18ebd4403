//! Launches that work, also with the oddities of real EHRs.

use passerelle::testing::TestApp;

/// LCH-01, AUT-01, CBK-12, USR-10: an unknown clinician gets an account where the registration says so, and lands on
/// a clean address of their own context.
#[actix_web::test]
async fn the_first_launch_makes_an_account_and_opens_the_chart() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let context = landing.context();
    let chart = browser.chart(&context).await;
    assert_eq!(
        (chart.patient.as_str(), chart.ehr.as_str()),
        ("eleonore", "riverside")
    );
    assert_eq!(
        (chart.practitioner.as_str(), chart.role.as_str()),
        ("ngozi-okafor", "clinician")
    );
    assert!(chart.user.contains("Okafor"), "{}", chart.user);
    let clean = landing.last().location();
    assert_eq!((clean.query(), clean.fragment()), (None, None));
    assert_eq!((app.count("users").await, app.count("sessions").await), (1, 1));
}
