//! Options of a browser.

use serde_json::{Map, Value, json};

/// Preferences and window of the simulated user. Default: English, light theme, JavaScript, 1280 by 900.
#[derive(Debug, Clone)]
pub struct Options {
    arguments: Vec<String>,
    preferences: Map<String, Value>,
}

impl Default for Options {
    fn default() -> Self {
        let quiet = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
        ];
        let start = Self { arguments: quiet.map(str::to_owned).to_vec(), preferences: Map::new() };
        start.language("en-CA").window(1280, 900)
    }
}

impl Options {
    /// Sets the preferred language, such as `fr-CA`.
    #[must_use]
    pub fn language(self, tag: &str) -> Self {
        let base = tag.split('-').next().unwrap_or(tag);
        self.replacing("--lang=", tag).preference("intl.accept_languages", json!(format!("{tag},{base}")))
    }

    /// Sets the window size in CSS pixels.
    #[must_use]
    pub fn window(self, width: u32, height: u32) -> Self {
        self.replacing("--window-size=", &format!("{width},{height}"))
    }

    /// Prefers a dark theme.
    #[must_use]
    pub fn dark(self) -> Self {
        self.replacing("--blink-settings=", "preferredColorScheme=0")
    }

    /// Disables the scripts of pages. `execute` still works.
    #[must_use]
    pub fn without_javascript(self) -> Self {
        self.preference("profile.managed_default_content_settings.javascript", json!(2))
    }

    /// Adds a command line argument for Chromium.
    #[must_use]
    pub fn argument(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Adds an entry to Chromium's preferences file.
    #[must_use]
    pub fn preference(mut self, name: &str, value: Value) -> Self {
        self.preferences.insert(name.to_owned(), value);
        self
    }

    fn replacing(mut self, name: &str, value: &str) -> Self {
        self.arguments.retain(|argument| !argument.starts_with(name));
        self.argument(&format!("{name}{value}"))
    }

    /// Body of the `WebDriver` New Session command.
    pub(super) fn capabilities(&self, profile: &std::path::Path) -> Value {
        let mut arguments = self.arguments.clone();
        arguments.push(format!("--user-data-dir={}", profile.display()));
        let chrome = json!({ "args": arguments, "prefs": self.preferences });
        json!({ "capabilities": { "alwaysMatch": {
            "goog:chromeOptions": chrome,
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "implicit": 0, "pageLoad": 30_000, "script": 30_000 },
        } } })
    }
}
