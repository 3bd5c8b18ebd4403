//! Tests of the administrators' pages and commands of deliveries.

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use passerelle::{
    admin::{DeliveriesCommand, run_deliveries},
    delivery::{DeliveryChannel, Envelope, Outcome, Reason},
    testing::{TestApp, send, to_summary},
};

use super::{app_with, presses, signed_in};
use crate::{form::Cardiology as _, referral::form_of};

/// Destination that refuses the first attempt of each message and then confirms.
struct RefusesOnce;

impl DeliveryChannel for RefusesOnce {
    fn name(&self) -> &'static str {
        "folder"
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            match envelope.payload.is_empty() {
                false if FIRST.swap(false, std::sync::atomic::Ordering::AcqRel) => Outcome::Refused(
                    Reason::from("status 422 (value)").with_words("canary: no such <clinic>"),
                ),
                _ => Outcome::Delivered,
            }
        })
    }
}

static FIRST: std::sync::atomic::AtomicBool = std::sync::atomic::AtomicBool::new(true);

async fn runs(app: &TestApp, command: DeliveriesCommand) -> String {
    app.within(async move |app| run_deliveries(&app.admin(), command).await.unwrap()).await
}

async fn send_one(app: &TestApp) {
    let mut browser = app.browser();
    let mut form = form_of(app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
    assert_eq!(send(&mut browser, &summary).await.status, 303);
}

/// A refused delivery is listed with its reason, shown with the destination's words, which is audited, and sent again.
#[actix_web::test]
async fn lists_shows_and_sends_again_a_refused_delivery() {
    let (app, _) = app_with(TestApp::setup().extend(|builder| builder.delivery_channel(RefusesOnce))).await;
    send_one(&app).await;
    app.deliver().await;
    app.advance(SignedDuration::from_hours(5));
    let list = runs(&app, DeliveriesCommand::List).await;
    assert!(list.contains("not-delivered") && list.contains("5 h old, tries: 1"), "{list}");
    assert!(list.contains("refused: status 422 (value)") && !list.contains("canary"), "{list}");
    let id = list.split(' ').next().unwrap().to_owned();

    let mut browser = signed_in(&app).await;
    let page = browser.get("/admin/deliveries").await;
    assert!(page.text().contains("Not delivered") && page.text().contains("1 try in 5 h"), "{}", page.text());
    assert!(!page.text().contains("canary"), "{}", page.text());
    let one = browser.get(&format!("/admin/deliveries/{id}")).await;
    assert!(one.text().contains("canary: no such <clinic>"), "{}", one.text());
    let viewed = |event: &&passerelle::audit::Recorded| event.event == "delivery-viewed";
    assert_eq!(app.audit_events().await.iter().filter(viewed).count(), 1);
    assert_eq!(browser.get("/admin/deliveries/none").await.status, 404);

    let path = format!("/admin/deliveries/{id}/retry");
    assert_eq!(presses(&mut browser, &path, &[]).await.status, 303);
    app.deliver().await;
    assert_eq!(runs(&app, DeliveriesCommand::List).await, "Nothing is pending or failed.");
    assert_eq!(presses(&mut browser, &path, &[]).await.status, 404, "a delivered message is not sent again");
    let shown = runs(&app, DeliveriesCommand::Show { id }).await;
    assert!(shown.contains("delivered") && shown.contains("no words were given"), "{shown}");
}

/// While sending is held, referrals are signed and nothing is sent; after the release it goes.
#[actix_web::test]
async fn holds_and_releases_all_sending() {
    let (app, _) = app_with(TestApp::setup()).await;
    let mut browser = signed_in(&app).await;
    assert_eq!(
        presses(&mut browser, "/admin/deliveries/hold", &[("reason", "maintenance")]).await.status,
        303
    );
    send_one(&app).await;
    app.deliver().await;
    assert_eq!(app.delivered().len(), 0);
    let page = browser.get("/admin/deliveries").await;
    assert!(page.text().contains("All sending is held since") && page.text().contains("maintenance"));
    let list = runs(&app, DeliveriesCommand::List).await;
    assert!(list.starts_with("All sending is held since") && list.contains("pending"), "{list}");
    let released = runs(&app, DeliveriesCommand::Release).await;
    assert_eq!(released, "Sending is released. Pending deliveries: 1.");
    app.deliver().await;
    assert_eq!(app.delivered().len(), 1);
    assert_eq!(runs(&app, DeliveriesCommand::Release).await, "Sending was not held.");
    let kinds: Vec<String> = app.audit_events().await.into_iter().map(|event| event.event).collect();
    for kind in ["deliveries-held", "deliveries-released"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind}: {kinds:?}");
    }
}
