//! One launch as a browser performs it: `/launch`, the EHR's approval, `/callback`, the filled form.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use url::Url;

use crate::ehr::{CLINICIAN, Ehr, FAMILY, Grant, clinician, family};
use crate::http::{Message, Pool};

/// Maximum of redirects between the callback and the form.
const MAX_REDIRECTS: usize = 2;
/// Largest number of launches of one target, so that no two targets have a patient in common.
const MAX_LAUNCHES: u64 = 1_000_000;

/// Target of the launches. Each launch is a new browser with an empty cookie jar.
pub struct Target {
    pub app: Url,
    pub ehr: Arc<Ehr>,
    connections: Pool,
    /// Whether its final page must be a form that names the clinician.
    shows_form: bool,
    launched: AtomicU64,
    page_bytes: AtomicUsize,
}

impl Target {
    /// Builds the target with this number among all targets of a run.
    pub fn new(app: Url, ehr: Arc<Ehr>, number: u64) -> Self {
        let addresses = app.socket_addrs(|| None).expect("the host is this machine");
        Self {
            app,
            ehr,
            connections: Pool::new(addresses),
            shows_form: true,
            launched: AtomicU64::new(number * MAX_LAUNCHES),
            page_bytes: AtomicUsize::new(0),
        }
    }

    /// Builds a target of which only the patient on the final page is known.
    pub fn of_another_app(app: Url, ehr: Arc<Ehr>, number: u64) -> Self {
        Self { shows_form: false, ..Self::new(app, ehr, number) }
    }

    /// Returns the browser of the next launch.
    pub fn browser(self: &Arc<Self>) -> Browser {
        let launch = self.launched.fetch_add(1, Ordering::Relaxed);
        let (target, next) = (self.clone(), self.app.clone());
        Browser { target, launch, cookies: HashMap::new(), next, is_shown: false, received: 0 }
    }

    /// Performs the next launch up to its filled form.
    pub async fn launch(self: &Arc<Self>) -> Result<(), String> {
        let mut browser = self.browser();
        for stage in [Stage::Launch, Stage::Callback, Stage::Form] {
            browser.perform(stage).await?;
        }
        Ok(())
    }

    /// Size of the last form, in bytes.
    pub fn page_bytes(&self) -> usize {
        self.page_bytes.load(Ordering::Relaxed)
    }
}

/// Part of a launch.
#[derive(Clone, Copy)]
pub enum Stage {
    /// `/launch`, up to the redirect to the EHR.
    Launch,
    /// The callback with its redirect.
    Callback,
    /// The page that the callback leads to, if the callback did not show it itself.
    Form,
    /// The home page of the chart.
    Home,
}

impl Stage {
    pub const ALL: [Self; 4] = [Self::Launch, Self::Callback, Self::Form, Self::Home];

    pub fn name(self) -> &'static str {
        match self {
            Self::Launch => "/launch",
            Self::Callback => "callback",
            Self::Form => "form",
            Self::Home => "home",
        }
    }
}

/// Browser of one launch.
pub struct Browser {
    target: Arc<Target>,
    launch: u64,
    cookies: HashMap<String, String>,
    next: Url,
    is_shown: bool,
    /// Bytes of the responses so far.
    pub received: usize,
}

impl Browser {
    /// Performs the next stage of its launch.
    pub async fn perform(&mut self, stage: Stage) -> Result<(), String> {
        let performed = match stage {
            Stage::Launch => self.start().await,
            Stage::Callback => self.step().await,
            Stage::Form => self.arrive().await,
            Stage::Home => self.go_home().await,
        };
        performed.map_err(|why| format!("launch {}, {}: {why}", self.launch, stage.name()))
    }

    async fn start(&mut self) -> Result<(), String> {
        let target = self.target.clone();
        let mut url = target.app.join("/launch").map_err(|error| error.to_string())?;
        url.query_pairs_mut()
            .append_pair("iss", &target.ehr.fhir_base_url())
            .append_pair("launch", &format!("handle-{}", self.launch));
        let response = self.get(&url).await?;
        self.next = consent(&target, &location(&response, &url)?, self.launch)?;
        Ok(())
    }

