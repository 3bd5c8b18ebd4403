//! Tests of a referral from the filled form to "delivered", and of everything that must not happen on the way.

use http::Method;
use passerelle::{
    demo_ehr::Fault,
    testing::{Browser, Engine, Page, Sending, TestApp},
};
use serde_json::Value;

use crate::form::{Cardiology as _, FormFields};

const CONCERN: &str = "Exertional palpitations for three weeks, canary-concern.";

pub use passerelle::testing::{follow, launch_form as form_of, send, to_summary};

fn value_of(body: &str, name: &str) -> String {
    let (_, after) =
        body.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}"));
    after.split_once('"').unwrap().0.to_owned()
}

pub fn delivered(app: &TestApp) -> Vec<Value> {
    app.delivered()
}

/// Plays the whole journey: launch, filled form, destination, summary, sent, delivered, and one complete Bundle.
async fn a_referral_goes_from_launch_to_delivered(engine: Engine) {
    let app = TestApp::on(engine).await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete(CONCERN)).await;
    for shown in ["TREMBLAY-SINGH, Éléonore", "Okafor", CONCERN, "Send referral to"] {
        assert!(summary.text().contains(shown), "{shown}: {}", summary.text());
    }
    let sent = send(&mut browser, &summary).await;
    let detail = follow(&mut browser, &sent).await;
    assert!(detail.text().contains("Sending"), "{}", detail.text());
    assert!(!detail.text().contains("Delivered"), "delivery is not confirmed yet");
    app.deliver().await;
    let detail = follow(&mut browser, &sent).await;
    assert!(detail.text().contains("Delivered"), "{}", detail.text());
    let bundles = delivered(&app);
    assert_eq!(bundles.len(), 1);
    let types: Vec<&str> = bundles[0]["entry"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["resource"]["resourceType"].as_str().unwrap())
        .collect();
    for wanted in [
        "MessageHeader",
        "ServiceRequest",
        "Patient",
        "PractitionerRole",
        "Practitioner",
        "Organization",
        "QuestionnaireResponse",
    ] {
        assert!(types.contains(&wanted), "{wanted} is missing: {types:?}");
    }
    assert!(bundles[0].to_string().contains(CONCERN));
    let kinds: Vec<String> = app.audit_events().await.into_iter().map(|event| event.event).collect();
    for kind in ["launch-opened", "chart-viewed", "referral-submitted", "delivery-settled"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 1, "{kind}: {kinds:?}");
    }
}

/// SEC-11, R05: each step is audited, and the referral is not shown as delivered before it is.
#[actix_web::test]
async fn delivers_a_referral_after_a_launch_on_sqlite() {
    a_referral_goes_from_launch_to_delivered(Engine::Sqlite).await;
}

/// SEC-11, R05: each step is audited, and the referral is not shown as delivered before it is.
#[actix_web::test]
async fn delivers_a_referral_after_a_launch_on_postgres() {
    a_referral_goes_from_launch_to_delivered(Engine::Postgres).await;
}

/// X17, R02: a double click, a reload and twenty tabs send one referral and show the same page.
#[actix_web::test]
async fn sends_a_referral_submitted_many_times_once() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete(CONCERN)).await;
    let mut tabs: Vec<Browser> = (0..8).map(|_| browser.clone()).collect();
    let sent = futures_util::future::join_all(tabs.iter_mut().map(|tab| send(tab, &summary))).await;
    for page in &sent {
        assert_eq!(page.location(), sent[0].location(), "{}", page.text());
    }
    assert_eq!(app.count("deliveries").await, 1);
    app.deliver().await;
    assert_eq!(delivered(&app).len(), 1);
}

/// A10: a referral is sent only in the revision that was reviewed.
#[actix_web::test]
async fn refuses_to_send_a_referral_changed_after_its_summary() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete(CONCERN)).await;
    let edit = browser.get(&summary.url.path().replace("/review", "/edit")).await;
    let saved = FormFields::read(&edit).set("a.concern", "Something else").press(&mut browser, "save").await;
    assert_eq!(saved.status, 303);
    assert_eq!(send(&mut browser, &summary).await.status, 409);
    assert_eq!(app.count("deliveries").await, 0);
}

