//! Tests of the administrators' page about the audit trail.

use jiff::SignedDuration;
use passerelle::{
    app::DemoUsers,
    testing::{Browser, Page, TestApp},
    users::Role,
};

use super::{EMAIL, app, app_with, presses, signed_in};
use crate::{referral::form_of, signing::handed_over};

/// Kinds of the events on a page, in their order.
fn kinds(page: &Page) -> Vec<String> {
    let cells = page.body.split("<small><code>").skip(1);
    cells.map(|rest| rest.split("</code>").next().unwrap().to_owned()).collect()
}

async fn searched(browser: &mut Browser, text: &str) -> Vec<String> {
    let query = url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let page = browser.get(&format!("/admin/audit?search={query}")).await;
    assert_eq!(page.status, 200, "{}", page.text());
    kinds(&page)
}

/// Address of the link with this text.
fn link(page: &Page, text: &str) -> String {
    let before = page.body.split_once(&format!(">{text}</a>")).unwrap_or_else(|| panic!("{}", page.body)).0;
    before.rsplit_once("href=\"").unwrap().1.split('"').next().unwrap().replace("&amp;", "&")
}

/// Events are found by reference, account, EHR and kind; those of one patient are listed together, without a name.
#[actix_web::test]
async fn finds_events_by_reference_account_ehr_kind_and_patient() {
    let (app, admin_id) = app().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    app.advance(SignedDuration::from_secs(1));
    app.browser().launch(app.ehr(), "zoe", "wei-lin-chen").await.context();
    app.advance(SignedDuration::from_secs(1));
    let events = app.audit_events().await;
    let opened: Vec<_> = events.iter().filter(|event| event.event == "launch-opened").collect();
    let mut browser = signed_in(&app).await;
    let all = browser.get("/admin/audit").await;
    assert_eq!(kinds(&all)[0], "signed-in", "{}", all.text());
    assert!(all.text().contains("Ada Administrator") && !all.text().to_lowercase().contains("tremblay"));
    assert_eq!(searched(&mut browser, "launch-opened").await.len(), 2);
    assert_eq!(
        searched(&mut browser, "riverside").await.iter().filter(|it| *it == "launch-opened").count(),
        2
    );
    let reference = opened[0].correlation_id.to_lowercase().replace('-', " ");
    assert!(searched(&mut browser, &reference).await.contains(&"launch-opened".to_owned()), "{reference}");
    for account in [EMAIL, admin_id.as_str()] {
        let found = searched(&mut browser, account).await;
        assert!(
            found.iter().all(|kind| kind == "signed-in" || kind == "audit-viewed"),
            "{account}: {found:?}"
        );
        assert!(found.len() > 1, "{account}: {found:?}");
    }
    assert_eq!(searched(&mut browser, "' OR 1=1 --").await, Vec::<String>::new());
    assert_eq!(searched(&mut browser, "%").await, Vec::<String>::new());
    let of_patient = browser.get(&link(&all, "Events about the same patient")).await;
    let own = events.iter().filter(|event| event.patient_key == opened[1].patient_key).count();
    assert_eq!(kinds(&of_patient).len(), own, "{}", of_patient.text());
    let read = app.audit_events().await.into_iter().filter(|event| event.event == "audit-viewed");
    let read: Vec<_> = read.collect();
    assert_eq!(read.len(), 9, "each page is recorded");
    assert!(read.iter().all(|event| event.user_id.as_deref() == Some(admin_id.as_str())));
    let of_patients: Vec<_> = read.iter().filter_map(|event| event.patient_key.as_ref()).collect();
    assert_eq!(of_patients, [opened[1].patient_key.as_ref().unwrap()]);
}

