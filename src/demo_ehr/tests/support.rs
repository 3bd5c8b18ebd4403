//! A small SMART client for these tests. It shares no code with the app.

use std::rc::Rc;
use std::sync::Arc;

use actix_web::App;
use actix_web::http::header;
use actix_web::test::{self, TestRequest};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use url::Url;

use super::keyed_client::{KEYED_ID, Shelf};
use crate::clock::FixedClock;
use crate::demo_ehr::{Client, Credential, DemoEhr, KeySource, Settings, Shape, routes};

pub(super) const BASE: &str = "http://ehr.test";
pub(super) const REDIRECT_URI: &str = "http://app.test/callback/demo";
pub(super) const CLIENT_ID: &str = "referral-app";
pub(super) const SECRET: &str = "s:e/c ret+%";
pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub(super) const SCOPE: &str = "launch openid fhirUser online_access patient/*.rs user/Practitioner.r \
     user/PractitionerRole.rs user/Organization.r user/Location.r";

/// An EHR under test, its clock, and a service to call it.
pub(super) struct Bench {
    pub(super) ehr: Arc<DemoEhr>,
    pub(super) clock: Arc<FixedClock>,
    /// Key set of the client with keys.
    pub(super) shelf: Arc<Shelf>,
    answer: Box<dyn Fn(TestRequest) -> LocalBoxFuture<'static, Answer>>,
}

/// An HTTP response.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: header::HeaderMap,
    pub(super) body: Vec<u8>,
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub(super) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(super) fn location(&self) -> Url {
        Url::parse(self.header("location")).unwrap_or_else(|error| panic!("{error}, status {}", self.status))
    }

    /// First query parameter `name` of the redirect.
    pub(super) fn returned(&self, name: &str) -> Option<String> {
        self.location().query_pairs().find(|(known, _)| known == name).map(|(_, value)| value.into_owned())
    }
}

pub(super) fn new_ehr() -> (Arc<DemoEhr>, Arc<FixedClock>, Arc<Shelf>) {
    shaped_ehr(Shape::Plain, None)
}

fn shaped_ehr(shape: Shape, idp: Option<&str>) -> (Arc<DemoEhr>, Arc<FixedClock>, Arc<Shelf>) {
    let clock = Arc::new(FixedClock::at("2026-09-14T13:30:00Z".parse().unwrap()));
    let client = |id: &str, credential| Client {
        client_id: id.to_owned(),
        credential,
        redirect_uris: vec![REDIRECT_URI.to_owned(), "http://app.test/other".to_owned()],
    };
    let secret = |secret: &str| Credential::Secret(secret.to_owned());
    let shelf = Arc::new(Shelf::new());
    let asked = shelf.clone();
    let keys = KeySource::new(move || std::future::ready(asked.take()));
    let settings = Settings {
        base_url: Url::parse(BASE).unwrap(),
        idp_base_url: idp.map(|url| Url::parse(url).unwrap()),
        shape,
        app_launch_url: "http://app.test/launch".to_owned(),
        clients: vec![
            client(CLIENT_ID, secret(SECRET)),
            client("other-app", secret("other-secret")),
            client(KEYED_ID, Credential::Keys(keys)),
        ],
        clock: clock.clone(),
    };
    (DemoEhr::new(settings).unwrap(), clock, shelf)
}

pub(super) async fn bench() -> Bench {
    shaped_bench(Shape::Plain, None).await
}

/// Creates an EHR of another shape, with the identity provider at `idp`.
pub(super) async fn shaped_bench(shape: Shape, idp: Option<&str>) -> Bench {
    let (ehr, clock, shelf) = shaped_ehr(shape, idp);
    let service = Rc::new(test::init_service(App::new().configure(routes(ehr.clone()))).await);
    let answer = move |request: TestRequest| {
        let service = service.clone();
        let answer = async move {
            let response = test::call_service(&*service, request.to_request()).await;
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            Answer { status, headers, body: test::read_body(response).await.to_vec() }
        };
        answer.boxed_local()
    };
    Bench { ehr, clock, shelf, answer: Box::new(answer) }
}

pub(super) fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

pub(super) fn basic(id: &str, secret: &str) -> String {
    let encode = |text: &str| url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    format!("Basic {}", STANDARD.encode(format!("{}:{}", encode(id), encode(secret))))
}

