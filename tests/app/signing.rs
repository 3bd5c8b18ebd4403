//! Tests of a referral that a delegate prepares and a clinician signs.

use jiff::SignedDuration;
use passerelle::{
    app::DemoUsers,
    clock::SystemClock,
    testing::{Browser, Engine, Page, TestApp, follow, hand_over},
    users::account_store,
};
use serde_json::Value;

use crate::{
    form::Cardiology as _,
    referral::{form_of, send, to_summary},
};

pub const DELEGATE: &str = "harpreet-gill";
pub const SIGNER: &str = "ngozi-okafor";
pub const COLLEAGUE: &str = "wei-lin-chen";

pub async fn clinic(engine: Engine) -> TestApp {
    TestApp::setup().on(engine).extend(|builder| builder.user_mapper(DemoUsers)).start().await
}

/// Launches, so that the user has an account and the chart is open. Returns the path of the chart.
pub async fn chart(app: &TestApp, browser: &mut Browser, patient: &str, practitioner: &str) -> String {
    format!("/c/{}", browser.launch(app.ehr(), patient, practitioner).await.context())
}

/// Review of Éléonore's referral that the delegate prepared, and the delegate's browser. Both clinicians have accounts.
async fn prepared(app: &TestApp) -> (Browser, Page) {
    for clinician in [SIGNER, COLLEAGUE] {
        chart(app, &mut app.browser(), "marc-andre", clinician).await;
    }
    let mut delegate = app.browser();
    let mut form = form_of(app, &mut delegate, "eleonore", DELEGATE).await;
    let form = form.complete("Palpitations").choose("a.urgency", "urgent").set("a.urgency-reason", "Syncope");
    let summary = to_summary(&mut delegate, form).await;
    (delegate, summary)
}

/// Account of the clinician that a review offers under a name.
fn account(review: &Page, name: &str) -> String {
    let options = review.body.split("<option value=\"").skip(1);
    let found = options.filter_map(|option| option.split_once('"')).find(|(_, rest)| rest.contains(name));
    found.unwrap_or_else(|| panic!("{name} is not offered: {}", review.text())).0.to_owned()
}

/// Hands Éléonore's referral over to the signer. Returns the delegate's browser and the id of the referral.
pub async fn handed_over(app: &TestApp) -> (Browser, String) {
    let (mut delegate, summary) = prepared(app).await;
    let signer = account(&summary, "Okafor");
    let handed = hand_over(&mut delegate, &summary, &signer).await;
    assert_eq!(handed.status, 303, "{}", handed.text());
    (delegate, summary.url.path().split('/').nth(4).unwrap().to_owned())
}

fn revision(page: &Page) -> String {
    let after = page.body.split_once("name=\"revision\" value=\"").expect("a revision").1;
    after.split('"').next().unwrap().to_owned()
}

fn entry<'a>(bundle: &'a Value, reference: &Value) -> &'a Value {
    let entries = bundle["entry"].as_array().unwrap();
    let found = entries.iter().find(|entry| entry["fullUrl"] == reference["reference"]);
    &found.unwrap_or_else(|| panic!("{reference} is not in the message"))["resource"]
}

/// Family name of the practitioner of a PractitionerRole.
fn family<'a>(bundle: &'a Value, role: &Value) -> &'a str {
    let practitioner = &entry(bundle, role)["practitioner"];
    entry(bundle, practitioner)["name"][0]["family"].as_str().unwrap()
}

