//! Tests of destinations that recognise us by a client certificate (mutual TLS).

use std::{
    fs,
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex},
    thread,
};

use passerelle::delivery::control_store::DeliveryRow;
use passerelle::testing::{Scratch, TestApp};
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    version::{TLS12, TLS13},
};

use super::{answer, app_sending_to, attempt};
use crate::{
    admin::signed_in,
    commands::run_command,
    tls::{Authority, Shown, Versions, expired},
};

/// Destination that accepts clients with a certificate of its authority only, and keeps what it received.
struct Destination {
    authority: Authority,
    base: String,
    received: Arc<Mutex<Vec<String>>>,
    /// Certificates that clients presented in handshakes that succeeded.
    presented: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Destination {
    fn speaking(versions: &Versions) -> Self {
        let authority = Authority::new("Hospital");
        let config = authority.issues(|_| {}).verifying(versions, Some(&authority));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("https://localhost:{}/fhir", listener.local_addr().unwrap().port());
        let destination = Self { authority, base, received: Arc::default(), presented: Arc::default() };
        let (received, presented) = (Arc::clone(&destination.received), Arc::clone(&destination.presented));
        thread::spawn(move || serve(&listener, &config, &received, &presented));
        destination
    }

    /// Lines of the file of destinations that name this certificate.
    fn lines(&self, folder: &Path, certificate: Option<&Shown>) -> String {
        let mut lines = Vec::new();
        let mut name = |key: &str, text: &str| {
            let file = folder.join(key);
            fs::write(&file, text).unwrap();
            lines.push(format!("{key} = \"{}\"", file.display()));
        };
        name("ca_file", &self.authority.pem);
        if let Some([chain, key]) = certificate.map(Shown::pem) {
            name("certificate_file", &chain);
            name("certificate_key_file", &key);
        }
        lines.join("\n")
    }

    fn received(&self) -> usize {
        self.received.lock().unwrap().len()
    }
}

fn serve(
    listener: &TcpListener,
    config: &Arc<ServerConfig>,
    received: &Mutex<Vec<String>>,
    presented: &Mutex<Vec<Vec<u8>>>,
) {
    for mut stream in listener.incoming().flatten() {
        let mut connection = ServerConnection::new(Arc::clone(config)).unwrap();
        // A handshake that fails has sent its alert.
        if connection.complete_io(&mut stream).is_err() || connection.is_handshaking() {
            continue;
        }
        let chain = connection.peer_certificates().unwrap();
        presented.lock().unwrap().push(chain[0].to_vec());
        answer(StreamOwned::new(connection, stream), "POST /fhir/$process-message", received);
    }
}

/// Attempts one message at a destination that does not recognise duplicates, so that an attempt that might have arrived
/// would end as unconfirmed.
async fn attempted(
    destination: &Destination,
    certificate: Option<&Shown>,
) -> (TestApp, Scratch, DeliveryRow) {
    let folder = Scratch::new();
    let lines = destination.lines(folder.path(), certificate);
    let app = app_sending_to(&destination.base, folder.path(), &lines).await;
    let row = attempt(&app, &destination.base, false).await;
    (app, folder, row)
}

fn seen(row: &DeliveryRow) -> [&str; 3] {
    [
        row.status.as_str(),
        row.outcome.as_deref().unwrap_or_default(),
        row.advice.as_deref().unwrap_or_default(),
    ]
}

const VERSIONS: [&Versions; 2] = [&[&TLS12], &[&TLS13]];

/// The destination gets the certificate of the file, in both versions of TLS.
#[actix_web::test]
async fn presents_its_certificate_to_a_destination_that_requires_one() {
    for versions in VERSIONS {
        let destination = Destination::speaking(versions);
        let ours = destination.authority.issues(|_| {});
        let (_app, _folder, row) = attempted(&destination, Some(&ours)).await;
        assert_eq!(seen(&row), ["delivered", "delivered", ""], "{versions:?} {:?}", row.reason);
        assert_eq!(*destination.presented.lock().unwrap(), [ours.chain[0].to_vec()]);
        assert_eq!(destination.received(), 1);
    }
}

/// R30: a destination that gets no certificate, or one of another CA, has received nothing, and the page of the delivery says
/// what to do.
#[actix_web::test]
async fn reports_a_client_certificate_that_the_destination_does_not_accept() {
    let foreign = ["Hospital", "Another"].map(Authority::new);
    for versions in VERSIONS {
        let destination = Destination::speaking(versions);
        let missing = ("client-certificate-missing", "it requires a client certificate");
        let refused = ("client-certificate-refused", "it refuses our client certificate");
        let foreign = foreign.each_ref().map(|authority| (Some(authority.issues(|_| {})), refused));
        for (certificate, (advice, said)) in [(None, missing)].into_iter().chain(foreign) {
            let (app, _folder, row) = attempted(&destination, certificate.as_ref()).await;
            assert_eq!(seen(&row), ["pending", "misdirected", advice], "{versions:?} {:?}", row.reason);
            assert_eq!(row.reason.as_deref(), Some(&*format!("no connection to the destination: {said}")));
            let mut browser = signed_in(&app).await;
            for path in ["/admin/deliveries".to_owned(), format!("/admin/deliveries/{}", row.id)] {
                let page = browser.get(&path).await.text();
                assert!(page.contains(said) && page.contains("What to do:"), "{page}");
                assert!(page.contains("certificate_key_file"), "{page}");
            }
            let shown = run_command(&app, &["deliveries", "show", &row.id]).unwrap();
            assert!(shown.contains(said) && shown.contains("What to do: "), "{shown}");
        }
        assert_eq!(destination.received(), 0);
    }
}

/// With an expired certificate nothing is sent. It is our fault, which uses up no attempt, and the check of the
/// configuration reports it without a word of the key.
#[actix_web::test]
async fn reports_an_expired_client_certificate_and_sends_nothing() {
    let destination = Destination::speaking(&[&TLS13]);
    let old = destination.authority.issues(expired);
    let folder = Scratch::new();
    let lines = destination.lines(folder.path(), Some(&old));
    let app = app_sending_to(&destination.base, folder.path(), &lines).await;
    let row = attempt(&app, &destination.base, false).await;
    assert_eq!(seen(&row), ["pending", "our-fault", "client-certificate-expired"]);
    assert_eq!(row.reason.as_deref(), Some("our client certificate expired at 2024-01-01T00:00:00Z"));
    assert_eq!((row.attempts, destination.presented.lock().unwrap().len()), (0, 0));
    let said = run_command(&app, &["config", "check"]).unwrap_err();
    let problem =
        format!("destination {}: the client certificate expired at 2024-01-01T00:00:00Z", destination.base);
    assert!(said.contains(&problem), "{said}");
    let mut browser = signed_in(&app).await;
    let page = browser.get("/admin/deliveries").await.text();
    assert!(page.contains("Renew our client certificate"), "{page}");
    let key = fs::read_to_string(folder.path().join("certificate_key_file")).unwrap();
    let secret = key.lines().nth(1).unwrap();
    for text in [said, page, format!("{row:?}")] {
        assert!(!text.contains(secret), "{text}");
    }
}

/// A key that does not belong to the certificate, or is none, stops the start. It is named and not printed.
#[actix_web::test]
async fn refuses_an_unusable_client_certificate_without_printing_it() {
    let destination = Destination::speaking(&[&TLS13]);
    let ours = destination.authority.issues(|_| {});
    let folder = Scratch::new();
    let lines = destination.lines(folder.path(), Some(&ours));
    let app = app_sending_to(&destination.base, folder.path(), &lines).await;
    let key = folder.path().join("certificate_key_file");
    let whole = fs::read_to_string(&key).unwrap();
    let other = destination.authority.issues(|_| {}).pem()[1].clone();
    for unusable in ["canary-no-key", &whole[..whole.len() / 2], &other, ""] {
        fs::write(&key, unusable).unwrap();
        for command in [&["config", "check"][..], &["deliveries", "list"]] {
            let said = run_command(&app, command).unwrap_err();
            let problem =
                format!("destination {}: the client certificate is not a certificate", destination.base);
            assert!(said.contains(&problem), "{said}");
            let lines = unusable.lines().filter(|line| !line.is_empty() && !line.starts_with("-----"));
            assert_eq!(lines.filter(|line| said.contains(line)).count(), 0, "{said}");
        }
    }
}
