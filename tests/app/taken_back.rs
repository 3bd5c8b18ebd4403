//! Tests of a referral that waits for a signature: its preparer takes it back before anything in it changes.

use jiff::SignedDuration;
use passerelle::testing::{Browser, Engine, FormFields, Page, TestApp, follow, hand_over, send};

use crate::signing::{COLLEAGUE, DELEGATE, SIGNER, chart, clinic, handed_over};

fn value_of(page: &Page, name: &str) -> String {
    let after =
        page.body.split_once(&format!("name=\"{name}\" value=\"")).unwrap_or_else(|| panic!("no {name}")).1;
    after.split('"').next().unwrap().to_owned()
}

/// Opens the chart of the referral for the signer. Returns the browser and the path of the referral.
async fn at_signature(app: &TestApp, id: &str, practitioner: &str) -> (Browser, String) {
    let mut browser = app.browser();
    let path = chart(app, &mut browser, "eleonore", practitioner).await;
    (browser, format!("{path}/referrals/{id}"))
}

async fn take_back(app: &TestApp, delegate: &mut Browser, id: &str) -> Page {
    later(app);
    let own = chart(app, delegate, "eleonore", DELEGATE).await;
    let detail = delegate.get(&format!("{own}/referrals/{id}")).await;
    let token = detail.csrf_token();
    delegate.post(&format!("{own}/referrals/{id}/take-back"), &[("csrf_token", token.as_str())]).await
}

/// Hands a draft over that came back to its preparer, for any clinician to sign.
async fn hand_over_again(app: &TestApp, delegate: &mut Browser, id: &str) {
    let own = chart(app, delegate, "eleonore", DELEGATE).await;
    delegate.get(&format!("{own}/referrals/{id}/edit")).await;
    let summary = delegate.get(&format!("{own}/referrals/{id}/review")).await;
    later(app);
    assert_eq!(hand_over(delegate, &summary, "any").await.status, 303);
}

/// Lets time pass, so that the steps of the history have an order.
fn later(app: &TestApp) {
    app.advance(SignedDuration::from_secs(1));
}

/// Whether the referral still waits on the home page of the signer.
async fn waits(app: &TestApp) -> bool {
    let mut signer = app.browser();
    let path = chart(app, &mut signer, "eleonore", SIGNER).await;
    signer.get(&format!("{path}/")).await.text().contains("Waiting for your signature (1)")
}

/// A12: no post of the preparer's old page takes the referral away from the signer; each answer says where it is.
#[actix_web::test]
async fn changes_nothing_of_a_referral_that_is_handed_over() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = clinic(engine).await;
        let (mut delegate, id) = handed_over(&app).await;
        let own = chart(&app, &mut delegate, "eleonore", DELEGATE).await;
        let path = format!("{own}/referrals/{id}");
        let review = delegate.get(&format!("{path}/review")).await;
        let text = review.text();
        assert!(text.contains("This referral was handed over to Ngozi Adaeze Okafor on "), "{text}");
        assert!(
            !review.body.contains("/sharing\"") && !review.body.contains("id=\"send\""),
            "{}",
            review.body
        );
        let token = review.csrf_token();
        let detail = delegate.get(&path).await;
        assert!(!detail.body.contains("/edit\""), "a link opens the form: {}", detail.body);
        let edit = delegate.get(&format!("{path}/edit")).await;
        assert_eq!((edit.status, edit.location().path()), (303, path.as_str()));
        for (to, status) in [
            ("sharing", 409),
            ("submit", 403),
            ("ready", 409),
            ("clinic", 409),
            ("discard", 409),
            ("destination", 409),
        ] {
            for revision in 0..9 {
                let revision = revision.to_string();
                let fields = [
                    ("csrf_token", token.as_str()),
                    ("revision", revision.as_str()),
                    ("shares", "1"),
                    ("signer", "any"),
                    ("service", "civic-cardiology"),
                ];
                let refused = delegate.post(&format!("{path}/{to}"), &fields).await;
                let expected = if to == "submit" { [403, 409] } else { [status, 400] };
                assert!(expected.contains(&refused.status), "{to} {revision}: {}", refused.text());
                if refused.status != 400 {
                    let text = refused.text();
                    assert!(text.contains("It was handed over to Ngozi Adaeze Okafor on "), "{to}: {text}");
                    assert!(refused.body.contains("/take-back\""), "{to}");
                }
            }
        }
        assert!(waits(&app).await, "it was taken away from the signer");
    }
}

