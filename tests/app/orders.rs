//! Tests of writing the delivery back to the EHR's order, without a signed-in user.

use jiff::SignedDuration;
use passerelle::admin::{EhrCommand, SetArguments, run_ehr, run_set};
use passerelle::demo_ehr::{Fault, LaunchOptions};
use passerelle::testing::{Browser, Engine, Page, Setup, TestApp};
use serde_json::{Value, json};

use crate::form::{Cardiology as _, FormFields};
use crate::referral::{follow, send, to_summary};

const ORDER: &str = "/fhir/ServiceRequest/eleonore-request";

fn writing() -> Setup {
    TestApp::setup().keys().registration(|ehr| ehr.write_orders = true)
}

/// Sends a referral for an order of Éléonore's.
async fn sent(app: &TestApp, order: &str) -> (Browser, Page) {
    let mut browser = app.browser();
    let options = LaunchOptions::new("ngozi-okafor")
        .patient("eleonore")
        .fhir_context(json!([{"reference": format!("ServiceRequest/{order}")}]));
    let landing = browser.launch_with(app.ehr(), options).await;
    let mut form = FormFields::read(&browser.open(&landing).await);
    let summary = to_summary(&mut browser, form.complete("For the order.")).await;
    let sent = send(&mut browser, &summary).await;
    (browser, sent)
}

/// Sends and delivers such a referral, and returns its page.
async fn delivered(app: &TestApp, order: &str) -> Page {
    let (mut browser, sent) = sent(app, order).await;
    app.ehr().clear_recorded();
    app.deliver().await;
    follow(&mut browser, &sent).await
}

fn written(app: &TestApp) -> Vec<Value> {
    let puts = app.ehr().requests_to(ORDER).into_iter().filter(|request| request.method == "PUT");
    puts.map(|request| serde_json::from_slice(request.body.as_ref()).unwrap()).collect()
}

/// BKS-01..06, HAL-11: gets a backend token, reads the order, adds the referral number, and leaves everything else
/// unchanged.
#[actix_web::test]
async fn writes_the_delivery_to_the_order() {
    let app = writing().start().await;
    let page = delivered(&app, "eleonore-request").await;
    assert!(page.text().contains("The EHR’s order was updated"), "{}", page.text());
    let tokens = app.ehr().token_requests();
    let form = tokens[0].form();
    let value = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    assert_eq!((tokens.len(), value("grant_type")), (1, Some("client_credentials")));
    assert_eq!(value("scope"), Some("system/ServiceRequest.ru"));
    assert!(value("client_assertion").is_some() && value("client_secret").is_none());
    let orders = written(&app);
    let [order] = &orders[..] else { panic!("{} orders written", orders.len()) };
    let identifier = order["identifier"].as_array().unwrap().last().unwrap();
    assert_eq!(identifier["system"], format!("{}/referrals", app.origin()));
    assert!(page.text().contains(identifier["value"].as_str().unwrap()));
    assert_eq!(
        (&order["status"], &order["subject"]["reference"]),
        (&json!("active"), &json!("Patient/eleonore"))
    );
    assert_eq!(order["reasonCode"][0]["text"], "Shortness of breath on exertion, atrial fibrillation");
    let put = app.ehr().requests_to(ORDER).into_iter().find(|request| request.method == "PUT").unwrap();
    assert!(put.header("if-match").is_some() && put.header("authorization").unwrap().starts_with("Bearer "));
}

/// Delivery and write-back need one connection at a time, on either engine; deliveries that wait for each other's
/// connection would all be lost although they arrived.
#[actix_web::test]
async fn delivers_and_writes_back_with_one_connection() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = writing().on(engine).connections(1).start().await;
        let page = delivered(&app, "eleonore-request").await;
        assert!(page.text().contains("The EHR’s order was updated"), "{engine:?}: {}", page.text());
    }
}

/// HAL-11: characters that the app never shows, and numbers that other programs would round, are written back
/// unchanged.
#[actix_web::test]
async fn writes_an_order_back_unchanged_to_the_character() {
    let app = writing().relayed().start().await;
    app.ehr().relay().change_answers(|path, answer| {
        if path == ORDER {
            answer.change_json(|order| {
                order["note"] = json!([{"text": "a\u{200b}b\u{202e}c\u{1}\u{feff}"}]);
                order["quantityQuantity"] = json!({"value": 0});
            });
            let text = String::from_utf8(answer.body.clone()).unwrap();
            answer.body = text.replace("{\"value\":0}", "{\"value\":1.50}").into_bytes();
        }
    });
    delivered(&app, "eleonore-request").await;
    let put = app.ehr().requests_to(ORDER).into_iter().find(|request| request.method == "PUT").unwrap();
    let order: Value = serde_json::from_slice(put.body.as_ref()).unwrap();
    assert_eq!(order["note"][0]["text"], "a\u{200b}b\u{202e}c\u{1}\u{feff}");
    assert!(String::from_utf8_lossy(put.body.as_ref()).contains("\"value\":1.50"));
}

/// An order is updated only with its version as the condition, from the `ETag` or from the resource.
#[actix_web::test]
async fn refuses_to_write_an_order_without_a_version() {
    for (bears, written) in [(true, 1), (false, 0)] {
        let app = writing().relayed().start().await;
        app.ehr().relay().change_answers(move |path, answer| {
            answer.headers.retain(|(name, _)| path != ORDER || !name.eq_ignore_ascii_case("etag"));
            answer.change_json(|order| {
                if path == ORDER && !bears {
                    order.as_object_mut().unwrap().remove("meta");
                }
            });
        });
        let page = delivered(&app, "eleonore-request").await;
        assert_eq!(self::written(&app).len(), written, "{}", page.text());
        assert_eq!(page.text().contains("The EHR’s order could not be updated"), written == 0);
    }
}

