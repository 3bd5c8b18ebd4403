//! A simulated person at the browser, who reads, clicks and types.

use std::ops::Deref;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use passerelle::testing::webdriver::{Chromium, Element, Options};
use serde_json::{Value, json};

use crate::demo::Demo;
use crate::waiting::wait_until;

/// A browser, with the actions of a person.
pub struct Person {
    browser: Chromium,
}

impl Deref for Person {
    type Target = Chromium;

    fn deref(&self) -> &Chromium {
        &self.browser
    }
}

impl Person {
    pub async fn sits_down(options: &Options) -> Result<Self> {
        // Smooth scrolling would move the page while the mouse points at it.
        let calm = options.clone().argument("--force-prefers-reduced-motion");
        let browser = Chromium::start(&calm).await?;
        Ok(Self { browser })
    }

    /// Opens the EHR in this tab, clicks "Launch referral" beside the patient and follows into the new tab.
    pub async fn launches(&self, demo: &Demo, patient: &str) -> Result<()> {
        self.launches_as(demo, "ngozi-okafor", patient).await
    }

    /// Launches like `launches`, as another clinician of the EHR.
    pub async fn launches_as(&self, demo: &Demo, clinician: &str, patient: &str) -> Result<()> {
        self.goto(&format!("{}/?practitioner={clinician}", demo.ehr)).await?;
        let before = self.windows().await?;
        let link = format!("a[aria-label=\"Launch referral for {patient}, new tab\"]");
        self.find(&link).await?.click().await?;
        self.follows_into_new_tab(&before).await
    }

    /// Switches to the tab that is not among those that were open before.
    pub async fn follows_into_new_tab(&self, before: &[String]) -> Result<()> {
        let opened = wait_until("a new tab", async || {
            let windows = self.windows().await?;
            Ok(windows.into_iter().find(|window| !before.contains(window)))
        });
        self.switch_to(&opened.await?).await?;
        self.wait_for("main h1").await?;
        Ok(())
    }

    /// Text of the first element that matches.
    pub async fn reads(&self, css: &str) -> Result<String> {
        Ok(self.find(css).await?.text().await?)
    }

    /// Waits until the first element that matches contains the text.
    pub async fn waits_to_read(&self, css: &str, text: &str) -> Result<()> {
        let mut last = String::new();
        let found = wait_until(format!("{text:?} in {css}"), async || {
            // Between two pages the element may be missing.
            if let Ok(now) = self.reads(css).await {
                last = now;
            }
            Ok(last.contains(text).then_some(()))
        });
        let found = found.await;
        found.with_context(|| format!("{css} contains {last:?}"))
    }

    /// Empties the field of a question and types into it.
    pub async fn types(&self, question: &str, text: &str) -> Result<()> {
        let field = self.find(&format!("[name=\"a.{question}\"]")).await?;
        field.clear().await?;
        field.type_text(text).await?;
        Ok(())
    }

    /// Value of the field of a question.
    pub async fn value(&self, question: &str) -> Result<String> {
        let field = self.find(&format!("[name=\"a.{question}\"]")).await?;
        let value = field.property("value").await?;
        Ok(value.as_str().unwrap_or_default().to_owned())
    }

    /// Waits until the question is visible; some depend on other answers.
    pub async fn waits_for_question(&self, question: &str) -> Result<()> {
        let hidden = "return !document.querySelector(`[data-place=\"${arguments[0]}\"]`)?.checkVisibility()";
        let asked = wait_until(format!("the question {question}"), async || {
            let hidden = self.execute(hidden, json!([question])).await?;
            Ok((hidden == false).then_some(()))
        });
        asked.await
    }

    /// Whether an answer is chosen now.
    pub async fn has_chosen(&self, question: &str, key: &str) -> Result<bool> {
        let chosen = format!(
            "[name=\"a.{question}\"][value=\"{key}\"]:checked, [name=\"a.{question}\"] option[value=\"{key}\"]:checked"
        );
        Ok(!self.find_all(&chosen).await?.is_empty())
    }