    /// Gets the next page: a redirect, or the page of the patient.
    async fn step(&mut self) -> Result<(), String> {
        let url = self.next.clone();
        let response = self.get(&url).await?;
        if response.second_word() != "200" {
            self.next = location(&response, &url)?;
            return Ok(());
        }
        let needed: &[&str] = if self.target.shows_form { &["<form"] } else { &[] };
        right_patient(&response, self.launch, self.target.shows_form, needed)?;
        self.target.page_bytes.store(response.body.len(), Ordering::Relaxed);
        self.is_shown = true;
        Ok(())
    }

    async fn arrive(&mut self) -> Result<(), String> {
        for _ in 0..MAX_REDIRECTS {
            if !self.is_shown {
                self.step().await?;
            }
        }
        match self.is_shown {
            true => Ok(()),
            false => Err(format!("more than {MAX_REDIRECTS} redirects, the last to {}", self.next.path())),
        }
    }

    async fn go_home(&mut self) -> Result<(), String> {
        let context = self.next.path().split('/').nth(2).ok_or("its form is outside of a chart")?;
        let home = self.target.app.join(&format!("/c/{context}/")).map_err(|error| error.to_string())?;
        let response = self.get(&home).await?;
        if response.second_word() != "200" {
            return Err(format!("{} answered {}", home.path(), response.second_word()));
        }
        right_patient(&response, self.launch, false, &[])
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
        let response = self.target.connections.exchange(&request).await;
        let response = response.map_err(|error| format!("{}: {error}", url.path()))?;
        self.received += response.length();
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
fn consent(target: &Target, authorize: &Url, launch: u64) -> Result<Url, String> {
    let (ehr, asked) = (&target.ehr, authorize.query_pairs().collect::<HashMap<_, _>>());
    let field =
        |name: &str| asked.get(name).map(ToString::to_string).ok_or(format!("{authorize} has no {name}"));
    let address = &authorize[..url::Position::AfterPath];
    if address != ehr.authorization_endpoint() || field("aud")? != ehr.fhir_base_url() {
        return Err(format!("sent to {authorize}"));
    }
    if field("launch")? != format!("handle-{launch}") || field("code_challenge_method")? != "S256" {
        return Err(format!("asked for something else: {authorize}"));
    }
    let nonce = match field("nonce") {
        Err(why) if target.shows_form => return Err(why),
        nonce => nonce.ok(),
    };
    let redirect_uri = field("redirect_uri")?;
    let mut back = Url::parse(&redirect_uri).map_err(|error| error.to_string())?;
    let code = ehr.authorize(Grant { launch, nonce, code_challenge: field("code_challenge")?, redirect_uri });
    back.query_pairs_mut().append_pair("code", &code).append_pair("state", &field("state")?);
    Ok(back)
}

/// Checks that the page names the patient of this launch, what else is needed, and no other patient.
fn right_patient(
    response: &Message,
    launch: u64,
    names_clinician: bool,
    needed: &[&str],
) -> Result<(), String> {
    let page = String::from_utf8_lossy(&response.body);
    let (patient, clinician) = (family(launch), format!("{CLINICIAN}{:02}", clinician(launch)));
    let others = page.match_indices(FAMILY).filter(|(at, _)| !page[*at..].starts_with(&patient)).count();
    if others > 0 {
        return Err(format!("the page of {patient} names another patient"));
    }
    let mut needed = [needed, &[patient.as_str()]].concat();
    if names_clinician {
        needed.push(&clinician);
    }
    match needed.iter().find(|needed| !page.contains(**needed)) {
        None => Ok(()),
        Some(missing) => Err(format!("the page lacks `{missing}`: {}", plain(&response.body))),
    }
}

/// Readable text of a page, for an error.
fn plain(body: &[u8]) -> String {
    let page = String::from_utf8_lossy(body);
    let texts = page.split('<').map(|tag| tag.split_once('>').map_or(tag, |(_, text)| text));
    let words: Vec<&str> = texts.flat_map(str::split_whitespace).take(60).collect();
    words.join(" ")
}
