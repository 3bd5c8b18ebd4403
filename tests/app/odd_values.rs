//! Numbers and times of a chart that few programs write.

use passerelle::{
    demo_ehr::Fault,
    testing::{Browser, TestApp},
};

use crate::{
    form::FormFields,
    referral::{delivered, form_of, send, to_summary},
};

/// Éléonore's newest weight, as the EHR writes it.
const WEIGHT: &str = "\"value\":78.4,";
const UNUSABLE: &str = "Not loaded: what the EHR sent cannot be used.";

/// An app whose EHR writes its observations otherwise.
async fn with_observations(change: impl Fn(&str) -> String + Send + 'static) -> TestApp {
    let app = TestApp::setup().relayed().start().await;
    app.ehr().relay().change_answers(move |path, answer| {
        if path.starts_with("/fhir/Observation?") {
            answer.body = change(&String::from_utf8_lossy(&answer.body)).into_bytes();
        }
    });
    app
}

async fn message_of(app: &TestApp, browser: &mut Browser, form: &mut FormFields) -> String {
    let summary = to_summary(browser, form.complete("Odd values")).await;
    let sent = send(browser, &summary).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    delivered(app).remove(0).to_string()
}

/// F14: a number too large for any computer spoils itself and nothing beside it.
#[actix_web::test]
async fn a_number_beyond_every_range_spoils_only_itself() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::SearchOddNumbers));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert!(!page.text().contains(UNUSABLE));
    let mut form = FormFields::read(&page);
    assert!(!form.value("a.height").is_empty());
    message_of(&app, &mut browser, &mut form).await;
}

/// F14: where a form asks for a number that cannot be kept, it says what the chart has and leaves the answer open.
#[actix_web::test]
async fn a_number_that_cannot_be_kept_is_shown_and_not_filled_in() {
    for odd in ["1e400", "-1e400", "1e-400", "123456789012345678901234567890123456789012"] {
        let app = with_observations(move |body| body.replace(WEIGHT, &format!("\"value\":{odd},"))).await;
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let page = browser.open(&landing).await;
        let form = FormFields::read(&page);
        assert_eq!((form.value("a.weight"), form.value("a.height").is_empty()), ("", false), "{odd}");
        assert!(page.text().contains("kg, which cannot be entered here"), "{odd}: {}", page.text());
    }
}

/// F14: digits that were written are kept, in the form, in what it saves, and in the message.
#[actix_web::test]
async fn decimals_keep_their_digits() {
    for (written, shown) in [
        ("78.40", "78.40"),
        ("78.0", "78.0"),
        ("7.840e1", "78.40"),
        ("78.123456789012345678", "78.123456789012345678"),
    ] {
        let app = with_observations(move |body| body.replace(WEIGHT, &format!("\"value\":{written},"))).await;
        let mut browser = app.browser();
        let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
        assert_eq!(form.value("a.weight"), shown);
        let message = message_of(&app, &mut browser, &mut form).await;
        assert!(message.contains(&format!("\"value\":{shown},")), "{shown}: {message}");
    }
}

/// F14: a leap second, a time without a zone, one that no clock showed, and what is no time at all: the value is there.
#[actix_web::test]
async fn odd_times_break_nothing() {
    for odd in [
        "2026-09-14T23:59:60Z",
        "2026-09-14T09:28:00",
        "2026-03-08T02:30:00",
        "2026-09-14T24:00:00Z",
        "2026-02-30",
        "2026-09",
        "0000",
        "-0001-01-01",
        "soon",
    ] {
        let app = with_observations(move |body| body.replace("2026-09-14T09:28:00-04:00", odd)).await;
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let page = browser.open(&landing).await;
        assert_eq!(page.status, 200, "{odd}: {}", page.text());
        assert!(!page.text().contains(UNUSABLE), "{odd}");
        assert!(!FormFields::read(&page).value("a.weight").is_empty(), "{odd}");
    }
}
