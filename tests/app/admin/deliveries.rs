//! Tests of the administrators' pages and commands of deliveries.

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use passerelle::{
    admin::{DeliveriesCommand, run_deliveries},
    delivery::{DeliveryChannel, Envelope, NewDelivery, Outcome, Priority, Reason, store::insert_delivery},
    testing::{Page, TestApp, send, to_summary},
};

use super::{app_with, presses, signed_in};
use crate::{
    delivery::{Destination, sending_to},
    form::Cardiology as _,
    referral::form_of,
};

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
    let list = runs(&app, DeliveriesCommand::List { search: String::new(), page: 1 }).await;
    assert!(list.contains("not-delivered") && list.contains("ended 2026-"), "{list}");
    assert!(list.contains("tries: 1") && !list.contains(" old"), "{list}");
    assert!(list.contains("refused: status 422 (value)") && !list.contains("canary"), "{list}");
    let id = list.split(' ').next().unwrap().to_owned();

    let number = list.split_whitespace().nth(1).unwrap().to_owned();
    assert!(number.starts_with("R26-"), "{list}");

    let mut browser = signed_in(&app).await;
    let page = browser.get("/admin/deliveries").await;
    assert!(page.text().contains(&number), "{}", page.text());
    let typed = number.to_lowercase().replace('-', "+");
    let found = browser.get(&format!("/admin/deliveries?search={typed}")).await;
    assert!(found.text().contains(&number) && found.body.contains(&id), "{}", found.text());
    assert!(
        page.text().contains("Not delivered") && page.text().contains("1 try, ended on "),
        "{}",
        page.text()
    );
    assert!(!page.text().contains("canary"), "{}", page.text());
    let part = |from: usize, to: usize| number[from..to].to_owned();
    for typed in [part(4, 8), part(6, 11).to_lowercase(), part(4, 8) + " " + &part(9, 13)] {
        let path = format!("/admin/deliveries?search={}", typed.replace(' ', "+"));
        let found = browser.get(&path).await;
        assert!(found.text().contains("One delivery matches"), "{typed}: {}", found.text());
        assert!(found.body.contains(&id), "{typed}: {}", found.text());
    }
    let short = browser.get(&format!("/admin/deliveries?search={}", part(4, 7))).await;
    assert!(short.text().contains("No delivery matches"), "{}", short.text());
    let one = browser.get(&format!("/admin/deliveries/{id}")).await;
    assert!(one.text().contains("canary: no such <clinic>"), "{}", one.text());
    let viewed = |event: &&passerelle::audit::Recorded| event.event == "delivery-viewed";
    assert_eq!(app.audit_events().await.iter().filter(viewed).count(), 1);
    assert_eq!(browser.get("/admin/deliveries/none").await.status, 404);

    // The time at which it ended stays, however long ago that is.
    app.advance(SignedDuration::from_hours(24 * 9));
    let mut browser = signed_in(&app).await;
    let later = browser.get("/admin/deliveries").await;
    let tries = |page: &Page| page.text().split("1 try, ").nth(1).unwrap()[..30].to_owned();
    assert_eq!(tries(&later), tries(&page));
    assert!(!later.text().contains("1 try in"), "{}", later.text());

    let path = format!("/admin/deliveries/{id}/retry");
    assert_eq!(presses(&mut browser, &path, &[]).await.status, 303);
    app.deliver().await;
    assert_eq!(
        runs(&app, DeliveriesCommand::List { search: String::new(), page: 1 }).await,
        "Nothing is pending or failed."
    );
    assert_eq!(presses(&mut browser, &path, &[]).await.status, 404, "a delivered message is not sent again");
    let shown = runs(&app, DeliveriesCommand::Show { id }).await;
    assert!(shown.contains("delivered") && shown.contains("no words were given"), "{shown}");
}

/// Delivered messages are found by id and destination; a long list has pages, in the command as well.
#[actix_web::test]
async fn searches_deliveries_and_lists_them_in_pages() {
    let (app, _) = app_with(TestApp::setup()).await;
    send_one(&app).await;
    app.deliver().await;
    app.expect_pending(60);
    app.within(async |app| {
        let mut tx = app.db().begin_write().await.unwrap();
        for number in 0..60 {
            let id = format!("m-{number:02}");
            let new = NewDelivery {
                id: &id,
                subject_kind: "parcel",
                subject_id: &id,
                channel: "pigeon",
                destination: "loft",
                recognises_duplicates: true,
                priority: Priority::Routine,
                payload: b"x",
            };
            insert_delivery(&mut tx, &**app.clock(), app.sealer(), &new).await.unwrap();
        }
        tx.commit().await.unwrap();
    })
    .await;
    let list = |search: &str, page| DeliveriesCommand::List { search: search.to_owned(), page };
    let first = runs(&app, list("", 1)).await;
    assert!(first.ends_with("Page 1 of 2, 60 deliveries; `--page` shows another."), "{first}");
    assert_eq!(runs(&app, list("", 2)).await.lines().count(), 11);
    assert_eq!(runs(&app, list("zebra", 1)).await, "No delivery matches.");
    let mut browser = signed_in(&app).await;
    let page = browser.get("/admin/deliveries").await;
    assert!(page.text().contains("Page 1 of 2") && page.body.contains("href=\"/admin/deliveries?page=2\""));
    let page = browser.get("/admin/deliveries?search=PIGEON&page=2").await;
    assert!(page.text().contains("60 deliveries match “PIGEON”"), "{}", page.text());
    assert!(page.body.contains("href=\"/admin/deliveries?search=PIGEON&amp;page=1\""), "{}", page.body);
    let page = browser.get("/admin/deliveries?search=folder").await;
    assert!(page.text().contains("One delivery matches “folder”, delivered or not."), "{}", page.text());
    assert!(page.text().contains("Delivered"), "{}", page.text());
    let page = browser.get("/admin/deliveries?search=%3Cb%3E%00").await;
    assert!(page.status == 200 && page.text().contains("No delivery matches “<b>”."), "{}", page.text());
}

