//! Tests of the whole journey, from the patient list to a delivered message, in both languages.

use anyhow::{Context, Result, ensure};
use passerelle::testing::webdriver::Options;
use serde_json::Value;

use crate::demo::{Demo, ELEONORE};
use crate::person::{Person, contains_all};

pub const CONCERN: &str = "Chest tightness on two flights of stairs, for three weeks";

/// Answers that a clinician adds to the data of Éléonore's chart, for chest pain, in the order of the form.
pub const CHOICES: [(&str, &str); 15] = [
    ("voicemail", "true"),
    ("interpreter", "false"),
    ("reason", "29857009"),
    ("onset", "weeks"),
    ("ccs", "41334000"),
    ("rest-pain", "false"),
    ("exertional-syncope", "false"),
    ("suspected-acs", "false"),
    ("anticoagulant", "true"),
    ("cardiac-device", "false"),
    ("ecg-source", "separate"),
    ("consent-referral", "agrees"),
    ("consent-messages", "phone"),
    ("urgency", "routine"),
    ("preference", "first-available"),
];

/// Answers every question of the form that the chart leaves open.
pub async fn fills_the_form(person: &Person) -> Result<()> {
    person.types("concern", CONCERN).await?;
    for (question, key) in CHOICES {
        // A question that depends on an answer appears by itself.
        person.waits_for_question(question).await?;
        person.chooses(question, key).await?;
        if question == "ecg-source" {
            // It changes position below, and a person does not click a moving target.
            person.waits_for_question("ecg-attach").await?;
        }
    }
    Ok(())
}

