//! Tests of a launch on a patient for whom a referral was sent already.

use jiff::SignedDuration;
use passerelle::{
    delivery::Outcome,
    testing::{
        Browser, Engine, Page, TestApp,
        aged_store::{self, CopiedReferral},
    },
};

use crate::{
    copies::{confirm_all, number_of},
    delivery::{Destination, sending_to},
    form::{Cardiology as _, FormFields},
    referral::{form_of, send, to_summary},
};

const NEW_FORM: &str = "/referrals/new?form=cardiology-consult";

/// Sends a referral of Éléonore. Returns its id and number.
async fn sent(app: &TestApp, browser: &mut Browser, practitioner: &str) -> (String, String) {
    let mut form = form_of(app, browser, "eleonore", practitioner).await;
    let summary = to_summary(browser, form.complete("Palpitations")).await;
    let number = summary.text().split_whitespace().find(|word| word.starts_with("R26-")).unwrap().to_owned();
    let sent = send(browser, &summary).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    (sent.location().path().split('/').nth(4).unwrap().to_owned(), number)
}

/// Launches the patient again. Returns the home page and the new form.
async fn launch_again(app: &TestApp, browser: &mut Browser, patient: &str, practitioner: &str) -> [Page; 2] {
    let context = browser.launch(app.ehr(), patient, practitioner).await.context();
    let home = browser.get(&format!("/c/{context}/")).await;
    let form = browser.get(&format!("/c/{context}{NEW_FORM}")).await;
    assert_eq!((home.status, form.status), (200, 200), "{} {}", home.text(), form.text());
    [home, form]
}

/// A second launch says what was sent, in which state, with a link, before anything is typed.
#[actix_web::test]
async fn names_a_referral_that_was_sent_above_a_new_form() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let mut browser = app.browser();
        let (id, number) = sent(&app, &mut browser, "ngozi-okafor").await;
        for page in launch_again(&app, &mut browser, "eleonore", "ngozi-okafor").await {
            let text = page.text();
            assert!(text.contains("Already sent for this patient in the last 90 days"), "{text}");
            assert!(text.contains(&number) && text.contains("Sending"), "{text}");
            assert!(text.contains("It is being sent now. Do not send a second one."), "{text}");
        }
        app.deliver().await;
        for page in launch_again(&app, &mut browser, "eleonore", "ngozi-okafor").await {
            let text = page.text();
            assert!(text.contains(&number) && text.contains("Delivered"), "{text}");
            assert!(!text.contains("see to this first"), "{text}");
            let link = page.body.split('"').find(|part| part.ends_with(&format!("/referrals/{id}"))).unwrap();
            assert!(browser.get(link).await.text().contains(&number));
        }
        for page in launch_again(&app, &mut browser, "marc-andre", "ngozi-okafor").await {
            assert!(!page.text().contains("Already sent"), "another patient: {}", page.text());
        }
        app.advance(SignedDuration::from_hours(91 * 24));
        for page in launch_again(&app, &mut browser, "eleonore", "ngozi-okafor").await {
            assert!(!page.text().contains("Already sent"), "{}", page.text());
        }
    }
}

/// A referral that has not arrived is first, in red, with what to do, whatever its age.
#[actix_web::test]
async fn warns_of_undelivered_referrals_before_a_new_one() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let (id, _) = sent(&app, &mut browser, "ngozi-okafor").await;
    app.deliver().await;
    let copies = ["unconfirmed", "retrying", "not-delivered"].map(|status| CopiedReferral {
        id: format!("copy-{status}"),
        number: format!("R26-{status}"),
        status,
        updated_at: 1,
        patient_name: None,
    });
    let copied =
        app.within(async move |app| aged_store::copy_referral(app.db(), app.sealer(), &id, &copies).await);
    copied.await.unwrap();
    app.advance(SignedDuration::from_hours(200 * 24));
    for page in launch_again(&app, &mut browser, "eleonore", "ngozi-okafor").await {
        let text = page.text();
        let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
        assert!(at("Signed, but not delivered: see to this first") < at("R26-unconfirmed"), "{text}");
        assert!(at("R26-not-delivered") < at("R26-retrying"), "{text}");
        at("It has not been delivered. Open it to send it again, or by fax.");
        at("It may have arrived. Call the destination before you send anything again.");
        at("It is not delivered yet and is tried again by itself.");
        assert!(page.body.contains("class=\"problems earlier\""), "in the colour of a warning");
    }
}

