//! Stations of a referral, played through the pages: form, summary, sending, delivery.
//!
//! # How to write a test
//!
//! ```no_run
//! use passerelle::testing::{TestApp, launch_form, send, to_summary};
//!
//! # async fn test() {
//! let app = TestApp::setup().start().await; // the app, its database and a simulated EHR
//! let mut browser = app.browser(); // a user; a second browser is a second user
//! let mut form = launch_form(&app, &mut browser, "eleonore", "ngozi-okafor").await;
//! form.answer_required(&mut browser).await; // driven by the form, whichever it is
//! let summary = to_summary(&mut browser, &form).await;
//! send(&mut browser, &summary).await;
//! app.deliver().await; // the worker runs when the test says so
//! assert_eq!(app.delivered().len(), 1);
//! # }
//! ```
//!
//! One fault, one test: `app.ehr().set_fault(…)` makes the EHR misbehave, `app.advance(…)` moves the clock,
//! `TestApp::setup()` takes settings, registrations and a vendor's own parts (`extend`). A test that leaves a delivery
//! pending, or a request of the app unexpected, fails when the app is dropped.

use std::fs;

use serde_json::Value;

use super::{browser::Browser, form_fields::FormFields, page::Page, test_app::TestApp};

/// Launches a patient's chart from the EHR and reads the referral form that opens.
pub async fn launch_form(
    app: &TestApp,
    browser: &mut Browser,
    patient: &str,
    practitioner: &str,
) -> FormFields {
    let landing = browser.launch(app.ehr(), patient, practitioner).await;
    FormFields::read(&browser.open(&landing).await)
}

/// Goes from a form to the summary page, with the first destination chosen. A form with missing answers lists them first,
/// and lets the destination be chosen all the same.
///
/// # Panics
/// If a page on the way is not the expected one.
pub async fn to_summary(browser: &mut Browser, form: &FormFields) -> Page {
    let mut destinations = form.press(browser, "continue").await;
    if destinations.location().query() == Some("notice=check") {
        destinations = form.press(browser, "destination").await;
    }
    let page = follow(browser, &destinations).await;
    choose_first(browser, &page).await
}

/// Chooses the first destination of the search page, and opens the summary.
///
/// # Panics
/// If the page offers no destination.
pub async fn choose_first(browser: &mut Browser, destinations: &Page) -> Page {
    let chosen = press(browser, destinations, destinations.url.path(), &["revision", "service"]).await;
    follow(browser, &chosen).await
}

/// Sends the referral of a summary page.
pub async fn send(browser: &mut Browser, summary: &Page) -> Page {
    press(browser, summary, &summary.url.path().replace("/review", "/submit"), &["revision"]).await
}

/// Hands the referral of a summary page over for signature, as a delegate does. `signer` is the account of the clinician who
/// is named, or `any`.
pub async fn hand_over(browser: &mut Browser, summary: &Page, signer: &str) -> Page {
    let (token, revision) = (summary.csrf_token(), value_of(&summary.body, "revision"));
    let fields = [("csrf_token", token.as_str()), ("revision", revision.as_str()), ("signer", signer)];
    browser.post(&summary.url.path().replace("/review", "/ready"), &fields).await
}

/// Opens the page that a response redirects to.
pub async fn follow(browser: &mut Browser, page: &Page) -> Page {
    browser.get(page.location().path()).await
}

/// Sends a page's CSRF token with the named fields, each with its first value on the page.
async fn press(browser: &mut Browser, page: &Page, to: &str, names: &[&str]) -> Page {
    let token = page.csrf_token();
    let values: Vec<String> = names.iter().map(|name| value_of(&page.body, name)).collect();
    let fields = names.iter().copied().zip(values.iter().map(String::as_str));
    let fields: Vec<(&str, &str)> = [("csrf_token", token.as_str())].into_iter().chain(fields).collect();
    browser.post(to, &fields).await
}

fn value_of(body: &str, name: &str) -> String {
    let found = body.split_once(&format!("name=\"{name}\" value=\""));
    let value = found.and_then(|(_, after)| after.split_once('"')).map(|(value, _)| value.to_owned());
    value.unwrap_or_else(|| panic!("no field {name}"))
}

impl TestApp {
    /// Messages that the folder channel has delivered so far.
    ///
    /// # Panics
    /// If a delivered file is not JSON.
    #[must_use]
    pub fn delivered(&self) -> Vec<Value> {
        let Ok(folders) = fs::read_dir(self.folder().join("delivered")) else { return Vec::new() };
        let files =
            folders.flatten().flat_map(|folder| fs::read_dir(folder.path()).into_iter().flatten().flatten());
        let read = |file: fs::DirEntry| fs::read(file.path()).expect("a delivered file can be read");
        files.map(|file| serde_json::from_slice(&read(file)).expect("a delivered file is JSON")).collect()
    }
}
