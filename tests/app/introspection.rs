//! Before a referral is sent, the EHR is asked whether the access it gave still holds, where the registration says so.

use jiff::SignedDuration;
use passerelle::admin::{SetArguments, run_set};
use passerelle::demo_ehr::{Fault, Recorded, Shape};
use passerelle::launch::ClientAuthMethod;
use passerelle::testing::{Browser, Canary, LogCapture, Page, Setup, TestApp};
use passerelle::web::ErrorKind;

use crate::form::FormFields;
use crate::referral::{follow, form_of, send, to_summary};

const TYPED: &str = "Palpitations, canary-typed.";

fn asking() -> Setup {
    TestApp::setup().registration(|ehr| ehr.introspect = true)
}

/// The summary of a finished referral, one click before it is sent.
async fn finished(app: &TestApp) -> (Browser, Page) {
    let mut browser = app.browser();
    let mut form = form_of(app, &mut browser, "eleonore", "ngozi-okafor").await;
    let summary = to_summary(&mut browser, form.complete(TYPED)).await;
    app.ehr().clear_recorded();
    (browser, summary)
}

fn asked(app: &TestApp) -> Vec<Recorded> {
    app.ehr().requests_to("/auth/introspect")
}

/// It was sent, whatever the EHR said, and not called ended.
async fn assert_sent(app: &TestApp, sent: &Page) {
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(app.count("deliveries").await, 1);
    app.deliver().await;
    let events = app.audit_events().await;
    assert!(events.iter().all(|event| event.event != "access-ended"), "{events:?}");
}

/// Nothing left, the page says why and what to do, the trail knows it, and the next launch offers the text.
async fn assert_kept(app: &TestApp, page: &Page, why: &str) {
    page.assert_says(ErrorKind::EndedByEhr);
    assert!(page.text().contains("the referral was not sent"), "{}", page.text());
    assert!(!page.body.to_lowercase().contains("tremblay"), "{}", page.text());
    assert_eq!(app.count("deliveries").await, 0);
    let events = app.audit_events().await;
    let ended: Vec<_> = events.iter().filter(|event| event.event == "access-ended").collect();
    assert_eq!((ended.len(), ended[0].detail.as_deref()), (1, Some(why)));
    assert!(events.iter().all(|event| event.event != "referral-submitted"));
    app.ehr().set_fault(None);
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let offered = browser.open(&landing).await;
    let home = follow(&mut browser, &offered).await;
    let (before, _) = home.body.split_once("/edit\"").expect("the draft is offered");
    let draft = before.rsplit('"').next().unwrap();
    let edit = browser.get(&format!("{draft}/edit")).await;
    assert_eq!(FormFields::read(&edit).value("a.concern"), TYPED);
    let summary = browser.get(&format!("{draft}/review")).await;
    assert_eq!(send(&mut browser, &summary).await.status, 303, "with a session there, it is sent");
    app.deliver().await;
}

/// REV-03: as RFC 7662 has it, with the token of this chart, as the client we are, once; a good one lets it go.
#[actix_web::test]
async fn the_ehr_is_asked_once_before_a_referral_is_sent() {
    let app = asking().start().await;
    let (mut browser, summary) = finished(&app).await;
    let sent = send(&mut browser, &summary).await;
    let requests = asked(&app);
    let [request] = &requests[..] else { panic!("asked {} times", requests.len()) };
    assert!(request.method == "POST" && request.query.is_empty());
    assert!(request.header("authorization").unwrap().starts_with("Basic "));
    assert_eq!(request.header("accept"), Some("application/json"));
    let form = request.form();
    let names: Vec<&str> = form.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!((names, form[1].1.as_str()), (vec!["token", "token_type_hint"], "access_token"));
    assert_eq!(app.ehr().requests_of_app().len(), 1, "and nothing else");
    assert_sent(&app, &sent).await;
}

/// REV-03: in the body and with an assertion for this endpoint, where that was agreed on.
#[actix_web::test]
async fn the_client_proves_itself_as_registered() {
    let in_body = asking().registration(|ehr| ehr.client_auth = ClientAuthMethod::ClientSecretPost);
    for (setup, proof) in [(in_body, "client_secret"), (asking().keys(), "client_assertion")] {
        let app = setup.start().await;
        let (mut browser, summary) = finished(&app).await;
        app.ehr().revoke_all_tokens();
        let page = send(&mut browser, &summary).await;
        assert!(asked(&app)[0].form().iter().any(|(name, _)| name == proof), "{proof}");
        assert_kept(&app, &page, "inactive").await;
    }
}

/// REV-04: a server says "dead" as well to who may not ask (RFC 7662 2.2). Where the chart can still be read, nobody is
/// told that the session is over.
#[actix_web::test]
async fn a_token_that_is_called_dead_and_reads_the_chart_ends_nothing() {
    let app = asking().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionSaysDead));
    let sent = send(&mut browser, &summary).await;
    let paths: Vec<String> = app.ehr().requests_of_app().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/auth/introspect", "/fhir/Patient/eleonore"]);
    assert_sent(&app, &sent).await;
}

