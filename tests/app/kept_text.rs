//! Tests of text that is typed in one window while the draft ends in another: nothing typed is lost, and the page says what
//! happened.

use passerelle::testing::{Browser, Engine, Page, TestApp, hand_over};
use serde_json::Value;

use crate::{
    form::{Cardiology as _, FormFields},
    referral::{follow, form_of, send, to_summary},
    saving::save_in_background,
    signing::{DELEGATE, SIGNER, chart, clinic, handed_over},
};

/// Conflict that the script reads.
fn conflict(page: &Page) -> String {
    let answer: Value = serde_json::from_str(&page.body).unwrap_or_default();
    answer["conflict"].as_str().unwrap_or_default().to_owned()
}

/// Draft of Éléonore that is complete, in a second window as well. Returns that window's form, and the summary of the first.
async fn two_windows(app: &TestApp, browser: &mut Browser, practitioner: &str) -> (FormFields, Page) {
    let mut form = form_of(app, browser, "eleonore", practitioner).await;
    let summary = to_summary(browser, form.complete("Palpitations")).await;
    let second = FormFields::read(&browser.get(&form.action).await);
    (second, summary)
}

/// The page says that the referral was sent, shows what it does not have, and begins a new draft with it.
#[actix_web::test]
async fn keeps_text_typed_after_the_referral_was_sent_in_another_window() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let mut browser = app.browser();
        let (mut second, summary) = two_windows(&app, &mut browser, "ngozi-okafor").await;
        let sent = send(&mut browser, &summary).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        second.set("a.concern", "typed afterwards\n<b>two</b> lines");
        let background = save_in_background(&mut browser, &second).await;
        assert_eq!((background.status, conflict(&background).as_str()), (409, "sent"), "{}", background.body);
        let kept = second.press(&mut browser, "save").await;
        assert_eq!(kept.status, 409);
        for shown in ["was signed and sent from another window", "typed afterwards", "is not in it", "R26-"] {
            assert!(kept.text().contains(shown), "{shown}: {}", kept.text());
        }
        let answers = kept.body.split("id=\"answers\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert_eq!(answers.matches("<dt>").count(), 1, "only what was typed afterwards: {answers}");
        let fields: Vec<(String, String)> = kept.hidden_fields();
        let token = kept.csrf_token();
        let posted = fields.iter().filter(|(name, _)| name.starts_with("a.") || name == "lang");
        let posted = posted.map(|(name, value)| (name.as_str(), value.as_str()));
        let posted: Vec<(&str, &str)> = posted.chain([("csrf_token", token.as_str())]).collect();
        let path = sent.location().path().to_owned();
        let begun = browser.post(&format!("{path}/copy"), &posted).await;
        let page = follow(&mut browser, &begun).await;
        assert!(page.text().contains("Copied from R26-"), "{}", page.text());
        assert!(page.text().contains("It has the answers that you typed a moment ago"), "{}", page.text());
        assert!(!page.text().contains("was left empty"), "they are filled: {}", page.text());
        let draft = FormFields::read(&page);
        assert_eq!(draft.value("a.concern").replace('\r', ""), "typed afterwards\n<b>two</b> lines");
        assert!(!draft.value("a.urgency").is_empty(), "it was answered a moment ago");
        app.deliver().await;
        assert!(!app.delivered()[0].to_string().contains("typed afterwards"));
        let same = second.set("a.concern", "Palpitations").press(&mut browser, "save").await;
        assert_eq!(same.location().path(), path, "nothing else was typed: the sent referral is next");
    }
}

/// A delegate who types on after handing over in another window learns that, and takes it back on purpose with the text.
#[actix_web::test]
async fn takes_a_referral_back_with_text_typed_after_it_was_handed_over() {
    let app = clinic(Engine::Sqlite).await;
    chart(&app, &mut app.browser(), "marc-andre", SIGNER).await;
    let mut delegate = app.browser();
    let (mut second, summary) = two_windows(&app, &mut delegate, DELEGATE).await;
    let handed = hand_over(&mut delegate, &summary, "any").await;
    assert_eq!(handed.status, 303, "{}", handed.text());
    second.set("a.concern", "typed afterwards");
    let background = save_in_background(&mut delegate, &second).await;
    assert_eq!((background.status, conflict(&background).as_str()), (409, "handedOver"));
    let page = second.press(&mut delegate, "save").await;
    assert_eq!(page.status, 409);
    let text = page.text();
    assert!(text.contains("This referral was handed over for signature in another window"), "{text}");
    assert!(!text.contains("was changed in another window."), "{text}");
    let kept = FormFields::read(&page);
    assert_eq!(kept.value("a.concern"), "typed afterwards");
    let again = kept.press(&mut delegate, "save").await;
    assert_eq!(again.status, 409, "saving alone does not take it back: {}", again.text());
    let saved = kept.press(&mut delegate, "take-back").await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let detail = delegate.get(&kept.action.replace("/edit", "")).await;
    assert!(!detail.text().contains("Ready to sign"), "it was taken back: {}", detail.text());
}

