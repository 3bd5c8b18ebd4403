//! Tests of a signed referral whose receipt is not confirmed.

use jiff::SignedDuration;
use passerelle::{
    app::DemoUsers,
    delivery::{Folder, Outcome},
    testing::{Scratch, TestApp},
};

use crate::{
    admin::{app_with, signed_in},
    copies::number_of,
    delivery::{Destination, later, sending_to},
    form::Cardiology as _,
    referral::{follow, form_of, send, to_summary},
    review::shows,
    signing::{DELEGATE, SIGNER, chart, handed_over},
};

/// A folder confirms nothing: the referral is left for the destination, on every page, and never "delivered".
#[actix_web::test]
async fn never_calls_delivered_what_was_left_in_a_folder() {
    let folder = Scratch::new();
    let path = folder.path().to_owned();
    let setup = TestApp::setup().extend(move |builder| builder.delivery_channel(Folder::new(&path)));
    let (app, _) = app_with(setup).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let form = form.complete("Palpitations").choose("a.urgency", "urgent").set("a.urgency-reason", "Syncope");
    let summary = to_summary(&mut browser, form).await;
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
    assert!(shows(&page, "call the destination now"), "it is urgent: {}", page.text());
    let mut administrator = signed_in(&app).await;
    let list = administrator.get(&format!("/admin/deliveries?search={}", number_of(&page))).await;
    let (_, rest) = list.body.split_once("href=\"/admin/deliveries/").expect("the delivery");
    let id = rest.split('"').next().unwrap();
    let entry = administrator.get(&format!("/admin/deliveries/{id}")).await;
    assert_eq!((list.status, entry.status), (200, 200), "{}", entry.text());
    assert!(shows(&entry, "Left for the destination") && !shows(&entry, "Delivered"), "{}", entry.text());
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

/// The delegate who prepared a referral that failed has no button for it, and reads who has one.
#[actix_web::test]
async fn names_to_the_delegate_who_can_act() {
    let refused = Outcome::Refused("unknown form".into());
    let setup = sending_to(&Destination::answers([refused])).extend(|builder| builder.user_mapper(DemoUsers));
    let app = setup.start().await;
    let (mut delegate, id) = handed_over(&app).await;
    let mut signer = app.browser();
    let path = chart(&app, &mut signer, "eleonore", SIGNER).await;
    let review = signer.get(&format!("{path}/referrals/{id}/review")).await;
    let sent = send(&mut signer, &review).await;
    app.deliver().await;
    let said = "who signed it, can send it again or mark it as sent by fax";
    let own = follow(&mut signer, &sent).await;
    assert!(!shows(&own, said) && own.body.contains("/send-again"), "{}", own.text());
    let path = chart(&app, &mut delegate, "eleonore", DELEGATE).await;
    let page = delegate.get(&format!("{path}/referrals/{id}")).await;
    assert!(shows(&page, said) && shows(&page, "Okafor"), "{}", page.text());
    assert!(!page.body.contains("/send-again"), "{}", page.body);
}
