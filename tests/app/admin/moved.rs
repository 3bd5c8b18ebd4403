//! Tests of changes of a registration: approvals that stay required, and sessions that end.

use passerelle::testing::{Engine, Page, TestApp};
use passerelle::users::Linking;
use passerelle::web::ErrorKind;

use super::form::{CHANGE, problems, seen, stored, typed};
use super::{app, app_with, presses, signed_in};

/// M05: the secret of one base is never sent to another; a new base needs its own secret.
#[actix_web::test]
async fn refuses_a_new_base_without_its_own_secret() {
    let (app, _) = app_with(TestApp::setup().second_ehr()).await;
    let mut browser = signed_in(&app).await;
    presses(&mut browser, "/admin/ehrs/lakeside/suspend", &[]).await;
    presses(&mut browser, "/admin/ehrs/lakeside/removed", &[]).await;
    let base = app.other_ehr().fhir_base_url();
    for path in [CHANGE, "/admin/ehrs/riverside/set"] {
        let seen = seen(&browser.get(CHANGE).await);
        let fields =
            [("seen", seen.as_str()), ("fhir_base_url", &base), ("name", "fhir_base_url"), ("value", &base)];
        let page = presses(&mut browser, path, &fields).await;
        let refused = page.status == 422 && page.text().contains("The FHIR base URL changed");
        let led_to_form = page.redirects() && page.location().path() == CHANGE;
        assert!(refused || led_to_form, "{path}: {} {}", page.status, page.text());
    }
    assert_eq!(stored(&app, "riverside").await.unwrap().fhir_base_url, app.ehr().fhir_base_url());
    let spelled = format!("{}/", app.ehr().fhir_base_url());
    let seen = seen(&browser.get(CHANGE).await);
    let page = presses(&mut browser, CHANGE, &[("fhir_base_url", &spelled), ("seen", &seen)]).await;
    assert_eq!(page.location().query(), Some("done=changed"), "the same base in another spelling");
}

/// F09: when the base of an EHR changes, its charts close, since their tokens and ids belong to the old base.
#[actix_web::test]
async fn closes_charts_when_the_base_of_their_ehr_changes() {
    let (mut app, _) = app_with(TestApp::setup().second_ehr()).await;
    let port = app.second_node().await;
    let mut clinician = app.browser();
    let context = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let mut on_other_node = clinician.clone();
    on_other_node.use_port(port);
    let mut browser = signed_in(&app).await;
    presses(&mut browser, "/admin/ehrs/lakeside/suspend", &[]).await;
    presses(&mut browser, "/admin/ehrs/lakeside/removed", &[]).await;
    app.advance(jiff::SignedDuration::from_secs(1));
    let (base, secret) = (app.other_ehr().fhir_base_url(), app.other_ehr().client_secret.clone());
    let issuer = app.other_ehr().issuer();
    let seen = seen(&browser.get(CHANGE).await);
    let fields = [
        ("seen", seen.as_str()),
        ("fhir_base_url", &base),
        ("client_secret", &secret),
        ("issuer", &issuer),
        ("endpoint_origins", ""),
    ];
    let page = presses(&mut browser, CHANGE, &fields).await;
    assert_eq!(page.location().query(), Some("done=changed"), "{}", page.text());
    let before = app.other_ehr().requests_of_app().len();
    for browser in [&mut clinician, &mut on_other_node] {
        for path in ["/", "/referrals/new"] {
            browser.get(&format!("/c/{context}{path}")).await.assert_says(ErrorKind::SignedOut);
        }
    }
    assert_eq!(app.other_ehr().requests_of_app().len(), before, "no token was sent to the new base");
    app.advance(jiff::SignedDuration::from_hours(2));
    app.within(async |app| {
        app.launch().forget_old().await.unwrap();
        app.launch().revoke_ended().await.unwrap()
    })
    .await;
    assert_eq!(app.other_ehr().requests_of_app().len(), before, "not even to revoke it");
    let last = app.audit_events().await.into_iter().rfind(|event| event.event == "ehr-registered").unwrap();
    let detail = last.detail.unwrap();
    assert!(detail.contains(&format!("fhir_base_url: {} → {base}", app.ehr().fhir_base_url())), "{detail}");
    assert!(detail.ends_with("; client_secret") && !detail.contains(&secret), "{detail}");
}

