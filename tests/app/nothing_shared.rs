//! Tests of isolation between charts: rows with the same id, and documents.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use passerelle::{
    demo_ehr::Fault,
    testing::{Browser, TestApp},
};
use serde_json::json;

use crate::{
    form::{Cardiology as _, FormFields},
    referral::{delivered, follow, form_of, send, to_summary},
};

const CONCERN: &str = "canary-concern";

async fn save_draft(app: &TestApp, browser: &mut Browser) -> String {
    let mut form = form_of(app, browser, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.set("a.concern", CONCERN).press(browser, "save").await.status, 303);
    form.action.split('/').nth(4).unwrap().to_owned()
}

fn bearers(ehr: &passerelle::testing::TestEhr) -> Vec<String> {
    let all = ehr.recorded().into_iter().filter(|request| request.path.starts_with("/fhir/"));
    all.filter_map(|request| request.header("authorization").map(str::to_owned)).collect()
}

/// F09: the same patient id and clinician id at two EHRs: each chart is read from its own EHR with its own token, and
/// a draft of one is not offered in the other.
#[actix_web::test]
async fn keeps_charts_with_the_same_id_at_two_ehrs_apart() {
    let app = TestApp::setup().second_ehr().start().await;
    let (mut here, mut there) = (app.browser(), app.browser());
    let id = save_draft(&app, &mut here).await;
    app.other_ehr().set_fault(Some(Fault::PatientBirthDateOnly));
    let landing = there.launch(app.other_ehr(), "eleonore", "ngozi-okafor").await;
    let context = landing.context();
    let page = there.open(&landing).await;
    assert_eq!(page.status, 200, "no draft waits here: {}", page.text());
    for text in ["TREMBLAY", "9512", "Test EHR riverside", CONCERN] {
        assert!(!page.body.contains(text), "{text} of the other EHR");
    }
    let chart = there.chart(&context).await;
    assert_eq!(
        (chart.patient.as_str(), chart.name.as_str(), chart.ehr.as_str()),
        ("eleonore", "", "lakeside")
    );
    for path in ["", "/edit", "/review"] {
        assert_eq!(there.get(&format!("/c/{context}/referrals/{id}{path}")).await.status, 404);
    }
    assert!(!there.get("/referrals").await.body.contains(&id));
    assert_eq!((app.count("users").await, app.count("user_links").await), (2, 2), "two persons");
    let (own, others) = (bearers(app.ehr()), bearers(app.other_ehr()));
    assert!(own.len() > 5 && others.len() > 5 && own.iter().all(|bearer| !others.contains(bearer)));
}

/// K01, K02: an EHR that claims the issuer of another EHR, with its own signing keys, signs in no user of the other
/// one.
#[actix_web::test]
async fn refuses_an_ehr_that_claims_the_issuer_of_another() {
    let app = TestApp::setup().second_ehr().registration(|it| it.issuer = None).start().await;
    let (mut here, mut there) = (app.browser(), app.browser());
    let id = save_draft(&app, &mut here).await;
    app.other_ehr().set_canary(&app.ehr().issuer());
    app.other_ehr().set_fault(Some(Fault::DiscoveryImpostor));
    there.launch(app.other_ehr(), "zoe", "ngozi-okafor").await.context();
    assert_eq!((app.count("users").await, app.count("user_links").await), (2, 2), "two persons");
    assert!(here.get("/referrals").await.body.contains(&id));
    assert!(
        !there.get("/referrals").await.body.contains(&id),
        "a user of the other EHR does not see the referral"
    );
}

/// F09: the same chart opened by two clinicians: each reads it with their own token, and a draft belongs to its
/// author.
#[actix_web::test]
async fn shares_nothing_between_two_users_of_one_chart() {
    let app = TestApp::start().await;
    let (mut one, mut two) = (app.browser(), app.browser());
    let id = save_draft(&app, &mut one).await;
    let first = bearers(app.ehr());
    app.ehr().clear_recorded();
    // This clinician's permissions differ meanwhile; no cache returns what the first one saw.
    app.ehr().set_fault(Some(Fault::PatientBirthDateOnly));
    let landing = two.launch(app.ehr(), "eleonore", "wei-lin-chen").await;
    let page = two.open(&landing).await;
    assert_eq!(page.status, 200, "no draft waits: {}", page.text());
    assert!(!page.body.contains("TREMBLAY") && !page.body.contains(CONCERN));
    let second = bearers(app.ehr());
    assert!(second.len() > 5 && second.iter().all(|bearer| !first.contains(bearer)));
    app.ehr().set_fault(None);
    let context = two.launch(app.ehr(), "eleonore", "wei-lin-chen").await.context();
    for path in [format!("/c/{context}/"), format!("/c/{context}/referrals"), "/referrals".to_owned()] {
        let page = two.get(&path).await;
        assert!(!page.body.contains(&id), "{path}");
    }
    assert_eq!(two.get(&format!("/c/{context}/referrals/{id}/edit")).await.status, 404);
}

/// F21: a document declared as PDF or image is a page with a script. Its bytes reach the destination, but no browser:
/// no page contains, embeds or links them.
#[actix_web::test]
async fn never_sends_documents_of_the_chart_to_the_browser() {
    let app = TestApp::setup().relayed().start().await;
    let data = STANDARD.encode("<!doctype html><script>alert('a document')</script>");
    let attachment = json!({"contentType": "application/pdf", "data": data, "title": "report.pdf\"><script>alert(1)</script>"});
    let played = attachment.clone();
    app.ehr().relay().change_answers(move |path, answer| {
        answer.change_json(|body| {
            if path.starts_with("/fhir/Patient/") {
                body["photo"] = json!([{"contentType": "image/png", "data": played["data"]}]);
            }
            for entry in body.get_mut("entry").and_then(|it| it.as_array_mut()).into_iter().flatten() {
                for content in entry
                    .pointer_mut("/resource/content")
                    .and_then(|it| it.as_array_mut())
                    .into_iter()
                    .flatten()
                {
                    content["attachment"] = played.clone();
                }
            }
        });
    });
    let mut browser = app.browser();
    let mut form: FormFields = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    form.complete(CONCERN).choose("a.documents", "DocumentReference/");
    let summary = to_summary(&mut browser, &form).await;
    let base = summary.url.path().replace("/review", "");
    let sent = send(&mut browser, &summary).await;
    app.deliver().await;
    let mut pages = vec![summary, follow(&mut browser, &sent).await];
    for path in
        [format!("{}/new?form=cardiology-consult", base.rsplit_once('/').unwrap().0), "/referrals".to_owned()]
    {
        pages.push(browser.get(&path).await);
    }
    for page in pages {
        page.assert_guarded("'none'");
        assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
        let ehr = app.ehr().fhir_base_url();
        for odd in [&*data, "data:", "<img", "<iframe", "<object", "<embed", "<script>", &*ehr, "Binary/"] {
            assert!(!page.body.contains(odd), "{odd} at {}", page.url);
        }
    }
    assert!(delivered(&app)[0].to_string().contains(&data), "the destination gets what the EHR sent");
}
