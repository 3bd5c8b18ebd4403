//! Tests that private client keys leak nowhere: log, database, pages, requests.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use passerelle::{
    admin::{ClientKeysCommand, run_client_keys},
    ehrs::ClientAuthMethod,
    testing::{Engine, LogCapture, TestApp, store},
};
use serde_json::json;

use super::secrets::hexadecimal_of;

/// Pieces that only the private half of a key contains, as bytes.
struct Pieces(Vec<Vec<u8>>);

impl Pieces {
    async fn of(app: &TestApp) -> Self {
        let keys = app.within(async |app| store::private_client_keys(app.db(), app.sealer()).await);
        let mut pieces = Vec::new();
        for pem in keys.await.unwrap() {
            let lines: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
            let der = STANDARD.decode(lines).unwrap();
            // A short one begins with the number of a P-384 key; the second half of an RSA key is private.
            let private = if der.len() < 400 { &der[40..80] } else { &der[der.len() / 2..] };
            pieces.extend(private.chunks_exact(20).map(<[u8]>::to_vec));
        }
        assert!(pieces.len() > 80, "two generations of two keys: {}", pieces.len());
        Self(pieces)
    }

    /// Asserts that none of them appears: raw, in hexadecimal, or in either base64 at any of three offsets.
    fn assert_absent(&self, place: &str, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes).replace(['\n', '\r', '-', '+', '_', '/'], "");
        for piece in &self.0 {
            let hexadecimal = hexadecimal_of(piece);
            let found = bytes.windows(piece.len()).any(|window| window == piece)
                || text.to_lowercase().contains(&hexadecimal)
                || (0..3).any(|skip| {
                    let whole = &piece[skip..skip + 15];
                    text.contains(&STANDARD.encode(whole).replace(['+', '/'], ""))
                });
            assert!(!found, "a private key is in {place}");
        }
    }
}

/// Signs in with an assertion, which the simulated EHR accepts in place of the client secret.
async fn launch(app: &TestApp) -> Vec<u8> {
    let secret = STANDARD.encode(format!("passerelle-at-riverside:{}", encoded(&app.ehr().client_secret)));
    let relay = app.ehr().relay();
    relay.change_answers(|path, answer| {
        if path.ends_with("smart-configuration") {
            answer.change_json(|body| {
                body["token_endpoint_auth_methods_supported"] = json!(["private_key_jwt"]);
                body["token_endpoint_auth_signing_alg_values_supported"] = json!(["ES384", "RS384"]);
            });
        }
    });
    let (sent, keep) = std::sync::mpsc::channel();
    relay.change_requests(move |path, request| {
        if path == "/auth/token" {
            drop(sent.send(request.body.clone()));
            let body = String::from_utf8_lossy(&request.body).into_owned();
            let own = body.split('&').filter(|field| !field.starts_with("client_assertion"));
            request.body = own.collect::<Vec<_>>().join("&").into_bytes();
            request.set("authorization", &format!("Basic {secret}"));
        }
    });
    app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    keep.try_recv().unwrap()
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// Uses, publishes, shows, rotates and refuses keys at the most detailed log level: a private key is only in its row,
/// sealed.
async fn private_keys_are_nowhere_to_be_seen(engine: Engine) {
    let log = LogCapture::start();
    let setup = TestApp::setup().on(engine).relayed();
    let app = setup.registration(|ehr| ehr.client_auth = ClientAuthMethod::PrivateKeyJwt).start().await;
    let mut seen = vec![("the request", launch(&app).await)];
    let id = || "riverside".to_owned();
    for command in [
        ClientKeysCommand::Show { id: id() },
        ClientKeysCommand::Rotate { id: id(), ahead: 24, compromised: false },
        ClientKeysCommand::Show { id: id() },
    ] {
        let said = app.within(async move |app| run_client_keys(&app.admin(), command).await).await;
        seen.push(("output of a command", said.unwrap().into_bytes()));
        app.refresh().await;
    }
    for path in ["/jwks/riverside.json", "/jwks/riverside", "/jwks/none.json", "/launch", "/nothing"] {
        seen.push(("a page", app.browser().get(path).await.body.into_bytes()));
    }
    seen.extend(app.within(async |app| store::dump(app.db()).await).await.unwrap());
    for file in ["passerelle.db", "passerelle.db-wal"] {
        seen.push(("the database", std::fs::read(app.folder().join(file)).unwrap_or_default()));
    }
    seen.push(("the log", log.text().into_bytes()));
    let pieces = Pieces::of(&app).await;
    for (place, bytes) in seen {
        assert!(!String::from_utf8_lossy(&bytes).contains("PRIVATE KEY"), "{place}");
        pieces.assert_absent(place, &bytes);
    }
}

/// CAU-18.
#[actix_web::test]
async fn leaks_no_private_key_on_sqlite() {
    private_keys_are_nowhere_to_be_seen(Engine::Sqlite).await;
}

/// CAU-18.
#[actix_web::test]
async fn leaks_no_private_key_on_postgres() {
    private_keys_are_nowhere_to_be_seen(Engine::Postgres).await;
}
