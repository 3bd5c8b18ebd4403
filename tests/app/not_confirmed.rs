//! Tests of a signed referral whose receipt is not confirmed.

use jiff::SignedDuration;
use passerelle::{
    delivery::Folder,
    testing::{Scratch, TestApp},
};

use crate::{
    delivery::{Destination, later, sending_to},
    form::Cardiology as _,
    referral::{follow, form_of, send, to_summary},
    review::shows,
};

/// A folder confirms nothing: the referral is left for the destination, on every page, and never "delivered".
#[actix_web::test]
async fn never_calls_delivered_what_was_left_in_a_folder() {
    let folder = Scratch::new();
    let path = folder.path().to_owned();
    let setup = TestApp::setup().extend(move |builder| builder.delivery_channel(Folder::new(&path)));
    let app = setup.start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    let context = sent.location().path().split('/').nth(2).unwrap().to_owned();
    let pages = [sent.location().path().to_owned(), format!("/c/{context}/"), "/referrals".to_owned()];
    for path in pages {
        let page = browser.get(&path).await;
        assert!(shows(&page, "Left for the destination"), "{path}: {}", page.text());
        assert!(!page.body.contains("Delivered") && !page.body.contains("status good"), "{path}");
    }
    let page = browser.get(sent.location().path()).await;
    assert!(!page.text().contains("destination confirmed"), "{}", page.text());
    assert!(shows(&page, "Left where the destination fetches its referrals"), "{}", page.text());
}

/// An urgent referral that has not arrived says so with its urgency, and what to do; a routine one does not.
#[actix_web::test]
async fn asks_to_call_about_an_urgent_referral_that_has_not_arrived() {
    let asks = "Priority: urgent. It is not confirmed that it arrived: call the destination now.";
    for urgency in ["urgent", "routine"] {
        let app = sending_to(&Destination::answers([later(), later()])).start().await;
        let mut browser = app.browser();
        let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
        let form =
            form.complete("Palpitations").choose("a.urgency", urgency).set("a.urgency-reason", "Syncope");
        let summary = to_summary(&mut browser, form).await;
        let sent = send(&mut browser, &summary).await;
        app.deliver().await;
        assert!(!shows(&follow(&mut browser, &sent).await, "call the destination now"), "its first try");
        app.advance(SignedDuration::from_secs(60));
        app.deliver().await;
        let waiting = follow(&mut browser, &sent).await;
        assert_eq!(shows(&waiting, asks), urgency == "urgent", "{}", waiting.text());
        app.expect_pending(1);
    }
}
