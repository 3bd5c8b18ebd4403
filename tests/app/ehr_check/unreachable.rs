//! Tests of the check for unreachable EHRs: the reason of each failed connection.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use clap::Parser;
use passerelle::admin::{AddArguments, run_add};
use passerelle::ehrs::check::{Level, Remedy, Report};
use passerelle::testing::TestApp;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};

use super::{check_at, codes, find, settings};

#[derive(Parser)]
struct CommandLine {
    #[command(flatten)]
    add: AddArguments,
}

/// Registers a second EHR at an address and returns the problem that the check reports for it.
async fn check_of(base: &str, networks: &[&str]) -> Report {
    let app = TestApp::start().await;
    let mut all =
        vec!["add", "lakeside", "--name", "Lakeside", "--client-id", "us", "--keys", "--base", base];
    all.extend(networks.iter().flat_map(|range| ["--allow-network", range]));
    let arguments = CommandLine::try_parse_from(all).unwrap().add;
    app.within(async move |app| run_add(&app.admin(), &arguments).await.map_err(|e| e.to_string()))
        .await
        .unwrap();
    check_at(&app, "lakeside").await
}

fn only_problem(report: &Report) -> &'static str {
    let problems = codes(report, Level::Problem);
    assert_eq!(problems.len(), 1, "{problems:?}");
    problems[0]
}

#[actix_web::test]
async fn reports_an_unknown_host_name() {
    let report = check_of("https://nowhere.invalid/fhir", &[]).await;
    assert_eq!(only_problem(&report), "address-unknown");
}

/// DSC-11, M04: a private address is reported with the range that would permit it, and nothing is sent to it before.
#[actix_web::test]
async fn reports_a_forbidden_address() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let report = check_of(&format!("https://127.0.0.1:{port}/fhir"), &["10.0.0.0/8"]).await;
    assert_eq!(only_problem(&report), "address-not-allowed");
    let offered = Remedy::Add { name: "allowed_networks", value: "127.0.0.1/32".to_owned() };
    assert_eq!(find(&report, "address-not-allowed").remedies, [offered]);
    listener.set_nonblocking(true).unwrap();
    assert!(listener.accept().is_err(), "no connection was made");
}

#[actix_web::test]
async fn reports_connection_refused() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let report = check_of(&format!("https://127.0.0.1:{port}/fhir"), &["127.0.0.1/32"]).await;
    assert_eq!(only_problem(&report), "connect-refused");
    assert!(settings(find(&report, "connect-refused")).is_empty());
}

/// Starts a TLS server on this machine with a certificate of an unknown CA.
fn with_certificate(name: &str) -> u16 {
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls");
    let chain = vec![CertificateDer::from_pem_file(format!("{folder}/{name}.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(format!("{folder}/key.pem")).unwrap();
    let config = rustls::ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).unwrap();
    let config = Arc::new(config);
    serve(move |mut stream| {
        let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
        drop(tls.complete_io(&mut stream));
    })
}

/// Answers every connection until the test ends.
fn serve(speak: impl Fn(std::net::TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || listener.incoming().flatten().for_each(speak));
    port
}

#[actix_web::test]
async fn reports_an_unknown_certificate_issuer() {
    for (name, code) in
        [("unknown-issuer", "connect-unknown-issuer"), ("self-signed", "connect-unusable-certificate")]
    {
        let base = format!("https://localhost:{}/fhir", with_certificate(name));
        assert_eq!(only_problem(&check_of(&base, &["127.0.0.1/32"]).await), code);
    }
}

#[actix_web::test]
async fn reports_a_server_without_tls() {
    let port = serve(|mut stream| {
        drop(stream.read(&mut [0; 1024]));
        drop(stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
    });
    let report = check_of(&format!("https://localhost:{port}/fhir"), &["127.0.0.1/32"]).await;
    assert_eq!(only_problem(&report), "connect-tls");
}
