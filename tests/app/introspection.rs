//! Tests of introspection: before a referral is sent, the EHR is asked whether its access token is still active, if
//! the registration enables it.

use jiff::SignedDuration;

use crate::{
    form::{Cardiology as _, FormFields},
    referral::{follow, form_of, send, to_summary},
};
use passerelle::{
    admin::{SetArguments, run_set},
    demo_ehr::{Fault, Recorded, Shape},
    ehrs::ClientAuthMethod,
    testing::{Browser, Canary, LogCapture, Page, Setup, TestApp},
    web::ErrorKind,
};

const TYPED: &str = "Palpitations, canary-typed.";

fn asking() -> Setup {
    TestApp::setup().registration(|ehr| ehr.introspect = true)
}

/// Opens the summary of a finished referral, one click before sending.
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

/// Asserts that the referral was sent, and that the page does not report an ended session.
async fn assert_sent(app: &TestApp, sent: &Page) {
    assert_eq!(sent.status, 303, "{}", sent.text());
    assert_eq!(app.count("deliveries").await, 1);
    app.deliver().await;
    let events = app.audit_events().await;
    assert!(events.iter().all(|event| event.event != "access-ended"), "{events:?}");
}

/// Asserts that nothing was sent, the page explains why and what to do, the event is audited, and the next launch
/// offers the draft.
async fn assert_kept(app: &TestApp, page: &Page, why: &str) {
    page.assert_says(ErrorKind::EndedByEhr);
    assert!(page.text().contains("The referral was not sent"), "{}", page.text());
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
    assert_eq!(send(&mut browser, &summary).await.status, 303, "with a session it is sent");
    app.deliver().await;
}

/// REV-03: one introspection request as in RFC 7662, with the token of this chart and the registered client
/// authentication; an active token lets the referral be sent.
#[actix_web::test]
async fn introspects_once_before_sending() {
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

/// REV-03: client authentication in the body, or with an assertion for this endpoint, as registered.
#[actix_web::test]
async fn authenticates_introspection_as_registered() {
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

/// REV-04: a server reports "inactive" also to a client without permission (RFC 7662 2.2). While the chart can still
/// be read, the session is not reported as ended.
#[actix_web::test]
async fn ignores_inactive_while_the_token_reads_the_chart() {
    let app = asking().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionSaysInactive));
    let sent = send(&mut browser, &summary).await;
    let paths: Vec<String> = app.ehr().requests_of_app().into_iter().map(|request| request.path).collect();
    assert_eq!(paths, ["/auth/introspect", "/fhir/Patient/eleonore"]);
    assert_sent(&app, &sent).await;
}

/// REV-04: a refresh that has to wait does not end the session.
#[actix_web::test]
async fn keeps_the_session_when_a_refresh_has_to_wait() {
    let app = asking().registration(|ehr| ehr.scopes.push("online_access".to_owned())).start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionInactiveAndTokenDown));
    let sent = send(&mut browser, &summary).await;
    assert_eq!((asked(&app).len(), app.ehr().token_requests().len()), (1, 1));
    assert_sent(&app, &sent).await;
}

/// REV-03: without the setting there is no introspection, whatever the EHR publishes.
#[actix_web::test]
async fn does_not_introspect_by_default() {
    let app = TestApp::start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionSaysInactive));
    let sent = send(&mut browser, &summary).await;
    assert!(app.ehr().recorded().is_empty());
    assert_sent(&app, &sent).await;
}

/// REV-03: enabled by a command, it takes effect in charts that are already open.
#[actix_web::test]
async fn introspects_for_open_charts_once_a_command_enables_it() {
    let app = TestApp::start().await;
    let (mut browser, summary) = finished(&app).await;
    app.advance(SignedDuration::from_secs(1));
    let settings = vec![("introspect".to_owned(), "true".to_owned())];
    let set = SetArguments { id: "riverside".to_owned(), settings, client_secret_file: None };
    app.within(async move |app| run_set(&app.admin(), set).await.unwrap()).await;
    app.refresh().await;
    app.ehr().revoke_all_tokens();
    let page = send(&mut browser, &summary).await;
    assert_eq!(asked(&app).len(), 1);
    assert_kept(&app, &page, "inactive").await;
}

/// REV-03: after the EHR revoked all tokens, a referral is not sent.
#[actix_web::test]
async fn refuses_to_send_after_the_ehr_revoked_the_token() {
    let app = asking().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().revoke_all_tokens();
    let page = send(&mut browser, &summary).await;
    assert_kept(&app, &page, "inactive").await;
}

