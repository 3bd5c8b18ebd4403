//! Tests of a chart of which the EHR provides only a part, although the scopes permit more.

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Page, TestApp};

async fn form(app: &TestApp, lang: &str) -> Page {
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "zoe", "ngozi-okafor").await;
    let path = landing.last().location().path().to_owned();
    let page = browser.get(&format!("{path}?lang={lang}")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

/// API-06: the page states that it shows the chart as the EHR provides it, and for an empty result only that the EHR
/// provided none.
#[actix_web::test]
async fn states_that_the_chart_is_as_the_ehr_provides_it() {
    let app = TestApp::start().await;
    for (lang, provided, none) in [
        (
            "en",
            "as provided by the EHR, which may not share everything",
            "Nothing for this question from the EHR, read",
        ),
        (
            "fr",
            "tel que fourni par le DME, qui ne transmet peut-être pas tout",
            "Rien du DME pour cette question (lecture du",
        ),
    ] {
        let page = form(&app, lang).await;
        assert!(page.text().contains(provided), "{}", page.text());
        assert!(page.text().contains(none), "{}", page.text());
        assert!(!page.text().contains("None recorded"), "{}", page.text());
    }
}

/// API-06: every search is empty and marked as redacted: nothing on the form reads "none".
#[actix_web::test]
async fn never_shows_a_redacted_chart_as_none() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::SearchRedacted));
    for (lang, part, none) in [
        ("en", "None in the part that the EHR provided", "Nothing for this question from the EHR, read"),
        ("fr", "Rien dans la partie que le DME a fournie", "Rien du DME pour cette question"),
    ] {
        let page = form(&app, lang).await;
        assert!(page.text().matches(part).count() > 5, "{}", page.text());
        let questions_of_searches = page.body.matches("class=\"from empty\"").count();
        assert!(!page.text().contains(none) && questions_of_searches == 0, "{}", page.text());
    }
}
