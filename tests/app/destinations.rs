//! Tests of authentication at destinations: API key, client secret, private key and what is sent without them.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

use passerelle::delivery::{NewDelivery, Priority, control_store, store};
use passerelle::testing::{Scratch, TestApp};

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

fn answer(mut stream: TcpStream, accepted: &str, recorded: &Mutex<Vec<String>>) {
    let request = read(&mut stream);
    let (head, _) = request.split_once("\r\n\r\n").unwrap();
    let (status, body) = if head.starts_with("POST /token") {
        ("200 OK", r#"{"access_token":"canary-token","token_type":"bearer","expires_in":300}"#)
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

fn read(stream: &mut TcpStream) -> String {
    let (mut request, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap();
        request.push_str(&String::from_utf8_lossy(&buffer[..count]));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let lower = head.to_ascii_lowercase();
        let length = lower.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if count == 0 || body.len() >= length.unwrap_or(0) {
            return request;
        }
    }
}

/// Sends one message to the destination, with these lines in the file of destinations, and returns its status.
async fn send(destination: &Destination, folder: &Path, lines: &str) -> String {
    let base = format!("http://{}/fhir", destination.address);
    let file = folder.join("destinations.toml");
    fs::write(&file, format!("[[destination]]\nurl = \"{base}\"\n{lines}\n")).unwrap();
    let settings =
        format!("destinations_file = \"{}\"\nallowed_networks = [\"127.0.0.0/8\"]\n", file.display());
    let app = TestApp::setup().delivery(&settings).start().await;
    app.within(async move |app| {
        let new = NewDelivery {
            id: "m-1",
            subject_kind: "test",
            subject_id: "t-1",
            channel: "fhir_messaging",
            destination: &base,
            recognises_duplicates: true,
            priority: Priority::Routine,
            payload: b"{}",
        };
        let mut tx = app.db().begin_write().await.unwrap();
        store::insert_delivery(&mut tx, &**app.clock(), app.sealer(), &new).await.unwrap();
        tx.commit().await.unwrap();
    })
    .await;
    app.deliver().await;
    let row = app.within(async |app| control_store::find(app.db(), "m-1").await.unwrap().unwrap()).await;
    app.expect_pending(i64::from(row.status == "pending"));
    assert!(!app.audit_events().await.iter().any(|event| format!("{event:?}").contains("canary")));
    row.status
}

#[actix_web::test]
async fn sends_an_api_key_in_its_header() {
    let (destination, folder) = (Destination::accepting("x-clinic-key: canary-key"), Scratch::new());
    let key = folder.path().join("key");
    fs::write(&key, "canary-key\n").unwrap();
    let lines = format!("authentication = \"api-key\"\nheader = \"X-Clinic-Key\"\nsecret_file = {key:?}");
    assert_eq!(send(&destination, folder.path(), &lines).await, "delivered");
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
    assert_eq!(send(&destination, folder.path(), &lines).await, "delivered");
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
    assert_eq!(send(&destination, folder.path(), &lines).await, "delivered");
    let token_request = &destination.requests()[0];
    assert!(token_request.contains("client_assertion_type=urn%3Aietf%3Aparams"), "{token_request}");
    assert!(token_request.contains("client_assertion=ey"), "{token_request}");
}

/// A destination that wants credentials is tried again: a gateway may have restarted, or an administrator is at work.
#[actix_web::test]
async fn keeps_a_message_whose_destination_wants_credentials() {
    let (destination, folder) = (Destination::accepting("x-clinic-key"), Scratch::new());
    assert_eq!(send(&destination, folder.path(), "").await, "pending");
}
