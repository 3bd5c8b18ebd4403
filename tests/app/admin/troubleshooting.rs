//! Tests of the troubleshooting guide on the administrators' pages.

use passerelle::demo_ehr::Fault;
use passerelle::testing::Page;

use super::{app, is_sent_to_sign_in, launches::refused, presses, signed_in};

const GUIDE: &str = "/admin/troubleshooting";

/// Values of an attribute on a page.
fn values<'a>(page: &'a Page, attribute: &str) -> Vec<&'a str> {
    let opening = format!(" {attribute}=\"");
    page.body.split(&opening).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0)).collect()
}

/// The page of a failed launch shows the error and links to its paragraph, which exists.
#[actix_web::test]
async fn links_a_failed_launch_to_its_paragraph() {
    for (fault, code, text) in [
        (
            Fault::IdTokenWrongAudience,
            "id-token-audience-mismatch",
            "aud of the id_token is not our client_id",
        ),
        (Fault::TokenMissingPatient, "no-patient", "The EHR named no patient"),
        (Fault::DiscoveryHtml, "document-not-json-media", "it is not JSON but a web page or other media"),
    ] {
        let (app, _) = app().await;
        let mut browser = signed_in(&app).await;
        app.ehr().set_fault(Some(fault));
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let launch = browser.get(&format!("/admin/launches/{}", refused(&app).await)).await;
        assert!(launch.text().contains(&format!("Error {text} Error code {code}")), "{}", launch.text());
        let link = format!("{GUIDE}#{code}");
        assert!(values(&launch, "href").contains(&link.as_str()), "{code}: {}", launch.body);
        let guide = browser.get(GUIDE).await;
        assert!(values(&guide, "id").contains(&code), "{code}");
    }
}

/// A launch that succeeded shows no error code.
#[actix_web::test]
async fn shows_no_error_for_a_launch_that_succeeded() {
    let (app, _) = app().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let mut browser = signed_in(&app).await;
    let list = browser.get("/admin/launches").await;
    let (_, newest) = list.body.split_once("href=\"/admin/launches/").unwrap();
    let launch = browser.get(&format!("/admin/launches/{}", newest.split('"').next().unwrap())).await;
    assert!(launch.text().contains("Launch succeeded"), "{}", launch.text());
    assert!(!launch.text().contains("Error code") && !launch.body.contains("troubleshooting#"));
}

/// The navigation leads to the guide, which is in English, and says so in French.
#[actix_web::test]
async fn shows_the_guide_in_english_and_says_so_in_french() {
    let (app, _) = app().await;
    assert!(is_sent_to_sign_in(&app.browser().get(GUIDE).await));
    let mut browser = signed_in(&app).await;
    assert!(values(&browser.get("/admin").await, "href").contains(&GUIDE));
    let guide = browser.get(GUIDE).await;
    assert_eq!(guide.status, 200);
    assert!(guide.text().contains("Every error page shows a reference"), "{}", guide.text());
    presses(&mut browser, "/admin/language", &[("lang", "fr"), ("back", GUIDE)]).await;
    let french = browser.get(GUIDE).await;
    assert!(french.text().contains("Dépannage") && french.text().contains("en anglais"), "{}", french.text());
    assert!(french.body.contains("<div class=\"guide card\" lang=\"en\">"), "{}", french.body);
}
