//! Tests of a referral after sending: what its pages say while a destination fails, and the ways on.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::future::BoxFuture;
use jiff::SignedDuration;
use passerelle::{
    delivery::{DeliveryChannel, Envelope, Outcome, Reason},
    testing::{Browser, Engine, LogCapture, Page, Setup, TestApp},
};

use crate::{
    form::Cardiology as _,
    referral::{follow, form_of, send, to_summary},
};

/// Destination that answers by a script and then confirms, and keeps what it was sent.
#[derive(Clone)]
pub struct Destination {
    pub channel: &'static str,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    script: Vec<Outcome>,
    received: Vec<Envelope>,
}

impl Destination {
    pub fn answers(script: impl IntoIterator<Item = Outcome>) -> Self {
        let state = State { script: script.into_iter().collect(), ..State::default() };
        Self { channel: "folder", state: Arc::new(Mutex::new(state)) }
    }

    pub fn received(&self) -> Vec<Envelope> {
        self.state.lock().unwrap().received.clone()
    }
}

impl DeliveryChannel for Destination {
    fn name(&self) -> &'static str {
        self.channel
    }

    fn deliver<'a>(&'a self, envelope: &'a Envelope) -> BoxFuture<'a, Outcome> {
        Box::pin(async move {
            let mut state = self.state.lock().unwrap();
            state.received.push(envelope.clone());
            if state.script.is_empty() { Outcome::Delivered } else { state.script.remove(0) }
        })
    }
}

/// Options of an app that sends to this destination.
pub fn sending_to(destination: &Destination) -> Setup {
    let channel = destination.clone();
    let setup = TestApp::setup().extend(move |builder| builder.delivery_channel(channel.clone()));
    if destination.channel == "fax" {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/vendor/directory.json");
        return setup.settings(&format!("\n[directory]\nfile = {file:?}\n"));
    }
    setup
}

/// App with this destination and a referral that was sent to it, not yet attempted.
async fn sent_to(destination: &Destination) -> (TestApp, Browser, Page) {
    let app = sending_to(destination).start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
    let sent = send(&mut browser, &summary).await;
    (app, browser, sent)
}

pub fn later() -> Outcome {
    Outcome::RetryLater("no connection".into(), None)
}

/// From the second failure the page says so, with the number of tries, the next one, and how to reach the destination.
#[actix_web::test]
async fn shows_from_the_second_failure_that_a_referral_has_not_arrived() {
    let destination = Destination::answers([later(), later()]);
    let (app, mut browser, sent) = sent_to(&destination).await;
    app.deliver().await;
    let once = follow(&mut browser, &sent).await;
    assert!(once.text().contains("Sending") && !once.text().contains("close this page"), "{}", once.text());
    app.advance(SignedDuration::from_secs(60));
    app.deliver().await;
    let twice = follow(&mut browser, &sent).await;
    let text = twice.text();
    assert!(
        text.contains("Waiting for the destination, which has not confirmed it yet (2 tries, next 09:3"),
        "{text}"
    );
    assert!(text.contains("Fax 613-555-0163") && twice.body.contains("status warn"), "{text}");
    let context = sent.location().path().split('/').nth(2).unwrap().to_owned();
    for path in [format!("/c/{context}/"), format!("/c/{context}/referrals"), "/referrals".to_owned()] {
        let list = browser.get(&path).await;
        assert!(list.text().contains("Waiting"), "{path}: {}", list.text());
    }
    let other = browser.launch(app.ehr(), "marc-andre", "ngozi-okafor").await.context();
    let home = browser.get(&format!("/c/{other}/")).await;
    assert!(home.text().contains("One referral of another patient has not arrived"), "{}", home.text());
    assert!(!home.text().contains("TREMBLAY"), "another patient's name: {}", home.text());

    app.advance(SignedDuration::from_mins(10));
    app.deliver().await;
    let delivered = follow(&mut browser, &sent).await;
    assert!(delivered.text().contains("Delivered") && !delivered.text().contains("Waiting"));
    let received = destination.received();
    assert_eq!(received.len(), 3);
    assert!(received.iter().all(|it| (&it.id, &it.payload) == (&received[0].id, &received[0].payload)));
}