/// A12: an old form page keeps the text that was typed, and saves it once the referral is taken back on purpose.
#[actix_web::test]
async fn keeps_the_text_of_a_form_that_is_handed_over() {
    let app = clinic(Engine::Sqlite).await;
    let (mut delegate, id) = handed_over(&app).await;
    let own = chart(&app, &mut delegate, "eleonore", DELEGATE).await;
    let taken = take_back(&app, &mut delegate, &id).await;
    let form = follow(&mut delegate, &taken).await;
    let mut old = FormFields::read(&form);
    let summary =
        delegate.get(&format!("{}/review", taken.location().path().trim_end_matches("/edit"))).await;
    later(&app);
    assert_eq!(hand_over(&mut delegate, &summary, "any").await.status, 303);
    for _ in 0..2 {
        let refused = old.set("a.concern", "Typed after handing over").press(&mut delegate, "save").await;
        assert_eq!(refused.status, 409, "{}", refused.text());
        assert!(refused.text().contains("for any clinician to sign"), "{}", refused.text());
        assert!(refused.body.contains("Typed after handing over"), "{}", refused.body);
        assert!(waits(&app).await, "saving took it back");
        old = FormFields::read(&refused);
    }
    let saved = old.press(&mut delegate, "take-back").await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let form = follow(&mut delegate, &saved).await;
    assert!(form.body.contains("Typed after handing over"), "{}", form.text());
    assert!(!waits(&app).await, "it is a draft again");
    assert!(own.starts_with("/c/"));
}

/// A12: the signer who presses Send learns who took it back and when, and the history keeps it after sending.
#[actix_web::test]
async fn tells_the_signer_who_took_it_back() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = clinic(engine).await;
        let (mut delegate, id) = handed_over(&app).await;
        let (mut signer, path) = at_signature(&app, &id, SIGNER).await;
        let review = signer.get(&format!("{path}/review")).await;
        assert_eq!(take_back(&app, &mut delegate, &id).await.status, 303);
        assert_eq!(take_back(&app, &mut delegate, &id).await.status, 303, "a second click");
        let refused = send(&mut signer, &review).await;
        assert_eq!(refused.status, 404, "{}", refused.text());
        let text = refused.text();
        assert!(text.contains("Nothing was sent: this referral was taken back"), "{text}");
        assert!(text.contains("Harpreet Gill took it back on "), "{text}");
        assert!(text.contains("Back to the patient’s referrals"), "{text}");
        let lang = [("csrf_token", refused.csrf_token()), ("lang", "fr".into()), ("back", "/".into())];
        let lang: Vec<(&str, &str)> = lang.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let context = path.split("/referrals").next().unwrap().to_owned();
        signer.post(&format!("{context}/language"), &lang).await;
        let french = signer.get(&format!("{path}/review")).await;
        assert!(french.text().contains("Harpreet Gill l’a reprise le "), "{}", french.text());

        hand_over_again(&app, &mut delegate, &id).await;
        let review = signer.get(&format!("{path}/review")).await;
        let sent = send(&mut signer, &review).await;
        assert_eq!(sent.status, 303, "{}", sent.text());
        app.deliver().await;
        let detail = follow(&mut signer, &sent).await;
        assert!(detail.text().contains("Reprise pour modification ( Harpreet Gill )"), "{}", detail.text());
        assert!(app.audit_events().await.iter().any(|event| event.event == "referral-taken-back"));
    }
}