/// REV-04: a renewal that only has to wait says nothing of the session.
#[actix_web::test]
async fn a_renewal_that_has_to_wait_ends_nothing() {
    let app = asking().registration(|ehr| ehr.scopes.push("online_access".to_owned())).start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionDeadAndTokenDown));
    let sent = send(&mut browser, &summary).await;
    assert_eq!((asked(&app).len(), app.ehr().token_requests().len()), (1, 1));
    assert_sent(&app, &sent).await;
}

/// REV-03: where it is not switched on, nothing is asked, whatever the EHR publishes and says.
#[actix_web::test]
async fn nobody_is_asked_where_it_is_switched_off() {
    let app = TestApp::start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionSaysDead));
    let sent = send(&mut browser, &summary).await;
    assert!(app.ehr().recorded().is_empty());
    assert_sent(&app, &sent).await;
}

/// REV-03: switched on by a command, it counts for charts that are open already.
#[actix_web::test]
async fn a_command_switches_it_on_for_open_charts() {
    let app = TestApp::start().await;
    let (mut browser, summary) = finished(&app).await;
    app.advance(SignedDuration::from_secs(1));
    let settings = vec![("introspect".to_owned(), "true".to_owned())];
    let set = SetArguments { id: "riverside".to_owned(), settings, client_secret_file: None };
    app.within(async move |app| run_set(&app.office(), set).await.unwrap()).await;
    app.refresh().await;
    app.ehr().revoke_all_tokens();
    let page = send(&mut browser, &summary).await;
    assert_eq!(asked(&app).len(), 1);
    assert_kept(&app, &page, "inactive").await;
}

/// REV-03: an EHR that ended everything at once.
#[actix_web::test]
async fn a_referral_is_not_sent_after_the_ehr_revoked_the_token() {
    let app = asking().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().revoke_all_tokens();
    let page = send(&mut browser, &summary).await;
    assert_kept(&app, &page, "inactive").await;
}

/// REV-04: Smile CDR's 404 with empty texts, members of a good token, a text for false.
#[actix_web::test]
async fn a_dead_token_is_recognised_in_every_way_it_is_told() {
    let smile = || {
        asking().shape(Shape::Smile).registration(|ehr| {
            ehr.fhir_user_claim = passerelle::smart::FhirUserClaim::Profile;
        })
    };
    for (setup, fault) in [
        (smile(), None),
        (smile(), Some(Fault::IntrospectionActiveAsText)),
        (asking(), Some(Fault::IntrospectionDeadWithMembers)),
        (asking(), Some(Fault::IntrospectionActiveAsText)),
    ] {
        let app = setup.start().await;
        let (mut browser, summary) = finished(&app).await;
        app.ehr().revoke_all_tokens();
        app.ehr().set_fault(fault);
        let page = send(&mut browser, &summary).await;
        assert_kept(&app, &page, "inactive").await;
    }
}

/// REV-04: a good token of Smile CDR, and a text for true.
#[actix_web::test]
async fn a_good_token_is_recognised_too() {
    for (shape, fault) in [(Shape::Smile, None), (Shape::Plain, Some(Fault::IntrospectionActiveAsText))] {
        let app = asking().shape(shape).registration(|ehr| {
            ehr.fhir_user_claim = passerelle::smart::FhirUserClaim::Profile;
        });
        let app = app.start().await;
        let (mut browser, summary) = finished(&app).await;
        app.ehr().set_fault(fault);
        let sent = send(&mut browser, &summary).await;
        assert_eq!(asked(&app).len(), 1);
        assert_sent(&app, &sent).await;
    }
}

/// REV-04: no answer, and no answer that says so, is not taken for "ended": down, gone, refused, a web page, endless,
/// two answers in one.
#[actix_web::test]
async fn an_answer_that_does_not_say_so_holds_nothing_up() {
    for fault in [
        Fault::IntrospectionServerError,
        Fault::IntrospectionNotFound,
        Fault::IntrospectionUnauthorized,
        Fault::IntrospectionHtml,
        Fault::IntrospectionHuge,
        Fault::IntrospectionActiveTwice,
        Fault::IntrospectionActiveMissing,
    ] {
        let log = LogCapture::start();
        let app = asking().start().await;
        let (mut browser, summary) = finished(&app).await;
        app.ehr().set_fault(Some(fault));
        let sent = send(&mut browser, &summary).await;
        assert_eq!(asked(&app).len(), 1, "{fault:?}");
        assert_sent(&app, &sent).await;
        let events = app.audit_events().await;
        let id = &events.iter().find(|event| event.event == "referral-submitted").unwrap().correlation_id;
        let text = log.text();
        let mut lines = text.lines().filter(|line| line.contains(id));
        assert!(lines.any(|line| line.contains("did not say") && line.contains("cause=")), "{fault:?}");
    }
}

