//! Tests of TLS connections to an EHR whose relay presents certificates of a private CA or of none.

mod authority_files;

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    sync::Arc,
    thread,
};

use passerelle::demo_ehr::Fault;
use passerelle::testing::{Landing, Setup, TestApp};
use passerelle::web::ErrorKind;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
    version::{TLS12, TLS13},
};

/// CA of a hospital; each test chooses which certificates it issues.
pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
}

impl Authority {
    pub fn new(name: &str) -> Self {
        let (mut params, key) = (CertificateParams::new([]).unwrap(), KeyPair::generate().unwrap());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let certificate = params.self_signed(&key).unwrap();
        let pem = pem::encode(&pem::Pem::new("CERTIFICATE", certificate.der().to_vec()));
        Self { issuer: Issuer::new(params, key), pem }
    }

    pub fn issues(&self, change: impl FnOnce(&mut CertificateParams)) -> Shown {
        let (mut params, key) = (for_localhost(), KeyPair::generate().unwrap());
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Shown { chain: vec![certificate.der().clone()], key }
    }
}

/// Certificate with its private key.
pub struct Shown {
    pub chain: Vec<CertificateDer<'static>>,
    pub key: KeyPair,
}

/// Versions of TLS that a server offers.
pub type Versions = [&'static rustls::SupportedProtocolVersion];

impl Shown {
    fn speaking(self, versions: &Versions) -> Arc<ServerConfig> {
        self.verifying(versions, None)
    }

    /// Settings of a server that presents this certificate, and accepts clients with a certificate of `clients` only.
    pub fn verifying(self, versions: &Versions, clients: Option<&Authority>) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let config = config.with_protocol_versions(versions).unwrap();
        let config = match clients {
            None => config.with_no_client_auth(),
            Some(authority) => {
                let mut roots = RootCertStore::empty();
                roots.add(CertificateDer::from_pem_slice(authority.pem.as_bytes()).unwrap()).unwrap();
                let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
                config.with_client_cert_verifier(verifier.build().unwrap())
            }
        };
        Arc::new(config.with_single_cert(self.chain, key).unwrap())
    }

    /// Certificate and private key in PEM.
    pub fn pem(&self) -> [String; 2] {
        let block = |tag: &str, bytes: &[u8]| pem::encode(&pem::Pem::new(tag, bytes));
        [block("CERTIFICATE", &self.chain[0]), block("PRIVATE KEY", &self.key.serialize_der())]
    }

    fn config(self) -> Arc<ServerConfig> {
        self.speaking(&[&TLS13, &TLS12])
    }
}

fn for_localhost() -> CertificateParams {
    CertificateParams::new(["localhost".to_owned()]).unwrap()
}

pub fn expired(params: &mut CertificateParams) {
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2024, 1, 1));
}

fn self_signed() -> Shown {
    let (params, key) = (for_localhost(), KeyPair::generate().unwrap());
    Shown { chain: vec![params.self_signed(&key).unwrap().der().clone()], key }
}

/// Creates an app whose EHR uses this certificate, and whose registration names this CA.
fn ehr(shown: Arc<ServerConfig>, authority: &Authority) -> Setup {
    let pem = authority.pem.clone();
    TestApp::setup().relayed_over_tls(shown).registration(move |ehr| ehr.ca_certificates = Some(pem.clone()))
}

/// Asserts that the launch ended in the handshake, before any request was sent.
async fn assert_nothing_sent(app: &TestApp, landing: &Landing) {
    app.assert_refused(landing, ErrorKind::EhrTrouble, "ehr-metadata").await;
    assert_eq!((app.ehr().relay().requests(), app.ehr().recorded().len()), (0, 0));
    assert!(app.ehr().relay().aborted() > 0, "a connection was opened and closed");
}

/// TRQ-07, SEC-01: with a certificate for this name of a CA that the registration names, in both TLS versions, a
/// launch works up to the filled form.
#[actix_web::test]
async fn launches_over_tls_with_a_ca_of_the_hospital() {
    let authority = Authority::new("Hospital");
    for version in [&TLS12, &TLS13] {
        let shown = authority.issues(|_| {}).speaking(&[version]);
        let app = ehr(shown, &authority).start().await;
        assert!(app.ehr().fhir_base_url().starts_with("https://"));
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
        assert_eq!(browser.open(&landing).await.status, 200);
        assert!(app.ehr().relay().requests() > 10 && app.ehr().relay().aborted() == 0);
    }
}

/// TRQ-07, SEC-01: a self-signed certificate is refused.
#[actix_web::test]
async fn refuses_a_self_signed_certificate() {
    let app = ehr(self_signed().config(), &Authority::new("Hospital")).start().await;
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_nothing_sent(&app, &landing).await;
}

/// TRQ-07, SEC-01: a certificate of a CA that the registration does not name is refused, if another CA has the same
/// name or if none is named.
#[actix_web::test]
async fn refuses_a_certificate_of_an_unknown_ca() {
    let authority = Authority::new("Hospital");
    let shown = || authority.issues(|_| {}).config();
    for setup in [ehr(shown(), &Authority::new("Hospital")), TestApp::setup().relayed_over_tls(shown())] {
        let app = setup.start().await;
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_nothing_sent(&app, &landing).await;
    }
}

