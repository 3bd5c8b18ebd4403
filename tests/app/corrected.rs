//! Tests of what a clinician corrects in the form: the message says it everywhere, and the review says that it does.

use passerelle::testing::{FormFields, TestApp};
use serde_json::{Value, json};

use crate::{
    form::Cardiology as _,
    referral::{delivered, follow, form_of, send, to_summary},
    review::shows,
};

fn resource<'m>(message: &'m Value, kind: &str) -> &'m Value {
    let mut all = message["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]);
    all.find(|resource| resource["resourceType"] == kind).unwrap()
}

#[actix_web::test]
async fn sends_the_corrected_phone_email_and_language_in_the_patient() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Corrections").set("a.phone", "613-555-9999").set("a.email", "new@example.ca");
    form.choose("a.language", "en").set("a.interpreter", "false");
    let summary = to_summary(&mut browser, &form).await;
    for shown in [
        "Phone (corrected by you; chart: 613-555-0143): 613-555-9999",
        "Email (corrected by you; chart: eleonore.ts@example.ca): new@example.ca",
    ] {
        assert!(shows(&summary, shown), "{shown}: {}", summary.text());
    }
    send(&mut browser, &summary).await;
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let patient = resource(&message, "Patient");
    let telecom = &patient["telecom"];
    assert_eq!(telecom[0], json!({ "system": "phone", "value": "613-555-9999", "rank": 1 }));
    assert_eq!(telecom[1]["value"], "new@example.ca");
    assert_eq!(telecom.as_array().unwrap().len(), 2, "{telecom}");
    let spoken = &patient["communication"];
    assert_eq!(
        (&spoken[0]["language"]["coding"][0]["code"], &spoken[0]["preferred"]),
        (&json!("en"), &json!(true))
    );
    let interpreter = patient["extension"].as_array().unwrap().iter();
    let mut interpreter =
        interpreter.filter(|it| it["url"].as_str().unwrap().ends_with("interpreterRequired"));
    assert_eq!(interpreter.next().unwrap()["valueBoolean"], false);
}

/// The caregiver's number in the form replaces the one of the chart's contact person, who is sent then.
#[actix_web::test]
async fn sends_the_corrected_number_of_a_contact_person() {
    let app = TestApp::setup().settings("[forms]\noffered = [\"home-community-care\"]\n").start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.value("a.caregiver"), "Jaspreet Singh, Husband");
    assert_eq!(form.value("a.caregiver-phone"), "613-555-0144");
    form.answer_required(&mut browser).await;
    let summary = to_summary(&mut browser, form.set("a.caregiver-phone", "613-555-8888")).await;
    assert!(shows(&summary, "corrected by you; chart: 613-555-0144"), "{}", summary.text());
    assert_eq!(send(&mut browser, &summary).await.status, 303);
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let contact = &resource(&message, "Patient")["contact"][0];
    assert_eq!(contact["name"]["family"], "Singh");
    assert_eq!(contact["telecom"], json!([{ "system": "phone", "use": "mobile", "value": "613-555-8888" }]));
    assert!(!resource(&message, "Patient").to_string().contains("613-555-0144"));
}

/// The clinic's number is corrected wherever the message and the letterhead name the clinic.
#[actix_web::test]
async fn sends_the_corrected_numbers_of_the_clinic() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let chart = form.value("a.clinic-phone").to_owned();
    let summary =
        to_summary(&mut browser, form.complete("Clinic").set("a.clinic-phone", "613-555-7777")).await;
    assert!(shows(&summary, "Phone 613-555-7777 · Fax"), "{}", summary.text());
    send(&mut browser, &summary).await;
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let clinic = resource(&message, "Organization");
    assert_eq!(clinic["telecom"][0]["value"], "613-555-7777", "{clinic}");
    for kind in ["PractitionerRole", "Organization", "Practitioner", "Location"] {
        assert!(!resource(&message, kind).to_string().contains(&chart), "{kind}");
    }
}

/// The number that the form filled in leads unchanged, whichever the chart lists first.
#[actix_web::test]
async fn sends_the_preferred_number_of_the_form_first() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let preferred = form.value("a.phone").to_owned();
    let summary = to_summary(&mut browser, form.complete("Preferred")).await;
    assert!(!shows(&summary, "corrected by you"), "{}", summary.text());
    send(&mut browser, &summary).await;
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let telecom = &resource(&message, "Patient")["telecom"];
    assert_eq!(
        (&telecom[0]["value"], telecom.as_array().unwrap().len()),
        (&json!(preferred), 1),
        "{telecom}"
    );
}

