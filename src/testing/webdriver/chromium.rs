//! The browser: pages, elements, keys, scripts.

use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::process::Process;
use super::{Element, Error, Options, text_of};

/// How long `wait_for` and `wait_for_url` wait.
const PATIENCE_SECONDS: u64 = 15;
const POLL: Duration = Duration::from_millis(25);

/// A key that has no character, by its code point in the `WebDriver` specification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the name on the key")]
pub enum Key {
    Tab = 0xE004,
    Enter = 0xE007,
    Shift = 0xE008,
    Escape = 0xE00C,
    Space = 0xE00D,
    End = 0xE010,
    Home = 0xE011,
    Left = 0xE012,
    Up = 0xE013,
    Right = 0xE014,
    Down = 0xE015,
}

impl Key {
    fn code(self) -> Value {
        // Every value above is a private use code point.
        json!(char::from_u32(self as u32).unwrap_or_default())
    }
}

/// A headless Chromium with one session. Dropping it ends the browser and its driver, and removes the profile.
pub struct Chromium {
    http: Client,
    session_url: String,
    process: Process,
}

impl Chromium {
    /// Starts a browser of its own, with an empty profile.
    ///
    /// # Errors
    /// When the driver or Chromium does not start.
    pub async fn start(options: &Options) -> Result<Self, Error> {
        let mut process = Process::start()?;
        let http = http_client()?;
        let base = format!("http://127.0.0.1:{}/session", process.port);
        let capabilities = options.capabilities(&process.profile);
        let created = command(&http, Method::POST, &base, Some(&capabilities)).await?;
        let session = text_of(&created["sessionId"])?;
        let session_url = format!("{base}/{session}");
        process.session = Some(session);
        Ok(Self { http, session_url, process })
    }

    /// The folder of the browser's profile, gone when the browser is.
    #[must_use]
    pub fn profile(&self) -> &Path {
        &self.process.profile
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Result<Value, Error> {
        command(&self.http, Method::POST, &format!("{}/{path}", self.session_url), Some(&body)).await
    }

    pub(super) async fn delete(&self, path: &str) -> Result<Value, Error> {
        command(&self.http, Method::DELETE, &format!("{}/{path}", self.session_url), None).await
    }

    pub(super) async fn get(&self, path: &str) -> Result<Value, Error> {
        command(&self.http, Method::GET, &format!("{}/{path}", self.session_url), None).await
    }

    /// Opens an address and waits until the page is loaded.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn goto(&self, url: &str) -> Result<(), Error> {
        self.post("url", json!({ "url": url })).await.map(drop)
    }

    /// Goes back one page.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn back(&self) -> Result<(), Error> {
        self.post("back", json!({})).await.map(drop)
    }

    /// Loads the page again.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.post("refresh", json!({})).await.map(drop)
    }

    /// The address of the top-level page.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn url(&self) -> Result<String, Error> {
        text_of(&self.get("url").await?)
    }

    /// The title of the top-level page.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn title(&self) -> Result<String, Error> {
        text_of(&self.get("title").await?)
    }

    /// The first element that the CSS selector matches now.
    ///
    /// # Errors
    /// `no such element` when there is none.
    pub async fn find(&self, css: &str) -> Result<Element<'_>, Error> {
        let found = self.post("element", json!({ "using": "css selector", "value": css })).await;
        Element::new(self, &found.map_err(|error| naming(error, css))?)
    }

    /// Every element that the CSS selector matches now.
    ///
    /// # Errors
    /// When the selector is none.
    pub async fn find_all(&self, css: &str) -> Result<Vec<Element<'_>>, Error> {
        let found = self.post("elements", json!({ "using": "css selector", "value": css })).await?;
        found.as_array().into_iter().flatten().map(|element| Element::new(self, element)).collect()
    }

    /// The element that has the focus.
    ///
    /// # Errors
    /// When nothing has it.
    pub async fn focused(&self) -> Result<Element<'_>, Error> {
        Element::new(self, &self.get("element/active").await?)
    }

    /// The first element that the CSS selector matches, as soon as there is one.
    ///
    /// # Errors
    /// `TimedOut` when none appears.
    pub async fn wait_for(&self, css: &str) -> Result<Element<'_>, Error> {
        let mut left = Duration::from_secs(PATIENCE_SECONDS);
        loop {
            match self.find(css).await {
                Err(Error::Refused { code, .. }) if code == "no such element" => {}
                other => return other,
            }
            left = wait(left, css).await?;
        }
    }

    /// The address of the page, as soon as `wanted` says yes to it.
    ///
    /// # Errors
    /// `TimedOut`, with the last address, when it never does.
    pub async fn wait_for_url(&self, wanted: impl Fn(&str) -> bool) -> Result<String, Error> {
        let mut left = Duration::from_secs(PATIENCE_SECONDS);
        loop {
            let url = self.url().await?;
            if wanted(&url) {
                return Ok(url);
            }
            left = wait(left, &format!("another address than {url}")).await?;
        }
    }

    /// Presses and releases one key, wherever the focus is.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn press(&self, key: Key) -> Result<(), Error> {
        self.press_all(&[key]).await
    }

    /// Presses the keys one after another and releases them together, such as Shift and Tab.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn press_all(&self, keys: &[Key]) -> Result<(), Error> {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key.code() }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key.code() }));
        let moves: Vec<Value> = down.chain(up).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": moves });
        self.post("actions", json!({ "actions": [keyboard] })).await.map(drop)
    }

    /// Runs a function body in the page; `arguments` are its arguments, its `return` the answer.
    ///
    /// # Errors
    /// `javascript error` when it throws.
    pub async fn execute(&self, script: &str, arguments: Value) -> Result<Value, Error> {
        self.post("execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// Runs a function body in the page whose last argument is the function to call with the answer.
    ///
    /// # Errors
    /// `javascript error` when it throws, `script timeout` when it never answers.
    pub async fn execute_async(&self, script: &str, arguments: Value) -> Result<Value, Error> {
        self.post("execute/async", json!({ "script": script, "args": arguments })).await
    }
}

/// A client for the driver on this machine only.
#[expect(
    clippy::disallowed_methods,
    reason = "the driver is a process of the test on this machine; egress is for EHRs"
)]
fn http_client() -> Result<Client, Error> {
    // Whoever was first, the provider is the same one.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    Ok(Client::builder().no_proxy().timeout(Duration::from_mins(1)).build()?)
}

async fn command(http: &Client, method: Method, url: &str, body: Option<&Value>) -> Result<Value, Error> {
    let request = http.request(method, url);
    let request = if let Some(body) = body { request.json(body) } else { request };
    let mut answer: Value = request.send().await?.json().await?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(code) => {
            let message = value["message"].as_str().unwrap_or_default().to_owned();
            Err(Error::Refused { code: code.to_owned(), message })
        }
        None => Ok(value),
    }
}

/// The driver's word for an element that is missing repeats its options; the selector says more.
fn naming(error: Error, css: &str) -> Error {
    match error {
        Error::Refused { code, .. } if code == "no such element" => {
            Error::Refused { code, message: css.to_owned() }
        }
        other => other,
    }
}

async fn wait(left: Duration, what: &str) -> Result<Duration, Error> {
    let timed_out = || Error::TimedOut { what: what.to_owned(), seconds: PATIENCE_SECONDS };
    let left = left.checked_sub(POLL).ok_or_else(timed_out)?;
    tokio::time::sleep(POLL).await;
    Ok(left)
}