/// TRQ-07, SEC-01: expired, or not yet valid.
#[actix_web::test]
async fn refuses_a_certificate_outside_its_validity() {
    let authority = Authority::new("Hospital");
    let not_yet = |params: &mut CertificateParams| params.not_before = date_time_ymd(2199, 1, 1);
    for shown in [authority.issues(expired), authority.issues(not_yet)] {
        let app = ehr(shown.config(), &authority).start().await;
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_nothing_sent(&app, &landing).await;
    }
}

/// TRQ-07, SEC-01: for another host, for a similar one, or for none.
#[actix_web::test]
async fn refuses_a_certificate_for_another_host() {
    let authority = Authority::new("Hospital");
    for names in [&["ehr.example"][..], &["localhost.evil.test"], &["*.localhost"], &["127.0.0.1"], &[]] {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let shown = authority.issues(|params| *params = CertificateParams::new(names.clone()).unwrap());
        let app = ehr(shown.config(), &authority).start().await;
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_nothing_sent(&app, &landing).await;
    }
}

/// TRQ-07: a server certificate cannot issue another one.
#[actix_web::test]
async fn refuses_a_certificate_issued_by_a_server_certificate() {
    let authority = Authority::new("Hospital");
    let (params, key) = (for_localhost(), KeyPair::generate().unwrap());
    let middle = params.signed_by(&key, &authority.issuer).unwrap();
    let own = KeyPair::generate().unwrap();
    let leaf = for_localhost().signed_by(&own, &Issuer::new(params, key)).unwrap();
    let shown = Shown { chain: vec![leaf.der().clone(), middle.der().clone()], key: own };
    let app = ehr(shown.config(), &authority).start().await;
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_nothing_sent(&app, &landing).await;
}

/// SEC-01: metadata over TLS name a token endpoint with a certificate for another name, or an http endpoint, at a
/// permitted address: neither code nor verifier nor secret is sent.
#[actix_web::test]
async fn refuses_to_send_a_code_to_an_unauthenticated_server() {
    let authority = Authority::new("Hospital");
    for plain in [false, true] {
        let app = ehr(authority.issues(|_| {}).config(), &authority).start().await;
        let (issuer, upstream) = (app.ehr().issuer(), app.ehr().relay().upstream());
        let other =
            if plain { format!("http://{upstream}/auth") } else { issuer.replace("localhost", "127.0.0.1") };
        app.ehr().set_canary(&other);
        app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        app.assert_refused(&landing, ErrorKind::EhrTrouble, "ehr-metadata").await;
        assert!(app.ehr().token_requests().is_empty(), "{other}");
    }
}

/// SEC-01: once the certificate is invalid, neither access token nor refresh token is sent.
#[actix_web::test]
async fn refuses_to_send_tokens_once_the_certificate_is_invalid() {
    let authority = Authority::new("Hospital");
    let setup = ehr(authority.issues(|_| {}).config(), &authority);
    let app = setup.registration(|ehr| ehr.scopes.push("online_access".to_owned())).start().await;
    app.ehr().set_fault(Some(Fault::TokenExpiresInMissing));
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let read = format!("/c/{context}/read");
    assert_eq!(browser.get(&read).await.body, "read");
    app.ehr().relay().speak(authority.issues(expired).config());
    let before = app.ehr().relay().requests();
    for seconds in [0, 250] {
        app.advance(jiff::SignedDuration::from_secs(seconds));
        assert_eq!(browser.get(&read).await.body, "the EHR did not answer", "after {seconds} seconds");
    }
    assert_eq!(app.ehr().relay().requests(), before);
    app.ehr().relay().speak(authority.issues(|_| {}).config());
    app.advance(jiff::SignedDuration::from_secs(11));
    assert_eq!(browser.get(&read).await.body, "read");
}

/// Server that answers any `ClientHello` with a TLS 1.1 `ServerHello`, and returns the bytes that follow.
fn old_server(listener: TcpListener) -> thread::JoinHandle<Vec<u8>> {
    // Record, handshake type, lengths, version 3.2, random, no session, an AES-128 CBC suite of that version, no
    // compression.
    let mut hello = vec![22, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0, 0x2f, 0]);
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 5];
        stream.read_exact(&mut head).unwrap();
        let mut greeting = vec![0; usize::from(head[3]) << 8 | usize::from(head[4])];
        stream.read_exact(&mut greeting).unwrap();
        stream.write_all(&hello).unwrap();
        let mut after = Vec::new();
        drop(stream.read_to_end(&mut after));
        after
    })
}

/// TRQ-07: a server limited to TLS 1.1 gets an alert and nothing else.
#[actix_web::test]
async fn refuses_a_server_that_speaks_tls_1_1() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("https://localhost:{}/fhir", listener.local_addr().unwrap().port());
    let server = old_server(listener);
    let setup = TestApp::setup();
    let setup = setup.registration(move |ehr| ehr.fhir_base_url.clone_from(&base));
    let app = setup.start().await;
    let landing = app.browser().begin_at(&app.ehr().registration.fhir_base_url, "a-launch-handle").await;
    app.assert_refused(&landing, ErrorKind::EhrTrouble, "ehr-metadata").await;
    let after = server.join().unwrap();
    // Alert of two bytes, in any record version: fatal, protocol version.
    assert_eq!((after[0], &after[3..]), (21, &[0, 2, 2, 70][..]), "{after:?}");
}