/// A12: returned, sent and discarded meanwhile, each by name; a clinician of whom it never was learns nothing.
#[actix_web::test]
async fn tells_the_signer_where_it_went() {
    let app = clinic(Engine::Sqlite).await;
    let (mut delegate, id) = handed_over(&app).await;
    let (mut signer, path) = at_signature(&app, &id, SIGNER).await;
    let review = signer.get(&format!("{path}/review")).await;
    let (mut colleague, theirs) = at_signature(&app, &id, COLLEAGUE).await;
    let other = colleague.get(&format!("{theirs}/review")).await;
    let (token, revision) = (other.csrf_token(), value_of(&other, "revision"));
    let fields = [("csrf_token", token.as_str()), ("revision", revision.as_str()), ("remark", "Which leg?")];
    later(&app);
    assert_eq!(colleague.post(&format!("{theirs}/return"), &fields).await.status, 303);
    let refused = send(&mut signer, &review).await;
    assert!(refused.text().contains("Wei-Lin Chen returned it with a remark on "), "{}", refused.text());

    hand_over_again(&app, &mut delegate, &id).await;
    let review = signer.get(&format!("{path}/review")).await;
    let (mut other, theirs) = at_signature(&app, &id, "genevieve-beaulieu").await;
    let theirs = other.get(&format!("{theirs}/review")).await;
    later(&app);
    let sent = send(&mut other, &theirs).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    let refused = send(&mut signer, &review).await;
    assert!(refused.text().contains("Beaulieu signed it on "), "{}", refused.text());
    let mut stranger = app.browser();
    let elsewhere = chart(&app, &mut stranger, "marc-andre", SIGNER).await;
    let hidden = stranger.get(&format!("{elsewhere}/referrals/{id}/review")).await;
    assert!(hidden.status == 404 && !hidden.text().contains("Chen"), "another patient's: {}", hidden.text());
    app.deliver().await;
}

/// A12: a referral that its preparer took back and discarded.
#[actix_web::test]
async fn tells_the_signer_that_it_was_discarded() {
    let app = clinic(Engine::Sqlite).await;
    let (mut delegate, id) = handed_over(&app).await;
    let (mut signer, path) = at_signature(&app, &id, SIGNER).await;
    let review = signer.get(&format!("{path}/review")).await;
    let taken = take_back(&app, &mut delegate, &id).await;
    let form = follow(&mut delegate, &taken).await;
    let token = form.csrf_token();
    let discard = taken.location().path().replace("/edit", "/discard");
    let sure = [("csrf_token", token.as_str()), ("sure", "1")];
    later(&app);
    assert_eq!(delegate.post(&discard, &sure).await.status, 303);
    let refused = send(&mut signer, &review).await;
    assert!(refused.text().contains("Harpreet Gill discarded it on "), "{}", refused.text());
}

/// Between two readings by different users only what is about them differs: the chart is the same, and no page says otherwise.
#[actix_web::test]
async fn says_of_the_chart_only_what_changed_in_it() {
    let app = clinic(Engine::Sqlite).await;
    let (mut delegate, id) = handed_over(&app).await;
    assert_eq!(take_back(&app, &mut delegate, &id).await.status, 303);
    hand_over_again(&app, &mut delegate, &id).await;
    for practitioner in [COLLEAGUE, SIGNER] {
        let (mut signer, path) = at_signature(&app, &id, practitioner).await;
        let review = signer.get(&format!("{path}/review")).await;
        assert!(review.text().contains("Harpreet Gill"), "{practitioner}: {}", review.text());
        let notice = review.body.split("<ul class=\"changes\">").nth(1).unwrap_or_default();
        let notice = notice.split("</ul>").next().unwrap();
        for line in notice.split("<li>").skip(1) {
            let Some(said) = line.split("now:").nth(1) else { continue };
            let (now, before) = said.split_once("no longer:").unwrap_or((said, ""));
            assert_ne!(now.trim_matches([' ', ';']), before.trim(), "{line}");
        }
    }
    let taken = take_back(&app, &mut delegate, &id).await;
    let form = follow(&mut delegate, &taken).await;
    assert!(!form.text().contains("no longer:"), "nothing in the chart changed: {}", form.text());
}