/// R27: the write-back needs no user session: it gets a backend token when due, and another one after that expired.
#[actix_web::test]
async fn gets_a_backend_token_for_each_write_back() {
    let app = writing().start().await;
    sent(&app, "eleonore-request").await;
    app.ehr().revoke_all_tokens();
    app.advance(SignedDuration::from_hours(12));
    app.ehr().clear_recorded();
    for fault in [Some(Fault::FhirDown), None] {
        app.ehr().set_fault(fault);
        app.deliver().await;
        app.advance(SignedDuration::from_mins(10));
    }
    let grants: Vec<String> =
        app.ehr().token_requests().into_iter().map(|request| request.form()[0].1.clone()).collect();
    assert_eq!(grants, ["client_credentials"; 2]);
    let methods: Vec<String> =
        app.ehr().requests_to(ORDER).into_iter().map(|request| request.method).collect();
    assert_eq!(methods, ["GET", "GET", "PUT"], "the expired token is not sent");
}

/// R27: without a token, the write-back is retried, and in the end the page reports that it failed.
#[actix_web::test]
async fn reports_a_write_back_that_got_no_token() {
    let app = writing().delivery("attempts = 2\n").start().await;
    let (mut browser, sent) = sent(&app, "eleonore-request").await;
    app.ehr().set_fault(Some(Fault::TokenInvalidClient));
    let failed = "The EHR’s order could not be updated";
    app.deliver().await;
    let waiting = follow(&mut browser, &sent).await.text();
    assert!(waiting.contains("The destination confirmed") && !waiting.contains(failed), "{waiting}");
    app.advance(SignedDuration::from_mins(10));
    app.deliver().await;
    let page = follow(&mut browser, &sent).await.text();
    assert!(page.contains(failed) && written(&app).is_empty(), "{page}");
}

/// HAL-11, BKS-04: unless the registration enables it and there is an order, nothing is requested and nothing is
/// written.
#[actix_web::test]
async fn writes_nothing_unless_registered() {
    for (setup, order) in
        [(TestApp::setup().keys(), "eleonore-request"), (TestApp::setup(), "eleonore-request")]
    {
        let app = setup.start().await;
        let page = delivered(&app, order).await;
        assert!(
            page.text().contains("The destination confirmed") && !page.text().contains("order was updated")
        );
        assert!(app.ehr().token_requests().is_empty() && written(&app).is_empty());
    }
}

/// The order of another patient is never changed, whatever the launch context names; the referral stays delivered.
#[actix_web::test]
async fn refuses_to_write_to_the_order_of_another_patient() {
    let app = writing().start().await;
    let page = delivered(&app, "zoe-request").await;
    assert!(page.text().contains("The EHR’s order could not be updated"), "{}", page.text());
    assert!(page.text().contains("The destination confirmed"), "{}", page.text());
    let puts = app.ehr().recorded().into_iter().filter(|request| request.method == "PUT").count();
    assert_eq!(puts, 0);
}

/// A suspended EHR receives nothing; the write-back happens once it is resumed.
#[actix_web::test]
async fn delays_the_write_back_to_a_suspended_ehr() {
    use passerelle::admin::{EhrCommand, run_ehr};
    let app = writing().start().await;
    sent(&app, "eleonore-request").await;
    let switch = async |suspended: bool| {
        app.advance(SignedDuration::from_secs(1));
        let id = "riverside".to_owned();
        let command = if suspended { EhrCommand::Suspend { id } } else { EhrCommand::Resume { id } };
        app.within(async move |app| run_ehr(&app.admin(), command).await.unwrap()).await;
        app.refresh().await;
    };
    switch(true).await;
    app.ehr().clear_recorded();
    app.deliver().await;
    assert!(app.ehr().requests_of_app().is_empty(), "nothing is sent there");
    switch(false).await;
    app.advance(SignedDuration::from_mins(10));
    app.deliver().await;
    assert_eq!(written(&app).len(), 1);
}

/// F09: an order belongs to the base it came from: at a new base, which may have another order with the same id,
/// nothing is read or written.
#[actix_web::test]
async fn does_not_write_an_order_of_the_former_base() {
    let app = writing().second_ehr().start().await;
    sent(&app, "eleonore-request").await;
    app.advance(SignedDuration::from_secs(1));
    for command in ["suspend", "remove"] {
        let id = "lakeside".to_owned();
        let command =
            if command == "suspend" { EhrCommand::Suspend { id } } else { EhrCommand::Remove { id } };
        app.within(async move |app| run_ehr(&app.admin(), command).await.unwrap()).await;
    }
    let (base, issuer) = (app.other_ehr().fhir_base_url(), app.other_ehr().issuer());
    let settings = vec![("fhir_base_url".to_owned(), base), ("issuer".to_owned(), issuer)];
    let set = SetArguments { id: "riverside".to_owned(), settings, client_secret_file: None };
    app.within(async move |app| run_set(&app.admin(), set).await.unwrap()).await;
    app.refresh().await;
    app.ehr().clear_recorded();
    app.other_ehr().clear_recorded();
    app.deliver().await;
    app.advance(SignedDuration::from_mins(10));
    app.deliver().await;
    assert!(app.other_ehr().requests_of_app().is_empty() && app.ehr().requests_of_app().is_empty());
    let events = app.audit_events().await;
    let settled = events.iter().filter(|event| event.event == "delivery-settled");
    let mut outcomes: Vec<_> =
        settled.map(|event| (event.outcome.as_str(), event.detail.as_deref())).collect();
    outcomes.sort_unstable();
    assert_eq!(
        outcomes,
        [("failure", Some("not-delivered")), ("success", None)],
        "the referral was delivered, the order was not updated"
    );
}