/// Texts of the pages in one language.
pub struct Words {
    pub lang: &'static str,
    pub banner: [&'static str; 5],
    pub from_chart: &'static str,
    pub saved: &'static str,
    pub go_on: &'static str,
    pub choose: &'static str,
    pub review: [&'static str; 5],
    pub send: &'static str,
    pub delivered: &'static str,
    pub timeline: &'static str,
    pub this_patient: &'static str,
    pub all_mine: &'static str,
    pub back_to_chart: &'static str,
}

pub const ENGLISH: Words = Words {
    lang: "en-CA",
    banner: [
        ELEONORE,
        "born 14 Mar 1961",
        " y · female",
        "Ontario health card 9512 345 670 WK",
        "from Riverside Family Health EMR",
    ],
    from_chart: "From the chart, read ",
    saved: "Draft saved ",
    go_on: "Continue to destination",
    choose: "Choose Heart Clinic, Civic Campus",
    review: [ELEONORE, "Ngozi", "Riverside Family Health EMR", "Heart Clinic, Civic Campus", CONCERN],
    send: "Send referral to Heart Clinic, Civic Campus",
    delivered: "Delivered",
    timeline: "The destination confirmed receipt",
    this_patient: "This patient's referrals",
    all_mine: "All my referrals",
    back_to_chart: "Back to the chart",
};

const FRENCH: Words = Words {
    lang: "fr-CA",
    banner: [
        ELEONORE,
        "née le 14 mars 1961",
        " ans · femme",
        "Carte Santé de l’Ontario 9512 345 670 WK",
        "Riverside Family Health EMR",
    ],
    from_chart: "Tiré du dossier, lu le ",
    saved: "Brouillon enregistré",
    go_on: "Continuer vers la destination",
    choose: "Choisir Clinique du cœur",
    review: [ELEONORE, "Ngozi", "Riverside Family Health EMR", "Clinique du cœur", CONCERN],
    send: "Envoyer la demande\u{a0}: Clinique du cœur",
    delivered: "Livrée",
    timeline: "La destination a confirmé la réception",
    this_patient: "Demandes de ce patient",
    all_mine: "Toutes mes demandes",
    back_to_chart: "Retour au dossier",
};

/// CTX-12, ONT-10, F19: the banner on every page shows the patient and the EHR.
#[tokio::test]
async fn sends_a_referral_from_the_patient_list_in_english() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    knows_the_patient(&person, &ENGLISH).await?;
    fills_the_form(&person).await?;
    person.waits_to_read("#saved", ENGLISH.saved).await?;
    person.pictures("filled").await?;
    chooses_and_sends(&person, &demo, &ENGLISH).await?;
    finds_it_again(&person, &ENGLISH).await
}

/// CTX-12, F19: the same in French.
#[tokio::test]
async fn sends_a_referral_from_the_patient_list_in_french() -> Result<()> {
    let demo = Demo::start().await?;
    let person = Person::sits_down(&Options::default().window(1180, 1000)).await?;
    person.launches(&demo, ELEONORE).await?;
    let (half, rest) = CONCERN.split_at(20);
    person.types("concern", half).await?;
    person.chooses("voicemail", "true").await?;
    person.clicks("Français").await?;
    ensure!(person.value("concern").await? == half, "entered text is kept");
    ensure!(person.has_chosen("voicemail", "true").await?, "chosen answers are kept");
    knows_the_patient(&person, &FRENCH).await?;
    person.find("[name=\"a.concern\"]").await?.type_text(rest).await?;
    ensure!(person.value("concern").await? == CONCERN);
    fills_the_form(&person).await?;
    person.waits_to_read("#saved", FRENCH.saved).await?;
    person.pictures("filled-fr").await?;
    chooses_and_sends(&person, &demo, &FRENCH).await?;
    finds_it_again(&person, &FRENCH).await
}

async fn knows_the_patient(person: &Person, words: &Words) -> Result<()> {
    let lang = person.find("html").await?.attribute("lang").await?;
    ensure!(lang.as_deref() == Some(words.lang), "{lang:?}");
    contains_all(&person.reads(".banner").await?, &words.banner)?;
    ensure!(person.value("phone").await? == "613-555-0143");
    ensure!(person.value("referrer").await? == "Dr. Ngozi Adaeze Okafor");
    ensure!(person.has_chosen("language", "fr").await?, "the chart has French as her language");
    contains_all(&person.reads("[id=\"f-phone.from\"]").await?, &[words.from_chart])
}

/// Chooses the destination, checks the review, and sends the referral.
pub async fn chooses_and_sends(person: &Person, demo: &Demo, words: &Words) -> Result<()> {
    person.clicks(words.go_on).await?;
    person.find("#q").await?.type_text("civic").await?;
    person.find(".search button").await?.click().await?;
    person.wait_for_url(|url| url.contains("q=civic")).await?;
    ensure!(person.find_all(".list > li").await?.len() == 1, "only one service is called that");
    person.pictures(&format!("destination-{}", words.lang)).await?;
    person.clicks(words.choose).await?;
    contains_all(&person.reads("main").await?, &words.review)?;
    contains_all(&person.reads(".banner").await?, &words.banner)?;
    person.pictures(&format!("review-{}", words.lang)).await?;
    ensure!(demo.delivered()?.is_empty(), "nothing leaves before it is sent");
    person.clicks(words.send).await?;
    person.waits_to_read(".status", words.delivered).await?;
    contains_all(&person.reads(".timeline").await?, &[words.timeline])?;
    person.pictures(&format!("detail-{}", words.lang)).await?;
    let messages = demo.delivered()?;
    ensure!(messages.len() == 1, "one message, not {}", messages.len());
    is_about_eleonore(&messages[0])
}

/// Checks that the patient of the message is the patient of the chart.
pub fn is_about_eleonore(message: &Value) -> Result<()> {
    ensure!(message["resourceType"] == "Bundle");
    let entries = message["entry"].as_array().context("a Bundle has entries")?;
    let patient = entries
        .iter()
        .map(|entry| &entry["resource"])
        .find(|resource| resource["resourceType"] == "Patient")
        .context("a message has a Patient")?;
    contains_all(&patient["name"].to_string(), &["Tremblay-Singh", "Éléonore"])?;
    contains_all(&patient["identifier"].to_string(), &["9512345670"])
}

async fn finds_it_again(person: &Person, words: &Words) -> Result<()> {
    person.clicks(words.this_patient).await?;
    contains_all(&person.reads(".list").await?, &[words.delivered])?;
    contains_all(&person.reads(".banner").await?, &words.banner)?;
    person.clicks(words.all_mine).await?;
    contains_all(&person.reads(".list").await?, &[ELEONORE, words.delivered])?;
    ensure!(!person.sees(".banner").await?, "a list of several patients has no patient banner");
    person.pictures(&format!("mine-{}", words.lang)).await?;
    person.find(".list a").await?.click().await?;
    person.waits_to_read(".banner", ELEONORE).await?;
    person.back().await?;
    person.clicks(words.back_to_chart).await?;
    person.pictures(&format!("home-{}", words.lang)).await?;
    contains_all(&person.reads(".banner").await?, &words.banner)
}
