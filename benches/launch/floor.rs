//! The floor: an app that does only what a launch cannot avoid, in a process of its own. Six HTTP messages with their JSON, one
//! signature check of an `id_token`, two durable transactions, and a page of the size of ours. It refuses nothing that a real
//! app would have to refuse beyond signature, nonce, issuer and audience, and what it keeps cannot be read back.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::{Arc, Mutex, mpsc};

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use url::{Url, form_urlencoded};

use crate::ehr::{CLIENT_ID, CLIENT_SECRET, Ehr, SCOPES};
use crate::http::{Connection, Message, Pool};

/// First argument of the process that is the floor.
pub const ARGUMENT: &str = "--floor-app";
/// Bytes that one transaction appends.
const RECORD: [u8; 1024] = [b'.'; 1024];

/// The running floor. Dropping it ends the process.
pub struct Floor {
    child: Child,
    pub url: Url,
}

impl Floor {
    /// Starts this program again as the floor.
    pub fn start(ehr: &Ehr, page_bytes: usize, folder: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().expect("this program has a path"))
            .args([ARGUMENT, &ehr.issuer(), &page_bytes.to_string()])
            .arg(folder.join("floor.journal"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this program can be started again");
        let mut line = String::new();
        let output = child.stdout.take().expect("its output is piped");
        BufReader::new(output).read_line(&mut line).expect("the floor prints its address");
        let url = line.trim().parse().expect("the floor prints its address");
        Self { child, url }
    }

    pub fn process(&self) -> String {
        self.child.id().to_string()
    }
}

impl Drop for Floor {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Serves launches until the input is closed, which is when the benchmark ends.
pub fn serve(mut arguments: impl Iterator<Item = String>) -> ExitCode {
    let mut next = || arguments.next().expect("the benchmark passes three arguments");
    let (ehr, page_bytes, journal) = (next(), next().parse().expect("a number"), PathBuf::from(next()));
    std::thread::spawn(|| {
        drop(std::io::stdin().read_to_end(&mut Vec::new()));
        std::process::exit(0);
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let own = format!("http://{}", listener.local_addr().expect("a bound socket has an address"));
        let app = Arc::new(App::open(ehr, own.clone(), page_bytes, &journal).await);
        println!("{own}/");
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(app.clone().converse(stream));
        }
    });
    ExitCode::SUCCESS
}

/// Launch on its way to the EHR and back.
struct Attempt {
    nonce: String,
    verifier: String,
}

/// Names on the page of a launch.
struct Opened {
    patient: String,
    clinician: String,
}

struct App {
    ehr: String,
    own: String,
    pool: Pool,
    key: UnparsedPublicKey<Vec<u8>>,
    journal: mpsc::Sender<oneshot::Sender<()>>,
    attempts: Mutex<HashMap<String, Attempt>>,
    opened: Mutex<HashMap<String, Opened>>,
    filling: String,
}

#[derive(Deserialize)]
struct TokenResponse {
    access_token: String,
    patient: String,
    id_token: String,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    nonce: String,
    #[serde(rename = "fhirUser")]
    fhir_user: String,
}

#[derive(Deserialize)]
struct Person {
    name: Vec<Name>,
}

#[derive(Deserialize)]
struct Name {
    family: String,
}

impl App {
    async fn open(ehr: String, own: String, page_bytes: usize, journal: &Path) -> Self {
        let url = Url::parse(&ehr).expect("the address of the EHR");
        let pool = Pool::new(url.socket_addrs(|| None).expect("the host is this machine"));
        let jwks: Value =
            read(&pool, "GET /jwks HTTP/1.1\r\nHost: ehr\r\n\r\n").await.expect("the EHR has keys");
        let mut point = vec![4];
        for coordinate in ["x", "y"] {
            let text = jwks["keys"][0][coordinate].as_str().expect("a coordinate");
            point.extend(URL_SAFE_NO_PAD.decode(text).expect("base64"));
        }
        Self {
            ehr,
            own,
            pool,
            key: UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point),
            journal: keep(File::create(journal).expect("a temporary file")),
            attempts: Mutex::default(),
            opened: Mutex::default(),
            filling: "<p>A line of the page</p>\n".repeat(page_bytes.div_ceil(26)),
        }
    }

    async fn converse(self: Arc<Self>, stream: TcpStream) {
        let Ok(mut connection) = Connection::new(stream) else {
            return;
        };
        while let Ok(Some(request)) = connection.read().await {
            let response = self.answer(&request).await.unwrap_or_else(|why| {
                format!("HTTP/1.1 400 Bad Request\r\nContent-Length: {}\r\n\r\n{why}", why.len())
            });
            if connection.write(response.as_bytes()).await.is_err() {
                return;
            }
        }
    }

    async fn answer(&self, request: &Message) -> Result<String, String> {
        let (path, query) = request.second_word().split_once('?').unwrap_or((request.second_word(), ""));
        let query: HashMap<String, String> = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let field = |name: &str| query.get(name).cloned().ok_or(format!("no {name}"));
        match path {
            "/launch" => Ok(self.launch(&field("iss")?, &field("launch")?)),
            "/callback" => self.callback(&field("code")?, &field("state")?).await,
            "/form" => {
                let session = request.header("cookie").and_then(|cookie| cookie.strip_prefix("s="));
                self.form(session.unwrap_or_default()).await
            }
            _ => Err("nothing is here".to_owned()),
        }
    }

