//! Tests of the shapes: the differences of each, and a launch at every one.

use actix_web::http::header;
use actix_web::test::TestRequest;
use jiff::SignedDuration;
use serde_json::{Value, json};
use url::Url;

use super::keyed_client::{assertion, post_asserted};
use super::support::{
    Bench, CLIENT_ID, SECRET, access_token, basic, encoded, jws_part, new_ehr, shaped_bench,
};
use crate::demo_ehr::{DemoEhr, LaunchOptions, Settings, Shape};

const SMART: &str = "/fhir/.well-known/smart-configuration";
const V1: &str = "launch openid fhirUser online_access patient/Patient.read user/Practitioner.read";
const V2: &str = "launch openid fhirUser online_access patient/Patient.rs user/Practitioner.rs";

async fn shaped(shape: Shape) -> Bench {
    shaped_bench(shape, (shape == Shape::Halo).then_some("http://idp.test")).await
}

fn claims(tokens: &Value) -> Value {
    serde_json::from_str(&jws_part(tokens["id_token"].as_str().unwrap(), 1)).unwrap()
}

/// Path of a URL of this EHR, under either of its host names.
fn path_of(url: &str) -> String {
    let url = Url::parse(url).unwrap();
    assert!(matches!(url.host_str(), Some("ehr.test" | "idp.test")), "{url}");
    url.path().to_owned()
}

#[actix_web::test]
async fn launches_at_every_shape() {
    for shape in Shape::ALL {
        let bench = shaped(shape).await;
        let tokens = bench.tokens(V1).await;
        assert_eq!(tokens["patient"], "eleonore", "{shape:?}");
        assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 200, "{shape:?}");
        let claims = claims(&tokens);
        assert_eq!(claims["iss"], bench.ehr.issuer(), "{shape:?}");
        let issuer = path_of(claims["iss"].as_str().unwrap());
        let place = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let openid = bench.get(&place).await.json();
        assert_eq!(openid["issuer"], claims["iss"], "{shape:?}");
        let keys = bench.get(&path_of(openid["jwks_uri"].as_str().unwrap())).await.json();
        assert!(keys["keys"].as_array().is_some_and(|keys| !keys.is_empty()), "{shape:?}");
        let refreshed = bench.refresh(tokens["refresh_token"].as_str().unwrap()).await;
        assert_eq!(refreshed.status, 200, "{shape:?}");
    }
}

#[actix_web::test]
async fn defaults_to_the_plain_shape() {
    let (ehr, _, _) = new_ehr();
    assert_eq!((ehr.shape(), Shape::default()), (Shape::Plain, Shape::Plain));
    assert_eq!(ehr.issuer(), "http://ehr.test/auth");
}

#[actix_web::test]
async fn smile_has_a_separate_issuer_and_the_user_in_profile() {
    let bench = shaped(Shape::Smile).await;
    assert_eq!(bench.ehr.issuer(), "http://ehr.test/smile/oidc");
    assert_eq!(bench.get(SMART).await.json()["issuer"], "http://ehr.test/smile/oidc");
    assert_eq!(
        bench.get("/auth/.well-known/openid-configuration").await.status,
        404,
        "not at the default path"
    );
    let tokens = bench.tokens(V2).await;
    let claims = claims(&tokens);
    assert_eq!(claims["profile"], "http://ehr.test/fhir/Practitioner/ngozi-okafor");
    assert_eq!(claims.get("fhirUser"), None);
    let ask = async |token: &str| {
        let form = [("token", token), ("client_id", CLIENT_ID), ("client_secret", SECRET)];
        bench.post("/auth/introspect", &form).await
    };
    let live = ask(access_token(&tokens)).await;
    assert_eq!((live.status, &live.json()["active"]), (200, &json!(true)));
    let dead = ask("dead").await;
    let empty = json!({"active": false, "scope": "", "client_id": "", "token_type": "", "exp": "", "iat": "", "iss": ""});
    assert_eq!((dead.status, dead.json()), (404, empty));
}

#[actix_web::test]
async fn aidbox_advertises_everything_in_metadata_and_issues_long_lived_tokens() {
    let bench = shaped(Shape::Aidbox).await;
    let configuration = bench.get(SMART).await.json();
    let security = bench.get("/fhir/metadata").await.json()["rest"][0]["security"]["extension"].clone();
    let extensions = security.as_array().unwrap();
    let codes: Vec<&Value> = extensions.iter().filter_map(|it| it.get("valueCode")).collect();
    assert_eq!(codes, configuration["capabilities"].as_array().unwrap().iter().collect::<Vec<_>>());
    for (at, name) in
        ["authorization_endpoint", "token_endpoint", "introspection_endpoint", "revocation_endpoint"]
            .iter()
            .enumerate()
    {
        assert_eq!(extensions[0]["extension"][at]["valueUri"], configuration[name], "{name}");
    }
    let tokens = bench.tokens(V2).await;
    assert_eq!(tokens["expires_in"], 36000);
    bench.clock.advance(SignedDuration::from_secs(35_999));
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 200);
    let standalone =
        bench.authorize(&[("launch", ""), ("scope", "openid launch/patient patient/*.rs")]).await;
    let tokens = bench.exchange(&standalone.returned("code").unwrap(), &[]).await.json();
    assert_eq!(tokens["patient"], "eleonore", "a standalone launch works too");
}

