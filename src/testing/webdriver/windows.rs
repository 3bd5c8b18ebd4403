//! Windows, frames, and what they show.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::{Chromium, Element, Error, text_of};

impl Chromium {
    /// Writes what the window shows as a PNG file.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<(), Error> {
        let encoded = text_of(&self.get("screenshot").await?)?;
        let png = STANDARD.decode(encoded).map_err(|error| Error::Answer(error.to_string()))?;
        std::fs::write(file, png).map_err(Error::Screenshot)
    }

    /// Resizes the window, in CSS pixels.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn set_window_size(&self, width: u32, height: u32) -> Result<(), Error> {
        self.post("window/rect", json!({ "width": width, "height": height })).await.map(drop)
    }

    /// Makes the frame the place where elements are found and scripts run.
    ///
    /// # Errors
    /// When the element is no frame.
    pub async fn enter_frame(&self, frame: &Element<'_>) -> Result<(), Error> {
        self.post("frame", json!({ "id": frame.to_value() })).await.map(drop)
    }

    /// Goes from a frame back to the page that holds it.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn leave_frame(&self) -> Result<(), Error> {
        self.post("frame/parent", json!({})).await.map(drop)
    }

    /// The handle of the current window or tab.
    ///
    /// # Errors
    /// When it is closed.
    pub async fn window(&self) -> Result<String, Error> {
        text_of(&self.get("window").await?)
    }

    /// The handles of all windows and tabs.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn windows(&self) -> Result<Vec<String>, Error> {
        self.get("window/handles").await?.as_array().into_iter().flatten().map(text_of).collect()
    }

    /// Opens a tab and gives its handle; the current one stays current.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn new_tab(&self) -> Result<String, Error> {
        text_of(&self.post("window/new", json!({ "type": "tab" })).await?["handle"])
    }

    /// Makes a window or tab the current one.
    ///
    /// # Errors
    /// `no such window` when it is closed.
    pub async fn switch_to(&self, window: &str) -> Result<(), Error> {
        self.post("window", json!({ "handle": window })).await.map(drop)
    }

    /// Closes the current window or tab. Switch to another before the next call.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn close_window(&self) -> Result<(), Error> {
        self.delete("window").await.map(drop)
    }

    /// The cookies that the current page sees, as the driver lists them, `HttpOnly` ones included.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn cookies(&self) -> Result<Value, Error> {
        self.get("cookie").await
    }

    /// Takes the browser off the network, or puts it back.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn set_offline(&self, offline: bool) -> Result<(), Error> {
        let conditions =
            json!({ "offline": offline, "latency": 0, "throughput": if offline { 0 } else { -1 } });
        self.post("chromium/network_conditions", json!({ "network_conditions": conditions })).await.map(drop)
    }

    /// What the browser wrote to its console since the last call, such as a violation of the content security policy, a
    /// script that failed, or an answer above 399. Each line begins with its level, `SEVERE`, `WARNING` or `INFO`.
    ///
    /// # Errors
    /// When the driver refuses.
    pub async fn console(&self) -> Result<Vec<String>, Error> {
        let entries = self.post("se/log", json!({ "type": "browser" })).await?;
        let line =
            |entry: &Value| Ok(format!("{} {}", text_of(&entry["level"])?, text_of(&entry["message"])?));
        entries.as_array().into_iter().flatten().map(line).collect()
    }
}
