//! One launch as a browser performs it: `/launch`, the EHR's approval, `/callback`, the filled form.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use url::Url;

use crate::ehr::{CLINICIAN, Ehr, FAMILY, Grant, clinician, family};
use crate::http::{Connection, Message};

/// Maximum of redirects between the callback and the form.
const MAX_REDIRECTS: usize = 2;

/// Target of the launches, with kept-alive connections that they share, as behind a proxy. Each launch is a new
/// browser with an empty cookie jar.
pub struct Target {
    pub app: Url,
    pub ehr: Arc<Ehr>,
    launched: AtomicU64,
    idle: Mutex<VecDeque<Connection>>,
}

impl Target {
    pub fn new(app: Url, ehr: Arc<Ehr>) -> Self {
        Self { app, ehr, launched: AtomicU64::new(0), idle: Mutex::default() }
    }

    /// Performs the next launch up to its filled form.
    pub async fn launch(&self) -> Result<(), String> {
        let launch = self.launched.fetch_add(1, Ordering::Relaxed);
        let mut browser = Browser { target: self, cookies: HashMap::new() };
        browser.play(launch).await.map_err(|why| format!("launch {launch}: {why}"))
    }

    async fn connection(&self) -> io::Result<Connection> {
        let idle = self.idle.lock().expect("no holder panics").pop_back();
        match idle {
            Some(connection) => Ok(connection),
            None => Connection::open(self.app.socket_addrs(|| None)?.as_slice()).await,
        }
    }

    async fn exchange(&self, request: &str) -> io::Result<Message> {
        loop {
            let reused = !self.idle.lock().expect("no holder panics").is_empty();
            let mut connection = self.connection().await?;
            connection.write(request.as_bytes()).await?;
            if let Some(response) = connection.read().await? {
                if !response.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close")) {
                    self.idle.lock().expect("no holder panics").push_back(connection);
                }
                return Ok(response);
            }
            // The app closed an idle connection at that moment, and received nothing of the request.
            if !reused {
                return Err(io::Error::other("the app closed a new connection without an answer"));
            }
        }
    }
}

struct Browser<'t> {
    target: &'t Target,
    cookies: HashMap<String, String>,
}

impl Browser<'_> {
    async fn play(&mut self, launch: u64) -> Result<(), String> {
        let ehr = &self.target.ehr;
        let mut url = self.target.app.join("/launch").map_err(|error| error.to_string())?;
        url.query_pairs_mut()
            .append_pair("iss", &ehr.fhir_base_url())
            .append_pair("launch", &format!("handle-{launch}"));
        let authorize = self.redirect(&url).await?;
        let back = consent(ehr, &authorize, launch)?;
        let mut page = self.redirect(&back).await?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.get(&page).await?;
            if response.second_word() == "200" {
                return right_patient(&response, launch);
            }
            page = location(&response, &page)?;
        }
        Err(format!("more than {MAX_REDIRECTS} redirects after the callback, the last to {}", page.path()))
    }

    async fn redirect(&mut self, url: &Url) -> Result<Url, String> {
        let response = self.get(url).await?;
        location(&response, url)
    }

    async fn get(&mut self, url: &Url) -> Result<Message, String> {
        let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
        let host = &url[url::Position::BeforeHost..url::Position::AfterPort];
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookie =
            if cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", cookies.join("; ")) };
        let request = format!(
            "GET {target} HTTP/1.1\r\nHost: {host}\r\nAccept: text/html\r\nAccept-Language: en-CA,en;q=0.9\r\n\
             Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n{cookie}\r\n"
        );
        let response =
            self.target.exchange(&request).await.map_err(|error| format!("{}: {error}", url.path()))?;
        for cookie in response.headers("set-cookie") {
            self.keep(cookie);
        }
        Ok(response)
    }

    fn keep(&mut self, set_cookie: &str) {
        let mut parts = set_cookie.split(';');
        let Some((name, value)) = parts.next().and_then(|pair| pair.split_once('=')) else {
            return;
        };
        let gone = parts.any(|part| part.trim().eq_ignore_ascii_case("max-age=0"));
        if gone || value.is_empty() {
            self.cookies.remove(name.trim());
        } else {
            self.cookies.insert(name.trim().to_owned(), value.to_owned());
        }
    }
}

fn location(response: &Message, from: &Url) -> Result<Url, String> {
    let status = response.second_word();
    match response.header("location") {
        Some(to) if matches!(status, "302" | "303" | "307") => {
            from.join(to).map_err(|error| format!("{to}: {error}"))
        }
        _ => Err(format!("{} answered {status} without a redirect: {}", from.path(), plain(&response.body))),
    }
}

/// Approves the launch at the EHR and returns the callback URL with a code.
fn consent(ehr: &Ehr, authorize: &Url, launch: u64) -> Result<Url, String> {
    let asked: HashMap<_, _> = authorize.query_pairs().collect();
    let field =
        |name: &str| asked.get(name).map(ToString::to_string).ok_or(format!("{authorize} has no {name}"));
    let address = &authorize[..url::Position::AfterPath];
    if address != ehr.authorization_endpoint() || field("aud")? != ehr.fhir_base_url() {
        return Err(format!("sent to {authorize}"));
    }
    if field("launch")? != format!("handle-{launch}") || field("code_challenge_method")? != "S256" {
        return Err(format!("asked for something else: {authorize}"));
    }
    let redirect_uri = field("redirect_uri")?;
    let mut back = Url::parse(&redirect_uri).map_err(|error| error.to_string())?;
    let grant =
        Grant { launch, nonce: field("nonce")?, code_challenge: field("code_challenge")?, redirect_uri };
    let code = ehr.authorize(grant);
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &field("state")?);
    Ok(back)
}

/// Checks that the page is a form that names patient and clinician of this launch, and no other patient.
fn right_patient(response: &Message, launch: u64) -> Result<(), String> {
    let page = String::from_utf8_lossy(&response.body);
    let (patient, clinician) = (family(launch), format!("{CLINICIAN}{:02}", clinician(launch)));
    let others = page.match_indices(FAMILY).filter(|(at, _)| !page[*at..].starts_with(&patient)).count();
    if others > 0 {
        return Err(format!("the page of {patient} names another patient"));
    }
    for needed in [patient.as_str(), clinician.as_str(), "<form"] {
        if !page.contains(needed) {
            return Err(format!("the page lacks `{needed}`: {}", plain(&response.body)));
        }
    }
    Ok(())
}

/// Readable text of a page, for an error.
fn plain(body: &[u8]) -> String {
    let page = String::from_utf8_lossy(body);
    let texts = page.split('<').filter_map(|tag| tag.split_once('>').map(|(_, text)| text));
    let words: Vec<&str> = texts.flat_map(str::split_whitespace).take(60).collect();
    words.join(" ")
}