/// A10: required answers are checked on the server, whatever the page sends.
#[actix_web::test]
async fn refuses_to_send_an_incomplete_referral() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete(CONCERN).set("a.urgency", "")).await;
    assert!(!summary.body.contains("/submit\""), "the summary offers to send it");
    let path = summary.url.path().replace("/review", "/submit");
    let edit = browser.get(&summary.url.path().replace("/review", "/edit")).await;
    let revision = FormFields::read(&edit).value("revision").to_owned();
    let token = edit.csrf_token();
    let refused = browser.post(&path, &[("csrf_token", &token), ("revision", &revision)]).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(app.count("deliveries").await, 0);
}

/// F20: no referral of a patient marked as deceased is started.
#[actix_web::test]
async fn starts_no_referral_of_a_deceased_patient() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "arthur", "ngozi-okafor").await;
    let home = browser.open(&landing).await;
    assert_eq!(home.location().path(), format!("/c/{}/", landing.context()));
    let named = browser.get(&format!("/c/{}/referrals/new?form=cardiology-consult", landing.context())).await;
    assert_eq!(named.location().path(), home.location().path(), "neither with a form that is named");
    let home = follow(&mut browser, &home).await;
    assert!(home.text().contains("this patient has died, so no referral can be started"), "{}", home.text());
    assert!(!home.body.contains("referrals/new?form="), "no form is offered");
    assert_eq!(app.count("referrals").await, 0);
}

/// A10: missing answers are listed by the form itself, before a destination is chosen; it can be chosen all the same.
#[actix_web::test]
async fn lists_missing_answers_when_continuing() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let continued = form.complete(CONCERN).set("a.urgency", "").press(&mut browser, "continue").await;
    assert!(continued.location().path().ends_with("/edit"));
    let page = browser.get(&format!("{}?notice=check", continued.location().path())).await;
    assert!(page.title().starts_with("Error: "), "{}", page.title());
    assert!(page.body.contains("href=\"#f-urgency\"") && page.body.contains("id=\"f-urgency.problem\""));
    let form = FormFields::read(&page);
    let chosen = form.press(&mut browser, "destination").await;
    assert!(chosen.location().path().ends_with("/destination"));
    let page = browser.get(&form.action).await;
    let continued =
        FormFields::read(&page).choose("a.urgency", "routine").press(&mut browser, "continue").await;
    assert!(continued.location().path().ends_with("/destination"), "{}", continued.location());
}

/// A service without the specialty of the form is offered on request only, and needs a confirmation.
#[actix_web::test]
async fn requires_a_confirmation_for_a_service_of_another_specialty() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let destinations = form.complete(CONCERN).press(&mut browser, "continue").await;
    let path = destinations.location().path().to_owned();
    let page = browser.get(&path).await;
    assert!(
        page.body.contains("civic-cardiology") && !page.body.contains("hip-knee-intake"),
        "{}",
        page.text()
    );
    assert!(page.text().contains("Phone 613-") && page.text().contains("Fax 613-"), "{}", page.text());
    let searched = browser.get(&format!("{path}?q=hip")).await;
    assert!(searched.text().contains("Show other services (1)"), "{}", searched.text());
    let all = browser.get(&format!("{path}?q=hip&others=1")).await;
    assert!(all.body.contains("value=\"hip-knee-intake\"") && all.text().contains("do not offer Cardiology"));
    let (token, revision) = (all.csrf_token(), value_of(&all.body, "revision"));
    let fields = [("csrf_token", token.as_str()), ("revision", &revision), ("service", "hip-knee-intake")];
    let summary = browser.post(&path, &fields).await;
    let summary = follow(&mut browser, &summary).await;
    assert!(summary.text().contains("does not offer the specialty of the form"), "{}", summary.text());
    let fields = [("csrf_token", summary.csrf_token()), ("revision", value_of(&summary.body, "revision"))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    let submit = summary.url.path().replace("/review", "/submit");
    let entered = [("check", "1"), ("confirm", "other-specialty"), fields[0], fields[1]];
    let entered = browser.post(&submit, &entered).await;
    assert_eq!(entered.location().path(), summary.url.path(), "Enter on a check box sends nothing");
    let refused = send(&mut browser, &summary).await;
    assert_eq!((refused.status, app.count("deliveries").await), (422, 0), "{}", refused.text());
    assert!(refused.title().starts_with("Error: "), "{}", refused.title());
    assert!(refused.body.contains("href=\"#confirm-other-specialty\""));
    assert!(refused.body.contains("id=\"confirm-other-specialty\""));
    let (token, revision) = (refused.csrf_token(), value_of(&refused.body, "revision"));
    let fields = [("csrf_token", token.as_str()), ("revision", &revision), ("confirm", "other-specialty")];
    let sent = browser.post(&summary.url.path().replace("/review", "/submit"), &fields).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    assert_eq!(delivered(&app).len(), 1);
}

