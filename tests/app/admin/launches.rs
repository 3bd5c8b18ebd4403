//! Tests of the pages that show administrators a launch by its reference.

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Engine, TestApp, aged_store};

use super::{app, app_with, is_sent_to_sign_in, presses, signed_in};

/// Reference of the last refused launch.
pub async fn refused(app: &TestApp) -> String {
    let events = app.audit_events().await;
    let refused = events.iter().rev().find(|event| event.event == "launch-refused").unwrap();
    refused.correlation_id.clone()
}

/// An administrator finds a launch by its reference, in any spelling, and sees where it stopped and why.
#[actix_web::test]
async fn finds_a_launch_by_its_reference() {
    let (app, _) = app().await;
    app.ehr().set_fault(Some(Fault::IdTokenWrongAudience));
    let mut clinician = app.browser();
    let begun = clinician.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.advance(jiff::SignedDuration::from_secs(20));
    let callback = begun.callback().unwrap();
    let landing = clinician.finish(begun, callback.as_str()).await;
    let reference = refused(&app).await;
    assert!(landing.last().shows(&reference));
    let mut browser = signed_in(&app).await;
    let typed = format!("/admin/launches?reference=+{}+", reference.to_lowercase());
    let found = browser.get(&typed).await;
    assert_eq!(found.location().path(), format!("/admin/launches/{reference}"));
    for typed in
        [reference.replace('-', ""), reference.replace('-', "+"), reference.replace('-', "%E2%80%93")]
    {
        let found = browser.get(&format!("/admin/launches?reference={typed}")).await;
        assert_eq!(found.location().path(), format!("/admin/launches/{reference}"), "{typed}");
    }
    let text = browser.get(found.location().as_str()).await.text();
    for part in [
        format!("Launch {reference}"),
        "The id_token did not pass our checks".to_owned(),
        "Browser sent to the EHR 0 ms after the start".to_owned(),
        "Browser returned 20000 ms after the start state (redacted) code (redacted)".to_owned(),
        format!("iss {}", app.ehr().issuer()),
        "Launch refused".to_owned(),
        "Reason id_token refused: aud is not our client_id".to_owned(),
        "What to do: Compare client_id".to_owned(),
    ] {
        assert!(text.contains(&part), "{part} is not in {text}");
    }
    presses(&mut browser, "/admin/language", &[("lang", "fr"), ("back", "/admin/launches")]).await;
    let text = browser.get(found.location().as_str()).await.text();
    assert!(text.contains("Lancement refusé") && text.contains("code (masqué)"), "{text}");
    assert!(
        text.contains("Raison id_token refused") && text.contains("Que faire : Comparez client_id"),
        "{text}"
    );
}

/// An unknown reference is reported and kept in the field, escaped.
#[actix_web::test]
async fn reports_an_unknown_reference_and_keeps_it() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    for (path, typed) in [
        ("/admin/launches?reference=AAAA-BBBB", "AAAA-BBBB"),
        ("/admin/launches/AAAA-BBBB", "AAAA-BBBB"),
        ("/admin/launches?reference=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "script"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.text().contains("is on record") && page.body.contains(typed), "{}", page.text());
        assert!(!page.body.contains("<script>alert"), "{}", page.body);
    }
}

/// The list shows the launches of all EHRs or of one. Launches from unregistered EHRs are listed separately.
#[actix_web::test]
async fn lists_launches_of_all_ehrs_or_of_one() {
    let (app, _) = app_with(TestApp::setup().second_ehr()).await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.browser().launch(app.other_ehr(), "eleonore", "ngozi-okafor").await.context();
    app.browser().begin_at("https://unknown.example/fhir", "canary-handle-7391").await;
    let mut browser = signed_in(&app).await;
    let all = browser.get("/admin/launches").await;
    for part in ["Test EHR riverside", "Test EHR lakeside"] {
        assert!(all.text().contains(part), "{part} is not in {}", all.text());
    }
    assert!(!all.text().contains("The EHR is not registered"), "{}", all.text());
    assert!(all.body.contains("href=\"/admin/launches?unknown=1\""), "{}", all.body);
    let unknown = browser.get("/admin/launches?unknown=1").await;
    for part in ["Launches without a registered EHR", "No registered EHR", "The EHR is not registered"] {
        assert!(unknown.text().contains(part), "{part} is not in {}", unknown.text());
    }
    assert!(!unknown.text().contains("Test EHR"), "{}", unknown.text());
    assert_eq!(all.text().matches("The chart was opened").count(), 2);
    let one = browser.get("/admin/launches?ehr=lakeside").await;
    assert!(one.text().contains("Launches from Test EHR lakeside"), "{}", one.text());
    assert!(!one.text().contains("riverside") && !one.text().contains("No registered EHR"), "{}", one.text());
}

