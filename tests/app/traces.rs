//! Tests of launch traces, which an administrator opens by the reference of a launch.

mod not_back;

use passerelle::admin::{TraceArguments, run_trace};
use passerelle::demo_ehr::Fault;
use passerelle::launch::trace::StepName;
use passerelle::launch::trace::store::{Kept, Which, find_newest, find_trace, forget_traces};
use passerelle::testing::{Engine, Landing, TestApp};
use passerelle::web::ErrorKind;

pub async fn trace(app: &TestApp, reference: &str) -> Result<String, String> {
    let arguments = TraceArguments { reference: Some(reference.to_owned()), ehr: None, unknown: false };
    let output = app.within(async move |app| {
        run_trace(&app.admin(), &arguments).await.map_err(|error| error.to_string())
    });
    output.await
}

/// Reference on the page of a refused launch.
async fn reference(app: &TestApp, landing: &Landing) -> String {
    let events = app.audit_events().await;
    let refused = events.iter().rev().find(|event| event.event == "launch-refused").unwrap();
    assert!(landing.last().shows(&refused.correlation_id));
    refused.correlation_id.clone()
}

/// A trace shows the step at which a launch stopped, the reason, and the error code with its text.
#[actix_web::test]
async fn shows_where_and_why_a_launch_was_refused() {
    for (fault, last, reason, (code, text)) in [
        (
            Fault::DiscoveryHtml,
            "Launch request received",
            "the media type is not JSON",
            ("document-not-json-media", "it is not JSON but a web page or other media"),
        ),
        (
            Fault::AuthorizeAccessDenied,
            "Browser returned",
            "access_denied",
            ("declined", "The EHR or the user declined"),
        ),
        (
            Fault::TokenInvalidGrant,
            "Token endpoint responded",
            "invalid_grant",
            ("token-refused", "the token endpoint refused the request"),
        ),
        (
            Fault::IdTokenWrongAudience,
            "Verifying the id_token",
            "aud is not our client_id",
            ("id-token-audience-mismatch", "aud of the id_token is not our client_id"),
        ),
        (
            Fault::PatientForbidden,
            "Verifying the id_token",
            "the EHR refused access",
            ("patient-unreadable", "The patient could not be read"),
        ),
    ] {
        let app = TestApp::start().await;
        app.ehr().set_fault(Some(fault));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let reference = reference(&app, &landing).await;
        let said = trace(&app, &reference.to_lowercase()).await.unwrap();
        let (before, after) = said.split_once("Launch refused").unwrap();
        assert!(before.starts_with(&reference) && before.contains(last), "{said}");
        assert!(after.contains(reason), "{said}");
        assert!(after.contains(&format!("error {code}: {text}")), "{said}");
    }
}

/// A trace gives advice if a setting may help, and none if the refused rule is mandatory.
#[actix_web::test]
async fn gives_advice_for_a_refused_launch_if_a_setting_may_help() {
    for (fault, advice) in [
        (Fault::IdTokenNonceMissing, "nonce_echoed"),
        (Fault::IdTokenNonceWrong, ""),
        (Fault::IdTokenWrongAudience, "Compare client_id"),
        (Fault::IdTokenWrongIssuer, "set issuer"),
        (Fault::TokenMissingIdToken, "openid and fhirUser"),
        (Fault::TokenInvalidClient, "basic_encoding"),
        (Fault::TokenInvalidGrant, "redirect URI"),
        (Fault::AuthorizeInvalidScope, "scope_syntax"),
        (Fault::AuthorizeAccessDenied, ""),
        (Fault::TokenMissingPatient, "Keep launch"),
        (Fault::DiscoveryHtml, "$ passerelle ehr check riverside"),
        (Fault::IdTokenNonceMissing, "$ passerelle ehr set riverside nonce_echoed=false"),
        (Fault::TokenScopeNarrowed, "scope_syntax to v1"),
        (Fault::TokenServerError, "A check cannot show this"),
        (Fault::TokenHtml, "A check cannot show this"),
        (Fault::TokenMissingTokenType, "A check cannot show this"),
        (Fault::AuthorizeMissingState, "send the browser back with state"),
        (Fault::TokenPatientNumber, "has to be the id of the Patient"),
        (Fault::PatientNotFound, "another FHIR server of theirs"),
        (Fault::PatientForbidden, "its FHIR server refused this patient"),
        (Fault::PatientServerError, "the log of their FHIR server"),
    ] {
        let app = TestApp::start().await;
        app.ehr().set_fault(Some(fault));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let said = trace(&app, &reference(&app, &landing).await).await.unwrap();
        let shown = said.split_once("What to do: ").map_or("", |(_, shown)| shown);
        assert_eq!(shown.is_empty(), advice.is_empty(), "{fault:?}: {said}");
        assert!(shown.contains(advice) && !said.contains("advice"), "{fault:?}: {said}");
    }
    let app = TestApp::setup().keys().start().await;
    app.ehr().set_fault(Some(Fault::TokenInvalidClient));
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let said = trace(&app, &reference(&app, &landing).await).await.unwrap();
    assert!(said.contains("What to do: ") && said.contains("assertion_audience"), "{said}");
}

