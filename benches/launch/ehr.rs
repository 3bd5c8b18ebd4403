//! A fast EHR: serves the documents, tokens and resources of a launch from memory, with a real signature for each
//! `id_token`, in a thread of its own. It has no pages and does not check client authentication; it checks the code,
//! its PKCE verifier, and the bearer token.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};

use crate::http::{Connection, Message};

pub const CLIENT_ID: &str = "passerelle-bench";
pub const CLIENT_SECRET: &str = "bench-client-secret-of-no-worth";
pub const SCOPES: &str = "launch openid fhirUser patient/Patient.rs user/Practitioner.rs";
/// Prefix of patients' family names, followed by the number of the launch, so that a page shows whose it is.
pub const FAMILY: &str = "PATIENTELE";
/// Prefix of clinicians' family names, followed by their number.
pub const CLINICIAN: &str = "Soignante";
const CLINICIANS: u64 = 20;
const REQUESTS: [&str; 6] = ["smart-configuration", "jwks", "token", "Patient", "Practitioner", "other"];

/// Launch for which an authorization code was issued.
pub struct Grant {
    pub launch: u64,
    /// `None` if the app did not send one.
    pub nonce: Option<String>,
    pub code_challenge: String,
    pub redirect_uri: String,
}

/// State of the EHR, shared between its server and the browsers that get their codes here.
pub struct Ehr {
    pub address: SocketAddr,
    key: EcdsaKeyPair,
    grants: Mutex<HashMap<String, Grant>>,
    requests: [AtomicU64; REQUESTS.len()],
    refused: Mutex<Vec<String>>,
}

/// Number of the clinician of a launch.
pub fn clinician(launch: u64) -> u64 {
    launch % CLINICIANS
}

