//! Tests of the page of a referral that is being sent, which asks by itself whether the delivery went on.

use jiff::SignedDuration;
use passerelle::testing::{Browser, Page, TestApp, follow, send, to_summary};

use crate::{form::Cardiology as _, referral::form_of};

fn attribute<'p>(page: &'p Page, name: &str) -> &'p str {
    let value = page.body.split(&format!(" {name}=\"")).nth(1).unwrap_or_else(|| panic!("{}", page.body));
    value.split('"').next().unwrap()
}

async fn sent(app: &TestApp, browser: &mut Browser) -> Page {
    let mut form = form_of(app, browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(browser, form.complete("Palpitations")).await;
    let sent = send(browser, &summary).await;
    follow(browser, &sent).await
}

/// Number of times that a referral was shown, as the audit trail says.
async fn views(app: &TestApp, id: &str) -> usize {
    let entity = format!("referral/{id}");
    let is_view = |event: &&passerelle::audit::Recorded| {
        event.event == "referral-viewed" && event.entity.as_deref() == Some(entity.as_str())
    };
    app.audit_events().await.iter().filter(is_view).count()
}

/// The page is audited when it is shown, and the questions of its script are not: they show nothing of the chart.
#[actix_web::test]
async fn audits_the_page_that_waits_and_not_its_questions() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = sent(&app, &mut browser).await;
    app.expect_pending(1);
    let id = page.url.path_segments().unwrap().next_back().unwrap().to_owned();
    let own = browser.get(&format!("/referrals/{id}")).await;
    let shown = views(&app, &id).await;
    for page in [&page, &own] {
        let (asks, progress) = (attribute(page, "data-asks"), attribute(page, "data-progress"));
        for _ in 0..3 {
            let answer = browser.get(asks).await;
            assert_eq!((answer.status, answer.body.as_str()), (200, progress));
            assert!(answer.header("content-type").starts_with("text/plain"), "{asks}");
        }
    }
    assert_eq!(views(&app, &id).await, shown);
    app.deliver().await;
    app.expect_pending(0);
    assert_eq!(browser.get(attribute(&page, "data-asks")).await.body, "");
    let done = browser.get(page.url.path()).await;
    assert!(done.text().contains("Delivered") && !done.body.contains("data-asks"), "{}", done.text());
    assert_eq!(views(&app, &id).await, shown + 1, "a page that is shown is audited");
}

/// A question needs the right to open the referral, and it does not extend the session.
#[actix_web::test]
async fn refuses_questions_about_a_referral_of_another_user() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let page = sent(&app, &mut browser).await;
    app.expect_pending(1);
    let asks = attribute(&page, "data-asks").to_owned();
    let id = page.url.path_segments().unwrap().next_back().unwrap().to_owned();
    let mut colleague = app.browser();
    let context = colleague.launch(app.ehr(), "marc-andre", "wei-lin-chen").await.context();
    for path in [format!("/referrals/{id}/progress"), format!("/c/{context}/referrals/{id}/progress")] {
        assert_eq!(colleague.get(&path).await.status, 404, "{path}");
    }
    assert_ne!(colleague.get(&asks).await.status, 200);
    assert_eq!(app.browser().get(&asks).await.status, 401);
    app.advance(SignedDuration::from_mins(10));
    for path in [asks.clone(), format!("/referrals/{id}/progress")] {
        assert_eq!(browser.get(&path).await.status, 200, "{path}");
    }
    app.advance(SignedDuration::from_mins(6));
    assert_eq!(browser.get(&asks).await.status, 401);
}