#[actix_web::test]
async fn shows_the_value_of_the_chart_beside_a_changed_answer() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let chart = form.value("a.systolic").to_owned();
    let summary = to_summary(&mut browser, form.complete("Changed").set("a.systolic", "161")).await;
    let shown = format!("161 mmHg (entered for this referral; chart: {chart} mmHg, ");
    assert!(shows(&summary, &shown), "{shown}: {}", summary.text());
    let french = browser.get(&format!("{}?lang=fr", summary.url.path())).await;
    let shown = format!("161 mmHg (saisi pour cette demande ; dossier : {chart} mmHg, ");
    assert!(shows(&french, &shown), "{shown}: {}", french.text());
}

/// Answers against the chart are listed before the signature with the value of the chart, and on no other page: nothing of
/// it is sent.
#[actix_web::test]
async fn lists_the_answers_that_differ_from_the_chart_before_the_signature() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let (weight, email) = (form.value("a.weight").to_owned(), form.value("a.email").to_owned());
    form.complete("Emptied").set("a.weight", "").set("a.email", "").set("a.systolic", "161");
    form.set("a.diastolic", "91").choose("a.smoking-status", "").choose("a.anticoagulant", "false");
    let summary = to_summary(&mut browser, &form).await;
    let (_, note) = summary.body.split_once("Different from the chart").expect("a note");
    let (note, _) = note.split_once("</div>").unwrap();
    for shown in [
        format!("<b>no answer is sent</b> (the chart has {weight} kg, "),
        format!("<b>no answer is sent</b> (the chart has {email}"),
        "<b>161 mmHg</b> (the chart has ".to_owned(),
        "<b>No</b> (the chart has Yes".to_owned(),
    ] {
        assert!(note.contains(&shown), "{shown}: {note}");
    }
    assert!(note.contains("/edit#f-weight") && !note.contains("f-height"), "{note}");
    let (_, signature) = summary.body.split_once("id=\"send\"").unwrap();
    assert!(signature.contains("6 answers differ from the chart"), "{signature}");
    let french = browser.get(&format!("{}?lang=fr", summary.url.path())).await;
    assert!(shows(&french, "Différences avec le dossier"), "{}", french.text());
    let sent = send(&mut browser, &summary).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    app.deliver().await;
    assert!(!delivered(&app)[0].to_string().contains(&email), "the emptied address is sent");
    assert!(!follow(&mut browser, &sent).await.body.contains(&email));
}

/// A list of the chart from which entries were taken out is not the whole list, for the signer nor for the reader.
#[actix_web::test]
async fn says_that_a_list_of_the_chart_was_shortened() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Shortened").take_out("a.allergy-list", "ehr:AllergyIntolerance/eleonore-penicillin");
    let summary = to_summary(&mut browser, &form).await;
    let (_, note) = summary.body.split_once("Different from the chart").expect("a note");
    let (note, _) = note.split_once("</div>").unwrap();
    assert!(note.contains("not included: Penicillin") && !note.contains("Shellfish"), "{note}");
    assert!(shows(&summary, "(a selection; the chart has more)"), "{}", summary.text());
    send(&mut browser, &summary).await;
    app.deliver().await;
    let message = delivered(&app).remove(0).to_string();
    assert!(message.contains("(a selection; the chart has more)"), "{message}");
}

/// The page of the sent referral names what its sender is still to send in another way.
#[actix_web::test]
async fn reminds_of_what_is_sent_separately_after_sending() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    for (patient, source, reminds) in [("eleonore", "chart", false), ("marc-andre", "separate", true)] {
        let mut form = form_of(&app, &mut browser, patient, "ngozi-okafor").await;
        let summary = to_summary(&mut browser, form.complete("ECG").choose("a.ecg-source", source)).await;
        let sent = send(&mut browser, &summary).await;
        app.deliver().await;
        let page = follow(&mut browser, &sent).await;
        let reminder = "To be sent by you in another way, as the referral tells its reader: ECG";
        assert_eq!(shows(&page, reminder), reminds, "{}", page.text());
    }
}

#[actix_web::test]
async fn lists_the_entries_of_a_picker_one_by_one() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Lists")).await;
    let sent = send(&mut browser, &summary).await;
    let sent = follow(&mut browser, &sent).await;
    for page in [&summary, &sent] {
        let (_, answers) = page.body.split_once("id=\"answers\"").unwrap();
        for name in ["Hypertension", "Dyslipidemia"] {
            assert!(answers.contains(&format!("<li><bdi>{name}")), "{name}: {}", page.body);
        }
    }
    app.deliver().await;
}

