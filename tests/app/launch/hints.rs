//! Tests of scopes that are hints for the EHR.

use passerelle::{ehrs::Registration, testing::TestApp};

const HINTS: [&str; 2] = ["launch/patient", "launch/encounter"];

fn hinting(ehr: &mut Registration) {
    ehr.scopes.extend(HINTS.map(str::to_owned));
}

/// SCP-08: additions of the registration to `launch` are requested once each, and none by default.
#[actix_web::test]
async fn requests_hints_beside_launch_as_registered() {
    let app = TestApp::setup().registration(hinting).start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(context_scopes(&landing.asked("scope")), ["launch", "launch/encounter", "launch/patient"]);
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    let plain = TestApp::start().await;
    let landing = plain.browser().begin(plain.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(context_scopes(&landing.asked("scope")), ["launch"], "none by default");
}

/// SCP-08: an EHR that ignores a hint grants the other scopes, and the launch works.
#[actix_web::test]
async fn launches_from_an_ehr_that_drops_the_hints() {
    let app = TestApp::setup().relayed().registration(hinting).start().await;
    app.ehr().relay().change_answers(|path, answer| {
        if path == "/auth/token" {
            let body = String::from_utf8_lossy(&answer.body);
            assert!(body.contains(HINTS[0]) && body.contains(HINTS[1]), "they were requested: {body}");
            answer.body = body.replace(" launch/patient", "").replace(" launch/encounter", "").into_bytes();
        }
    });
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "zoe", "ngozi-okafor").await;
    assert_eq!(browser.chart(&landing.context()).await.patient, "zoe");
}

fn context_scopes(scope: &str) -> Vec<&str> {
    let mut found: Vec<&str> = scope.split(' ').filter(|scope| scope.starts_with("launch")).collect();
    found.sort_unstable();
    found
}