/// D01, M04: a new issuer does not approve endpoints: a moved endpoint still waits for approval.
#[actix_web::test]
async fn keeps_endpoints_unapproved_when_the_issuer_changes() {
    let (app, _) = app().await;
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let approved = app.count("ehr_origins").await;
    let mut browser = signed_in(&app).await;
    app.advance(jiff::SignedDuration::from_secs(1));
    let seen = seen(&browser.get(CHANGE).await);
    let fields = [("seen", seen.as_str()), ("issuer", "https://elsewhere.example")];
    let page = presses(&mut browser, CHANGE, &fields).await;
    assert_eq!(page.location().query(), Some("done=changed"), "{}", page.text());
    assert!(approved > 0 && app.count("ehr_origins").await == approved);
}

/// M04: of eight concurrent additions of the same EHR one succeeds, and so of eight with the same base.
#[actix_web::test]
async fn adds_an_ehr_once_of_eight_concurrent_additions() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let (app, _) = app_with(TestApp::setup().on(engine)).await;
        let browser = signed_in(&app).await;
        for same_id in [true, false] {
            let adds = (0..8).map(|number| {
                let mut browser = browser.clone();
                async move {
                    let id = if same_id { "race".to_owned() } else { format!("race-{number}") };
                    let base = match same_id {
                        true => format!("https://race-{number}.example/fhir"),
                        false => "https://same.example/fhir".to_owned(),
                    };
                    let secret = format!("canary-secret-{same_id}-{number}");
                    let fields = [("id", id.as_str()), ("fhir_base_url", &base), ("client_secret", &secret)];
                    presses(&mut browser, "/admin/add", &typed(&fields)).await
                }
            });
            let pages = futures_util::future::join_all(adds).await;
            let (added, refused): (Vec<_>, Vec<_>) = pages.into_iter().partition(Page::redirects);
            assert_eq!(added.len(), 1, "{added:?}");
            for page in refused {
                assert_eq!(page.status, 422, "{}", page.text());
                assert!(page.body.contains("race") && page.body.contains("Lakeside"), "entries are kept");
            }
        }
        assert_eq!(app.count("ehrs").await, 3, "riverside and one of each pair");
    }
}

/// M04, X08: refuses address ranges that are not private, and frame origins with another meaning in a content
/// security policy.
#[actix_web::test]
async fn refuses_public_ranges_and_malformed_frame_origins() {
    let (app, _) = app().await;
    let mut browser = signed_in(&app).await;
    let seen = seen(&browser.get(CHANGE).await);
    for (field, value) in [
        ("allowed_networks", "0.0.0.0/0"),
        ("allowed_networks", "::/0"),
        ("allowed_networks", "169.254.0.0/16"),
        ("allowed_networks", "127.0.0.1/32 8.8.8.0/24"),
        ("frame_ancestors", "https://*"),
        ("frame_ancestors", "https://*.example.com"),
        ("frame_ancestors", "https://a.example;report-uri"),
        ("frame_ancestors", "https://a.example;script-src-elem https://evil.example"),
        ("frame_ancestors", "'unsafe-inline'"),
        ("endpoint_origins", "ftp://a.example"),
    ] {
        let page = presses(&mut browser, CHANGE, &[("seen", &seen), (field, value)]).await;
        assert_eq!((page.status, problems(&page)), (422, vec![field.to_owned()]), "{value}: {}", page.text());
    }
}

/// K01, C03: a pending account linking is discarded when the base of its EHR changes.
#[actix_web::test]
async fn discards_a_pending_linking_when_the_base_changes() {
    let (app, _) = app_with(TestApp::setup().linking(Linking::Link)).await;
    let mut clinician = app.browser();
    let question = clinician.launch(app.ehr(), "eleonore", "ngozi-okafor").await.question();
    assert_eq!(app.count("pending_sign_ins").await, 1);
    let mut browser = signed_in(&app).await;
    app.advance(jiff::SignedDuration::from_secs(1));
    let seen = seen(&browser.get(CHANGE).await);
    let fields = [("seen", seen.as_str()), ("client_id", "passerelle-elsewhere")];
    let page = presses(&mut browser, CHANGE, &fields).await;
    assert_eq!(page.location().query(), Some("done=changed"), "{}", page.text());
    assert_eq!(app.count("pending_sign_ins").await, 0);
    assert_ne!(clinician.get(&question).await.status, 200);
}