/// REV-04: an EHR that takes its time keeps nobody waiting for longer than a moment.
#[actix_web::test]
async fn an_ehr_that_is_slow_to_say_is_not_waited_for() {
    let app = asking().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionSlow));
    let sent = crate::in_time(send(&mut browser, &summary)).await;
    assert_sent(&app, &sent).await;
}

/// REV-03: no redirect is followed with a token.
#[actix_web::test]
async fn the_token_follows_no_redirect() {
    let app = asking().start().await;
    let canary = Canary::new();
    app.ehr().set_canary(&canary.url());
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionRedirectToCanary));
    let sent = send(&mut browser, &summary).await;
    assert_eq!((asked(&app).len(), canary.visits()), (1, 0));
    assert_sent(&app, &sent).await;
}

/// REV-03, D01: an introspection endpoint at another origin is guarded like every other: no token and no launch goes
/// there. Where nobody wants to ask, it does not matter.
#[actix_web::test]
async fn refuses_an_introspection_endpoint_that_nobody_approved() {
    for (setup, opens) in [(asking(), false), (TestApp::setup(), true)] {
        let origins = |ehr: &mut passerelle::launch::Registration| {
            ehr.endpoint_origins = vec!["https://only.example".to_owned()];
        };
        let app = setup.registration(origins).start().await;
        let canary = Canary::new();
        app.ehr().set_canary(&canary.url());
        app.ehr().set_fault(Some(Fault::DiscoveryIntrospectionEndpointOnForeignHost));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        match opens {
            true => drop(landing.context()),
            false => landing.last().assert_says(ErrorKind::EhrTrouble),
        }
        assert_eq!(canary.visits(), 0);
    }
}

/// REV-03: an EHR that names no place to ask is not asked.
#[actix_web::test]
async fn an_ehr_without_introspection_is_not_asked() {
    let app = asking().start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryIntrospectionEndpointMissing));
    let (mut browser, summary) = finished(&app).await;
    let sent = send(&mut browser, &summary).await;
    assert!(asked(&app).is_empty());
    assert_sent(&app, &sent).await;
}

/// REV-03, F16: an access token that the EHR ended early is renewed where it can be, and then the session still stands.
#[actix_web::test]
async fn a_dead_token_that_can_be_renewed_ends_nothing() {
    let online = || asking().registration(|ehr| ehr.scopes.push("online_access".to_owned()));
    let app = online().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionSaysDead));
    let sent = send(&mut browser, &summary).await;
    assert_eq!((asked(&app).len(), app.ehr().token_requests().len()), (1, 1));
    assert_sent(&app, &sent).await;
    let app = online().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().revoke_all_tokens();
    send(&mut browser, &summary).await.assert_says(ErrorKind::EndedByEhr);
    assert_eq!((asked(&app).len(), app.ehr().token_requests().len()), (1, 1));
    // Both said no; the second no is known and needs no question.
    let again = send(&mut browser, &summary).await;
    again.assert_says(ErrorKind::EndedByEhr);
    assert_eq!((asked(&app).len(), app.count("deliveries").await), (1, 0));
}

/// REV-03, CTX-11: renewed for another patient, nothing is sent and nothing is shown.
#[actix_web::test]
async fn refuses_to_send_when_the_renewal_is_about_another_patient() {
    let app = asking().registration(|ehr| ehr.scopes.push("online_access".to_owned())).start().await;
    app.ehr().set_fault(Some(Fault::TokenExpiresInMissing));
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::RefreshOtherPatient));
    app.advance(SignedDuration::from_mins(6));
    send(&mut browser, &summary).await.assert_says(ErrorKind::WrongPatient);
    assert_eq!(app.count("deliveries").await, 0);
}

/// REV-03, API-11: a token that merely ran out says nothing about the session, so nobody is asked about it.
#[actix_web::test]
async fn a_token_that_ran_out_is_not_asked_about() {
    let app = asking().start().await;
    app.ehr().set_fault(Some(Fault::TokenExpiresInMissing));
    let (mut browser, summary) = finished(&app).await;
    app.advance(SignedDuration::from_mins(6));
    let sent = send(&mut browser, &summary).await;
    assert!(app.ehr().recorded().is_empty());
    assert_sent(&app, &sent).await;
}

/// REG-07, F23: the token asked about is in no log and on no page, whatever the EHR answers.
#[actix_web::test]
async fn the_token_asked_about_is_written_nowhere() {
    let log = LogCapture::start();
    for fault in [
        Fault::IntrospectionSaysDead,
        Fault::IntrospectionServerError,
        Fault::IntrospectionHtml,
        Fault::IntrospectionRedirectToCanary,
    ] {
        let app = asking().start().await;
        let (mut browser, summary) = finished(&app).await;
        app.ehr().set_fault(Some(fault));
        let page = send(&mut browser, &summary).await;
        let token = asked(&app)[0].form()[0].1.clone();
        assert!(token.len() > 20, "{token}");
        assert!(!page.body.contains(&token) && !log.text().contains(&token), "{fault:?}");
        for event in app.audit_events().await {
            assert!(!format!("{event:?}").contains(&token), "{fault:?}");
        }
        app.deliver().await;
    }
}