impl Ehr {
    /// Starts the server in a thread of its own, on this port or, for 0, on a free one.
    pub fn start(port: u16) -> Arc<Self> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", port)).expect("a free port");
        listener.set_nonblocking(true).expect("a socket can be non-blocking");
        let ehr = Arc::new(Self {
            address: listener.local_addr().expect("a bound socket has an address"),
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a P-256 key can be made"),
            grants: Mutex::default(),
            requests: Default::default(),
            refused: Mutex::default(),
        });
        let served = ehr.clone();
        std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener of the runtime");
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(served.clone().serve(stream));
                }
            });
        });
        ehr
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn fhir_base_url(&self) -> String {
        format!("http://{}/fhir", self.address)
    }

    pub fn authorization_endpoint(&self) -> String {
        format!("http://{}/authorize", self.address)
    }

    /// Issues a code for an approved launch. The browser calls this directly: no page of the EHR is part of the
    /// benchmark.
    pub fn authorize(&self, grant: Grant) -> String {
        let code = format!("code-{}-{}", grant.launch, uuid::Uuid::new_v4().simple());
        self.grants.lock().expect("no holder panics").insert(code.clone(), grant);
        code
    }

    /// Requests so far, by kind.
    pub fn requests(&self) -> Vec<(&'static str, u64)> {
        REQUESTS
            .iter()
            .zip(&self.requests)
            .map(|(kind, count)| (*kind, count.load(Ordering::Relaxed)))
            .collect()
    }

    /// Requests that a correct client would not send.
    pub fn refused(&self) -> Vec<String> {
        self.refused.lock().expect("no holder panics").clone()
    }

    async fn serve(self: Arc<Self>, stream: TcpStream) {
        let Ok(mut connection) = Connection::new(stream) else {
            return;
        };
        while let Ok(Some(request)) = connection.read().await {
            let (status, body) = match self.answer(&request) {
                Ok(body) => ("200 OK", body),
                Err(why) => {
                    self.refused.lock().expect("no holder panics").push(format!("{}: {why}", request.first));
                    ("400 Bad Request", json!({ "error": "invalid_request", "error_description": why }))
                }
            };
            let (body, is_fhir) = (body.to_string(), request.second_word().starts_with("/fhir/P"));
            let media_type = if is_fhir { "application/fhir+json" } else { "application/json" };
            let head = format!(
                "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {}\r\n",
                body.len()
            );
            let answer = format!("{head}Cache-Control: no-store\r\nPragma: no-cache\r\n\r\n{body}");
            if connection.write(answer.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    fn count(&self, kind: usize) {
        self.requests[kind].fetch_add(1, Ordering::Relaxed);
    }

    fn answer(&self, request: &Message) -> Result<Value, String> {
        let path = request.second_word().split('?').next().unwrap_or_default();
        match path {
            "/fhir/.well-known/smart-configuration" => {
                self.count(0);
                Ok(self.smart_configuration())
            }
            "/jwks" => {
                self.count(1);
                Ok(self.jwks())
            }
            "/token" => {
                self.count(2);
                self.token(request)
            }
            _ if path.starts_with("/fhir/Patient/") => {
                self.count(3);
                self.patient(path, request)
            }
            _ if path.starts_with("/fhir/Practitioner/") => {
                self.count(4);
                practitioner(path)
            }
            _ => {
                self.count(5);
                Err("nothing is here".to_owned())
            }
        }
    }

    fn smart_configuration(&self) -> Value {
        let issuer = self.issuer();
        json!({
            "issuer": issuer,
            "jwks_uri": format!("{issuer}/jwks"),
            "authorization_endpoint": self.authorization_endpoint(),
            "token_endpoint": format!("{issuer}/token"),
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "grant_types_supported": ["authorization_code"],
            "response_types_supported": ["code"],
            "scopes_supported": SCOPES.split(' ').collect::<Vec<_>>(),
            "code_challenge_methods_supported": ["S256"],
            "capabilities": ["launch-ehr", "client-confidential-symmetric", "sso-openid-connect", "context-ehr-patient",
                "permission-patient", "permission-user", "permission-v2", "authorize-post"],
        })
    }

    fn jwks(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let coordinate = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        json!({ "keys": [{ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": self.key_id(),
            "x": coordinate(1..33), "y": coordinate(33..65) }] })
    }

    /// Id of the key, another one for each run: an app that is still running has cached the keys of the last one.
    fn key_id(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.key.public_key().as_ref()[1..9])
    }

    fn token(&self, request: &Message) -> Result<Value, String> {
        if !is_client(request.header("authorization").unwrap_or_default()) {
            return Err("another client authentication".to_owned());
        }
        let form: HashMap<String, String> = url::form_urlencoded::parse(&request.body).into_owned().collect();
        let field = |name: &str| form.get(name).map(String::as_str).ok_or(format!("no {name}"));
        let grant = self.grants.lock().expect("no holder panics").remove(field("code")?);
        let grant = grant.ok_or("the code is unknown or was used before")?;
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, field("code_verifier")?.as_bytes()));
        if challenge != grant.code_challenge {
            return Err("the verifier is of another challenge".to_owned());
        }
        if field("redirect_uri")? != grant.redirect_uri || field("grant_type")? != "authorization_code" {
            return Err("another redirect_uri or grant_type".to_owned());
        }
        Ok(json!({
            "access_token": access_token(grant.launch),
            "token_type": "Bearer",
            "expires_in": 3600,
            "scope": SCOPES,
            "patient": patient_id(grant.launch),
            "need_patient_banner": true,
            "id_token": self.id_token(&grant),
        }))
    }

    #[expect(clippy::disallowed_methods, reason = "this plays another machine, with a clock of its own")]
    fn id_token(&self, grant: &Grant) -> String {
        let now =
            SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("it is after 1970").as_secs();
        let clinician = clinician(grant.launch);
        let header = json!({ "alg": "ES256", "typ": "JWT", "kid": self.key_id() });
        let mut claims = json!({
            "iss": self.issuer(),
            "sub": format!("clinician-{clinician}"),
            "aud": CLIENT_ID,
            "iat": now,
            "exp": now + 300,
            "fhirUser": format!("{}/Practitioner/clinician-{clinician}", self.fhir_base_url()),
        });
        if let Some(nonce) = &grant.nonce {
            claims["nonce"] = json!(nonce);
        }
        let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("a P-256 key signs");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn patient(&self, path: &str, request: &Message) -> Result<Value, String> {
        let id = path.rsplit('/').next().unwrap_or_default();
        let launch =
            id.strip_prefix("patient-").and_then(|number| number.parse().ok()).ok_or("no such patient")?;
        if request.header("authorization") != Some(format!("Bearer {}", access_token(launch)).as_str()) {
            return Err("the access token is for another patient".to_owned());
        }
        Ok(json!({
            "resourceType": "Patient",
            "id": id,
            "meta": { "versionId": "3", "lastUpdated": "2026-03-02T14:21:09Z" },
            "active": true,
            "identifier": [
                { "use": "official", "type": { "coding": [{
                    "system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "JHN" }] },
                  "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn",
                  "value": format!("{:010}", 1_000_000_000 + launch) },
                { "system": format!("{}/mrn", self.issuer()), "value": format!("M{launch:07}") },
            ],
            "name": [{ "use": "official", "family": family(launch), "given": ["Zoé", "Anne"] }],
            "telecom": [{ "system": "phone", "use": "home", "value": "613-555-0142" }],
            "gender": "female",
            "birthDate": "1961-07-04",
            "address": [{ "use": "home", "line": ["14 Rideau Street"], "city": "Ottawa", "state": "ON",
                "postalCode": "K1N 5W8", "country": "CA" }],
            "communication": [{ "preferred": true, "language": { "coding": [{
                "system": "urn:ietf:bcp:47", "code": "fr" }] } }],
        }))
    }
}

/// Whether these are our client's id and secret: RFC 6749, 2.3.1, encodes both like fields of a form before Basic does.
fn is_client(authorization: &str) -> bool {
    let decoded = authorization.strip_prefix("Basic ").and_then(|basic| STANDARD.decode(basic).ok());
    let pair =
        decoded.and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default().replacen(':', "=", 1);
    let is_ours = |(id, secret)| id == CLIENT_ID && secret == CLIENT_SECRET;
    url::form_urlencoded::parse(pair.as_bytes()).next().is_some_and(is_ours)
}

fn practitioner(path: &str) -> Result<Value, String> {
    let id = path.rsplit('/').next().unwrap_or_default();
    let number: u64 =
        id.strip_prefix("clinician-").and_then(|number| number.parse().ok()).ok_or("no such clinician")?;
    Ok(json!({
        "resourceType": "Practitioner",
        "id": id,
        "active": true,
        "identifier": [{ "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-license-physician",
            "value": format!("{:06}", 70_000 + number) }],
        "name": [{ "use": "official", "family": format!("{CLINICIAN}{number:02}"), "given": ["Maude"], "prefix": ["Dr."] }],
        "telecom": [{ "system": "phone", "use": "work", "value": "613-555-0100" }],
    }))
}

fn patient_id(launch: u64) -> String {
    format!("patient-{launch}")
}

fn access_token(launch: u64) -> String {
    format!("access-of-launch-{launch}-and-some-more-characters-as-real-ones-have")
}

/// Family name of the patient of a launch.
pub fn family(launch: u64) -> String {
    format!("{FAMILY}{launch:07}")
}