/// A12: the delegate names the clinician; without a choice, or with an account that may not sign, nothing is handed over.
#[actix_web::test]
async fn hands_over_to_a_named_clinician_only() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = clinic(engine).await;
        let (mut delegate, summary) = prepared(&app).await;
        let text = summary.text();
        assert!(text.contains("Any clinician who may sign") && text.contains("Chen"), "{text}");
        assert!(
            !summary.body.contains("/submit\"") && !text.contains("Send referral"),
            "a delegate may send: {text}"
        );
        assert!(!text.contains("By sending"), "{text}");
        for choice in ["", "x"] {
            let refused = hand_over(&mut delegate, &summary, choice).await;
            assert_eq!(refused.status, 422, "{}", refused.text());
            assert!(refused.text().contains("Not handed over: choose the clinician who signs"));
        }
        let handed = hand_over(&mut delegate, &summary, &account(&summary, "Okafor")).await;
        let detail = follow(&mut delegate, &handed).await;
        for page in [&summary, &detail] {
            let text = page.text();
            assert!(text.contains("Referring clinician the clinician who signs"), "{text}");
            assert!(!text.contains("Referring clinician Harpreet Gill"), "a delegate does not refer: {text}");
        }
        assert!(summary.title().starts_with("Check and hand over"), "{}", summary.title());
        assert!(summary.body.contains("href=\"#send\"") && summary.body.contains("id=\"send\""));
        assert!(
            detail.text().contains("Waits for the signature of Ngozi Adaeze Okafor"),
            "{}",
            detail.text()
        );
        let refused = send(&mut delegate, &summary).await;
        assert_eq!(refused.status, 403, "a delegate signed: {}", refused.text());
        let event = app.audit_events().await.into_iter().find(|event| event.event == "referral-prepared");
        assert!(event.unwrap().detail.unwrap().starts_with("for "));
    }
}

/// The named clinician finds it in any launch, a colleague only in the chart of its patient, and its row says what matters.
#[actix_web::test]
async fn lists_referrals_that_wait_for_a_signature() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = clinic(engine).await;
        let (_, id) = handed_over(&app).await;
        let mut signer = app.browser();
        let other = chart(&app, &mut signer, "marc-andre", SIGNER).await;
        let home = signer.get(&format!("{other}/")).await;
        assert!(
            home.text().contains("One referral of another patient waits for your signature"),
            "{}",
            home.text()
        );
        assert!(!home.text().contains("TREMBLAY"), "another patient's name: {}", home.text());
        let from = |path: &str| format!("/referrals?from={}", path.trim_start_matches("/c/"));
        let mine = signer.get(&from(&other)).await;
        for shown in [
            "Waiting for your signature (1)",
            "TREMBLAY-SINGH, Éléonore",
            "born 14 Mar 1961",
            "Urgent",
            "Harpreet Gill",
            "since ",
            "open the patient’s chart in the EHR",
        ] {
            assert!(mine.text().contains(shown), "{shown}: {}", mine.text());
        }
        assert!(!mine.body.contains(&id), "it can be opened outside its chart");
        let own = chart(&app, &mut signer, "eleonore", SIGNER).await;
        let review = format!("{own}/referrals/{id}/review");
        for page in [format!("{own}/"), from(&own)] {
            let page = signer.get(&page).await;
            assert!(page.text().contains("Waiting for your signature (1)"), "{}", page.text());
            assert!(page.body.contains(&format!("href=\"{review}\"")), "{}", page.body);
        }
        let mut colleague = app.browser();
        let theirs = chart(&app, &mut colleague, "eleonore", COLLEAGUE).await;
        let mine = colleague.get(&from(&theirs)).await;
        assert!(!mine.text().contains("TREMBLAY"), "{}", mine.text());
        let home = colleague.get(&format!("{theirs}/")).await;
        assert!(home.text().contains("Prepared for Ngozi Adaeze Okafor to sign"), "{}", home.text());
        let mut delegate = app.browser();
        let path = chart(&app, &mut delegate, "marc-andre", DELEGATE).await;
        let mine = delegate.get(&from(&path)).await;
        assert!(!mine.text().contains("Waiting for your signature"), "{}", mine.text());
        assert!(mine.text().contains("Waiting for a clinician’s signature"), "{}", mine.text());
    }
}

