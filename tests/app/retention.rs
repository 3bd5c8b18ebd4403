//! Tests of retention: seen first, then removed; the pages of clinicians and administrators say what is no longer kept.

use std::sync::{
    Arc, Mutex,
    atomic::{AtomicBool, Ordering},
};

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use passerelle::{
    admin::{DeliveriesCommand, RetentionCommand, run_deliveries, run_retention},
    delivery::{DeliveryChannel, Envelope, Outcome},
    testing::{Browser, Page, TestApp},
};

use crate::{
    admin::{EMAIL, PASSWORD, presses, signed_in},
    commands::run_command,
    form::Cardiology as _,
    referral::{form_of, send, to_summary},
};

const SETTINGS: &str = "\n[retention]\nsent_messages_days = 30\ndrafts_days = 30\naudit_days = 365\n";

/// Destination that confirms, or refuses while `refuses` is set.
#[derive(Clone, Default)]
struct Destination {
    refuses: Arc<AtomicBool>,
    received: Arc<Mutex<Vec<Envelope>>>,
}

impl DeliveryChannel for Destination {
    fn name(&self) -> &'static str {
        "folder"
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            self.received.lock().unwrap().push(envelope.clone());
            match self.refuses.load(Ordering::Acquire) {
                true => Outcome::Refused("status 422".into()),
                false => Outcome::Delivered,
            }
        })
    }
}

async fn app_of(destination: &Destination) -> TestApp {
    let channel = destination.clone();
    let setup = TestApp::setup().extend(move |builder| builder.delivery_channel(channel.clone()));
    let app = setup.settings(SETTINGS).start().await;
    app.add_user("Ada", EMAIL, PASSWORD, passerelle::users::Role::Administrator).await;
    app
}

async fn sent_referral(app: &TestApp, browser: &mut Browser, patient: &str, concern: &str) -> Page {
    let mut form = form_of(app, browser, patient, "ngozi-okafor").await;
    let summary = to_summary(browser, form.complete(concern)).await;
    let sent = send(browser, &summary).await;
    app.deliver().await;
    sent
}

async fn saved_draft(app: &TestApp, browser: &mut Browser, patient: &str) {
    let mut form = form_of(app, browser, patient, "ngozi-okafor").await;
    form.complete("a draft").press(browser, "save").await;
}

/// Output and progress of a command.
async fn runs(app: &TestApp, command: RetentionCommand) -> (String, Vec<String>) {
    app.within(async move |app| {
        let lines = Mutex::new(Vec::new());
        let report = |line: &str| lines.lock().unwrap().push(line.to_owned());
        let text = run_retention(&app.admin(), command, report).await.unwrap();
        (text, lines.into_inner().unwrap())
    })
    .await
}

/// Lines of a plan with rows to remove.
fn planned(text: &str) -> Vec<String> {
    let lines = text.lines().filter(|line| line.contains(": ") && !line.ends_with(": none"));
    let kinds = lines.map(|line| {
        let (kind, _) = line.split_once(' ').unwrap();
        let count = line.rsplit_once(": ").unwrap().1.split(',').next().unwrap();
        format!("{kind} {count}")
    });
    kinds.collect()
}

/// The page of a delivered referral still says what was sent; an undelivered one keeps its message, and is sent again with
/// the same bytes.
#[actix_web::test]
async fn removes_what_show_lists_and_keeps_what_is_undelivered() {
    let destination = Destination::default();
    let app = app_of(&destination).await;
    let mut browser = app.browser();
    let arrived = sent_referral(&app, &mut browser, "eleonore", "canary of the concern").await;
    destination.refuses.store(true, Ordering::Release);
    let refused = sent_referral(&app, &mut browser, "marc-andre", "not arrived").await;
    saved_draft(&app, &mut browser, "zoe").await;
    app.advance(SignedDuration::from_hours(24 * 31));

    let (shown, _) = runs(&app, RetentionCommand::Show).await;
    let listed: Vec<String> = planned(&shown).into_iter().filter(|line| !line.contains("launch-")).collect();
    assert!(shown.ends_with("Nothing was removed. `passerelle retention apply` removes it."), "{shown}");
    for line in ["sent-messages 1", "drafts 1"] {
        assert!(listed.iter().any(|listed| listed == line), "{line}: {shown}");
    }
    let before = app.count("referrals").await;
    let (done, progress) = runs(&app, RetentionCommand::Apply).await;
    assert_eq!(progress[0], shown.rsplit_once("\n\n").unwrap().0, "the same plan");
    assert!(progress.contains(&"drafts: 1 of 1 removed".to_owned()), "{progress:?}");
    let removed: Vec<String> =
        done["Removed: ".len()..done.len() - 1].split(", ").map(str::to_owned).collect();
    assert_eq!(removed, planned(&shown), "{done}");
    assert_eq!(planned(&runs(&app, RetentionCommand::Show).await.0), Vec::<String>::new());
    assert_eq!(app.count("referrals").await, before - 1);

    let mut later = app.browser();
    later.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = own_page(&mut later, &arrived).await;
    assert!(page.text().contains("The message itself was removed on"), "{}", page.text());
    assert!(page.text().contains("canary of the concern"), "{}", page.text());
    let page = own_page(&mut later, &refused).await;
    assert!(!page.text().contains("was removed") && page.text().contains("Send again"), "{}", page.text());
    destination.refuses.store(false, Ordering::Release);
    let again = format!("{}/send-again", page.url.path());
    assert_eq!(later.post(&again, &[("csrf_token", &page.csrf_token())]).await.status, 303);
    app.deliver().await;
    let received = destination.received.lock().unwrap().clone();
    assert_eq!((&received[1].id, &received[1].payload), (&received[2].id, &received[2].payload));
}