/// REV-04: recognizes Smile CDR's 404 with empty members, members of an active token, and a string for false.
#[actix_web::test]
async fn recognizes_every_form_of_an_inactive_token() {
    let smile = || {
        asking().shape(Shape::Smile).registration(|ehr| {
            ehr.fhir_user_claim = passerelle::smart::FhirUserClaim::Profile;
        })
    };
    for (setup, fault) in [
        (smile(), None),
        (smile(), Some(Fault::IntrospectionActiveAsText)),
        (asking(), Some(Fault::IntrospectionInactiveWithMembers)),
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

/// REV-04: recognizes an active token of Smile CDR, and a string for true.
#[actix_web::test]
async fn recognizes_every_form_of_an_active_token() {
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

/// REV-04: no response, or one without a clear result, does not mean "ended": unavailable, missing, refused, a web
/// page, huge, contradictory.
#[actix_web::test]
async fn sends_despite_an_unclear_introspection_response() {
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
        assert!(
            lines.any(|line| line.contains("introspection returned no answer") && line.contains("cause=")),
            "{fault:?}"
        );
    }
}

/// REV-04: a slow introspection endpoint delays the referral by a moment at most.
#[actix_web::test]
async fn does_not_wait_for_slow_introspection() {
    let app = asking().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionSlow));
    let sent = crate::in_time(send(&mut browser, &summary)).await;
    assert_sent(&app, &sent).await;
}

/// REV-03: a token is not sent along a redirect.
#[actix_web::test]
async fn follows_no_redirect_with_the_token() {
    let app = asking().start().await;
    let canary = Canary::new();
    app.ehr().set_canary(&canary.url());
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionRedirectToCanary));
    let sent = send(&mut browser, &summary).await;
    assert_eq!((asked(&app).len(), canary.visits()), (1, 0));
    assert_sent(&app, &sent).await;
}

/// REV-03, D01: an introspection endpoint at another origin needs approval like any other: no token is sent there and
/// no launch works. Ignored unless introspection is enabled.
#[actix_web::test]
async fn refuses_an_unapproved_introspection_endpoint() {
    for (setup, opens) in [(asking(), false), (TestApp::setup(), true)] {
        let origins = |ehr: &mut passerelle::ehrs::Registration| {
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

/// REV-03: an EHR without an introspection endpoint is not asked.
#[actix_web::test]
async fn sends_to_an_ehr_without_introspection() {
    let app = asking().start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryIntrospectionEndpointMissing));
    let (mut browser, summary) = finished(&app).await;
    let sent = send(&mut browser, &summary).await;
    assert!(asked(&app).is_empty());
    assert_sent(&app, &sent).await;
}

/// REV-03, F16: an access token that the EHR revoked early is refreshed if possible, and the session continues.
#[actix_web::test]
async fn refreshes_an_inactive_token() {
    let online = || asking().registration(|ehr| ehr.scopes.push("online_access".to_owned()));
    let app = online().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::IntrospectionSaysInactive));
    let sent = send(&mut browser, &summary).await;
    assert_eq!((asked(&app).len(), app.ehr().token_requests().len()), (1, 1));
    assert_sent(&app, &sent).await;
    let app = online().start().await;
    let (mut browser, summary) = finished(&app).await;
    app.ehr().revoke_all_tokens();
    send(&mut browser, &summary).await.assert_says(ErrorKind::EndedByEhr);
    assert_eq!((asked(&app).len(), app.ehr().token_requests().len()), (1, 1));
    // Both refreshes were refused; the second refusal is cached and causes no request.
    let again = send(&mut browser, &summary).await;
    again.assert_says(ErrorKind::EndedByEhr);
    assert_eq!((asked(&app).len(), app.count("deliveries").await), (1, 0));
}

/// REV-03, CTX-11: if the refresh is for another patient, nothing is sent and nothing is shown.
#[actix_web::test]
async fn refuses_to_send_when_the_refresh_is_for_another_patient() {
    let app = asking().registration(|ehr| ehr.scopes.push("online_access".to_owned())).start().await;
    app.ehr().set_fault(Some(Fault::TokenExpiresInMissing));
    let (mut browser, summary) = finished(&app).await;
    app.ehr().set_fault(Some(Fault::RefreshOtherPatient));
    app.advance(SignedDuration::from_mins(6));
    send(&mut browser, &summary).await.assert_says(ErrorKind::WrongPatient);
    assert_eq!(app.count("deliveries").await, 0);
}

/// REV-03, API-11: an expired token says nothing about the session, so it is not introspected.
#[actix_web::test]
async fn does_not_introspect_an_expired_token() {
    let app = asking().start().await;
    app.ehr().set_fault(Some(Fault::TokenExpiresInMissing));
    let (mut browser, summary) = finished(&app).await;
    app.advance(SignedDuration::from_mins(6));
    let sent = send(&mut browser, &summary).await;
    assert!(app.ehr().recorded().is_empty());
    assert_sent(&app, &sent).await;
}

/// REG-07, F23: the introspected token appears in no log and on no page, whatever the EHR responds.
#[actix_web::test]
async fn writes_the_introspected_token_nowhere() {
    let log = LogCapture::start();
    for fault in [
        Fault::IntrospectionSaysInactive,
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
        let events = app.audit_events().await;
        assert!(!events.is_empty());
        for event in events {
            assert!(!format!("{event:?}").contains(&token), "{fault:?}");
        }
        app.deliver().await;
    }
}
