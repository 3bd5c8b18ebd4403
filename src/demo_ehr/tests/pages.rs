//! Tests of the web pages: patient list, chart, sign-in, approval, faults, requests.

use super::support::{Bench, bench};
use crate::demo_ehr::{Fault, clinicians::CLINICIANS};

/// Value of the hidden field `request` on a page.
fn request_id(page: &str) -> String {
    let (_, rest) = page.split_once("name=\"request\" value=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn launched_from_the_list(bench: &Bench) -> super::support::Answer {
    let answer = bench.get("/launch-app?patient=eleonore&practitioner=genevieve-beaulieu").await;
    assert_eq!(answer.status, 302);
    let launch = answer.returned("launch").unwrap();
    bench.authorize_launch(&launch, &[]).await
}

#[actix_web::test]
async fn lists_patients_with_both_ways_to_launch() {
    let bench = bench().await;
    let answer = bench.get("/?practitioner=wei-lin-chen").await;
    let page = answer.text();
    assert!(page.contains("Simulated EHR") && page.contains("TREMBLAY-SINGH, Éléonore Marie"), "{page}");
    assert!(
        page.contains(
            "href=\"/launch-app?patient=eleonore&amp;practitioner=wei-lin-chen\" target=\"_blank\""
        )
    );
    assert!(page.contains("href=\"/chart/eleonore?practitioner=wei-lin-chen\""));
    assert!(page.contains("L&#39;ÉCUYER") || page.contains("L&#x27;ÉCUYER"), "names are escaped");
    assert!(
        !page.contains("<script") && !page.contains("http://") && !page.contains("https://"),
        "no foreign resource"
    );
    assert!(answer.header("content-security-policy").starts_with("default-src 'none'"));
}

#[actix_web::test]
async fn launches_the_app_with_a_new_handle_for_each_click() {
    let bench = bench().await;
    let first = bench.get("/launch-app?patient=eleonore&practitioner=ngozi-okafor").await;
    let second = bench.get("/launch-app?patient=eleonore&practitioner=ngozi-okafor").await;
    assert!(
        first
            .header("location")
            .starts_with("http://app.test/launch?iss=http%3A%2F%2Fehr.test%2Ffhir&launch=")
    );
    assert_ne!(first.returned("launch"), second.returned("launch"));
    assert_eq!(bench.get("/launch-app?patient=unknown").await.status, 400);
    let posted = bench.post("/launch-app", &[("patient", "marc-andre")]).await;
    let code =
        bench.authorize_launch(&posted.returned("launch").unwrap(), &[]).await.returned("code").unwrap();
    let tokens = bench.exchange(&code, &[]).await.json();
    assert_eq!(
        (tokens["patient"].as_str(), tokens["encounter"].as_str()),
        (Some("marc-andre"), Some("marc-andre-visit"))
    );
}

#[actix_web::test]
async fn shows_the_launch_in_a_frame_of_the_chart() {
    let bench = bench().await;
    let page = bench.get("/chart/marc-andre?practitioner=genevieve-beaulieu").await.text();
    assert!(page.contains("src=\"/launch-app?patient=marc-andre&amp;practitioner=genevieve-beaulieu\""));
    assert!(page.contains("LECM85071219") && page.contains("<iframe title="));
    assert_eq!(bench.get("/chart/unknown").await.status, 400);
}

#[actix_web::test]
async fn asks_to_sign_in_and_approve_unless_automatic() {
    let bench = bench().await;
    assert_eq!(bench.post("/settings", &[("approval", "asked")]).await.status, 303);
    let answer = launched_from_the_list(&bench).await;
    assert_eq!((answer.status, answer.header("location")), (200, ""));
    let request = request_id(&answer.text());

    let early = bench.post("/auth/decide", &[("request", &request), ("decision", "approve")]).await;
    assert_eq!((early.status, early.header("location")), (400, ""), "approval before sign-in is refused");

    let request = request_id(&launched_from_the_list(&bench).await.text());
    let credentials =
        |request, password| [("request", request), ("username", "wei-lin-chen"), ("password", password)];
    let failed = bench.post("/auth/sign-in", &credentials(&request, "demo-okafor")).await.text();
    assert!(failed.contains("role=\"alert\""));
    let approval = bench.post("/auth/sign-in", &credentials(&request_id(&failed), "demo-chen")).await.text();
    assert!(
        approval.contains("Dr. Wei-Lin Chen")
            && approval.contains("TREMBLAY-SINGH")
            && approval.contains("patient/*.rs")
    );
    let request = request_id(&approval);
    let answer = bench.post("/auth/decide", &[("request", &request), ("decision", "approve")]).await;
    let tokens = bench.exchange(&answer.returned("code").unwrap(), &[]).await.json();
    let claims = super::support::jws_part(tokens["id_token"].as_str().unwrap(), 1);
    assert!(
        claims.contains("Practitioner/wei-lin-chen"),
        "the user is the one who signed in, not the one who launched"
    );
    let again = bench.post("/auth/decide", &[("request", &request), ("decision", "approve")]).await;
    assert_eq!(again.status, 400, "a decision is accepted once");
}

#[actix_web::test]
async fn returns_access_denied_when_the_clinician_denies() {
    let bench = bench().await;
    bench.ehr.set_automatic_approval(false);
    let request = request_id(&launched_from_the_list(&bench).await.text());
    let form = [("request", request.as_str()), ("username", "ngozi-okafor"), ("password", "demo-okafor")];
    let request = request_id(&bench.post("/auth/sign-in", &form).await.text());
    let answer = bench.post("/auth/decide", &[("request", &request), ("decision", "deny")]).await;
    assert_eq!(answer.returned("error").as_deref(), Some("access_denied"));
    assert_eq!(answer.returned("state").as_deref(), Some("state-1"));
    assert!(
        bench.authorize(&[]).await.returned("code").is_some(),
        "handles created by tests are approved automatically"
    );
}

#[actix_web::test]
async fn lists_and_sets_every_fault_on_the_page() {
    let bench = bench().await;
    let page = bench.get("/faults").await.text();
    for fault in Fault::ALL {
        assert!(page.contains(&format!("value=\"{}\"", fault.name())), "{fault:?}");
    }
    assert_eq!(bench.post("/faults", &[("fault", "jwks-html")]).await.status, 303);
    assert_eq!(bench.ehr.fault(), Some(Fault::JwksHtml));
    let page = bench.get("/faults").await.text();
    assert!(page.contains("id=\"fault-jwks-html\" name=\"fault\" value=\"jwks-html\" checked"));
    assert!(page.contains("A fault is being played."));
    assert_eq!(bench.post("/faults", &[("fault", "nonsense")]).await.status, 400);
    assert_eq!(bench.ehr.fault(), Some(Fault::JwksHtml));
    bench.post("/faults", &[("fault", "")]).await;
    assert_eq!(bench.ehr.fault(), None);
}

#[actix_web::test]
async fn rotates_keys_by_the_button() {
    let bench = bench().await;
    let kid = async || bench.get("/auth/jwks.json").await.json()["keys"][0]["kid"].clone();
    let before = kid().await;
    assert_eq!(bench.post("/keys/rotate", &[]).await.status, 303);
    assert_ne!(kid().await, before);
}

#[actix_web::test]
async fn records_and_shows_requests() {
    let bench = bench().await;
    let code = bench.code(&[("nonce", "<b>&nonce")]).await;
    bench.exchange(&code, &[]).await;
    bench.get("/no/such/page?x=%C3%A9&x=2").await;
    let recorded = bench.ehr.recorded();
    let paths: Vec<_> = recorded.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(paths, ["GET /auth/authorize", "POST /auth/token", "GET /no/such/page"]);
    assert_eq!(recorded[0].query_value("nonce"), Some("<b>&nonce"));
    assert_eq!(recorded[1].header("content-type"), Some("application/x-www-form-urlencoded"));
    assert!(recorded[1].header("authorization").unwrap().starts_with("Basic "));
    assert!(recorded[1].form().contains(&("code".to_owned(), code)));
    assert_eq!(recorded[2].query, [("x".to_owned(), "é".to_owned()), ("x".to_owned(), "2".to_owned())]);
    let page = bench.get("/requests").await.text();
    assert!(page.contains("nonce=&lt;b&gt;&amp;nonce") && !page.contains("<b>"));
    bench.post("/requests/clear", &[]).await;
    assert_eq!(bench.get("/requests").await.text().matches("POST /auth/token").count(), 0);
    bench.ehr.clear_recorded();
    assert!(bench.ehr.recorded().is_empty());
}

#[test]
fn knows_who_signs() {
    let assistants = CLINICIANS.iter().filter(|clinician| !crate::demo_ehr::signs(clinician.sub));
    assert_eq!(assistants.map(|clinician| clinician.id).collect::<Vec<_>>(), ["harpreet-gill"]);
    assert!(crate::demo_ehr::signs("another"));
}

#[actix_web::test]
async fn answers_404_for_an_unknown_page() {
    assert_eq!(bench().await.get("/wp-admin").await.status, 404);
}