/// Events about a referral show its number and are found by it; kinds of events have names, by which they are found.
#[actix_web::test]
async fn finds_events_by_the_number_of_a_referral_and_by_name() {
    let (app, _) = app().await;
    let mut clinician = app.browser();
    let form = form_of(&app, &mut clinician, "eleonore", "ngozi-okafor").await;
    assert_eq!(form.press(&mut clinician, "save").await.status, 303);
    let mut browser = signed_in(&app).await;
    let all = browser.get("/admin/audit").await;
    assert!(all.text().contains("Referral saved"), "{}", all.text());
    let text = all.text();
    let number = text.split_whitespace().find(|word| word.starts_with("R26-")).expect(&text);
    let found = searched(&mut browser, &number.to_lowercase().replace('-', " ")).await;
    assert!(found.contains(&"referral-saved".to_owned()), "{found:?}");
    assert!(found.iter().all(|kind| kind.starts_with("referral-")), "{found:?}");
    assert_eq!(searched(&mut browser, "referral SAVED").await, ["referral-saved"]);
    assert_eq!(searched(&mut browser, "R26-0000-0000").await, Vec::<String>::new());
}

/// An account that an event is about is named beside its id, and so is the clinician who is asked to sign.
#[actix_web::test]
async fn names_the_accounts_that_events_are_about() {
    let setup = TestApp::setup().extend(|builder| builder.user_mapper(DemoUsers));
    let (app, _) = app_with(setup).await;
    let other = app.add_user("Bea Ng", "b.ng@clinic.example", super::PASSWORD, Role::Clinician).await;
    let mut browser = signed_in(&app).await;
    presses(&mut browser, &format!("/admin/users/{other}/disable"), &[]).await;
    let page = browser.get("/admin/audit?search=user-disabled").await;
    let row = page.body.split("<td class=\"about\">").nth(1).unwrap().split("</td>").next().unwrap();
    assert!(row.contains("<bdi>Bea Ng</bdi>") && row.contains(&format!("user/{other}")), "{row}");

    handed_over(&app).await;
    let prepared =
        app.audit_events().await.into_iter().find(|event| event.event == "referral-prepared").unwrap();
    let detail = prepared.detail.unwrap();
    let mut browser = signed_in(&app).await;
    let page = browser.get("/admin/audit?search=referral-prepared").await;
    assert!(detail.starts_with("for ") && detail.len() > 30, "{detail}");
    assert!(page.body.contains(&format!("{detail}</span> (<bdi>Ngozi")), "{}", page.body);
}

/// A page has 50 events and searches 31 days; it says how far back, and goes on from there.
#[actix_web::test]
async fn reads_the_trail_in_pages_and_windows_of_time() {
    let (app, _) = app().await;
    for _ in 0..2 {
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    }
    app.advance(SignedDuration::from_hours(24 * 40));
    let mut browser = signed_in(&app).await;
    app.advance(SignedDuration::from_secs(1));
    for _ in 0..60 {
        browser.get("/admin/audit").await;
    }
    let newest = browser.get("/admin/audit").await;
    assert_eq!(kinds(&newest).len(), 50);
    let older = browser.get(&link(&newest, "Older events")).await;
    assert!(kinds(&older).contains(&"signed-in".to_owned()), "{}", older.text());
    assert!(older.text().contains("Events back to") && older.text().contains("were searched."));
    let further = browser.get(&link(&older, "Search further back")).await;
    assert_eq!(
        kinds(&further).iter().filter(|kind| *kind == "launch-opened").count(),
        2,
        "{}",
        further.text()
    );
    assert!(!further.text().contains("Search further back"), "{}", further.text());
    assert_eq!(link(&further, "Newest events"), "/admin/audit");
    let launches = browser.get("/admin/audit?search=launch-opened").await;
    assert!(launches.text().contains("No event matches."), "{}", launches.text());
    let further = browser.get(&link(&launches, "Search further back")).await;
    assert_eq!(kinds(&further).len(), 2, "{}", further.text());
    for odd in [
        "before=x",
        "before=1-x",
        "before=99999999999999999999-x",
        "before=9223372036854775807-x",
        "patient=%27",
    ] {
        assert_eq!(browser.get(&format!("/admin/audit?{odd}")).await.status, 200, "{odd}");
    }
}