/// A12: the review of the signer says who prepared it; what the delegate's launch filled in about the clinician is the signer's,
/// and so is the message.
#[actix_web::test]
async fn signs_as_the_signer_what_a_delegate_prepared() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = clinic(engine).await;
        let (_, id) = handed_over(&app).await;
        let mut signer = app.browser();
        let path = chart(&app, &mut signer, "eleonore", SIGNER).await;
        let review = signer.get(&format!("{path}/referrals/{id}/review")).await;
        let text = review.text();
        assert_eq!(review.status, 200, "{text}");
        assert!(
            text.contains("Prepared by Harpreet Gill, on ") && text.contains(": check and sign"),
            "{text}"
        );
        assert!(text.contains("Changed to you, the signer:"), "{text}");
        assert!(text.contains("now: Dr. Ngozi Adaeze Okafor ; no longer: Harpreet Gill"), "{text}");
        let again = signer.get(&format!("{path}/referrals/{id}/review")).await;
        assert!(again.text().contains("Changed to you, the signer:"), "{}", again.text());
        let sent = send(&mut signer, &again).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        app.deliver().await;
        let detail = follow(&mut signer, &sent).await;
        assert!(detail.text().contains("Prepared by Harpreet Gill"), "{}", detail.text());
        let bundles = app.delivered();
        let bundle = &bundles[0];
        let [header, request] = [0, 1].map(|at| &bundle["entry"][at]["resource"]);
        assert_eq!(family(bundle, &request["requester"]), "Okafor");
        assert_eq!(family(bundle, &header["author"]), "Okafor");
        assert_eq!(family(bundle, &header["enterer"]), "Gill");
        let entries = bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
        for resource in entries {
            let kind = resource["resourceType"].as_str().unwrap();
            let named = resource.to_string().contains("Gill");
            assert_eq!(
                named,
                kind == "Practitioner" && resource["name"][0]["family"] == "Gill",
                "{resource}"
            );
        }
    }
}

/// A name that a delegate typed as the referring clinician gives way to the signer, here any clinician of the clinic.
#[actix_web::test]
async fn replaces_a_typed_name_by_the_signer() {
    let app = clinic(Engine::Sqlite).await;
    let mut delegate = app.browser();
    let mut form = form_of(&app, &mut delegate, "eleonore", DELEGATE).await;
    let form = form.complete("Palpitations").set("a.referrer", "Harpreet G., MOA");
    let summary = to_summary(&mut delegate, form).await;
    assert_eq!(hand_over(&mut delegate, &summary, "any").await.status, 303);
    let id = summary.url.path().split('/').nth(4).unwrap();
    let mut colleague = app.browser();
    let path = chart(&app, &mut colleague, "eleonore", COLLEAGUE).await;
    let home = colleague.get(&format!("{path}/")).await;
    assert!(home.text().contains("Waiting for your signature (1)"), "{}", home.text());
    let review = colleague.get(&format!("{path}/referrals/{id}/review")).await;
    assert!(
        review.text().contains("now: Dr. Wei-Lin Chen ; no longer: Harpreet G., MOA"),
        "{}",
        review.text()
    );
    let mut signer = app.browser();
    let path = chart(&app, &mut signer, "eleonore", SIGNER).await;
    let review = signer.get(&format!("{path}/referrals/{id}/review")).await;
    let expected = "now: Dr. Ngozi Adaeze Okafor ; no longer: Harpreet G., MOA";
    assert!(review.text().contains(expected), "{}", review.text());
    let sent = send(&mut signer, &review).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let bundle = &app.delivered()[0];
    assert!(!bundle.to_string().contains("MOA") && !bundle.to_string().contains("Chen"));
    assert_eq!(family(bundle, &bundle["entry"][1]["resource"]["requester"]), "Okafor");
}