#[actix_web::test]
async fn epic_has_a_sparse_configuration_and_extra_token_members() {
    let bench = shaped(Shape::Epic).await;
    let configuration = bench.get(SMART).await.json();
    for missing in ["issuer", "jwks_uri", "grant_types_supported", "code_challenge_methods_supported"] {
        assert_eq!(configuration.get(missing), None, "{missing}");
    }
    assert!(bench.ehr.issuer().ends_with("/oauth2"));
    let at_base = bench.get("/fhir/.well-known/openid-configuration").await.json();
    assert_eq!(at_base["issuer"], bench.ehr.issuer());
    let asked =
        "launch openid fhirUser user/Encounter.read patient/Patient.rs patient/Task.write patient/Task.cruds";
    let tokens = bench.tokens(asked).await;
    let granted =
        "launch openid user/Encounter.Read patient/Patient.Read patient/Task.Write patient/Task.cruds";
    assert_eq!((&tokens["scope"], &tokens["need_patient_banner"]), (&json!(granted), &json!("true")));
    assert!(tokens["__epic.dstu2.patient"].is_string() && tokens["state"].is_string());
    assert_eq!(
        claims(&tokens)["fhirUser"],
        "http://ehr.test/fhir/Practitioner/ngozi-okafor",
        "accepted nevertheless"
    );
    let token = access_token(&tokens);
    assert_eq!(bench.fhir("Encounter/eleonore-visit", token).await.status, 200);
    let options = LaunchOptions::new("ngozi-okafor").need_patient_banner(json!(false));
    let code =
        bench.authorize_launch(&bench.ehr.new_launch_with(options), &[]).await.returned("code").unwrap();
    let tokens = bench.exchange(&code, &[]).await.json();
    assert_eq!((&tokens["need_patient_banner"], tokens.get("__epic.dstu2.patient")), (&json!("false"), None));
}

#[actix_web::test]
async fn oracle_has_short_lived_tokens_an_issuer_with_slash_and_few_scopes() {
    let bench = shaped(Shape::Oracle).await;
    assert_eq!(bench.ehr.issuer(), "http://ehr.test/auth/");
    let tokens = bench.tokens(&format!("{V1} patient/Condition.rs patient/*.read user/Patient.*")).await;
    assert_eq!((&tokens["scope"], &tokens["expires_in"]), (&json!(V1), &json!(570)));
    bench.clock.advance(SignedDuration::from_secs(569));
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 200);
    bench.clock.advance(SignedDuration::from_secs(1));
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 401);
    let tokens = bench.tokens(V2).await;
    assert_eq!(tokens["scope"], "launch openid fhirUser online_access", "silently dropped");
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 403);
    let form = [("grant_type", "client_credentials"), ("scope", "system/Patient.rs system/Patient.read")];
    let server = post_asserted(&bench, "/auth/token", &assertion(&bench, &[], &[]), &form).await.json();
    assert_eq!((&server["scope"], &server["expires_in"]), (&json!("system/Patient.read"), &json!(300)));
}

#[actix_web::test]
async fn smart_1_supports_features_of_its_time_only() {
    let bench = shaped(Shape::Smart1).await;
    assert_eq!(bench.get(SMART).await.status, 404);
    let security = bench.get("/fhir/metadata").await.json()["rest"][0]["security"]["extension"].clone();
    let uris = json!([{"url": "authorize", "valueUri": "http://ehr.test/auth/authorize"},
        {"url": "token", "valueUri": "http://ehr.test/auth/token"}]);
    let url = "http://fhir-registry.smarthealthit.org/StructureDefinition/oauth-uris";
    assert_eq!(security, json!([{"url": url, "extension": uris}]), "no other member");

    let scope = format!("{V1} patient/Condition.rs");
    let no_pkce = [("code_challenge", ""), ("code_challenge_method", ""), ("scope", scope.as_str())];
    let code = bench.code(&no_pkce).await;
    let tokens = bench.exchange(&code, &[("code_verifier", "")]).await.json();
    assert_eq!(tokens["scope"], V1);
    assert_eq!((tokens.get("tenant"), tokens.get("fhirContext")), (None, None));
    assert_eq!((&tokens["intent"], &tokens["need_patient_banner"]), (&json!("order"), &json!(true)));
    let code = bench.code(&[("scope", V1)]).await;
    assert_eq!(bench.exchange(&code, &[]).await.status, 200, "a challenge and a verifier are ignored");
}