/// Metrics have the number and the age of deliveries in each status. The log warns from the second failure of a delivery, with the
/// time since the first.
#[actix_web::test]
async fn reports_a_failing_delivery_to_administrators() {
    let log = LogCapture::start();
    let destination = Destination::answers([later(), later()]);
    let (app, _, _) = sent_to(&destination).await;
    let counted = async || {
        app.within(async |app| {
            app.count_outbox().await.unwrap();
            app.counted()
        })
        .await
    };
    app.deliver().await;
    let id = destination.received()[0].id.clone();
    let warnings = || {
        let is_about = |line: &&str| line.contains(&id) && line.contains("WARN");
        log.text().lines().filter(is_about).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(warnings(), Vec::<String>::new(), "most first failures are over within seconds");
    app.advance(SignedDuration::from_secs(90));
    app.deliver().await;
    let warned = warnings();
    assert!(
        warned.len() == 1
            && warned[0].contains("delivery failed")
            && warned[0].contains("trying_for_seconds=90"),
        "{warned:?}"
    );
    let metrics = counted().await;
    for line in [
        "passerelle_outbox_deliveries{status=\"pending\"} 1",
        "passerelle_outbox_deliveries{status=\"delivered\"} 0",
        "passerelle_outbox_oldest_seconds{status=\"pending\"} 90",
        "passerelle_outbox_held 0",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
    app.advance(SignedDuration::from_mins(10));
    app.deliver().await;
    app.within(async |app| app.worker().outbox().hold("maintenance").await.unwrap()).await;
    let metrics = counted().await;
    for line in [
        "passerelle_outbox_deliveries{status=\"pending\"} 0",
        "passerelle_outbox_deliveries{status=\"delivered\"} 1",
        "passerelle_outbox_oldest_seconds{status=\"pending\"} 0",
        "passerelle_outbox_held 1",
    ] {
        assert!(metrics.contains(line), "{line}: {metrics}");
    }
}

/// A try by hand that fails hides nothing: the page warns at once, and the number of tries never falls.
#[actix_web::test]
async fn warns_at_once_when_a_try_by_hand_fails() {
    let unknown = || Outcome::Unknown("status 500".into());
    let refused = || Outcome::Refused("status 400".into());
    for (second, may_have_arrived) in [(later(), false), (refused(), false), (unknown(), true)] {
        let script = [later(), second, later(), later()];
        let destination = Destination::answers(script);
        let (app, mut browser, sent) = sent_to(&destination).await;
        app.deliver().await;
        app.advance(SignedDuration::from_secs(60));
        app.deliver().await;
        let page = follow(&mut browser, &sent).await;
        let token = page.csrf_token();
        let fields = [("csrf_token", token.as_str()), ("confirm", "1")];
        let again = browser.post(&format!("{}/send-again", sent.location().path()), &fields).await;
        assert_eq!(again.status, 303, "{}", again.text());
        app.deliver().await;
        let page = follow(&mut browser, &sent).await;
        let text = page.text();
        assert!(text.contains("3 tries") && page.body.contains("status warn"), "{text}");
        assert_eq!(text.contains("An earlier try may have arrived"), may_have_arrived, "{text}");
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let home = browser.get(&format!("/c/{context}/")).await;
        assert!(!home.text().contains("Do not send a second one"), "{}", home.text());
        app.expect_pending(1);
    }
}

/// A destination that asks for a day does not hide that the referral has not arrived: the page shows the next try in the
/// colour of a warning, the next launch does not say that it is being sent now, and every way on is open.
#[actix_web::test]
async fn shows_after_one_failure_that_the_next_try_is_far_away() {
    for way in ["send-again", "faxed"] {
        let day = Outcome::RetryLater("status 503".into(), Some(Duration::from_hours(24)));
        let destination = Destination::answers([day]);
        let (app, mut browser, sent) = sent_to(&destination).await;
        app.deliver().await;
        let page = follow(&mut browser, &sent).await;
        let next = "which has not confirmed it yet (1 try, next 15 Sep 2026, 09:3";
        assert!(page.text().contains(next) && page.body.contains("status warn"), "{}", page.text());
        let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let home = browser.get(&format!("/c/{context}/")).await;
        assert!(home.text().contains("It is not delivered yet"), "{}", home.text());
        assert!(!home.text().contains("It is being sent now"), "{}", home.text());
        let fields = [("csrf_token", page.csrf_token()), ("files", "1".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let acted = browser.post(&format!("{}/{way}", sent.location().path()), &fields).await;
        assert_eq!(acted.status, 303, "{way}: {}", acted.text());
        app.deliver().await;
        assert_eq!(destination.received().len(), if way == "faxed" { 1 } else { 2 });
    }
}

/// A referral whose message no worker attempts is shown as waiting once its urgency no longer bears it, and can be sent by
/// fax. While all sending is held, its page says that instead.
#[actix_web::test]
async fn shows_a_referral_that_is_not_attempted_in_time() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let destination = Destination::answers([]);
        let app = sending_to(&destination).on(engine).start().await;
        let mut browser = app.browser();
        let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
        let summary = to_summary(&mut browser, form.complete("Palpitations")).await;
        let sent = send(&mut browser, &summary).await;
        let id = sent.location().path().split('/').nth(4).unwrap().to_owned();
        let overdue = || app.within(async |app| app.note_overdue().await.unwrap());
        app.advance(SignedDuration::from_mins(59));
        assert_eq!(overdue().await, 0);
        app.advance(SignedDuration::from_mins(1));
        app.within(async |app| app.worker().outbox().hold("maintenance").await.unwrap()).await;
        assert_eq!(overdue().await, 0);
        app.within(async |app| app.worker().outbox().release().await.unwrap()).await;
        assert_eq!((overdue().await, overdue().await), (1, 0));
        browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        let page = browser.get(&format!("/referrals/{id}")).await;
        for shown in ["It still waits here to be sent. If it is urgent", "Still waiting here to be sent"] {
            assert!(page.text().contains(shown) && page.body.contains("status warn"), "{}", page.text());
        }
        let fields = [("csrf_token", page.csrf_token()), ("files", "1".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        let faxed = browser.post(&format!("/referrals/{id}/faxed"), &fields).await;
        assert_eq!(faxed.status, 303, "{}", faxed.text());
        app.deliver().await;
        assert!(destination.received().is_empty());
    }
}

/// A refused referral shows the destination's words, and is sent again with the same id after the cause is mended.
#[actix_web::test]
async fn sends_a_refused_referral_again_with_the_same_id() {
    let refused = Outcome::Refused(Reason::from("status 422 (value)").with_words("No clinic <17>"));
    let destination = Destination::answers([refused]);
    let (app, mut browser, sent) = sent_to(&destination).await;
    app.deliver().await;
    let page = follow(&mut browser, &sent).await;
    assert!(
        page.text().contains("Not delivered") && page.text().contains("No clinic <17>"),
        "{}",
        page.text()
    );
    let path = sent.location().path().to_owned();
    let token = page.csrf_token();
    let again = browser.post(&format!("{path}/send-again"), &[("csrf_token", &token)]).await;
    assert_eq!((again.status, again.location().path()), (303, path.as_str()));
    app.deliver().await;
    let page = follow(&mut browser, &sent).await;
    assert!(page.text().contains("Delivered"), "{}", page.text());
    let received = destination.received();
    assert_eq!((received.len(), &received[0].id), (2, &received[1].id));
    let twice = browser.post(&format!("{path}/send-again"), &[("csrf_token", &token)]).await;
    assert_eq!(twice.status, 409, "a delivered referral is not sent again");
    let kinds: Vec<String> = app.audit_events().await.into_iter().map(|event| event.event).collect();
    assert!(kinds.iter().any(|kind| kind == "delivery-retried"), "{kinds:?}");
}

/// A referral marked as sent by fax is never attempted again, and says so; outside its chart as well.
#[actix_web::test]
async fn never_sends_a_referral_marked_as_sent_by_fax() {
    let destination = Destination::answers([later(), later()]);
    let (app, mut browser, sent) = sent_to(&destination).await;
    app.deliver().await;
    app.advance(SignedDuration::from_secs(60));
    app.deliver().await;
    let id = sent.location().path().split('/').nth(4).unwrap().to_owned();
    let page = browser.get(&format!("/referrals/{id}")).await;
    let fields = [("csrf_token", page.csrf_token()), ("files", "1".to_owned())];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let marked = browser.post(&format!("/referrals/{id}/faxed"), &fields).await;
    assert_eq!(marked.status, 303, "{}", marked.text());
    app.advance(SignedDuration::from_mins(10));
    app.deliver().await;
    assert_eq!(destination.received().len(), 2);
    let page = follow(&mut browser, &sent).await;
    assert!(
        page.text().contains("Sent by fax") && page.text().contains("Marked as sent by fax"),
        "{}",
        page.text()
    );
    let kinds: Vec<String> = app.audit_events().await.into_iter().map(|event| event.event).collect();
    assert!(kinds.iter().any(|kind| kind == "referral-faxed"), "{kinds:?}");
}

/// A mark by mistake can be taken back: the referral needs a person again, and nothing is sent by itself.
#[actix_web::test]
async fn takes_back_that_a_referral_was_sent_by_fax() {
    let destination = Destination::answers([later(), later()]);
    let (app, mut browser, sent) = sent_to(&destination).await;
    app.deliver().await;
    app.advance(SignedDuration::from_secs(60));
    app.deliver().await;
    let path = sent.location().path().to_owned();
    let page = follow(&mut browser, &sent).await;
    let token = page.csrf_token();
    assert!(!page.text().contains("It was not faxed"));
    let early = browser.post(&format!("{path}/not-faxed"), &[("csrf_token", &token)]).await;
    assert_eq!(early.status, 409, "it is not marked");
    browser.post(&format!("{path}/faxed"), &[("csrf_token", &token), ("files", "1")]).await;
    let page = follow(&mut browser, &sent).await;
    assert!(page.text().contains("It was not faxed"), "{}", page.text());
    let back = browser.post(&format!("{path}/not-faxed"), &[("csrf_token", &token)]).await;
    assert_eq!(back.status, 303, "{}", back.text());
    app.advance(SignedDuration::from_mins(10));
    app.deliver().await;
    assert_eq!(destination.received().len(), 2);
    let page = follow(&mut browser, &sent).await;
    for shown in ["Not delivered", "The mark “sent by fax” was taken back", "Send again"] {
        assert!(page.text().contains(shown), "{shown}: {}", page.text());
    }
    browser.post(&format!("{path}/send-again"), &[("csrf_token", &token)]).await;
    app.deliver().await;
    assert_eq!(destination.received().len(), 3);
    let kinds: Vec<String> = app.audit_events().await.into_iter().map(|event| event.event).collect();
    assert!(kinds.iter().any(|kind| kind == "referral-not-faxed"), "{kinds:?}");
}

/// A referral that failed is copied into a new draft, with its answers, and stays as it is.
#[actix_web::test]
async fn copies_a_failed_referral_into_a_new_draft() {
    let destination = Destination::answers([Outcome::Refused("status 400".into())]);
    let (app, mut browser, sent) = sent_to(&destination).await;
    app.deliver().await;
    let page = follow(&mut browser, &sent).await;
    assert!(page.text().contains("gave no reason"), "{}", page.text());
    let path = sent.location().path().to_owned();
    let copied = browser.post(&format!("{path}/copy"), &[("csrf_token", &page.csrf_token())]).await;
    let draft = follow(&mut browser, &copied).await;
    assert!(draft.body.contains("Palpitations"), "{}", draft.text());
    assert!(follow(&mut browser, &sent).await.text().contains("Not delivered"));
}

/// A message that may have arrived at a destination that does not recognise duplicates is sent again only if the
/// clinician confirms that it did not arrive.
#[actix_web::test]
async fn asks_before_it_sends_what_may_have_arrived() {
    let unknown = Outcome::Unknown("no complete response".into());
    let destination = Destination { channel: "fax", ..Destination::answers([unknown]) };
    let (app, mut browser, sent) = sent_to(&destination).await;
    app.deliver().await;
    let page = follow(&mut browser, &sent).await;
    assert!(
        page.text().contains("Not confirmed") && page.text().contains("does not have"),
        "{}",
        page.text()
    );
    let path = format!("{}/send-again", sent.location().path());
    let token = page.csrf_token();
    assert_eq!(browser.post(&path, &[("csrf_token", &token)]).await.status, 409);
    assert_eq!(destination.received().len(), 1);
    assert_eq!(browser.post(&path, &[("csrf_token", &token), ("confirm", "1")]).await.status, 303);
    app.deliver().await;
    assert!(follow(&mut browser, &sent).await.text().contains("Delivered"));
}