/// A clinician returns it with a remark, which the delegate sees in the form and in the lists until it is handed over again.
#[actix_web::test]
async fn returns_a_referral_with_a_remark() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = clinic(engine).await;
        let (mut delegate, id) = handed_over(&app).await;
        let mut signer = app.browser();
        let path = chart(&app, &mut signer, "eleonore", SIGNER).await;
        let review = signer.get(&format!("{path}/referrals/{id}/review")).await;
        let (token, revision) = (review.csrf_token(), revision(&review));
        let to = format!("{path}/referrals/{id}/return");
        let give = |remark: &'static str| {
            vec![("csrf_token", token.as_str()), ("revision", revision.as_str()), ("remark", remark)]
        };
        let refused = signer.post(&to, &give("  ")).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        assert!(refused.text().contains("Not returned: write what has to change"), "{}", refused.text());
        let returned = signer.post(&to, &give("Which leg? <b>Canary-remark</b>")).await;
        assert_eq!(returned.status, 303, "{}", returned.text());
        let home = signer.get(&format!("{path}/?returned=1")).await;
        assert!(home.text().contains("The referral was returned with your remark."), "{}", home.text());
        assert!(!home.text().contains("Waiting for your signature"), "{}", home.text());
        assert_eq!(
            signer.get(&format!("{path}/referrals/{id}/review")).await.status,
            404,
            "it is the delegate's again"
        );

        let own = chart(&app, &mut delegate, "eleonore", DELEGATE).await;
        for page in [format!("{own}/"), "/referrals".to_owned(), format!("{own}/referrals/{id}")] {
            let page = delegate.get(&page).await;
            assert!(page.text().contains("Which leg? <b>Canary-remark</b>"), "{}", page.text());
            assert!(page.text().contains("returned"), "{}", page.text());
        }
        let edit = delegate.get(&format!("{own}/referrals/{id}/edit")).await;
        assert!(edit.text().contains("Ngozi Adaeze Okafor returned this on"), "{}", edit.text());
        assert!(edit.text().contains("Which leg?"), "{}", edit.text());
        let summary = delegate.get(&format!("{own}/referrals/{id}/review")).await;
        assert!(summary.body.contains("selected"), "the clinician who was named is chosen again");
        assert_eq!(hand_over(&mut delegate, &summary, "any").await.status, 303);
        let again = signer.get(&format!("{path}/referrals/{id}/review")).await;
        assert!(again.text().contains("before it was handed over again"), "{}", again.text());
        assert!(again.text().contains("Which leg? <b>Canary-remark</b>"), "{}", again.text());
        let detail = delegate.get(&format!("{own}/referrals/{id}")).await;
        assert!(!detail.text().contains("Canary-remark"), "{}", detail.text());
        assert!(detail.text().contains("Returned with a remark"), "{}", detail.text());
        let events = app.audit_events().await;
        assert!(events.iter().any(|event| event.event == "referral-returned"));
        assert!(!format!("{events:?}").contains("Canary-remark"), "the audit trail has the remark");
    }
}

/// Only the clinician's side may return a referral, and only the delegate's may hand it over.
#[actix_web::test]
async fn refuses_to_return_or_hand_over_anothers_referral() {
    let app = clinic(Engine::Sqlite).await;
    let (mut delegate, id) = handed_over(&app).await;
    let own = chart(&app, &mut delegate, "eleonore", DELEGATE).await;
    let detail = delegate.get(&format!("{own}/referrals/{id}")).await;
    assert!(detail.text().contains("Take back and edit"), "{}", detail.text());
    let token = detail.csrf_token();
    let fields = [("csrf_token", token.as_str()), ("revision", "3"), ("remark", "x")];
    assert_eq!(delegate.post(&format!("{own}/referrals/{id}/return"), &fields).await.status, 403);
    let mut signer = app.browser();
    let path = chart(&app, &mut signer, "eleonore", SIGNER).await;
    let review = signer.get(&format!("{path}/referrals/{id}/review")).await;
    assert_eq!(hand_over(&mut signer, &review, "any").await.status, 403);
    assert!(!review.body.contains("name=\"signer\""), "{}", review.body);
}

/// A referral whose clinician may no longer sign waits for every clinician; the French pages say the same.
#[actix_web::test]
async fn offers_a_referral_to_all_if_its_clinician_left() {
    let app = clinic(Engine::Sqlite).await;
    let (mut delegate, summary) = prepared(&app).await;
    let signer = account(&summary, "Okafor");
    assert_eq!(hand_over(&mut delegate, &summary, &signer).await.status, 303);
    let disabled = app.within(async move |app| {
        let mut tx = app.db().begin_write().await?;
        account_store::disable_user(&mut tx, &SystemClock, &signer).await.unwrap();
        tx.commit().await
    });
    disabled.await.unwrap();
    app.advance(SignedDuration::from_mins(1));
    let mut colleague = app.browser();
    let path = chart(&app, &mut colleague, "marc-andre", COLLEAGUE).await;
    let home = colleague.get(&format!("{path}/")).await;
    assert!(
        home.text().contains("One referral of another patient waits for your signature"),
        "{}",
        home.text()
    );
    let token = home.csrf_token();
    let switch = [("csrf_token", token.as_str()), ("lang", "fr"), ("back", "/")];
    colleague.post(&format!("{path}/language"), &switch).await;
    let mine = colleague.get(&format!("/referrals?from={}", path.trim_start_matches("/c/"))).await;
    for shown in [
        "En attente de votre signature (1)",
        "née le 14 mars 1961",
        "par Harpreet Gill",
        "depuis le ",
        "Urgent, en quelques semaines",
    ] {
        assert!(mine.text().contains(shown), "{shown}: {}", mine.text());
    }
}
