//! Tests of autosave: drafts survive every end of a session and every order of saves.

use jiff::SignedDuration;
use passerelle::{
    demo_ehr::Fault,
    testing::{Browser, Page, Sending, TestApp},
};
use serde_json::Value;
use url::form_urlencoded;

use crate::{
    form::FormFields,
    referral::{follow, form_of},
};

/// R10: text entered after the session ended is saved to the draft, and the next launch offers it.
#[actix_web::test]
async fn saves_text_entered_after_the_session_ended() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.set("a.concern", "typed before the end");
    let saved = save_in_background(&mut browser, &form).await;
    assert_eq!(saved.status, 200, "{}", saved.body);
    let reply: Value = serde_json::from_str(&saved.body).unwrap();
    form.set("revision", &reply["revision"].to_string()).set("ticket", reply["ticket"].as_str().unwrap());
    app.advance(SignedDuration::from_mins(16));
    form.set("a.concern", "typed after the end");
    let response = form.press(&mut browser, "save").await;
    assert_eq!(response.status, 401);
    assert!(response.text().contains("your text is saved"), "{}", response.text());
    assert!(!response.body.contains("typed after the end") && !response.body.contains("Éléonore"));
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let offered = browser.open(&landing).await;
    let home = follow(&mut browser, &offered).await;
    let path = format!("/c/{}/referrals/{}/edit", landing.context(), draft_id(&home));
    let draft = FormFields::read(&browser.get(&path).await);
    assert_eq!(draft.value("a.concern"), "typed after the end");
}

/// Sends what the script sends while the user types.
pub async fn save_in_background(browser: &mut Browser, form: &FormFields) -> Page {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form.fields()).finish();
    let sending = Sending::new(http::Method::POST, &form.action)
        .header("x-background", "1")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body.into_bytes());
    browser.send(sending).await
}

/// Id of the first draft that a page offers.
fn draft_id(home: &Page) -> String {
    let (before, _) = home.body.split_once("/edit\"").expect("a draft is offered");
    before.rsplit('/').next().unwrap().to_owned()
}

/// A draft ticket of another person or draft, or a forged one, saves nothing.
#[actix_web::test]
async fn refuses_a_foreign_or_forged_draft_ticket() {
    let app = TestApp::start().await;
    let (mut one, mut two) = (app.browser(), app.browser());
    let mut first = form_of(&app, &mut one, "eleonore", "ngozi-okafor").await;
    let second = form_of(&app, &mut two, "marc-andre", "genevieve-beaulieu").await;
    let mut unlinked = app.browser();
    first.set("ticket", second.value("ticket")).set("a.concern", "canary-stranger");
    assert_eq!(first.press(&mut unlinked, "save").await.status, 401);
    first.set("ticket", "AAAA");
    assert_eq!(first.press(&mut unlinked, "save").await.status, 401);
    assert_eq!(events(&app, "referral-saved").await, 0);
}

/// A11: when two windows change one draft, the second one's text stays on its page and nothing is overwritten.
#[actix_web::test]
async fn does_not_overwrite_a_draft_changed_elsewhere() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let (mut one, mut two) = (form.clone(), form);
    assert_eq!(one.set("a.concern", "the first text").press(&mut browser, "save").await.status, 303);
    let conflict = two.set("a.concern", "the second text").press(&mut browser, "save").await;
    assert_eq!(conflict.status, 409);
    let mut kept = FormFields::read(&conflict);
    assert_eq!(kept.value("a.concern"), "the second text");
    let stored = FormFields::read(&browser.get(&kept.action).await);
    assert_eq!(stored.value("a.concern"), "the first text");
    kept.set("revision", stored.value("revision"));
    assert_eq!(kept.press(&mut browser, "save").await.status, 303);
}

async fn events(app: &TestApp, event: &str) -> usize {
    app.audit_events().await.iter().filter(|recorded| recorded.event == event).count()
}

/// Text of the draft that the next launch offers.
async fn text_offered(app: &TestApp) -> String {
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let offered = browser.open(&landing).await;
    let home = follow(&mut browser, &offered).await;
    let path = format!("/c/{}/referrals/{}/edit", landing.context(), draft_id(&home));
    FormFields::read(&browser.get(&path).await).value("a.concern").to_owned()
}