    /// Clicks an answer: a radio button, a check box, or a line of a drop-down list.
    pub async fn chooses(&self, question: &str, key: &str) -> Result<()> {
        let css = format!(
            "input[name=\"a.{question}\"][value=\"{key}\"], select[name=\"a.{question}\"] option[value=\"{key}\"]"
        );
        let answer = self.find(&css).await?;
        self.click(&answer).await.with_context(|| format!("{question}: {key}"))
    }

    /// Scrolls by the scroll rules of the page, then clicks; fails if another element covers the target.
    pub async fn click(&self, element: &Element<'_>) -> Result<()> {
        let scroll = "arguments[0].scrollIntoView({ block: 'nearest', behavior: 'instant' })";
        self.execute(scroll, json!([element.to_value()])).await?;
        Ok(element.click().await?)
    }

    pub async fn sees(&self, css: &str) -> Result<bool> {
        match self.find_all(css).await?.first() {
            Some(element) => Ok(element.is_displayed().await?),
            None => Ok(false),
        }
    }

    /// Finds the visible button or link whose text or name begins with `text`.
    ///
    /// All are looked at in one step, since the page may replace some of them meanwhile.
    pub async fn control(&self, text: &str) -> Result<Element<'_>> {
        let script = "const [text] = arguments, seen = [];
            const shown = { opacityProperty: true, visibilityProperty: true };
            for (const control of document.querySelectorAll('button, a')) {
              const label = control.checkVisibility(shown) ? control.innerText.trim() : '';
              const name = control.getAttribute('aria-label') ?? '';
              if (label.startsWith(text) || (label && name.startsWith(text))) return control;
              seen.push(label);
            }
            return seen;";
        let found = self.execute(script, json!([text])).await?;
        ensure!(!found.is_array(), "no button or link begins with {text:?}: {found}");
        Ok(self.element(&found)?)
    }

    /// Clicks a button or link and waits for the page it leads to.
    pub async fn clicks(&self, text: &str) -> Result<()> {
        let control = self.control(text).await?;
        self.follows(&control).await.with_context(|| text.to_owned())
    }

    /// Clicks the first element that matches, in any language, and waits for the page it leads to.
    pub async fn presses(&self, css: &str) -> Result<()> {
        let control = self.find(css).await?;
        self.follows(&control).await.with_context(|| css.to_owned())
    }

    async fn follows(&self, control: &Element<'_>) -> Result<()> {
        let page = self.find("html").await?;
        self.click(control).await?;
        self.leaves(&page).await
    }

    /// Waits until the page with this `html` element is replaced by a loaded page.
    pub async fn leaves(&self, page: &Element<'_>) -> Result<()> {
        let left = wait_until("the next page", async || {
            let left = page.is_displayed().await.is_err() && self.find("main").await.is_ok();
            Ok(left.then_some(()))
        });
        left.await
    }

    /// Result of a script in the page.
    pub async fn asks(&self, script: &str) -> Result<Value> {
        Ok(self.execute(script, json!([])).await?)
    }

    pub async fn sees_no_horizontal_scrolling(&self) -> Result<()> {
        let widths = self.asks("return [document.documentElement.scrollWidth, innerWidth]").await?;
        ensure!(widths[0].as_u64() <= widths[1].as_u64(), "the page is wider than its window: {widths}");
        Ok(())
    }

    /// Saves a screenshot of the page if `PASSERELLE_PICTURES=FOLDER` is set.
    pub async fn pictures(&self, name: &str) -> Result<()> {
        if let Ok(folder) = std::env::var("PASSERELLE_PICTURES") {
            std::fs::create_dir_all(&folder)?;
            self.screenshot(&Path::new(&folder).join(format!("{name}.png"))).await?;
        }
        Ok(())
    }
}

/// Fails with the text if it lacks one of the parts.
pub fn contains_all(text: &str, parts: &[&str]) -> Result<()> {
    for part in parts {
        ensure!(text.contains(part), "{part:?} is not in {text:?}");
    }
    Ok(())
}