/// While sending is held, referrals are signed and nothing is sent; after the release it goes.
#[actix_web::test]
async fn holds_and_releases_all_sending() {
    let (app, _) = app_with(TestApp::setup()).await;
    let mut browser = signed_in(&app).await;
    let hold = "/admin/deliveries/hold";
    for (fields, said) in [
        (vec![("reason", "  "), ("confirm", "1")], "Not held: write the reason"),
        (vec![("reason", "maintenance")], "Not held: confirm that nothing is to be sent"),
    ] {
        let refused = presses(&mut browser, hold, &fields).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.text().contains(said), "{}", refused.text());
    }
    assert!(!browser.get("/admin").await.text().contains("All sending is held"));
    let fields = [("reason", "maintenance"), ("confirm", "1")];
    assert_eq!(presses(&mut browser, hold, &fields).await.status, 303);
    for page in super::PAGES {
        let page = browser.get(page).await;
        assert!(page.status != 200 || page.text().contains("All sending is held"), "{}", page.text());
    }
    send_one(&app).await;
    app.deliver().await;
    assert_eq!(app.delivered().len(), 0);
    let page = browser.get("/admin/deliveries").await;
    assert!(page.text().contains("All sending is held since") && page.text().contains("maintenance"));
    let list = runs(&app, DeliveriesCommand::List { search: String::new(), page: 1 }).await;
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

/// While sending is held, a delivery is not sent again: its page says so, and leads to the release.
#[actix_web::test]
async fn offers_no_retry_while_sending_is_held() {
    let (app, _) = app_with(TestApp::setup()).await;
    send_one(&app).await;
    app.expect_pending(1);
    let mut browser = signed_in(&app).await;
    let list = runs(&app, DeliveriesCommand::List { search: String::new(), page: 1 }).await;
    let id = list.split(' ').next().unwrap().to_owned();
    let path = format!("/admin/deliveries/{id}");
    let open = browser.get(&path).await;
    assert!(open.text().contains("Send again now") && !open.text().contains("until it is released"));
    let fields = [("reason", "maintenance"), ("confirm", "1")];
    presses(&mut browser, "/admin/deliveries/hold", &fields).await;
    let held = browser.get(&path).await;
    assert!(held.text().contains("nothing is sent again until it is released"), "{}", held.text());
    assert!(!held.text().contains("Send again now"), "{}", held.text());
    assert!(
        held.body.contains("<a href=\"/admin/deliveries\">Go to the deliveries to release it"),
        "{}",
        held.body
    );
    // A page that was open before does nothing either.
    let pressed = presses(&mut browser, &format!("{path}/retry"), &[]).await;
    assert_eq!((pressed.status, pressed.location().path()), (303, path.as_str()));
    assert!(!app.audit_events().await.iter().any(|event| event.event == "delivery-retried"));
    let command = DeliveriesCommand::Retry { id };
    let refused = app
        .within(async move |app| run_deliveries(&app.admin(), command).await.unwrap_err().to_string())
        .await;
    assert!(refused.contains("Nothing is sent until `passerelle deliveries release`"), "{refused}");
    presses(&mut browser, "/admin/deliveries/release", &[]).await;
    let pressed = presses(&mut browser, &format!("{path}/retry"), &[]).await;
    assert_eq!(pressed.location().query(), Some("done=retried"));
    app.deliver().await;
    app.expect_pending(0);
    assert_eq!(app.delivered().len(), 1);
}

/// The list and the page of a delivery are in the language of the page: outcome, reason, channel and age.
#[actix_web::test]
async fn shows_deliveries_in_french() {
    let destination = Destination::answers([Outcome::RetryLater(
        Reason::from("no connection to the destination: its certificate has expired"),
        None,
    )]);
    let (app, _) = app_with(sending_to(&destination)).await;
    send_one(&app).await;
    app.deliver().await;
    app.expect_pending(1);
    app.advance(SignedDuration::from_hours(24 * 3));
    let mut browser = signed_in(&app).await;
    let list = browser.get("/admin/deliveries?lang=fr").await;
    for part in
        ["Pas encore livrée : pas de connexion à la destination : son certificat a expiré", "1 essai en 3 j"]
    {
        assert!(list.text().contains(part), "{part} is not in {}", list.text());
    }
    let path = list.body.split("<h2><a href=\"").nth(1).unwrap().split('"').next().unwrap();
    let one = browser.get(path).await.text();
    for part in ["Dossier partagé", "Pas encore livrée", "son certificat a expiré", "1 essai en 3 j"] {
        assert!(one.contains(part), "{part} is not in {one}");
    }
    for english in ["no connection", "expired", "pending"] {
        assert!(!one.contains(english) && !list.text().contains(english), "{english} is in {one}");
    }
}
