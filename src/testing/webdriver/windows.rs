//! Windows, tabs, frames, cookies and console.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Chromium, Element, Error, text_of};

impl Chromium {
    /// Prints the page. Returns a PDF.
    ///
    /// # Errors
    /// [`Error::Answer`] if the driver returns no PDF.
    pub async fn print(&self) -> Result<Vec<u8>, Error> {
        let encoded = text_of(&self.post("print", json!({})).await?)?;
        STANDARD.decode(encoded).map_err(|error| Error::Answer(error.to_string()))
    }

    /// Saves a screenshot of the window as a PNG file.
    ///
    /// # Errors
    /// [`Error::Screenshot`] if the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<(), Error> {
        let encoded = text_of(&self.get("screenshot").await?)?;
        let png = STANDARD.decode(encoded).map_err(|error| Error::Answer(error.to_string()))?;
        std::fs::write(file, png).map_err(Error::Screenshot)
    }

    /// Resizes the window, in CSS pixels.
    pub async fn set_window_size(&self, width: u32, height: u32) -> Result<(), Error> {
        self.post("window/rect", json!({ "width": width, "height": height })).await.map(drop)
    }

    /// Enters a frame: elements are found and scripts run in it.
    pub async fn enter_frame(&self, frame: &Element<'_>) -> Result<(), Error> {
        self.post("frame", json!({ "id": frame.to_value() })).await.map(drop)
    }

    /// Leaves a frame for the page that contains it.
    pub async fn leave_frame(&self) -> Result<(), Error> {
        self.post("frame/parent", json!({})).await.map(drop)
    }

    /// Handle of the current window or tab.
    pub async fn window(&self) -> Result<String, Error> {
        text_of(&self.get("window").await?)
    }

    /// Handles of all windows and tabs.
    pub async fn windows(&self) -> Result<Vec<String>, Error> {
        self.get("window/handles").await?.as_array().into_iter().flatten().map(text_of).collect()
    }

    /// Opens a tab and returns its handle; the current tab stays current.
    pub async fn new_tab(&self) -> Result<String, Error> {
        text_of(&self.post("window/new", json!({ "type": "tab" })).await?["handle"])
    }

    /// Switches to a window or tab.
    ///
    /// # Errors
    /// [`Error::Refused`] with `no such window` if it is closed.
    pub async fn switch_to(&self, window: &str) -> Result<(), Error> {
        self.post("window", json!({ "handle": window })).await.map(drop)
    }

    /// Closes the current window or tab. Switch to another one before the next call.
    pub async fn close_window(&self) -> Result<(), Error> {
        self.delete("window").await.map(drop)
    }

    /// Cookies of the current page as the driver lists them, including `HttpOnly` ones.
    pub async fn cookies(&self) -> Result<Value, Error> {
        self.get("cookie").await
    }

    /// Disconnects the browser from the network, or reconnects it.
    pub async fn set_offline(&self, offline: bool) -> Result<(), Error> {
        let conditions =
            json!({ "offline": offline, "latency": 0, "throughput": if offline { 0 } else { -1 } });
        self.post("chromium/network_conditions", json!({ "network_conditions": conditions })).await.map(drop)
    }

    /// Console messages since the last call, such as a violation of the content security policy, a failed script, or
    /// a response above 399. Each line begins with its level: `SEVERE`, `WARNING` or `INFO`.
    pub async fn console(&self) -> Result<Vec<String>, Error> {
        let entries = self.post("se/log", json!({ "type": "browser" })).await?;
        let line =
            |entry: &Value| Ok(format!("{} {}", text_of(&entry["level"])?, text_of(&entry["message"])?));
        entries.as_array().into_iter().flatten().map(line).collect()
    }
}
