//! Tests of launch options and of the SMART style document.

use serde_json::{Value, json};

use super::support::{Bench, SCOPE, access_token, bench, jws_part};
use crate::demo_ehr::{Fault, LaunchOptions};

/// Token response of a launch.
async fn launched(bench: &Bench, options: LaunchOptions) -> Value {
    let handle = bench.ehr.new_launch_with(options);
    let code = bench.authorize_launch(&handle, &[]).await.returned("code").unwrap();
    bench.exchange(&code, &[]).await.json()
}

fn claims(tokens: &Value) -> Value {
    serde_json::from_str(&jws_part(tokens["id_token"].as_str().unwrap(), 1)).unwrap()
}

#[actix_web::test]
async fn sends_every_launch_option() {
    let bench = bench().await;
    let options = LaunchOptions::new("ngozi-okafor")
        .patient("marc-andre")
        .encounter("marc-andre-visit")
        .intent("reconcile")
        .tenant("clinic-7")
        .fhir_context(json!([{"reference": "ServiceRequest/marc-andre-request"}, 7, {"role": ""}]))
        .smart_style_url(bench.ehr.smart_style_url())
        .need_patient_banner(json!("false"));
    let tokens = launched(&bench, options).await;
    for (name, expected) in [
        ("patient", json!("marc-andre")),
        ("encounter", json!("marc-andre-visit")),
        ("intent", json!("reconcile")),
        ("tenant", json!("clinic-7")),
        ("fhirContext", json!([{"reference": "ServiceRequest/marc-andre-request"}, 7, {"role": ""}])),
        ("smart_style_url", json!("http://ehr.test/assets/smart-style.json")),
        ("need_patient_banner", json!("false")),
    ] {
        assert_eq!(tokens[name], expected, "{name}");
    }
    let refreshed = bench.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(
        (&refreshed["tenant"], &refreshed["fhirContext"]),
        (&tokens["tenant"], &tokens["fhirContext"])
    );
    let order = bench.fhir("ServiceRequest/marc-andre-request", access_token(&tokens)).await;
    assert_eq!((order.status, &order.json()["status"]), (200, &json!("active")));
}

#[actix_web::test]
async fn sends_defaults_for_options_not_set() {
    let bench = bench().await;
    let tokens = launched(&bench, LaunchOptions::new("ngozi-okafor").patient("eleonore")).await;
    let handle = bench.ehr.new_launch("ngozi-okafor", Some("eleonore"), None, None);
    let code = bench.authorize_launch(&handle, &[]).await.returned("code").unwrap();
    let plain = bench.exchange(&code, &[]).await.json();
    for name in ["patient", "tenant", "fhirContext", "need_patient_banner", "encounter", "smart_style_url"] {
        assert_eq!(tokens.get(name), plain.get(name), "{name}");
    }
    assert_eq!((&tokens["tenant"], tokens.get("smart_style_url")), (&json!("rideau-fht"), None));
    let without_organization =
        launched(&bench, LaunchOptions::new("wei-lin-chen").fhir_context(Value::Null)).await;
    assert_eq!(
        (without_organization.get("tenant"), &without_organization["fhirContext"]),
        (None, &Value::Null)
    );
    assert!(
        without_organization.as_object().unwrap().contains_key("fhirContext"),
        "an explicit null is sent"
    );
}

#[actix_web::test]
async fn sends_context_only_for_requested_launch_scopes() {
    let bench = bench().await;
    let options = LaunchOptions::new("ngozi-okafor").patient("eleonore").tenant("clinic-7");
    let handle = bench.ehr.new_launch_with(options.smart_style_url("http://ehr.test/style"));
    let answer = bench.authorize_launch(&handle, &[("scope", "openid launch/patient")]).await;
    let tokens = bench.exchange(&answer.returned("code").unwrap(), &[]).await.json();
    assert_eq!((&tokens["patient"], tokens.get("tenant")), (&json!("eleonore"), None));
    assert_eq!(tokens.get("smart_style_url"), None);
}