async fn save_number(browser: &mut Browser, form: &FormFields, number: u32, text: &str) -> Page {
    let mut form = form.clone();
    form.set("a.concern", text).set("save", &number.to_string());
    save_in_background(browser, &form).await
}

/// A button pressed twice, or a response that was lost.
#[actix_web::test]
async fn creates_one_draft_for_a_repeated_save() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.set("a.concern", "once");
    for _ in 0..2 {
        assert_eq!(form.press(&mut browser, "save").await.status, 303);
    }
    assert_eq!((app.count("referrals").await, text_offered(&app).await.as_str()), (1, "once"));
}

/// Concurrent first saves of a page without a draft.
#[actix_web::test]
async fn creates_one_draft_for_concurrent_saves() {
    let few = ["launch", "openid", "fhirUser", "patient/Patient.rs", "user/Practitioner.rs"];
    let few = few.map(str::to_owned).to_vec();
    let app = TestApp::setup().registration(move |ehr| ehr.scopes.clone_from(&few)).start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(app.count("referrals").await, 0, "nothing of the chart was requested");
    let saves = (1..=8).map(|number| {
        let (mut browser, form) = (browser.clone(), form.clone());
        async move { save_number(&mut browser, &form, number, &format!("text {number}")).await.status }
    });
    assert_eq!(futures_util::future::join_all(saves).await, [200; 8]);
    assert_eq!((app.count("referrals").await, text_offered(&app).await.as_str()), (1, "text 8"));
}

/// The save of a page that is being left may overtake the previous one.
#[actix_web::test]
async fn ignores_a_save_that_was_overtaken() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    for (number, text) in [(1, "first"), (3, "third"), (2, "second")] {
        assert_eq!(save_number(&mut browser, &form, number, text).await.status, 200, "{text}");
    }
    assert_eq!(text_offered(&app).await, "third");
}

/// Save numbers are compared within one page only.
#[actix_web::test]
async fn does_not_let_a_high_save_number_overwrite_another_page() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut first = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let saved = first.set("a.concern", "first").press(&mut browser, "save").await;
    let first = FormFields::read(&follow(&mut browser, &saved).await);
    let second = FormFields::read(&browser.get(&first.action).await);
    assert_eq!(save_number(&mut browser, &second, 1, "second").await.status, 200);
    assert_eq!(save_number(&mut browser, &first, 9, "late").await.status, 409);
    let mut unsealed = first.clone();
    unsealed.set("ticket", "AAAA");
    assert_eq!(save_number(&mut browser, &unsealed, 9, "late").await.status, 409, "no page, no numbers");
    assert_eq!(text_offered(&app).await, "second");
}

/// Saves text of a tab from an expired session, although the user has launched again in another tab.
#[actix_web::test]
async fn saves_text_of_a_page_from_before_a_new_sign_in() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    app.advance(SignedDuration::from_mins(16));
    browser.launch(app.ehr(), "marc-andre", "ngozi-okafor").await.context();
    let response = form.set("a.concern", "from before").press(&mut browser, "save").await;
    assert_eq!(response.status, 401);
    assert!(response.text().contains("your text is saved"), "{}", response.text());
    assert_eq!(text_offered(&app).await, "from before");
}

/// A live session needs the CSRF token of the page; a draft ticket does not replace it.
#[actix_web::test]
async fn refuses_a_ticket_without_the_csrf_token_of_a_live_session() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.set("csrf_token", "AAAA").set("a.concern", "forged");
    assert_eq!(form.press(&mut browser, "save").await.status, 403);
}

