//! Tests of the words about the user who prepared a referral that a clinician signed.

use std::process::Command;

use passerelle::testing::{Browser, Engine, Page, Scratch, TestApp, follow, send};

use crate::signing::{SIGNER, chart, clinic, handed_over};

const BEAULIEU: &str = "genevieve-beaulieu";

pub fn pdf_text(pdf: &[u8]) -> String {
    let folder = Scratch::new();
    let file = folder.path().join("letter.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

pub async fn french(browser: &mut Browser, page: &Page) -> Page {
    let context = page.url.path().split('/').nth(2).unwrap().to_owned();
    let (token, back) = (page.csrf_token(), page.url.path().to_owned());
    let fields = [("csrf_token", token.as_str()), ("lang", "fr"), ("back", &back)];
    browser.post(&format!("/c/{context}/language"), &fields).await;
    browser.get(&back).await
}

/// Sends what the delegate prepared. Returns the browser of the signer, the review and the page of the sent referral.
async fn signed(app: &TestApp, practitioner: &str) -> (Browser, Page, Page) {
    let (_, id) = handed_over(app).await;
    let mut signer = app.browser();
    let path = chart(app, &mut signer, "eleonore", practitioner).await;
    let review = signer.get(&format!("{path}/referrals/{id}/review")).await;
    assert_eq!(review.status, 200, "{}", review.text());
    let sent = send(&mut signer, &review).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    let detail = follow(&mut signer, &sent).await;
    (signer, review, detail)
}

/// A12: the delegate is the one who prepared it, apart from the clinician who signs, with name and role only.
#[actix_web::test]
async fn names_the_delegate_as_the_one_who_prepared_it() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = clinic(engine).await;
        let (_, review, detail) = signed(&app, SIGNER).await;
        for page in [&review, &detail] {
            let text = page.text();
            assert!(text.contains("Prepared by: Harpreet Gill , Medical office assistant"), "{text}");
            assert!(!text.contains("Clinician: Harpreet Gill"), "{text}");
        }
        assert!(review.text().contains("Harpreet Gill is still named in the message"), "{}", review.text());
        let message = app.delivered().remove(0);
        let resources = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
        let mut found = resources.filter(|resource| resource["name"][0]["family"] == "Gill");
        let delegate = found.next().expect("the delegate is in the message");
        assert!(delegate["telecom"].is_null() && delegate["identifier"].is_null(), "{delegate}");
    }
}

/// A12: the letter names who signed and who prepared it, and speaks to its receiver.
#[actix_web::test]
async fn says_on_the_letter_who_signed_it() {
    let app = clinic(Engine::Sqlite).await;
    let (mut signer, _, detail) = signed(&app, SIGNER).await;
    let letter = signer.get(&format!("{}/letter.pdf", detail.url.path())).await;
    let text = pdf_text(&letter.bytes);
    assert!(text.contains("signed by Dr. Ngozi Adaeze Okafor on "), "{text}");
    assert!(text.contains("; prepared by Harpreet Gill"), "{text}");
    assert!(!text.contains("that you included") && !text.contains("none selected"), "{text}");
    assert!(detail.text().contains("signed by Dr. Ngozi Adaeze Okafor on "), "{}", detail.text());
    let detail = french(&mut signer, &detail).await;
    let letter = signer.get(&format!("{}/letter.pdf", detail.url.path())).await;
    let text = pdf_text(&letter.bytes);
    assert!(text.contains("signée par Dr. Ngozi Adaeze Okafor le "), "{text}");
    assert!(text.contains("préparée par Harpreet Gill"), "{text}");
    assert!(!text.contains("que vous avez inclus") && !text.contains("rien de sélectionné"), "{text}");
}

/// A12: a clinician of another clinic signs: the message and the letter have that clinic alone.
#[actix_web::test]
async fn sends_the_clinic_of_the_signer_alone() {
    let app = clinic(Engine::Sqlite).await;
    let (_, review, detail) = signed(&app, BEAULIEU).await;
    assert!(review.text().contains("no longer: Rideau Family Health Team"), "{}", review.text());
    let message = app.delivered().remove(0);
    let resources = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    let parties = ["Organization", "Location", "Practitioner", "PractitionerRole"];
    for party in resources.filter(|resource| parties.contains(&resource["resourceType"].as_str().unwrap())) {
        let party = party.to_string();
        assert!(!party.contains("Rideau") && !party.contains("613-555-0100"), "{party}");
    }
    for page in [&review, &detail] {
        let (_, from) = page.body.split_once("<h2>From</h2>").unwrap();
        let (from, _) = from.split_once("<h2>To</h2>").unwrap();
        assert!(from.contains("Harpreet") && !from.contains("Rideau"), "{from}");
    }
}