/// Page of a referral outside its chart.
async fn own_page(browser: &mut Browser, sent: &Page) -> Page {
    let id = sent.location().path().split('/').nth(4).unwrap().to_owned();
    browser.get(&format!("/referrals/{id}")).await
}

/// Administrators see that a message is gone, and cannot send it again.
#[actix_web::test]
async fn tells_administrators_that_a_message_is_no_longer_kept() {
    let destination = Destination::default();
    let app = app_of(&destination).await;
    sent_referral(&app, &mut app.browser(), "eleonore", "x").await;
    let id = destination.received.lock().unwrap()[0].id.clone();
    app.advance(SignedDuration::from_hours(24 * 31));
    runs(&app, RetentionCommand::Apply).await;
    let (show, retry) =
        (DeliveriesCommand::Show { id: id.clone() }, DeliveriesCommand::Retry { id: id.clone() });
    let (shown, refused) = app
        .within(async move |app| {
            let shown = run_deliveries(&app.admin(), show).await.unwrap();
            (shown, run_deliveries(&app.admin(), retry).await.unwrap_err().to_string())
        })
        .await;
    assert!(shown.contains("The message is no longer kept: removed 20"), "{shown}");
    assert!(shown.ends_with("The destination's words: no longer kept"), "{shown}");
    assert!(refused.contains("was removed on") && refused.contains("cannot be sent again"), "{refused}");
    let mut browser = signed_in(&app).await;
    let page = browser.get(&format!("/admin/deliveries/{id}")).await;
    assert!(page.text().contains("words were removed on"), "{}", page.text());
    assert!(!page.body.contains("/retry"), "{}", page.text());
    assert_eq!(presses(&mut browser, &format!("/admin/deliveries/{id}/retry"), &[]).await.status, 404);
}

/// The owner of a draft sees for two weeks until when it is kept, in its chart and in the chart of another patient.
#[actix_web::test]
async fn shows_until_when_a_draft_is_kept() {
    let app = app_of(&Destination::default()).await;
    saved_draft(&app, &mut app.browser(), "eleonore").await;
    let home = async |patient: &str| {
        let mut browser = app.browser();
        let context = browser.launch(app.ehr(), patient, "ngozi-okafor").await.context();
        let home = browser.get(&format!("/c/{context}/")).await.text();
        (home, browser.get("/referrals").await.text())
    };
    let (own, list) = home("eleonore").await;
    assert!(own.contains("Continue draft") && !own.contains("Kept until"), "{own}");
    assert!(!list.contains("Kept until"), "{list}");
    assert!(!home("zoe").await.0.contains("removed soon"));
    app.advance(SignedDuration::from_hours(24 * 17));
    let (own, list) = home("eleonore").await;
    for page in [own, list] {
        assert!(page.contains("Kept until 14 Oct 2026, unless it is saved again"), "{page}");
    }
    assert!(home("zoe").await.0.contains("A draft of another patient is removed soon"));
}

/// Settings of the shipped program: what it lists, and what it says about settings that would do harm.
#[actix_web::test]
async fn lists_what_would_be_removed_by_the_command() {
    let app = TestApp::start().await;
    let shown = run_command(&app, &["retention", "show"]).unwrap();
    for line in [
        "sent-messages      kept for ever",
        "drafts             kept for ever",
        "launch-traces      kept for 7 days",
    ] {
        assert!(shown.lines().any(|shown| shown.starts_with(line)), "{line}: {shown}");
    }
    assert_eq!(run_command(&app, &["retention", "apply"]).unwrap(), "Nothing was removed.\n");
}
