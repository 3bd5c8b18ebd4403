//! Tests of authentication at destinations: API key, client secret, private key and what is sent without them.

mod client_certificate;

use std::{
    fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

use aws_lc_rs::signature::{ECDSA_P384_SHA384_FIXED, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use passerelle::db::row_id;
use passerelle::delivery::{
    NewDelivery, Priority,
    control_store::{self, DeliveryRow},
    store,
};
use passerelle::testing::{Scratch, TestApp};
use serde_json::Value;

use crate::admin::app_with;

const CONFIRMED: &str =
    r#"{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}"#;

/// Destination that records requests, issues tokens, and accepts messages with `accepted` in their head.
struct Destination {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Destination {
    fn accepting(accepted: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let recorded = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                answer(stream, accepted, &recorded);
            }
        });
        Self { address, requests }
    }

    fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

fn answer(mut stream: impl Read + Write, accepted: &str, recorded: &Mutex<Vec<String>>) {
    let request = read(&mut stream);
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    let (status, body) = if head.starts_with("POST /token") {
        ("200 OK", r#"{"access_token":"canary-token","token_type":"bearer","expires_in":300}"#)
    } else if head.starts_with("POST /refused") {
        ("401 Unauthorized", r#"{"error":"invalid_client"}"#)
    } else if head.to_ascii_lowercase().contains(&accepted.to_ascii_lowercase()) {
        ("200 OK", CONFIRMED)
    } else {
        ("401 Unauthorized", "")
    };
    recorded.lock().unwrap().push(request);
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
    );
    stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
}

fn read(stream: &mut impl Read) -> String {
    let (mut request, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        request.push_str(&String::from_utf8_lossy(&buffer[..count]));
        assert!(count > 0, "the request ends early: {request}");
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let lower = head.to_ascii_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return request;
        }
    }
}

/// App that sends to the destination with this base URL as these lines of the file of destinations say.
async fn app_sending_to(base: &str, folder: &Path, lines: &str) -> TestApp {
    let file = folder.join("destinations.toml");
    fs::write(&file, format!("[[destination]]\nurl = \"{base}\"\n{lines}\n")).unwrap();
    let settings =
        format!("destinations_file = \"{}\"\nallowed_networks = [\"127.0.0.0/8\"]\n", file.display());
    app_with(TestApp::setup().delivery(&settings)).await.0
}

/// Attempts to deliver one message, and returns the delivery afterwards.
async fn attempt(app: &TestApp, base: &str, recognises_duplicates: bool) -> DeliveryRow {
    let base = base.to_owned();
    let row = app.within(async move |app| {
        let id = row_id(&**app.clock());
        let new = NewDelivery {
            id: &id,
            subject_kind: "test",
            subject_id: "t-1",
            channel: "fhir_messaging",
            destination: &base,
            recognises_duplicates,
            priority: Priority::Routine,
            payload: b"{}",
        };
        let mut tx = app.db().begin_write().await.unwrap();
        store::insert_delivery(&mut tx, &**app.clock(), app.sealer(), &new).await.unwrap();
        tx.commit().await.unwrap();
        app.worker().run_once().await.unwrap();
        control_store::find(app.db(), &id).await.unwrap().unwrap()
    });
    let row = row.await;
    app.expect_pending(i64::from(row.status == "pending"));
    assert!(!app.audit_events().await.iter().any(|event| format!("{event:?}").contains("canary")));
    row
}

/// Sends one message to the destination, with these lines in the file of destinations, and returns the delivery.
async fn send(destination: &Destination, folder: &Path, lines: &str) -> DeliveryRow {
    let base = format!("http://{}/fhir", destination.address);
    let app = app_sending_to(&base, folder, lines).await;
    attempt(&app, &base, true).await
}

#[actix_web::test]
async fn sends_an_api_key_in_its_header() {
    let (destination, folder) = (Destination::accepting("x-clinic-key: canary-key"), Scratch::new());
    let key = folder.path().join("key");
    fs::write(&key, "canary-key\n").unwrap();
    let lines = format!("authentication = \"api-key\"\nheader = \"X-Clinic-Key\"\nsecret_file = {key:?}");
    assert_eq!(send(&destination, folder.path(), &lines).await.status, "delivered");
}

#[actix_web::test]
async fn sends_a_token_from_a_client_secret() {
    let (destination, folder) =
        (Destination::accepting("authorization: Bearer canary-token"), Scratch::new());
    let secret = folder.path().join("secret");
    fs::write(&secret, "s3cret").unwrap();
    let token_url = format!("http://{}/token", destination.address);
    let lines = format!(
        "authentication = \"client-secret\"\ntoken_url = \"{token_url}\"\nclient_id = \"us\"\nscope = \"x/y\"\nsecret_file = {secret:?}"
    );
    assert_eq!(send(&destination, folder.path(), &lines).await.status, "delivered");
    let token_request = &destination.requests()[0];
    assert!(token_request.contains("authorization: Basic dXM6czNjcmV0"), "{token_request}");
    assert!(token_request.ends_with("grant_type=client_credentials&scope=x%2Fy"), "{token_request}");
}

#[actix_web::test]
async fn sends_a_token_from_a_private_key() {
    let (destination, folder) =
        (Destination::accepting("authorization: Bearer canary-token"), Scratch::new());
    let key = folder.path().join("key.pem");
    let pair = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap();
    fs::write(&key, pem::encode(&pem::Pem::new("PRIVATE KEY", pair.serialize_der()))).unwrap();
    let token_url = format!("http://{}/token", destination.address);
    let lines = format!(
        "authentication = \"private-key-jwt\"\ntoken_url = \"{token_url}\"\nclient_id = \"us\"\nsecret_file = {key:?}"
    );
    assert_eq!(send(&destination, folder.path(), &lines).await.status, "delivered");
    let token_request = &destination.requests()[0];
    assert!(token_request.contains("client_assertion_type=urn%3Aietf%3Aparams"), "{token_request}");
    assert!(!token_request.to_ascii_lowercase().contains("\r\nauthorization"), "{token_request}");
    let assertion = token_request.split_once("client_assertion=").unwrap().1;
    let (signed, signature) = assertion.rsplit_once('.').unwrap();
    let part = |number: usize| URL_SAFE_NO_PAD.decode(signed.split('.').nth(number).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&part(1)).unwrap();
    let said = ["iss", "sub", "aud"].map(|name| claims[name].as_str().unwrap().to_owned());
    assert_eq!(said, ["us", "us", token_url.as_str()]);
    let key = UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, pair.public_key_raw());
    key.verify(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
}

/// The reason names the error of the token endpoint, so that an administrator can act on it, and no message is sent.
#[actix_web::test]
async fn reports_that_the_token_endpoint_refuses_our_client() {
    let (destination, folder) = (Destination::accepting("authorization"), Scratch::new());
    let secret = folder.path().join("secret");
    fs::write(&secret, "canary-secret").unwrap();
    let token_url = format!("http://{}/refused", destination.address);
    let lines = format!(
        "authentication = \"client-secret\"\ntoken_url = \"{token_url}\"\nclient_id = \"us\"\nsecret_file = {secret:?}"
    );
    let row = send(&destination, folder.path(), &lines).await;
    let seen = (row.status.as_str(), row.outcome.as_deref(), row.advice.as_deref());
    assert_eq!(seen, ("pending", Some("misdirected"), Some("token")));
    assert_eq!(row.reason.as_deref(), Some("the token endpoint gives us no token (invalid_client)"));
    assert_eq!(destination.requests().len(), 1);
}

/// A token that the destination does not accept any more is asked for again at the next attempt.
#[actix_web::test]
async fn asks_for_another_token_after_one_was_refused() {
    let (destination, folder) = (Destination::accepting("no such header"), Scratch::new());
    let secret = folder.path().join("secret");
    fs::write(&secret, "s3cret").unwrap();
    let base = format!("http://{}/fhir", destination.address);
    let lines = format!(
        "authentication = \"client-secret\"\ntoken_url = \"http://{}/token\"\nclient_id = \"us\"\nsecret_file = {secret:?}",
        destination.address
    );
    let app = app_sending_to(&base, folder.path(), &lines).await;
    for _ in 0..2 {
        let row = attempt(&app, &base, true).await;
        assert_eq!(row.advice.as_deref(), Some("credentials"));
    }
    app.expect_pending(2);
    let asked = destination.requests().iter().filter(|request| request.starts_with("POST /token")).count();
    assert_eq!(asked, 2);
}

/// An API key that the destination does not know.
#[actix_web::test]
async fn reports_that_the_destination_refuses_our_key() {
    let (destination, folder) = (Destination::accepting("x-api-key: another"), Scratch::new());
    let key = folder.path().join("key");
    fs::write(&key, "canary-key").unwrap();
    let lines = format!("authentication = \"api-key\"\nsecret_file = {key:?}");
    let row = send(&destination, folder.path(), &lines).await;
    let seen = (row.status.as_str(), row.reason.as_deref(), row.advice.as_deref());
    let reason = "status 401, the destination wants credentials";
    assert_eq!(seen, ("pending", Some(reason), Some("credentials")));
}

/// A destination that wants credentials is tried again: a gateway may have restarted, or an administrator is at work.
#[actix_web::test]
async fn keeps_a_message_whose_destination_wants_credentials() {
    let (destination, folder) = (Destination::accepting("x-clinic-key"), Scratch::new());
    assert_eq!(send(&destination, folder.path(), "").await.status, "pending");
}