#[actix_web::test]
async fn smart_1_accepts_http_basic_only() {
    let bench = shaped(Shape::Smart1).await;
    let form = [
        ("grant_type", "refresh_token"),
        ("refresh_token", "x"),
        ("client_id", CLIENT_ID),
        ("client_secret", SECRET),
    ];
    let in_body = bench.post("/auth/token", &form).await;
    assert_eq!((in_body.status, &in_body.json()["error"]), (401, &json!("invalid_client")));
    let asserted = post_asserted(&bench, "/auth/token", &assertion(&bench, &[], &[]), &form[..2]).await;
    assert_eq!(asserted.status, 401);
    let request = TestRequest::post()
        .uri("/auth/token")
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .insert_header((header::AUTHORIZATION, basic(CLIENT_ID, SECRET)))
        .set_payload(encoded(&form[..2]));
    assert_eq!(bench.send(request).await.json()["error"], "invalid_grant");
}

#[actix_web::test]
async fn halo_has_many_clinics_and_a_separate_identity_provider() {
    let bench = shaped(Shape::Halo).await;
    let configuration = bench.get(SMART).await.json();
    assert_eq!(bench.ehr.fhir_base_url(), "http://ehr.test/fhir");
    for name in ["issuer", "jwks_uri", "authorization_endpoint", "token_endpoint", "revocation_endpoint"] {
        assert!(configuration[name].as_str().unwrap().starts_with("http://idp.test/auth"), "{name}");
    }
    let aud = json!("http://idp.test/auth/token");
    let form = [("grant_type", "client_credentials"), ("scope", "system/Patient.rs")];
    let answer = post_asserted(&bench, "/auth/token", &assertion(&bench, &[], &[("aud", aud)]), &form).await;
    assert_eq!(answer.status, 200, "the token endpoint is at the identity provider: {}", answer.text());

    for (user, clinic) in [
        ("ngozi-okafor", "rideau-fht"),
        ("genevieve-beaulieu", "gmf-erables"),
        ("wei-lin-chen", "rideau-fht"),
    ] {
        let launch = bench.ehr.new_launch(user, Some("eleonore"), None, None);
        let code = bench.authorize_launch(&launch, &[]).await.returned("code").unwrap();
        let tokens = bench.exchange(&code, &[]).await.json();
        let refreshed = bench.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
        for tokens in [tokens, refreshed] {
            assert_eq!(tokens["tenant"], clinic, "{user}");
            assert_eq!(tokens["fhirContext"][0]["reference"], format!("Organization/{clinic}"), "{user}");
        }
    }
    let standalone = bench.authorize(&[("launch", ""), ("scope", "openid launch/patient")]).await;
    let tokens = bench.exchange(&standalone.returned("code").unwrap(), &[]).await.json();
    assert_eq!((&tokens["tenant"], tokens.get("need_patient_banner")), (&json!("rideau-fht"), None));
}

#[actix_web::test]
async fn halo_loses_cleared_context_until_the_next_launch() {
    let bench = shaped(Shape::Halo).await;
    let scope = "launch online_access patient/*.cruds";
    let tokens = bench.tokens(scope).await;
    bench.ehr.clear_context();
    for path in ["Patient/eleonore", "Condition?patient=eleonore", "Practitioner/ngozi-okafor"] {
        let answer = bench.fhir(path, access_token(&tokens)).await;
        let code = answer.json()["issue"][0]["code"].clone();
        assert_eq!((answer.status, code), (404, json!("not-found")), "{path}");
    }
    let task = json!({"resourceType": "Task", "id": "t", "for": {"reference": "Patient/eleonore"}});
    assert_eq!(bench.put("Task/t", access_token(&tokens), "", &task).await.status, 404);
    let refreshed = bench.refresh(tokens["refresh_token"].as_str().unwrap()).await.json();
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&refreshed)).await.status, 404);
    let next = bench.tokens(scope).await;
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&next)).await.status, 200);
    assert_eq!(bench.fhir("Patient/eleonore", access_token(&tokens)).await.status, 404);
}

#[actix_web::test]
async fn defaults_the_halo_identity_provider_to_another_name_of_this_machine() {
    let (plain, _, _) = new_ehr();
    let issuer = |shape, base: &str, idp: Option<&str>| {
        let url = |text: &str| Url::parse(text).unwrap();
        let settings = plain.settings.clone();
        let settings = Settings { base_url: url(base), idp_base_url: idp.map(url), shape, ..settings };
        DemoEhr::new(settings).map(|ehr| ehr.issuer())
    };
    for (shape, base, idp, expected) in [
        (Shape::Halo, "http://localhost:8081/", None, "http://127.0.0.1:8081/auth"),
        (Shape::Halo, "http://127.0.0.1:8081", None, "http://localhost:8081/auth"),
        (Shape::Halo, "http://ehr.test", None, "http://ehr.test/auth"),
        (Shape::Plain, "http://localhost:8081/", None, "http://localhost:8081/auth"),
        (Shape::Plain, "http://localhost:8081/", Some("http://idp.test/"), "http://idp.test/auth"),
    ] {
        assert_eq!(issuer(shape, base, idp).unwrap(), expected);
    }
    assert!(issuer(Shape::Plain, "http://ehr.test", Some("http://idp.test/?x")).is_err());
}
