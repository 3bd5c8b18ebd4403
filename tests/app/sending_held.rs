//! Tests of the words of a clinician's pages while all sending is held.

use passerelle::testing::{FormFields, TestApp, follow, send, to_summary};

use crate::{
    admin::{app_with, presses, signed_in},
    form::Cardiology as _,
    referral::form_of,
};

/// The hold is said before an urgent referral is signed, and nothing afterwards says that it is being sent.
#[actix_web::test]
async fn says_before_the_signature_that_sending_is_held() {
    let (app, _) = app_with(TestApp::setup()).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let form = form.complete("Palpitations").choose("a.urgency", "urgent").set("a.urgency-reason", "Syncope");
    let review = to_summary(&mut browser, form).await;
    assert!(!review.text().contains("Sending is held"), "{}", review.text());
    let mut administrator = signed_in(&app).await;
    let fields = [("reason", "maintenance"), ("confirm", "1")];
    assert_eq!(presses(&mut administrator, "/admin/deliveries/hold", &fields).await.status, 303);
    let review = browser.get(review.url.path()).await;
    let (_, signature) = review.body.split_once("id=\"send\"").expect("it can be signed");
    assert!(signature.contains("Sending is held: once you sign, this referral waits here"), "{signature}");
    let edit = browser.get(&review.url.path().replace("/review", "/edit")).await;
    assert!(edit.text().contains("Sending is held"), "{}", edit.text());
    let form = FormFields::read(&edit);
    assert_ne!(form.fields().len(), 0, "it is the form");
    let sent = send(&mut browser, &review).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let detail = follow(&mut browser, &sent).await;
    let text = detail.text();
    assert!(text.contains("Sending held") && text.contains("Sending was held: not sent yet"), "{text}");
    assert!(!text.contains("Signed and sent") && !text.contains("being sent"), "{text}");
    let history = text.split("History").nth(1).unwrap();
    assert!(history.find("Signed") < history.find("Sending was held"), "the signature is first: {history}");
    let (_, pill) = detail.body.split_once("class=\"status ").unwrap();
    assert!(pill.starts_with("warn\">Sending held"), "{}", &pill[..40]);
    let context = detail.url.path().split("/referrals").next().unwrap().to_owned();
    for list in [format!("{context}/"), format!("{context}/referrals"), "/referrals".to_owned()] {
        let page = browser.get(&list).await;
        assert!(page.body.contains("class=\"status warn\">Sending held"), "{list}: {}", page.text());
        assert!(!page.body.contains(">Sending</span>"), "{list}: {}", page.text());
    }
    let token = detail.csrf_token();
    let switch = [("csrf_token", token.as_str()), ("lang", "fr"), ("back", "/")];
    browser.post(&format!("{context}/language"), &switch).await;
    let french = browser.get(detail.url.path()).await;
    assert!(french.text().contains("Envoi suspendu") && !french.text().contains("Envoi en cours"));
    assert_eq!(presses(&mut administrator, "/admin/deliveries/release", &[]).await.status, 303);
    app.deliver().await;
    assert_eq!(app.delivered().len(), 1);
}