/// After signing out, an open page can save for fifteen minutes; then its ticket is refused.
#[actix_web::test]
async fn refuses_saves_fifteen_minutes_after_signing_out() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let sign_out = form.action.split("/referrals").next().unwrap().to_owned() + "/sign-out";
    let token = form.value("csrf_token").to_owned();
    assert_eq!(browser.post(&sign_out, &[("csrf_token", &token)]).await.status, 303);
    form.set("a.concern", "typed meanwhile").set("save", "1");
    let response = save_in_background(&mut browser, &form).await;
    assert!(
        response.status == 401 && response.body.contains("\"saved\":true"),
        "{} {}",
        response.status,
        response.body
    );
    app.advance(SignedDuration::from_mins(16));
    form.set("a.concern", "a stranger's").set("save", "2");
    let response = save_in_background(&mut browser, &form).await;
    assert!(
        response.status == 401 && response.body.contains("\"saved\":false"),
        "{} {}",
        response.status,
        response.body
    );
    assert_eq!(text_offered(&app).await, "typed meanwhile");
}

/// A11: text of a second window whose session ended is a draft of its own: no page can ask which text is to stay.
#[actix_web::test]
async fn keeps_text_of_a_second_window_after_signing_out() {
    for is_background in [true, false] {
        let app = TestApp::start().await;
        let mut browser = app.browser();
        let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
        assert_eq!(
            form.clone().set("a.concern", "first window").press(&mut browser, "save").await.status,
            303
        );
        let mut second = FormFields::read(&browser.get(&form.action).await);
        let mut first = second.clone();
        assert_eq!(first.set("a.concern", "went on").press(&mut browser, "save").await.status, 303);
        let sign_out = form.action.split("/referrals").next().unwrap().to_owned() + "/sign-out";
        let token = form.value("csrf_token").to_owned();
        assert_eq!(browser.post(&sign_out, &[("csrf_token", &token)]).await.status, 303);
        second.set("a.concern", "second window");
        let mut saved = match is_background {
            true => save_in_background(&mut browser, &second).await,
            false => second.press(&mut browser, "close").await,
        };
        assert_eq!(saved.status, 401, "{}", saved.text());
        // Its later saves stay in its own draft, whatever the revisions are.
        for text in ["second window, on", "second window, and on", "second window"] {
            let reply: Value = serde_json::from_str(&saved.body).unwrap_or_default();
            if let Some(revision) = reply["revision"].as_i64() {
                second.set("revision", &revision.to_string());
            }
            second.set("a.concern", text);
            saved = match is_background {
                true => save_in_background(&mut browser, &second).await,
                false => second.press(&mut browser, "close").await,
            };
            assert_eq!(saved.status, 401, "{}", saved.text());
        }
        let said = if is_background { "\"saved\":true" } else { "your text is saved" };
        assert!(saved.body.contains(said) || saved.text().contains(said), "{}", saved.body);
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let home = browser.open(&landing).await;
        let home = follow(&mut browser, &home).await;
        let mut texts = Vec::new();
        for part in home.body.split("href=\"").skip(1).filter_map(|part| part.split('"').next()) {
            if part.ends_with("/edit") {
                texts.push(FormFields::read(&browser.get(part).await).value("a.concern").to_owned());
            }
        }
        texts.sort();
        texts.dedup();
        assert_eq!(texts, ["second window", "went on"]);
    }
}

/// A13: after a draft is discarded in one window, text from another window becomes a new draft.
#[actix_web::test]
async fn creates_a_new_draft_for_text_entered_after_discarding() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(save_number(&mut browser, &form, 1, "first").await.status, 200);
    let token = form.value("csrf_token").to_owned();
    let discard = form.action.replace("/edit", "/discard");
    assert_eq!(browser.post(&discard, &[("csrf_token", &token), ("sure", "1")]).await.status, 303);
    let saved = save_number(&mut browser, &form, 2, "and on").await;
    let reply: Value = serde_json::from_str(&saved.body).unwrap();
    assert_ne!(reply["action"], form.action.as_str());
    assert_eq!(text_offered(&app).await, "and on");
}