/// API-13, M05: no page about launches shows a secret, a code, a token or a person, whether the launch succeeded or
/// not.
#[actix_web::test]
async fn shows_no_secret_and_no_person_on_launch_pages() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (app, _) = app_with(TestApp::setup().on(engine)).await;
        let mut secrets = Vec::new();
        for fault in [None, Some(Fault::TokenScopeWidened), Some(Fault::PatientIdMismatch)] {
            app.ehr().set_fault(fault);
            let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
            secrets.extend(app.secrets(&landing));
        }
        let mut browser = signed_in(&app).await;
        let list = browser.get("/admin/launches").await;
        let links = list.body.split("href=\"/admin/launches/").skip(1);
        let references: Vec<&str> = links.map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(references.len(), 3);
        let mut pages = vec![list.clone()];
        for reference in references {
            pages.push(browser.get(&format!("/admin/launches/{reference}")).await);
        }
        let personal = ["eleonore", "Tremblay", "9512345670", "ngozi", "Okafor", "6f1c2b0e"];
        for page in &pages {
            assert_eq!(page.status, 200);
            for secret in secrets.iter().map(String::as_str).chain(personal) {
                assert!(!page.body.contains(secret), "{} shows {secret}", page.url);
            }
        }
    }
}

/// A06: without an administrator's session, a launch page reveals nothing, not even whether the launch exists.
#[actix_web::test]
async fn reveals_no_launch_without_a_session() {
    let (app, _) = app().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    for path in ["/admin/launches?reference=AAAA-BBBB", "/admin/launches/AAAA-BBBB"] {
        assert!(is_sent_to_sign_in(&app.browser().get(path).await));
    }
}

/// A refusal after suppressed events shows its own reason, without the suppressed count.
#[actix_web::test]
async fn shows_the_reason_of_a_refusal_after_suppressed_events() {
    let (app, _) = app().await;
    for _ in 0..102 {
        app.browser().get("/callback/riverside?state=x&code=y").await;
    }
    app.advance(jiff::SignedDuration::from_mins(1));
    app.browser().get("/callback/riverside?state=x&code=y").await;
    let mut browser = signed_in(&app).await;
    let text = browser.get("/admin/launches").await.text();
    assert!(
        text.contains("The authorization response did not match the request")
            && !text.contains("more before it"),
        "{text}"
    );
}

/// A launch that the EHR did not send back is listed on its own, with a link to the values to compare.
#[actix_web::test]
async fn lists_launches_that_are_not_back() {
    let (app, _) = app().await;
    app.browser().begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    app.advance(jiff::SignedDuration::from_secs(10));
    app.within(async |app| app.launch().record_not_back().await.unwrap()).await;
    let mut browser = signed_in(&app).await;
    let list = browser.get("/admin/launches").await;
    assert!(list.text().contains("Sent to the EHR, not back"), "{}", list.text());
    let link = list.body.split("href=\"/admin/launches/").nth(1).unwrap().split('"').next().unwrap();
    let launch = browser.get(&format!("/admin/launches/{link}")).await.text();
    assert!(launch.contains("compare redirect_uri and client_id"), "{launch}");
    assert!(launch.contains(&format!("redirect_uri {}/callback/riverside", app.origin())), "{launch}");
}

/// Every launch that is kept is on one page.
#[actix_web::test]
async fn lists_launches_in_pages() {
    let (app, _) = app().await;
    app.within(async |app| {
        for number in 0..60 {
            aged_store::insert_trace(app.db(), &format!("AAAA-00{number:02}"), number).await.unwrap();
        }
    })
    .await;
    let mut browser = signed_in(&app).await;
    let first = browser.get("/admin/launches?unknown=1").await;
    assert!(first.text().contains("Page 1 of 2") && first.text().contains("AAAA-0059"), "{}", first.text());
    assert!(first.body.contains("href=\"/admin/launches?unknown=1&amp;page=2\""), "{}", first.body);
    let second = browser.get("/admin/launches?unknown=1&page=2").await;
    assert_eq!(second.text().matches("AAAA-00").count(), 10, "{}", second.text());
    assert!(second.text().contains("AAAA-0000"), "{}", second.text());
}