#[actix_web::test]
async fn accepts_every_resource_type_of_a_user() {
    let bench = bench().await;
    let clinician = claims(&launched(&bench, LaunchOptions::new("ngozi-okafor")).await);
    let mut subs = vec![clinician["sub"].clone()];
    for user in ["Person/lucie-fontaine", "Patient/eleonore", "RelatedPerson/eleonore-husband"] {
        let claims = claims(&launched(&bench, LaunchOptions::new(user).patient("eleonore")).await);
        assert_eq!(claims["fhirUser"], format!("http://ehr.test/fhir/{user}"));
        assert!(!subs.contains(&claims["sub"]), "{user} has a separate account");
        let again = self::claims(&launched(&bench, LaunchOptions::new(user)).await);
        assert_eq!(again["sub"], claims["sub"], "the account is the same at every launch");
        subs.push(claims["sub"].clone());
    }
    for user in ["Practitioner/ngozi-okafor", "PractitionerRole/ngozi-okafor-rideau"] {
        let tokens = launched(&bench, LaunchOptions::new(user)).await;
        let claims = claims(&tokens);
        assert_eq!(claims["fhirUser"], format!("http://ehr.test/fhir/{user}"));
        assert_eq!((&claims["sub"], &tokens["tenant"]), (&clinician["sub"], &json!("rideau-fht")), "{user}");
    }
    let out_of_role = claims(&launched(&bench, LaunchOptions::new("Practitioner/ewan-macneil")).await);
    let in_role = claims(&launched(&bench, LaunchOptions::new("ewan-macneil")).await);
    assert_eq!(out_of_role["sub"], in_role["sub"]);
    let husband =
        launched(&bench, LaunchOptions::new("RelatedPerson/eleonore-husband").patient("eleonore")).await;
    let read = bench.fhir("RelatedPerson/eleonore-husband", access_token(&husband)).await;
    assert_eq!(read.status, 200, "{}", read.text());
}

#[actix_web::test]
async fn refuses_users_of_other_resource_types() {
    let bench = bench().await;
    for user in
        ["Device/marc-andre-cochlear", "Person/unknown", "Practitioner/", "Organization/rideau-fht", ""]
    {
        let handle = bench.ehr.new_launch_with(LaunchOptions::new(user));
        let answer = bench.authorize_launch(&handle, &[]).await;
        assert_eq!(answer.returned("error").as_deref(), Some("access_denied"), "{user}");
    }
}

#[actix_web::test]
async fn sends_the_style_url_for_a_launch_from_the_list_if_switched_on() {
    let bench = bench().await;
    let launch = bench.get("/launch-app?patient=eleonore").await.returned("launch").unwrap();
    let code = bench.authorize_launch(&launch, &[("scope", SCOPE)]).await.returned("code").unwrap();
    assert_eq!(
        bench.exchange(&code, &[]).await.json().get("smart_style_url"),
        None,
        "by default the app looks like itself"
    );
    assert_eq!(bench.post("/settings", &[("style", "ehr")]).await.status, 303);
    let launch = bench.get("/launch-app?patient=eleonore").await.returned("launch").unwrap();
    let code = bench.authorize_launch(&launch, &[("scope", SCOPE)]).await.returned("code").unwrap();
    let url = bench.exchange(&code, &[]).await.json()["smart_style_url"].as_str().unwrap().to_owned();
    assert_eq!(url, bench.ehr.smart_style_url());
    let style = bench.get(url.strip_prefix("http://ehr.test").unwrap()).await;
    assert_eq!((style.status, style.header("content-type")), (200, "application/json"));
    let style = style.json();
    let members = style.as_object().unwrap();
    assert_eq!(members.len(), 11, "every property of the standard");
    for (name, value) in members {
        let value = value.as_str().unwrap();
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let fits = match name.split('_').next() {
            Some("color") => value.len() == 7 && value.starts_with('#'),
            Some("dim") => value.strip_suffix("px").is_some_and(digits),
            _ => !value.contains([';', '<', '{']),
        };
        assert!(fits, "{name}: {value}");
    }
}

#[actix_web::test]
async fn applies_faults_of_the_style() {
    let bench = bench().await;
    bench.ehr.set_canary("http://canary.test:8099/");
    bench.ehr.set_fault(Some(Fault::StyleHostile));
    let style = bench.get("/assets/smart-style.json").await.json();
    assert_eq!(style["color_background"], "red;background:url(//canary.test:8099/background)");
    assert!(style["font_family_body"].as_str().unwrap().contains("</style><script>"));
    bench.ehr.set_fault(Some(Fault::StyleHuge));
    let huge = bench.get("/assets/smart-style.json").await;
    assert!(huge.body.len() > 5 * 1024 * 1024 && huge.json()["color_text"] == "#26282a");
}