/// Presses "Try again" at a question.
async fn reload(browser: &mut Browser, form: &FormFields, question: &str) -> Page {
    let fields = form.fields().iter().map(|(name, value)| (&**name, &**value));
    browser.post(&form.action, &fields.chain([("reload", question)]).collect::<Vec<_>>()).await
}

/// F03: "Try again" reports what happened, and returns to the question.
#[actix_web::test]
async fn reports_whether_reading_again_helped() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::SearchFailsCondition));
    let mut browser = app.browser();
    let form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let failed = reload(&mut browser, &form, "problem-list").await;
    assert_eq!(failed.location().query(), Some("notice=reload-failed"));
    assert_eq!(failed.location().fragment(), Some("f-problem-list"));
    let page = browser.get(&path_of(&failed)).await;
    assert!(page.text().contains("Still not loaded: the chart was read again"), "{}", page.text());
    app.ehr().set_fault(None);
    let form = FormFields::read(&page);
    let read = reload(&mut browser, &form, "problem-list").await;
    assert_ne!(read.location().query(), Some("notice=reload-failed"));
    let page = browser.get(&path_of(&read)).await;
    assert!(page.text().contains("The chart was read again."), "{}", page.text());
}

/// A01: a referral belongs to its author and chart: another clinician, or another chart, does not find it.
#[actix_web::test]
async fn finds_no_referral_of_another_clinician_or_chart() {
    let app = TestApp::start().await;
    let mut owner = app.browser();
    let mut form = form_of(&app, &mut owner, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut owner, form.complete(CONCERN)).await;
    let id = summary.url.path().split('/').nth(4).unwrap().to_owned();
    let mut colleague = app.browser();
    let same_chart = colleague.launch(app.ehr(), "eleonore", "genevieve-beaulieu").await.context();
    let other_chart = owner.launch(app.ehr(), "marc-andre", "ngozi-okafor").await.context();
    for page in ["", "/edit", "/review", "/destination"] {
        let page = colleague.get(&format!("/c/{same_chart}/referrals/{id}{page}")).await;
        assert_eq!(page.status, 404, "{}", page.text());
        let page = owner.get(&format!("/c/{other_chart}/referrals/{id}")).await;
        assert_eq!(page.status, 404, "under the chart of another patient: {}", page.text());
    }
    assert_eq!(colleague.get(&format!("/referrals/{id}")).await.status, 404);
}

/// F03: a failed search is reported; it never looks like an empty list, and sending requires a choice.
#[actix_web::test]
async fn shows_not_loaded_for_a_failed_list() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::SearchFailsCondition));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert!(page.text().contains("Not loaded: the EHR did not respond."), "{}", page.text());
    let mut form = FormFields::read(&page);
    let summary = to_summary(&mut browser, form.complete(CONCERN)).await;
    assert!(summary.text().contains("This list could not be loaded"), "{}", summary.text());
    assert!(!summary.body.contains("/submit\""));
}

/// F02: entries about another patient are dropped, counted and reported.
#[actix_web::test]
async fn drops_entries_about_another_patient() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::SearchContainsOtherPatient));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    assert!(page.text().contains("left out"), "{}", page.text());
}

/// ONT-10: a changed answer shows the value of the chart; an unchanged one shows when it was read.
#[actix_web::test]
async fn shows_the_source_of_answers() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let weight = form.value("a.weight").to_owned();
    assert!(!weight.is_empty(), "the chart has a weight");
    let saved = form.set("a.weight", "70.5").press(&mut browser, "save").await;
    let page = browser.get(saved.location().path()).await;
    assert!(page.text().contains(&format!("You changed this (chart: {weight}")), "{}", page.text());
    assert!(page.text().contains("From the chart, dated"), "{}", page.text());
}

