//! Tests of rare numbers and times in a chart.

use passerelle::{
    demo_ehr::Fault,
    testing::{Browser, TestApp},
};

use crate::{
    form::{Cardiology as _, FormFields},
    referral::{delivered, form_of, send, to_summary},
};

/// Éléonore's latest weight, as the EHR writes it.
const WEIGHT: &str = "\"value\":78.4,";
const UNUSABLE: &str = "Not loaded: what the EHR sent cannot be used.";

/// Creates an app whose EHR writes its observations differently.
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

/// F14: a number beyond every range affects only its own field.
#[actix_web::test]
async fn ignores_only_the_number_that_is_out_of_range() {
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

/// F14: if a form asks for a number that cannot be stored, it shows the value of the chart and leaves the answer
/// empty.
#[actix_web::test]
async fn shows_a_number_that_cannot_be_stored_without_filling_it_in() {
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

/// F14: digits are kept as written, in the form, in the stored draft, and in the message.
#[actix_web::test]
async fn keeps_the_digits_of_decimals() {
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

/// F14: a leap second, a time without a zone, an impossible time, and a text that is no time: the value is shown.
#[actix_web::test]
async fn shows_values_with_odd_times() {
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