/// An error that an EHR returns without state belongs to no launch, but the administrator sees it.
#[actix_web::test]
async fn traces_an_error_without_a_state() {
    let app = TestApp::start().await;
    let page =
        app.browser().get("/callback/riverside?error=invalid_scope&error_description=canary-7391").await;
    page.assert_says(ErrorKind::SigninFailed);
    let events = app.audit_events().await;
    let refused = events.iter().find(|event| event.event == "launch-refused").unwrap();
    let said = trace(&app, &refused.correlation_id).await.unwrap();
    assert!(
        said.contains("error: invalid_scope") && said.contains("why: callback: state is missing"),
        "{said}"
    );
    assert!(!said.contains("canary"), "{said}");
}

/// An unregistered EHR is named, so that the administrator sees what is missing.
#[actix_web::test]
async fn names_an_unregistered_ehr() {
    let app = TestApp::start().await;
    let landing = app.browser().begin_at("https://unknown.example/fhir", "canary-handle-7391").await;
    let said = trace(&app, &reference(&app, &landing).await).await.unwrap();
    assert!(said.contains("iss: https://unknown.example/fhir") && said.contains("not registered"), "{said}");
    assert!(said.contains("add it to aliases") && said.contains("ehr set ID aliases+="), "{said}");
    assert!(said.contains("launch: (redacted)") && !said.contains("canary-handle-7391"), "{said}");
}

/// API-13, O2: no secret, code, token or name of a person, on both engines, whether the launch succeeded or not.
#[actix_web::test]
async fn traces_no_secret_and_no_personal_data() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        let mut secrets = Vec::new();
        for fault in [
            None,
            Some(Fault::TokenScopeWidened),
            Some(Fault::IdTokenNonceWrong),
            Some(Fault::PatientIdMismatch),
        ] {
            app.ehr().set_fault(fault);
            let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
            secrets.extend(app.secrets(&landing));
        }
        let found = app.within(async |app| find_newest(app.db(), Which::Known, 0).await.unwrap()).await;
        assert_eq!(found.len(), 4);
        let steps: Vec<_> = found.iter().map(|row| row.steps().unwrap()).collect();
        let text = format!("{steps:?}");
        assert!(text.contains("Bearer") && text.contains("RS256"), "{text}");
        let personal = ["eleonore", "Tremblay", "9512345670", "ngozi", "Okafor", "6f1c2b0e"];
        for secret in secrets.iter().map(String::as_str).chain(personal) {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

/// The trace of a successful launch needs no transaction of its own and has every step.
#[actix_web::test]
async fn traces_every_step_of_a_successful_launch() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let events = app.audit_events().await;
    let opened = events.iter().rev().find(|event| event.event == "launch-opened").unwrap();
    let id = opened.correlation_id.clone();
    let row = app.within(async move |app| find_trace(app.db(), &id).await.unwrap()).await.unwrap();
    assert_eq!((row.outcome.as_str(), row.ehr_id.as_deref()), ("opened", Some("riverside")));
    let steps = row.steps().unwrap();
    let asked: Vec<_> = steps[0].facts().collect();
    let registered = "http://localhost:PORT/callback/riverside".replace("PORT", &app.port().to_string());
    for (name, value) in [
        ("client_id", Some("passerelle-at-riverside")),
        ("redirect_uri", Some(registered.as_str())),
        ("state", None),
        ("nonce", None),
    ] {
        assert!(asked.contains(&(name, value)), "{name}: {asked:?}");
    }
    let scopes = asked.iter().find(|(name, _)| *name == "scope").and_then(|(_, value)| *value);
    assert!(scopes.is_some_and(|scopes| scopes.contains("patient/Patient.rs")), "{asked:?}");
    let steps: Vec<StepName> = steps.into_iter().map(|step| step.name).collect();
    let all = [
        StepName::AuthorizationRequest,
        StepName::Callback,
        StepName::Metadata,
        StepName::TokenResponse,
        StepName::IdToken,
        StepName::ChartRead,
        StepName::Opened,
    ];
    assert_eq!(steps, all);
}