#[actix_web::test]
async fn sends_and_shows_text_with_markup_as_it_was_typed() {
    let typed = "a < b > c <b>bold</b> & \"d\" &lt;e";
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete(typed)).await;
    let written = "a &lt; b &gt; c &lt;b&gt;bold&lt;/b&gt; &amp; &quot;d&quot; &amp;lt;e";
    let written = [written.to_owned(), written.replace("</", "&lt;/").replace('/', "&#x2F;")];
    assert!(written.iter().any(|text| summary.body.contains(text)), "{}", summary.body);
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    let page = follow(&mut browser, &sent).await;
    assert!(written.iter().any(|text| page.body.contains(text)), "{}", page.body);
    let message = delivered(&app).remove(0);
    let request = resource(&message, "ServiceRequest");
    assert_eq!(request["reasonCode"][0]["text"], typed);
    assert!(request["note"][0]["text"].as_str().unwrap().contains(typed));
    assert!(resource(&message, "QuestionnaireResponse").to_string().contains(&json!(typed).to_string()));
}

/// A problem has the words of the chart in the form, in the review and everywhere in the message.
#[actix_web::test]
async fn names_a_problem_alike_everywhere() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Names")).await;
    send(&mut browser, &summary).await;
    app.deliver().await;
    let message = delivered(&app).remove(0);
    let response = resource(&message, "QuestionnaireResponse").to_string();
    for name in ["Hypertension", "Dyslipidemia"] {
        assert!(shows(&summary, name), "{}", summary.text());
        assert!(response.contains(&format!("\"display\":\"{name}\"")), "{response}");
    }
    assert!(!response.contains("Hypertensive disorder"), "{response}");
}

/// An option and a text beside it are no error: the review says what counts, and no text is lost.
#[actix_web::test]
async fn keeps_the_text_beside_a_chosen_option() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Language").set("a.language", "Punjabi");
    let saved = form.press(&mut browser, "save").await;
    let typed = browser.get(saved.location().path()).await;
    let mut form = FormFields::read(&typed);
    form.set("a.language", "en").add("a.language", "Punjabi");
    let saved = form.press(&mut browser, "save").await;
    let page = browser.get(saved.location().path()).await;
    assert!(shows(&page, "“English” is the answer. Your text “Punjabi” is kept here"), "{}", page.text());
    assert!(!shows(&page, "Choose only one"), "{}", page.text());
    let form = FormFields::read(&page);
    let summary = to_summary(&mut browser, &form).await;
    assert!(shows(&summary, "Language of the patient English"), "{}", summary.text());
    send(&mut browser, &summary).await;
    app.deliver().await;
    assert!(!delivered(&app)[0].to_string().contains("Punjabi"));
}

/// A doubtful number is said to be so beside the field and in the review, and can be sent.
#[actix_web::test]
async fn doubts_a_phone_number_with_nine_digits_and_sends_it() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete("Doubt").set("a.phone", "613-555-010").set("a.clinic-fax", "613-555");
    let saved = form.press(&mut browser, "save").await;
    let page = browser.get(saved.location().path()).await;
    for shown in ["A phone number has ten digits; this has 9", "A phone number has ten digits; this has 6"] {
        assert!(shows(&page, shown), "{shown}: {}", page.text());
    }
    let form = FormFields::read(&page);
    let summary = to_summary(&mut browser, &form).await;
    assert!(shows(&summary, "Preferred phone number : A phone number has ten digits"), "{}", summary.text());
    assert_eq!(send(&mut browser, &summary).await.status, 303);
    app.deliver().await;
    assert_eq!(delivered(&app).len(), 1);
}

#[actix_web::test]
async fn shows_the_french_review_and_sent_pages_in_french() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete("Français")).await;
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    let page = browser.get(&format!("{}?lang=fr", sent.location().path())).await;
    for shown in
        ["Éléments du dossier", "Télécopieur (bureau)", "Motif et urgence", "78,4 kg", "Sans réponse"]
    {
        assert!(shows(&page, shown), "{shown}: {}", page.text());
    }
    for english in ["People and", "Entries", "(work)", "Measurement or", "78.4 kg", "chart:", "routine"] {
        assert!(!shows(&page, english), "{english}: {}", page.text());
    }
    assert!(page.body.contains("<span lang=\"en\">Natriuretic peptide"), "{}", page.body);
}
