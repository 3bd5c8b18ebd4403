//! An element of the page.

use serde_json::{Value, json};

use super::{Chromium, Error, text_of};

/// Member under which `WebDriver` returns element references.
const REFERENCE: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An element of the page that was current when it was found. After a navigation its calls fail.
pub struct Element<'b> {
    browser: &'b Chromium,
    reference: String,
}

impl<'b> Element<'b> {
    pub(super) fn new(browser: &'b Chromium, value: &Value) -> Result<Self, Error> {
        Ok(Self { browser, reference: text_of(&value[REFERENCE])? })
    }

    /// The element as an argument for `execute`.
    #[must_use]
    pub fn to_value(&self) -> Value {
        json!({ REFERENCE: self.reference })
    }

    async fn post(&self, command: &str, body: Value) -> Result<Value, Error> {
        self.browser.post(&format!("element/{}/{command}", self.reference), body).await
    }

    async fn get(&self, command: &str) -> Result<Value, Error> {
        self.browser.get(&format!("element/{}/{command}", self.reference)).await
    }

    /// Scrolls the element into view and clicks its middle; fails if another element covers it.
    pub async fn click(&self) -> Result<(), Error> {
        self.post("click", json!({})).await.map(drop)
    }

    /// Empties a field.
    pub async fn clear(&self) -> Result<(), Error> {
        self.post("clear", json!({})).await.map(drop)
    }

    /// Types into the element, after its current text.
    pub async fn type_text(&self, text: &str) -> Result<(), Error> {
        self.post("value", json!({ "text": text })).await.map(drop)
    }

    /// Rendered text, without hidden parts.
    pub async fn text(&self) -> Result<String, Error> {
        text_of(&self.get("text").await?)
    }

    /// Attribute in the markup.
    pub async fn attribute(&self, name: &str) -> Result<Option<String>, Error> {
        Ok(self.get(&format!("attribute/{name}")).await?.as_str().map(str::to_owned))
    }

    /// Current value of a property, such as `value` or `checked`.
    pub async fn property(&self, name: &str) -> Result<Value, Error> {
        self.get(&format!("property/{name}")).await
    }

    /// Whether a person can see the element.
    pub async fn is_displayed(&self) -> Result<bool, Error> {
        Ok(self.get("displayed").await? == true)
    }
}