/// The language switch of the form keeps unsaved entries.
#[actix_web::test]
async fn keeps_entries_when_the_language_changes() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let switched = form.set("a.concern", CONCERN).press(&mut browser, "language-fr").await;
    let page = follow(&mut browser, &switched).await;
    assert!(page.body.contains("<html lang=\"fr-CA\""), "{}", page.title());
    assert_eq!(FormFields::read(&page).value("a.concern"), CONCERN);
    let again = browser.launch(app.ehr(), "marc-andre", "ngozi-okafor").await;
    assert!(browser.open(&again).await.body.contains("<html lang=\"fr-CA\""), "the chosen language is kept");
}

/// A link that asks for a language keeps it, as the language button does; another value, a post or a picture changes nothing.
#[actix_web::test]
async fn keeps_the_language_that_a_link_asks_for() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let (home, list) = (format!("/c/{context}/"), "/referrals".to_owned());
    let tag = |page: &Page| page.body.split("<html lang=\"").nth(1).unwrap()[..5].to_owned();
    let mut shown = async |path: &str| tag(&browser.get(path).await);
    for (asked, kept) in
        [("?lang=fr", "fr-CA"), ("?lang=de", "fr-CA"), ("?lang=", "fr-CA"), ("?lang=en", "en-CA")]
    {
        assert_eq!(shown(&format!("{home}{asked}")).await, kept, "{asked}");
        assert_eq!(shown(&home).await, kept, "{asked}");
        assert_eq!(shown(&list).await, kept, "{asked}");
    }
    let picture = Sending::new(Method::GET, &format!("{list}?lang=fr")).header("sec-fetch-mode", "no-cors");
    browser.send(picture).await;
    assert_eq!(tag(&browser.get(&list).await), "en-CA");
    browser.get(&format!("{list}?lang=fr")).await;
    let again = browser.launch(app.ehr(), "marc-andre", "ngozi-okafor").await;
    assert_eq!(tag(&browser.open(&again).await), "fr-CA");
}

/// The list of a clinician's referrals belongs to no chart; it has the language switch and the sign-out button even
/// so.
#[actix_web::test]
async fn switches_language_and_signs_out_on_the_list_outside_a_chart() {
    let app = TestApp::setup().framed().start().await;
    let ancestor = app.ehr().registration.frame_ancestors[0].clone();
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let path = format!("/referrals?from={context}");
    let page = browser.get(&path).await;
    page.assert_guarded(&ancestor);
    let (token, back) = (page.csrf_token(), value_of(&page.body, "back"));
    assert_eq!(back, path);
    for (lang, tag) in [("fr", "fr-CA"), ("en", "en-CA")] {
        let fields = [("csrf_token", token.as_str()), ("back", &back), ("lang", lang)];
        let switched = browser.post("/language", &fields).await;
        let page = browser.get(&path_of(&switched)).await;
        assert!(page.body.contains(&format!("<html lang=\"{tag}\"")), "{}", page.title());
    }
    for elsewhere in ["https://evil.test/", "//evil.test", "/launch", "/referralsx"] {
        let fields = [("csrf_token", token.as_str()), ("back", elsewhere), ("lang", "en")];
        assert_eq!(path_of(&browser.post("/language", &fields).await), "/referrals", "{elsewhere}");
    }
    for path in ["/sign-out", "/language"] {
        let forged = browser.post(path, &[("csrf_token", "x"), ("back", &back), ("lang", "fr")]).await;
        assert_eq!(forged.status, 403, "{path}");
    }
    assert_eq!(browser.post("/sign-out", &[("csrf_token", &token)]).await.status, 303);
    assert_eq!(browser.get(&path).await.status, 401);
}

fn path_of(page: &Page) -> String {
    let to = page.location();
    to.query().map_or_else(|| to.path().to_owned(), |query| format!("{}?{query}", to.path()))
}

/// A chart from which no message can be built is reported on the summary, before the send button.
#[actix_web::test]
async fn reports_on_the_summary_that_no_message_can_be_built() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    app.ehr().set_fault(Some(Fault::SearchEntriesModified));
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete(CONCERN)).await;
    assert!(summary.text().contains("carries a qualifier that we do not recognise"), "{}", summary.text());
    assert!(!summary.body.contains("/submit\""));
}
