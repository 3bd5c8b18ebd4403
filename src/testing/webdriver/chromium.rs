//! Browser session: pages, elements, keys, scripts.

use std::path::Path;
use std::time::Instant;

use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::patience::{PATIENCE, pause};
use super::process::Process;
use super::{Element, Error, Options, text_of};

/// A key without a character, by its code point in the `WebDriver` specification.
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
    /// Starts a browser with an empty profile.
    pub async fn start(options: &Options) -> Result<Self, Error> {
        let mut process = Process::start().await?;
        let http = http_client()?;
        let base = format!("http://127.0.0.1:{}/session", process.port);
        let capabilities = options.capabilities(&process.profile);
        let created = command(&http, Method::POST, &base, Some(&capabilities)).await?;
        let session = text_of(&created["sessionId"])?;
        let session_url = format!("{base}/{session}");
        process.session = Some(session);
        Ok(Self { http, session_url, process })
    }

    /// Profile folder of the browser, removed with it.
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

    /// Opens a URL and waits until the page is loaded.
    pub async fn goto(&self, url: &str) -> Result<(), Error> {
        self.post("url", json!({ "url": url })).await.map(drop)
    }

    /// Goes back one page.
    pub async fn back(&self) -> Result<(), Error> {
        self.post("back", json!({})).await.map(drop)
    }

    /// Reloads the page.
    pub async fn refresh(&self) -> Result<(), Error> {
        self.post("refresh", json!({})).await.map(drop)
    }

    /// URL of the top-level page.
    pub async fn url(&self) -> Result<String, Error> {
        text_of(&self.get("url").await?)
    }

    /// Title of the top-level page.
    pub async fn title(&self) -> Result<String, Error> {
        text_of(&self.get("title").await?)
    }

    /// Finds the first element that matches the CSS selector now.
    ///
    /// # Errors
    /// [`Error::Refused`] with `no such element` if there is none.
    pub async fn find(&self, css: &str) -> Result<Element<'_>, Error> {
        let found = self.post("element", json!({ "using": "css selector", "value": css })).await;
        Element::new(self, &found.map_err(|error| naming(error, css))?)
    }

    /// Finds all elements that match the CSS selector now.
    pub async fn find_all(&self, css: &str) -> Result<Vec<Element<'_>>, Error> {
        let found = self.post("elements", json!({ "using": "css selector", "value": css })).await?;
        found.as_array().into_iter().flatten().map(|element| Element::new(self, element)).collect()
    }

    /// Element that has the focus.
    pub async fn focused(&self) -> Result<Element<'_>, Error> {
        Element::new(self, &self.get("element/active").await?)
    }

    /// Waits for an element that matches the CSS selector, and returns the first one.
    ///
    /// # Errors
    /// [`Error::TimedOut`] if none appears within two minutes.
    pub async fn wait_for(&self, css: &str) -> Result<Element<'_>, Error> {
        let started = Instant::now();
        loop {
            match self.find(css).await {
                Err(Error::Refused { code, .. }) if code == "no such element" => {}
                other => return other,
            }
            pause(started, || format!("an element {css}")).await?;
        }
    }

    /// Waits until `wanted` returns true for the URL of the page, and returns the URL.
    ///
    /// # Errors
    /// [`Error::TimedOut`], with the last URL, if it does not within two minutes.
    pub async fn wait_for_url(&self, wanted: impl Fn(&str) -> bool) -> Result<String, Error> {
        let started = Instant::now();
        loop {
            let url = self.url().await?;
            if wanted(&url) {
                return Ok(url);
            }
            pause(started, || format!("another URL than {url}")).await?;
        }
    }

    /// Presses and releases one key, at the current focus.
    pub async fn press(&self, key: Key) -> Result<(), Error> {
        self.press_all(&[key]).await
    }

    /// Presses the keys in order and releases them together, such as Shift and Tab.
    pub async fn press_all(&self, keys: &[Key]) -> Result<(), Error> {
        let down = keys.iter().map(|key| json!({ "type": "keyDown", "value": key.code() }));
        let up = keys.iter().rev().map(|key| json!({ "type": "keyUp", "value": key.code() }));
        let moves: Vec<Value> = down.chain(up).collect();
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": moves });
        self.post("actions", json!({ "actions": [keyboard] })).await.map(drop)
    }

    /// Runs a function body in the page with these arguments, and returns its result.
    ///
    /// # Errors
    /// [`Error::Refused`] with `javascript error` if it throws.
    pub async fn execute(&self, script: &str, arguments: Value) -> Result<Value, Error> {
        self.post("execute/sync", json!({ "script": script, "args": arguments })).await
    }

    /// Element that a script returned, alone or as a part of its result.
    ///
    /// # Errors
    /// [`Error::Answer`] if the value is not an element.
    pub fn element(&self, returned: &Value) -> Result<Element<'_>, Error> {
        Element::new(self, returned)
    }

    /// Runs a function body in the page, whose last argument is a callback for the result.
    ///
    /// # Errors
    /// [`Error::Refused`] with `javascript error` if it throws, with `script timeout` if it never calls back.
    pub async fn execute_async(&self, script: &str, arguments: Value) -> Result<Value, Error> {
        self.post("execute/async", json!({ "script": script, "args": arguments })).await
    }
}

/// HTTP client for the driver on this machine.
#[expect(
    clippy::disallowed_methods,
    reason = "the driver is a process of the test on this machine; egress is for EHRs"
)]
fn http_client() -> Result<Client, Error> {
    // Ignored if a provider is installed already: it is the same one.
    drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
    Ok(Client::builder().no_proxy().timeout(PATIENCE).build()?)
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

/// Replaces the driver's message for a missing element, which repeats its options, by the selector.
fn naming(error: Error, css: &str) -> Error {
    match error {
        Error::Refused { code, .. } if code == "no such element" => {
            Error::Refused { code, message: css.to_owned() }
        }
        other => other,
    }
}