/// A signer whose referral is taken back while they type keeps the text as an own draft, and learns why.
#[actix_web::test]
async fn keeps_text_of_a_signer_whose_referral_was_taken_back() {
    let app = clinic(Engine::Sqlite).await;
    let (mut delegate, id) = handed_over(&app).await;
    let mut signer = app.browser();
    let chart = chart(&app, &mut signer, "eleonore", SIGNER).await;
    let mut form = FormFields::read(&signer.get(&format!("{chart}/referrals/{id}/edit")).await);
    let contexts = delegate.get("/referrals").await;
    assert_eq!(contexts.status, 200);
    let own = crate::signing::chart(&app, &mut delegate, "eleonore", DELEGATE).await;
    let token = delegate.get(&format!("{own}/referrals/{id}")).await.csrf_token();
    let back =
        delegate.post(&format!("{own}/referrals/{id}/take-back"), &[("csrf_token", token.as_str())]).await;
    assert_eq!(back.status, 303, "{}", back.text());
    let taken = FormFields::read(&delegate.get(&format!("{own}/referrals/{id}/edit")).await);
    assert_eq!(taken.press(&mut delegate, "save").await.status, 303);
    let saved = form.set("a.concern", "typed by the signer").press(&mut signer, "save").await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    assert_eq!(saved.location().query(), Some("notice=anew"));
    let page = signer.get(&format!("{}?notice=anew", saved.location().path())).await;
    assert!(page.text().contains("this referral was discarded, taken back, or signed"), "{}", page.text());
    assert_eq!(FormFields::read(&page).value("a.concern"), "typed by the signer");
    let kept = FormFields::read(&delegate.get(&taken.action).await);
    assert_eq!(kept.value("a.concern"), "Palpitations", "the delegate's draft is as it was");
}

/// Text typed after the draft was discarded elsewhere is a new draft, and the page says so, with and without script.
#[actix_web::test]
async fn says_that_text_of_a_discarded_draft_is_a_new_draft() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.press(&mut browser, "save").await.status, 303);
    let discard = form.action.replace("/edit", "/discard");
    let fields = [("csrf_token", form.value("csrf_token")), ("sure", "1")];
    assert_eq!(browser.post(&discard, &fields).await.status, 303);
    let mut script = form.clone();
    script.set("a.concern", "typed on").set("save", "2");
    let answer: Value = serde_json::from_str(&save_in_background(&mut browser, &script).await.body).unwrap();
    assert_eq!(answer["anew"], true, "{answer}");
    let saved = script.set("save", "3").press(&mut browser, "save").await;
    assert_eq!(saved.location().query(), Some("notice=anew"));
}

/// Without script, the button asks before it discards, as the script's dialog does.
#[actix_web::test]
async fn asks_before_it_discards_a_draft_without_script() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let saved = form.press(&mut browser, "save").await;
    let token = follow(&mut browser, &saved).await.csrf_token();
    let discard = form.action.replace("/edit", "/discard");
    let asked = browser.post(&discard, &[("csrf_token", &token), ("sure", "")]).await;
    assert!(asked.status == 200 && asked.text().contains("It cannot be recovered"), "{}", asked.text());
    assert!(asked.body.contains("name=\"sure\" value=\"1\"") && asked.body.contains(&form.action));
    assert_eq!(browser.get(&form.action).await.status, 200, "it is still there");
    let gone = browser.post(&discard, &[("csrf_token", &token), ("sure", "1")]).await;
    assert_eq!(gone.status, 303, "{}", gone.text());
    assert_eq!(browser.get(&form.action).await.status, 404);
}

/// A new page of a form links to the draft that the same launch began with it.
#[actix_web::test]
async fn names_a_draft_of_this_launch_above_a_new_form() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let mut browser = app.browser();
        let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
        let new = |base: &str| format!("{base}/referrals/new?form=cardiology-consult");
        let here = form.action.split("/referrals").next().unwrap().to_owned();
        let page = browser.get(&new(&here)).await;
        assert!(!page.text().contains("already began"), "nothing was saved: {}", page.text());
        assert_eq!(form.press(&mut browser, "save").await.status, 303);
        let page = browser.get(&new(&here)).await;
        assert!(
            page.text().contains("You already began this form in this launch: draft R26-"),
            "{}",
            page.text()
        );
        assert!(page.body.contains(&format!("href=\"{}\"", form.action)), "a link to the draft");
        let other = crate::signing::chart(&app, &mut browser, "eleonore", "ngozi-okafor").await;
        let page = browser.get(&new(&other)).await;
        assert!(page.status == 200 && !page.text().contains("already began"), "{}", page.text());
    }
}