/// Replaces values of a form or query; an empty value removes the parameter.
pub(super) fn pairs<'a>(
    honest: &[(&'a str, &'a str)],
    changes: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let untouched = honest.iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let added = changes.iter().filter(|(_, value)| !value.is_empty());
    untouched.chain(added).copied().collect()
}

pub(super) fn encoded(pairs: &[(&str, &str)]) -> String {
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

impl Bench {
    pub(super) async fn send(&self, request: TestRequest) -> Answer {
        (self.answer)(request).await
    }

    pub(super) async fn get(&self, uri: &str) -> Answer {
        self.send(TestRequest::get().uri(uri)).await
    }

    pub(super) async fn post(&self, uri: &str, form: &[(&str, &str)]) -> Answer {
        self.send(form_request(uri, form)).await
    }

    /// Requests a code for Éléonore's chart, with `changes` to a valid request.
    pub(super) async fn authorize(&self, changes: &[(&str, &str)]) -> Answer {
        let launch =
            self.ehr.new_launch("ngozi-okafor", Some("eleonore"), Some("eleonore-visit"), Some("order"));
        self.authorize_launch(&launch, changes).await
    }

    pub(super) async fn authorize_launch(&self, launch: &str, changes: &[(&str, &str)]) -> Answer {
        let (challenge, aud) = (challenge(VERIFIER), self.ehr.fhir_base_url());
        let honest = [
            ("response_type", "code"),
            ("client_id", CLIENT_ID),
            ("redirect_uri", REDIRECT_URI),
            ("launch", launch),
            ("scope", SCOPE),
            ("state", "state-1"),
            ("nonce", "nonce-1"),
            ("aud", &aud),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
        ];
        self.get(&format!("/auth/authorize?{}", encoded(&pairs(&honest, changes)))).await
    }

    pub(super) async fn code(&self, changes: &[(&str, &str)]) -> String {
        self.authorize(changes).await.returned("code").unwrap()
    }

    /// Exchanges a code, with `changes` to a valid request.
    pub(super) async fn exchange(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let honest = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", REDIRECT_URI),
            ("code_verifier", VERIFIER),
        ];
        let request = form_request("/auth/token", &pairs(&honest, changes));
        self.send(request.insert_header((header::AUTHORIZATION, basic(CLIENT_ID, SECRET)))).await
    }

    pub(super) async fn refresh(&self, refresh_token: &str) -> Answer {
        let form = [("grant_type", "refresh_token"), ("refresh_token", refresh_token)];
        let request = form_request("/auth/token", &form);
        self.send(request.insert_header((header::AUTHORIZATION, basic(CLIENT_ID, SECRET)))).await
    }

    /// Gets a token response for Éléonore's chart with the given scopes.
    pub(super) async fn tokens(&self, scope: &str) -> Value {
        let code = self.code(&[("scope", scope)]).await;
        let answer = self.exchange(&code, &[]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Reads from FHIR with an access token.
    pub(super) async fn fhir(&self, path: &str, access_token: &str) -> Answer {
        let request = TestRequest::get().uri(&format!("/fhir/{path}"));
        let request = request.insert_header((header::AUTHORIZATION, format!("Bearer {access_token}")));
        self.send(request.insert_header((header::ACCEPT, "application/fhir+json"))).await
    }

    /// Writes to FHIR with an access token; an empty `if_match` is not sent.
    pub(super) async fn put(&self, path: &str, access_token: &str, if_match: &str, body: &Value) -> Answer {
        let mut request = TestRequest::put()
            .uri(&format!("/fhir/{path}"))
            .insert_header((header::AUTHORIZATION, format!("Bearer {access_token}")))
            .insert_header((header::CONTENT_TYPE, "application/fhir+json"))
            .set_payload(body.to_string());
        if !if_match.is_empty() {
            request = request.insert_header((header::IF_MATCH, if_match));
        }
        self.send(request).await
    }
}

fn form_request(uri: &str, form: &[(&str, &str)]) -> TestRequest {
    TestRequest::post()
        .uri(uri)
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .set_payload(encoded(form))
}

/// Access token of a token response.
pub(super) fn access_token(tokens: &Value) -> &str {
    tokens["access_token"].as_str().unwrap()
}

/// Decodes a part of a JWS (0: header, 1: claims).
pub(super) fn jws_part(jws: &str, part: usize) -> String {
    let encoded = jws.split('.').nth(part).unwrap();
    String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
}
