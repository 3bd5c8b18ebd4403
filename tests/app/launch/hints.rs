//! Scopes that are hints to the EHR, and no more.

use passerelle::{ehrs::Registration, testing::TestApp};

const HINTS: [&str; 2] = ["launch/patient", "launch/encounter"];

fn hinting(ehr: &mut Registration) {
    ehr.scopes.extend(HINTS.map(str::to_owned));
}

/// SCP-08: what the registration adds to `launch` is asked for once each, and
/// nothing by itself.
#[actix_web::test]
async fn hints_beside_launch_are_asked_for_as_registered() {
    let app = TestApp::setup().registration(hinting).start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(context_scopes(&landing.asked("scope")), ["launch", "launch/encounter", "launch/patient"]);
    assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
    let plain = TestApp::start().await;
    let landing = plain.browser().begin(plain.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(context_scopes(&landing.asked("scope")), ["launch"], "none by itself");
}

/// SCP-08: an EHR that takes no notice of a hint grants what it grants, and the launch goes on with that.
#[actix_web::test]
async fn an_ehr_that_drops_the_hints_is_launched_from() {
    let app = TestApp::setup().relayed().registration(hinting).start().await;
    app.ehr().relay().change_answers(|path, answer| {
        if path == "/auth/token" {
            let body = String::from_utf8_lossy(&answer.body);
            assert!(body.contains(HINTS[0]) && body.contains(HINTS[1]), "they were asked for: {body}");
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
