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

/// Opens a form, gives these answers and continues. Returns the text of the page that follows.
async fn answered(app: &TestApp, patient: &str, form: &str, answers: &[(&str, &str)]) -> String {
    let mut browser = app.browser();
    let home = browser.launch(app.ehr(), patient, "ngozi-okafor").await;
    let begin = format!("/c/{}/referrals/new?form={form}", home.context());
    let mut fields = FormFields::read(&browser.get(&begin).await);
    for (question, answer) in answers {
        match *answer {
            "true" | "false" => fields.set(question, answer),
            answer if answer.parse::<f64>().is_ok() => fields.set(question, answer),
            answer => fields.choose(question, answer),
        };
    }
    let continued = fields.press(&mut browser, "continue").await;
    browser.get(continued.location().as_str()).await.text()
}

/// A referral is not routine if its answers are those of an emergency.
#[actix_web::test]
async fn refuses_routine_beside_an_answer_of_an_emergency() {
    let app = app().await;
    for (form, question, answer, problem) in [
        ("cardiology-consult", "a.rest-pain", "true", "red flag, so the urgency"),
        ("dermatology-econsult", "a.melanoma", "true", "warning sign, so the urgency"),
        ("hip-knee-intake", "a.fracture", "true", "so the urgency cannot be Routine"),
        ("hip-knee-intake", "a.tumour", "true", "so the urgency cannot be Routine"),
        ("mental-health-intake", "a.harm-others", "true", "so the urgency cannot be Routine"),
        ("mental-health-intake", "a.attempts", "recent", "so the urgency cannot be Routine"),
    ] {
        let routine = [(question, answer), ("a.urgency", "routine")];
        let page = answered(&app, "eleonore", form, &routine).await;
        assert!(page.contains(problem), "{form} {question}: {page}");
        let urgent = [(question, answer), ("a.urgency", "urgent")];
        let page = answered(&app, "eleonore", form, &urgent).await;
        assert!(!page.contains(problem), "{form} {question}: {page}");
    }
}

/// A suicide attempt in the last three months needs a safety plan, as thoughts of suicide do.
#[actix_web::test]
async fn asks_for_a_safety_plan_after_a_recent_attempt() {
    let app = app().await;
    let asked = "Assessment and safety plan : An answer is required";
    let recent = answered(&app, "eleonore", "mental-health-intake", &[("a.attempts", "recent")]).await;
    assert!(recent.contains(asked), "{recent}");
    let past = answered(&app, "eleonore", "mental-health-intake", &[("a.attempts", "past")]).await;
    assert!(!past.contains(asked), "{past}");
}

/// A typed total of a score is within its range.
#[actix_web::test]
async fn refuses_a_score_outside_its_range() {
    let app = app().await;
    let typed = [("a.last-phq", "48"), ("a.last-gad", "-3")];
    let page = answered(&app, "sparse", "mental-health-intake", &typed).await;
    assert!(page.contains("27") && page.matches("Last PHQ-9").count() > 1, "{page}");
    let typed = [("a.last-phq", "27"), ("a.last-gad", "0")];
    let fine = answered(&app, "sparse", "mental-health-intake", &typed).await;
    assert!(fine.matches("Last PHQ-9").count() < page.matches("Last PHQ-9").count(), "{fine}");
}

/// A list from the chart that has nothing to choose says that the answer that asks for it is to be changed.
#[actix_web::test]
async fn says_what_to_do_if_the_chart_has_nothing_to_choose() {
    let app = app().await;
    let page = answered(&app, "sparse", "hip-knee-intake", &[("a.xray-source", "chart")]).await;
    assert!(page.contains("The EHR has none to choose. Change the answer that asks for it."), "{page}");
}
