//! Tests of the forms that ship: each is offered, filled from the chart, reviewed and delivered.

use passerelle::testing::{FormFields, TestApp, follow, to_summary};

use crate::{copies::confirm_all, referral::delivered, review::shows};

/// Every form that ships, with the service that comes first among those of its specialty.
const PATHWAYS: [(&str, &str); 6] = [
    ("cardiology-consult", "Heart Clinic"),
    ("dermatology-econsult", "Dermatology"),
    ("hip-knee-intake", "Hip and Knee"),
    ("home-community-care", "Home and Community Care"),
    ("mental-health-intake", "Mental Health"),
    ("mri-requisition", "MRI"),
];

/// Questions about the source of a required document.
const SEPARATE: [(&str, &str); 3] = [
    ("cardiology-consult", "a.ecg-source"),
    ("dermatology-econsult", "a.photo-source"),
    ("hip-knee-intake", "a.xray-source"),
];

async fn app() -> TestApp {
    TestApp::setup().settings("[forms]\noffered = []\n").start().await
}

/// A launch offers every form; each can be delivered for patients with full, sparse and French charts, in both languages.
#[actix_web::test]
async fn delivers_every_pathway_in_both_languages() {
    let app = app().await;
    for (patient, lang) in [("eleonore", "en"), ("marc-andre", "fr"), ("sparse", "en")] {
        let mut browser = app.browser();
        let home = browser.launch(app.ehr(), patient, "ngozi-okafor").await;
        let home = browser.open(&home).await;
        let home = follow(&mut browser, &home).await;
        for (id, service) in PATHWAYS {
            let begin = format!("{}referrals/new?form={id}", home.url.path());
            assert!(home.body.contains(&begin), "{id} for {patient}: {}", home.text());
            let mut form = FormFields::read(&browser.get(&format!("{begin}&lang={lang}")).await);
            // Not every chart has the required document.
            let source = SEPARATE.iter().find(|(form, _)| *form == id);
            if let Some((_, question)) = source {
                form.choose(question, "separate");
            }
            form.answer_required(&mut browser).await;
            let summary = to_summary(&mut browser, &form).await;
            assert!(lang == "fr" || shows(&summary, service), "{id} for {patient}: {}", summary.text());
            let sent = confirm_all(&mut browser, &summary).await;
            assert_eq!(sent.status, 303, "{id} for {patient}: {}", sent.text());
        }
    }
    app.deliver().await;
    let messages = delivered(&app);
    assert_eq!(messages.len(), 3 * PATHWAYS.len());
    for (id, _) in PATHWAYS {
        let url = format!("https://passerelle.example/fhir/Questionnaire/{id}|");
        let of_form = messages
            .iter()
            .filter(|message| message.to_string().contains(&format!("\"questionnaire\":\"{url}")));
        assert_eq!(of_form.count(), 3, "{id}");
    }
}
