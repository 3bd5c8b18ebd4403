//! Tests of the copy of a referral that has not arrived: it says what it is, asks again what is asked today, and neither is
//! forgotten when the other arrives.

use jiff::SignedDuration;
use passerelle::{
    delivery::Outcome,
    testing::{Browser, Engine, Page, TestApp},
};

use crate::{
    delivery::{Destination, later, sending_to},
    form::{Cardiology as _, FormFields},
    referral::{follow, form_of, to_summary},
};

/// Referral that was sent and attempted.
struct Original {
    app: TestApp,
    browser: Browser,
    path: String,
    number: String,
}

/// Confirms every point of a review, and sends it.
pub async fn confirm_all(browser: &mut Browser, review: &Page) -> Page {
    let revision = review.hidden_fields().into_iter().find(|(name, _)| name == "revision").unwrap().1;
    let boxes = review.body.split("name=\"confirm\" value=\"").skip(1);
    let ids: Vec<&str> = boxes.map(|found| found.split('"').next().unwrap()).collect();
    let token = review.csrf_token();
    let fields = [("csrf_token", token.as_str()), ("revision", revision.as_str())];
    let fields: Vec<(&str, &str)> = fields.into_iter().chain(ids.iter().map(|id| ("confirm", *id))).collect();
    browser.post(&review.url.path().replace("/review", "/submit"), &fields).await
}

/// Number of the referral of a page.
pub fn number_of(page: &Page) -> String {
    let text = page.text();
    text.split_whitespace().find(|word| word.starts_with("R26-")).unwrap().trim_end_matches(',').to_owned()
}

impl Original {
    async fn sent(engine: Engine, destination: &Destination) -> Self {
        let app = sending_to(destination).on(engine).start().await;
        let mut browser = app.browser();
        let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
        let review = to_summary(&mut browser, form.complete("Palpitations")).await;
        let sent = confirm_all(&mut browser, &review).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        app.deliver().await;
        let path = sent.location().path().to_owned();
        let number = number_of(&browser.get(&path).await);
        Self { app, browser, path, number }
    }

    async fn page(&mut self) -> Page {
        self.browser.get(&self.path).await
    }

    async fn post(&mut self, step: &str, fields: &[(&str, &str)]) -> Page {
        let token = self.page().await.csrf_token();
        let fields: Vec<(&str, &str)> =
            fields.iter().copied().chain([("csrf_token", token.as_str())]).collect();
        self.browser.post(&format!("{}/{step}", self.path), &fields).await
    }

    /// Copies it into a new draft. Returns the page of the draft.
    async fn copied(&mut self) -> Page {
        let copied = self.post("copy", &[]).await;
        follow(&mut self.browser, &copied).await
    }

    /// Review of a copy with every question answered.
    async fn review_of_copy(&mut self) -> Page {
        let mut form = FormFields::read(&self.copied().await);
        to_summary(&mut self.browser, form.complete("Palpitations")).await
    }

    async fn home(&mut self) -> Page {
        let home = self.path.split("/referrals").next().unwrap().to_owned() + "/";
        self.browser.get(&home).await
    }
}

fn refused() -> Outcome {
    Outcome::Refused("status 400".into())
}

/// The draft and its review name the original; red flags, consent and urgency are empty, and what is no question of today is
/// kept.
#[actix_web::test]
async fn says_that_a_draft_is_a_copy_and_asks_again_what_is_asked_today() {
    let mut original = Original::sent(Engine::Sqlite, &Destination::answers([refused()])).await;
    let page = original.copied().await;
    let from = format!("Copied from {} of 2 Sep 2026.", original.number);
    assert!(page.text().contains(&from) && page.text().contains("ask it again"), "{}", page.text());
    let mut draft = FormFields::read(&page);
    assert_eq!(draft.value("a.concern"), "Palpitations");
    for kept in ["a.phone", "a.language", "a.onset", "a.ecg-source"] {
        assert!(!draft.value(kept).is_empty(), "{kept} was lost");
    }
    for asked in ["a.rest-pain", "a.exertional-syncope", "a.suspected-acs", "a.consent-referral", "a.urgency"]
    {
        assert_eq!(draft.value(asked), "", "{asked} was carried over");
    }
    let review = to_summary(&mut original.browser, draft.complete("Palpitations")).await;
    assert!(review.text().contains(&from), "{}", review.text());
}