/// SEC-11: the author of a draft change is audited once for each page, also if the session had ended.
#[actix_web::test]
async fn records_each_page_that_writes_once() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    for number in 1..=3 {
        save_number(&mut browser, &form, number, &format!("text {number}")).await;
    }
    assert_eq!(events(&app, "referral-saved").await, 1);
    let second = FormFields::read(&browser.get(&form.action).await);
    save_number(&mut browser, &second, 1, "from a second page").await;
    assert_eq!(events(&app, "referral-saved").await, 2);
    app.advance(SignedDuration::from_mins(16));
    assert_eq!(save_number(&mut browser, &second, 2, "late").await.status, 401);
    assert_eq!(events(&app, "referral-saved").await, 3);
}

/// HAL-08: patient ids may be reused. A draft is offered only to a chart with the same identity.
#[actix_web::test]
async fn does_not_offer_a_draft_to_a_chart_with_another_birth_date() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    save_number(&mut browser, &form, 1, "canary-draft").await;
    app.ehr().set_fault(Some(Fault::PatientBirthDateOnly));
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let opened = browser.open(&landing).await;
    assert_eq!(opened.status, 200, "no draft waits, so the form opens at once: {}", opened.title());
    assert!(!opened.body.contains("canary-draft"));
    let id = form.action.split('/').nth(4).unwrap();
    let edit = browser.get(&format!("/c/{}/referrals/{id}/edit", landing.context())).await;
    assert_eq!(edit.status, 404);
    app.ehr().set_fault(None);
    assert_eq!(text_offered(&app).await, "canary-draft");
}

/// A draft ticket is bound to its draft, and saves to no other draft of the same patient and user, even with a known
/// id.
#[actix_web::test]
async fn refuses_a_ticket_for_another_draft() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let first = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    save_number(&mut browser, &first, 1, "first").await;
    let base = first.action.split("/referrals").next().unwrap().to_owned();
    let path = format!("{base}/referrals/new?form=cardiology-consult");
    let mut second = FormFields::read(&browser.get(&path).await);
    assert_ne!(first.action, second.action);
    second.action.clone_from(&first.action);
    let mut unlinked = app.browser();
    for revision in ["0", "1", "2"] {
        second.set("revision", revision).set("a.concern", "canary-stranger");
        assert_eq!(second.press(&mut unlinked, "save").await.status, 401);
    }
    assert_eq!(events(&app, "referral-saved").await, 1);
    assert_eq!(FormFields::read(&browser.get(&first.action).await).value("a.concern"), "first");
}

/// Typing after the draft was discarded elsewhere and the session ended creates one draft, not one for each pause.
#[actix_web::test]
async fn creates_one_draft_when_draft_and_session_are_gone() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(save_number(&mut browser, &form, 1, "first").await.status, 200);
    let token = form.value("csrf_token").to_owned();
    browser.post(&form.action.replace("/edit", "/discard"), &[("csrf_token", &token), ("sure", "1")]).await;
    app.advance(SignedDuration::from_mins(16));
    for (number, text) in [(2, "and"), (3, "and on"), (4, "and on and on")] {
        let response = save_number(&mut browser, &form, number, text).await;
        assert!(response.body.contains("\"saved\":true"), "{}", response.body);
    }
    assert_eq!((app.count("referrals").await, text_offered(&app).await.as_str()), (2, "and on and on"));
}

/// A chart may end before the session of its browser, which other launches extend.
#[actix_web::test]
async fn saves_text_of_an_ended_chart_and_signs_out_on_its_page() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    for hours in 1..=4 {
        for _ in 0..13 {
            app.advance(SignedDuration::from_mins(14));
            browser.launch(app.ehr(), "marc-andre", "ngozi-okafor").await.context();
        }
        let response = save_number(&mut browser, &form, hours, &format!("part {hours}")).await;
        let expected = if hours < 4 { 200 } else { 401 };
        assert_eq!(response.status, expected, "{hours}: {}", response.body);
    }
    let refused = app.audit_events().await.iter().filter(|event| event.event == "access-refused").count();
    assert_eq!(refused, 0);
    let token = form.value("csrf_token").to_owned();
    let sign_out = form.action.split("/referrals").next().unwrap().to_owned() + "/sign-out";
    assert_eq!(browser.post(&sign_out, &[("csrf_token", &token)]).await.status, 303);
    browser.get("/referrals").await.assert_says(passerelle::web::ErrorKind::SignedOut);
}
