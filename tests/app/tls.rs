//! Calls to an EHR over TLS, whose relay shows certificates that a private authority vouches for, or nobody does.

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
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    version::{TLS12, TLS13},
};

/// An authority of a hospital: what it vouches for is up to each test.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new(name: &str) -> Self {
        let (mut params, key) = (CertificateParams::new([]).unwrap(), KeyPair::generate().unwrap());
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let certificate = params.self_signed(&key).unwrap();
        let pem = pem::encode(&pem::Pem::new("CERTIFICATE", certificate.der().to_vec()));
        Self { issuer: Issuer::new(params, key), pem }
    }

    fn vouches(&self, change: impl FnOnce(&mut CertificateParams)) -> Shown {
        let (mut params, key) = (for_localhost(), KeyPair::generate().unwrap());
        change(&mut params);
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Shown { chain: vec![certificate.der().clone()], key }
    }
}

/// What a server shows of itself.
struct Shown {
    chain: Vec<CertificateDer<'static>>,
    key: KeyPair,
}

impl Shown {
    fn speaking(self, versions: &[&'static rustls::SupportedProtocolVersion]) -> Arc<ServerConfig> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(self.key.serialize_der()));
        let config = ServerConfig::builder_with_provider(provider).with_protocol_versions(versions).unwrap();
        Arc::new(config.with_no_client_auth().with_single_cert(self.chain, key).unwrap())
    }

    fn config(self) -> Arc<ServerConfig> {
        self.speaking(&[&TLS13, &TLS12])
    }
}

fn for_localhost() -> CertificateParams {
    CertificateParams::new(["localhost".to_owned()]).unwrap()
}

fn expired(params: &mut CertificateParams) {
    (params.not_before, params.not_after) = (date_time_ymd(2020, 1, 1), date_time_ymd(2024, 1, 1));
}

fn self_signed() -> Shown {
    let (params, key) = (for_localhost(), KeyPair::generate().unwrap());
    Shown { chain: vec![params.self_signed(&key).unwrap().der().clone()], key }
}

/// An EHR that shows this, where the registration names this authority.
fn ehr(shown: Arc<ServerConfig>, authority: &Authority) -> Setup {
    let pem = authority.pem.clone();
    TestApp::setup().relayed_over_tls(shown).registration(move |ehr| ehr.ca_certificates = Some(pem.clone()))
}

/// Checks that the launch ended before anything was sent: the handshake was broken off, and no request was made.
async fn assert_nothing_sent(app: &TestApp, landing: &Landing) {
    app.assert_refused(landing, ErrorKind::EhrTrouble, "ehr-metadata").await;
    assert_eq!((app.ehr().relay().requests(), app.ehr().recorded().len()), (0, 0));
    assert!(app.ehr().relay().strangers() > 0, "somebody came and did not stay");
}

/// TRQ-07, SEC-01: a certificate for this name, of an authority that the registration names, in both versions of TLS: from
/// discovery to a filled form.
#[actix_web::test]
async fn a_launch_works_over_tls_with_an_authority_of_the_hospital() {
    let authority = Authority::new("Hospital");
    for version in [&TLS12, &TLS13] {
        let shown = authority.vouches(|_| {}).speaking(&[version]);
        let app = ehr(shown, &authority).start().await;
        assert!(app.ehr().fhir_base_url().starts_with("https://"));
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_eq!(browser.chart(&landing.context()).await.patient, "eleonore");
        assert_eq!(browser.open(&landing).await.status, 200);
        assert!(app.ehr().relay().requests() > 10 && app.ehr().relay().strangers() == 0);
    }
}

/// TRQ-07, SEC-01: nobody vouches for it.
#[actix_web::test]
async fn refuses_a_certificate_that_signs_itself() {
    let app = ehr(self_signed().config(), &Authority::new("Hospital")).start().await;
    let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_nothing_sent(&app, &landing).await;
}

/// TRQ-07, SEC-01: an authority vouches for it that the registration does not name, if it is called the same or if none
/// is named.
#[actix_web::test]
async fn refuses_a_certificate_of_an_authority_nobody_named() {
    let authority = Authority::new("Hospital");
    let shown = || authority.vouches(|_| {}).config();
    for setup in [ehr(shown(), &Authority::new("Hospital")), TestApp::setup().relayed_over_tls(shown())] {
        let app = setup.start().await;
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_nothing_sent(&app, &landing).await;
    }
}

/// TRQ-07, SEC-01: it was good once, or will be.
#[actix_web::test]
async fn refuses_a_certificate_out_of_date() {
    let authority = Authority::new("Hospital");
    let not_yet = |params: &mut CertificateParams| params.not_before = date_time_ymd(2199, 1, 1);
    for shown in [authority.vouches(expired), authority.vouches(not_yet)] {
        let app = ehr(shown.config(), &authority).start().await;
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_nothing_sent(&app, &landing).await;
    }
}

/// TRQ-07, SEC-01: for another host, for what only looks alike, or for none.
#[actix_web::test]
async fn refuses_a_certificate_for_another_host() {
    let authority = Authority::new("Hospital");
    for names in [&["ehr.example"][..], &["localhost.evil.test"], &["*.localhost"], &["127.0.0.1"], &[]] {
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        let shown = authority.vouches(|params| *params = CertificateParams::new(names.clone()).unwrap());
        let app = ehr(shown.config(), &authority).start().await;
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert_nothing_sent(&app, &landing).await;
    }
}

/// TRQ-07: another server's certificate may not vouch for a third one.
#[actix_web::test]
async fn refuses_a_certificate_that_another_server_vouches_for() {
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

/// SEC-01: metadata that came over TLS name a token endpoint where the certificate is for another name, or one in plain
/// http, at an address that is allowed: the code, the verifier and the secret stay here.
#[actix_web::test]
async fn refuses_to_send_a_code_to_a_server_that_does_not_prove_itself() {
    let authority = Authority::new("Hospital");
    for plain in [false, true] {
        let app = ehr(authority.vouches(|_| {}).config(), &authority).start().await;
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

/// SEC-01: a certificate that goes bad ends what was open: neither access token nor refresh token is sent to it.
#[actix_web::test]
async fn refuses_to_send_tokens_once_the_certificate_went_bad() {
    let authority = Authority::new("Hospital");
    let setup = ehr(authority.vouches(|_| {}).config(), &authority);
    let app = setup.registration(|ehr| ehr.scopes.push("online_access".to_owned())).start().await;
    app.ehr().set_fault(Some(Fault::TokenExpiresInMissing));
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    let read = format!("/c/{context}/read");
    assert_eq!(browser.get(&read).await.body, "read");
    app.ehr().relay().speak(authority.vouches(expired).config());
    let before = app.ehr().relay().requests();
    for seconds in [0, 250] {
        app.advance(jiff::SignedDuration::from_secs(seconds));
        assert_eq!(browser.get(&read).await.body, "the EHR did not answer", "after {seconds} seconds");
    }
    assert_eq!(app.ehr().relay().requests(), before);
    app.ehr().relay().speak(authority.vouches(|_| {}).config());
    app.advance(jiff::SignedDuration::from_secs(11));
    assert_eq!(browser.get(&read).await.body, "read");
}

/// A server that answers whatever greets it with a TLS 1.1 hello, and gives the bytes it got after that.
fn old_server(listener: TcpListener) -> thread::JoinHandle<Vec<u8>> {
    // Record, handshake type, lengths, version 3.2, random, no session, AES-128 CBC as of then, no compression.
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

/// TRQ-07: a server that speaks TLS 1.1 at most gets an alert and nothing else.
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
    // Alert, in whichever version it is written, of two bytes: fatal, protocol version.
    assert_eq!((after[0], &after[3..]), (21, &[0, 2, 2, 70][..]), "{after:?}");
}