/// A copy of a referral that may still arrive is sent only after the clinician confirms that, whatever its destination.
#[actix_web::test]
async fn asks_before_a_copy_is_sent_beside_its_original() {
    let destination = Destination::answers([later(), later()]);
    let mut original = Original::sent(Engine::Sqlite, &destination).await;
    original.app.advance(SignedDuration::from_secs(60));
    original.app.deliver().await;
    let review = original.review_of_copy().await;
    let text = review.text();
    assert!(text.contains(&format!("This is a copy of {}, signed on", original.number)), "{text}");
    assert!(text.contains("is still being sent and may be delivered as well"), "{text}");
    assert!(!text.contains("is still on its way"), "said once: {text}");
    let refused = crate::referral::send(&mut original.browser, &review).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(confirm_all(&mut original.browser, &review).await.status, 303);
    original.app.advance(SignedDuration::from_mins(10));
    original.app.deliver().await;
}

/// Once a copy arrived, its original is no longer first, names it, asks before it is sent again, and can be closed.
#[actix_web::test]
async fn closes_a_failed_referral_that_a_copy_replaces() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let destination = Destination::answers([refused()]);
        let mut original = Original::sent(engine, &destination).await;
        assert!(original.home().await.text().contains("see to this first"));
        assert_eq!(original.post("replaced", &[]).await.status, 409, "no copy arrived");
        let review = original.review_of_copy().await;
        assert!(
            review.text().contains("which was not delivered. I send this copy instead."),
            "{}",
            review.text()
        );
        let copy = number_of(&review);
        let sent = confirm_all(&mut original.browser, &review).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        let page = original.page().await;
        assert!(
            page.text().contains(&format!("A copy of this referral, {copy}, was signed on")),
            "{}",
            page.text()
        );
        assert!(!page.text().contains("settled by"), "it has not arrived: {}", page.text());
        original.app.deliver().await;
        let home = original.home().await.text();
        assert!(home.contains(&format!("A copy of it, {copy}, arrived on 2 Sep 2026")), "{home}");
        assert!(!home.contains("see to this first"), "{home}");
        let page = original.page().await;
        assert!(
            page.text().contains(&format!("A copy of this referral, {copy}, was delivered on")),
            "{}",
            page.text()
        );
        assert!(page.body.contains(sent.location().path()), "a link to the copy");
        assert!(page.text().contains(&format!("Close: settled by {copy}")), "{}", page.text());
        assert!(page.text().contains("I want to send this one as well"), "{}", page.text());
        assert_eq!(original.post("send-again", &[]).await.status, 409, "it asks first");
        let id = original.path.rsplit('/').next().unwrap().to_owned();
        let outside = original.browser.get(&format!("/referrals/{id}")).await;
        assert!(outside.text().contains(&format!("Close: settled by {copy}")), "{}", outside.text());
        let closed = original.post("replaced", &[]).await;
        assert_eq!(closed.status, 303, "{}", closed.text());
        let page = original.page().await;
        assert!(page.text().contains("Replaced by a copy") && page.text().contains(&copy), "{}", page.text());
        assert!(!page.text().contains("Send again"), "{}", page.text());
        assert!(!original.home().await.text().contains("arrived on"));
        assert_eq!(original.post("send-again", &[("beside", "1")]).await.status, 409, "it is closed");
        original.app.deliver().await;
        assert_eq!(destination.received().len(), 2);
        let events = original.app.audit_events().await;
        assert!(events.iter().any(|event| event.event == "referral-replaced"), "{events:?}");
    }
}

/// The clinician may still send the original as well, and an original that is tried again by itself stays first.
#[actix_web::test]
async fn keeps_an_original_first_while_it_is_still_being_sent() {
    let destination = Destination::answers([later(), later()]);
    let mut original = Original::sent(Engine::Sqlite, &destination).await;
    original.app.advance(SignedDuration::from_secs(60));
    original.app.deliver().await;
    let review = original.review_of_copy().await;
    assert_eq!(confirm_all(&mut original.browser, &review).await.status, 303);
    original.app.deliver().await;
    let home = original.home().await.text();
    assert!(home.contains("see to this first") && home.contains("Open it to stop it."), "{home}");
    assert_eq!(original.post("send-again", &[("beside", "1")]).await.status, 303);
    original.app.deliver().await;
    assert!(original.page().await.text().contains("Delivered"));
    assert_eq!(destination.received().len(), 4);
}