    fn launch(&self, iss: &str, launch: &str) -> String {
        let (state, nonce, verifier) = (random(), random(), random());
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("response_type", "code"), ("client_id", CLIENT_ID), ("scope", SCOPES)])
            .extend_pairs([("aud", iss), ("launch", launch), ("state", &state), ("nonce", &nonce)])
            .extend_pairs([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")])
            .append_pair("redirect_uri", &format!("{}/callback", self.own))
            .finish();
        self.attempts.lock().expect("no holder panics").insert(state, Attempt { nonce, verifier });
        redirect(&format!("{}/authorize?{query}", self.ehr), "")
    }

    async fn callback(&self, code: &str, state: &str) -> Result<String, String> {
        let attempt = self.attempts.lock().expect("no holder panics").remove(state);
        let attempt = attempt.ok_or("another state")?;
        let body = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("grant_type", "authorization_code"), ("code", code)])
            .append_pair("redirect_uri", &format!("{}/callback", self.own))
            .append_pair("code_verifier", &attempt.verifier)
            .finish();
        let basic = STANDARD.encode(format!("{CLIENT_ID}:{CLIENT_SECRET}"));
        let asked = format!(
            "POST /token HTTP/1.1\r\nHost: ehr\r\nAuthorization: Basic {basic}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        let token: TokenResponse = read(&self.pool, &asked).await?;
        let claims = self.claims(&token.id_token, &attempt.nonce)?;
        let patient = self.person(format!("/fhir/Patient/{}", token.patient), &token.access_token);
        let user = claims.fhir_user.strip_prefix(&self.ehr).ok_or("a user of another EHR")?.to_owned();
        let (patient, clinician) = tokio::join!(patient, self.person(user, &token.access_token));
        let opened = Opened { patient: patient?, clinician: clinician? };
        self.commit().await?;
        let session = random();
        self.opened.lock().expect("no holder panics").insert(session.clone(), opened);
        Ok(redirect("/form", &format!("Set-Cookie: s={session}; HttpOnly; Path=/\r\n")))
    }

    fn claims(&self, id_token: &str, nonce: &str) -> Result<Claims, String> {
        let (signed, signature) = id_token.rsplit_once('.').ok_or("not a compact JWS")?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|error| error.to_string());
        self.key.verify(signed.as_bytes(), &decode(signature)?).map_err(|_| "a wrong signature")?;
        let claims = decode(signed.rsplit('.').next().unwrap_or_default())?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|error| error.to_string())?;
        match claims.nonce == nonce && claims.iss == self.ehr && claims.aud == CLIENT_ID {
            true => Ok(claims),
            false => Err("an id_token of another launch".to_owned()),
        }
    }

    /// Reads the family name of a person.
    async fn person(&self, path: String, access_token: &str) -> Result<String, String> {
        let asked =
            format!("GET {path} HTTP/1.1\r\nHost: ehr\r\nAuthorization: Bearer {access_token}\r\n\r\n");
        let person: Person = read(&self.pool, &asked).await?;
        person.name.into_iter().next().map(|name| name.family).ok_or("no name".to_owned())
    }

    async fn form(&self, session: &str) -> Result<String, String> {
        let opened = self.opened.lock().expect("no holder panics").remove(session);
        let Opened { patient, clinician } = opened.ok_or("no such session")?;
        self.commit().await?;
        let page = format!("<form>{patient} {clinician}</form>{}", self.filling);
        let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8";
        Ok(format!("{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len()))
    }

    /// Waits until a record is on the disk.
    async fn commit(&self) -> Result<(), String> {
        let (done, written) = oneshot::channel();
        self.journal.send(done).map_err(|error| error.to_string())?;
        written.await.map_err(|error| error.to_string())
    }
}

/// Starts the thread that writes records: those that wait are written and synced together.
fn keep(mut file: File) -> mpsc::Sender<oneshot::Sender<()>> {
    let (sender, receiver) = mpsc::channel::<oneshot::Sender<()>>();
    std::thread::spawn(move || {
        while let Ok(first) = receiver.recv() {
            let mut group = vec![first];
            group.extend(receiver.try_iter());
            let records = RECORD.repeat(group.len());
            file.write_all(&records)
                .and_then(|()| file.sync_data())
                .expect("a temporary file can be written");
            for done in group {
                // The browser may be gone.
                let _ = done.send(());
            }
        }
    });
    sender
}

async fn read<T: DeserializeOwned>(pool: &Pool, request: &str) -> Result<T, String> {
    let response = pool.exchange(request).await.map_err(|error| error.to_string())?;
    serde_json::from_slice(&response.body).map_err(|error| error.to_string())
}

fn redirect(to: &str, headers: &str) -> String {
    format!("HTTP/1.1 303 See Other\r\nLocation: {to}\r\n{headers}Content-Length: 0\r\n\r\n")
}

fn random() -> String {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).expect("the system has randomness");
    URL_SAFE_NO_PAD.encode(bytes)
}