/// Traces are deleted after a week.
#[actix_web::test]
async fn deletes_traces_after_a_week() {
    let app = TestApp::start().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let forget = || app.within(async |app| app.launch().forget_old().await.unwrap());
    app.advance(jiff::SignedDuration::from_hours(6 * 24 + 23));
    forget().await;
    assert_eq!(app.count("launch_traces").await, 1);
    app.advance(jiff::SignedDuration::from_hours(2));
    forget().await;
    assert_eq!(app.count("launch_traces").await, 0);
    assert!(trace(&app, "0000-0000").await.unwrap_err().contains("Launch 0000-0000 is not kept"));
}

/// LCH-14: requests of unknown callers evict no trace of a launch, neither without a known EHR nor with one.
#[actix_web::test]
async fn keeps_traces_during_a_flood_of_requests() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let app = TestApp::on(engine).await;
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
        for _ in 0..5 {
            app.advance(jiff::SignedDuration::from_secs(1));
            app.browser().begin_at("https://unknown.example/fhir", "handle").await;
            app.browser().begin_at("", "handle").await;
            app.browser().get("/callback/riverside?state=x&code=y").await;
        }
        assert_eq!(app.count("launch_traces").await, 16);
        let deleted = app.within(async |app| {
            let mut tx = app.db().begin_write().await.unwrap();
            let kept = Kept { of_each: 2, unknown: 3 };
            let deleted = forget_traces(&mut tx, 0, kept).await.unwrap();
            tx.commit().await.unwrap();
            deleted
        });
        assert_eq!(deleted.await, 10);
        let (known, unknown) = app
            .within(async |app| {
                let known = find_newest(app.db(), Which::Known, 0).await.unwrap();
                (known, find_newest(app.db(), Which::Unknown, 0).await.unwrap())
            })
            .await;
        let outcomes: Vec<&str> = known.iter().map(|row| row.outcome.as_str()).collect();
        assert_eq!(outcomes, ["callback", "callback", "opened"]);
        assert_eq!(unknown.len(), 3);
        let newest = known[0].at;
        assert!(unknown[0].at == newest && unknown.iter().all(|row| newest - row.at <= 1_000));
    }
}

/// API-05: a trace names each cause once, without the notation of a programming language.
#[actix_web::test]
async fn names_each_cause_once() {
    for (fault, why) in [
        (Fault::PatientNotFound, "why: Patient: the EHR does not have the resource\n"),
        (
            Fault::TokenInvalidClient,
            "why: the token endpoint answered 401 Unauthorized with invalid_client\n",
        ),
        (
            Fault::TokenServerError,
            "why: the token endpoint answered 500 Internal Server Error with no known error code\n",
        ),
    ] {
        let app = TestApp::start().await;
        app.ehr().set_fault(Some(fault));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let said = trace(&app, &reference(&app, &landing).await).await.unwrap();
        assert!(said.contains(why), "{fault:?}: {said}");
    }
}

/// API-13: an error code of a standard is shown, with the known words of its description.
#[actix_web::test]
async fn shows_the_error_of_the_ehr_without_personal_data() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let begun = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    let description = "Unknown+client+Eleonore+Tremblay:+redirect_uri+mismatch";
    let state = begun.asked("state");
    let callback =
        format!("/callback/riverside?error=invalid_client&error_description={description}&state={state}");
    let landing = browser.finish(begun, &callback).await;
    app.assert_refused(&landing, ErrorKind::EhrSetup, "declined").await;
    let said = trace(&app, &reference(&app, &landing).await).await.unwrap();
    for part in [
        "error: invalid_client",
        "error_description: unknown client … redirect_uri mismatch",
        "why: the EHR answered with the error invalid_client",
        "What to do: Compare client_id, our redirect URI",
    ] {
        assert!(said.contains(part), "{part} is not in {said}");
    }
}

/// A page on which nothing failed shows no reference: there is nothing to find by it.
#[actix_web::test]
async fn shows_a_reference_only_where_it_leads_somewhere() {
    let app = TestApp::start().await;
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let form = browser.open(&landing).await;
    let home = browser.get(&format!("/c/{}/", landing.context())).await;
    let list = browser.get("/referrals").await;
    for page in [form, home, list] {
        assert!(!page.text().contains("Reference "), "{}", page.text());
    }
    let missing = browser.get("/referrals/nothing").await;
    assert!(missing.text().contains("give this reference: "), "{}", missing.text());
}