/// Of a colleague's referral, which the user may not open, the pages say only that there is one; of one that has not arrived,
/// its number, its day and whom to ask.
#[actix_web::test]
async fn counts_the_referrals_of_colleagues_without_their_content() {
    let app = TestApp::start().await;
    let (id, number) = sent(&app, &mut app.browser(), "ngozi-okafor").await;
    app.deliver().await;
    let mut colleague = app.browser();
    for page in launch_again(&app, &mut colleague, "eleonore", "wei-lin-chen").await {
        let text = page.text();
        assert!(text.contains("One referral by a colleague, which you cannot open"), "{text}");
        assert!(!page.body.contains(&number) && !page.body.contains(&id), "{text}");
    }
    let copy = CopiedReferral {
        id: "copy".into(),
        number: "R26-COPY".into(),
        status: "not-delivered",
        updated_at: 1,
        patient_name: None,
    };
    let copied =
        app.within(async move |app| aged_store::copy_referral(app.db(), app.sealer(), &id, &[copy]).await);
    copied.await.unwrap();
    for page in launch_again(&app, &mut colleague, "eleonore", "wei-lin-chen").await {
        let text = page.text();
        assert!(text.contains("A colleague’s referral of this patient has not been delivered."), "{text}");
        for said in ["R26-COPY", "signed 14 Sep 2026", "Ngozi Adaeze Okafor", "Not delivered"] {
            assert!(text.contains(said), "{said}: {text}");
        }
        let problems =
            page.body.split("id=\"earlier-urgent\"").nth(1).unwrap().split("</section>").next().unwrap();
        assert!(!problems.contains("href=") && !problems.contains("Heart Clinic"), "{problems}");
    }
}

/// A second referral to the same service is sent only after the clinician confirms it. The first one is named, and linked for a
/// user who may open it.
#[actix_web::test]
async fn asks_before_a_second_referral_to_the_same_service() {
    const ASKED: &str = "This patient was already referred to this service in the last 90 days";
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let (id, number) = sent(&app, &mut browser, "ngozi-okafor").await;
    app.deliver().await;
    for (practitioner, is_own) in [("wei-lin-chen", false), ("ngozi-okafor", true)] {
        let mut browser = app.browser();
        let mut form = form_of(&app, &mut browser, "eleonore", practitioner).await;
        let review = to_summary(&mut browser, form.complete("Palpitations")).await;
        assert!(review.text().contains(&format!("{ASKED}: {number}, ")), "{}", review.text());
        let link = review.body.split('"').find(|part| part.ends_with(&format!("/referrals/{id}")));
        assert_eq!(link.is_some(), is_own, "{practitioner}");
        if let Some(link) = link {
            assert!(browser.get(link).await.text().contains(&number), "the link leads to the first referral");
        }
        let refused = send(&mut browser, &review).await;
        assert!(refused.status == 422 && refused.text().contains(ASKED), "{}", refused.text());
        if is_own {
            let confirmed = confirm_all(&mut browser, &review).await;
            assert_eq!(confirmed.status, 303, "{}", confirmed.text());
        }
    }
    app.deliver().await;
    app.advance(SignedDuration::from_hours(91 * 24));
    let mut form = form_of(&app, &mut browser, "eleonore", "ngozi-okafor").await;
    let review = to_summary(&mut browser, form.complete("Palpitations")).await;
    assert!(!review.text().contains(ASKED), "{}", review.text());
}

/// Every recent referral to the same service is named with its state, and those that arrived are first.
#[actix_web::test]
async fn names_every_recent_referral_to_the_same_service_with_its_state() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let refused = Outcome::Refused("status 400".into());
        let destination = Destination::answers([Outcome::Delivered, refused]);
        let app = sending_to(&destination).on(engine).start().await;
        let mut browser = app.browser();
        let mut numbers = Vec::new();
        for _ in 0..3 {
            let mut form = form_of_chart(&app, &mut browser).await;
            let review = to_summary(&mut browser, form.complete("Palpitations")).await;
            numbers.push(number_of(&review));
            if numbers.len() == 3 {
                let text = review.text();
                let at = |part: &str| text.find(part).unwrap_or_else(|| panic!("{part}: {text}"));
                let [arrived, failed] = [
                    "already referred to this service in the last 90 days: ",
                    "to this service was signed and not delivered: ",
                ];
                let (arrived, failed) =
                    (at(&format!("{arrived}{}", numbers[0])), at(&format!("{failed}{}", numbers[1])));
                assert!(arrived < failed, "{text}");
                at(", delivered. Send anyway.");
                let refused = send(&mut browser, &review).await;
                assert_eq!(refused.status, 422, "{}", refused.text());
            }
            let sent = confirm_all(&mut browser, &review).await;
            assert_eq!(sent.status, 303, "{}", sent.text());
            app.deliver().await;
        }
    }
}

/// New form in a new launch of Éléonore's chart.
async fn form_of_chart(app: &TestApp, browser: &mut Browser) -> FormFields {
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    FormFields::read(&browser.get(&format!("/c/{context}{NEW_FORM}")).await)
}
