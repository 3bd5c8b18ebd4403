//! Accessibility checks with axe-core, run in the page.

use std::fmt;

use serde_json::{Value, json};

use super::{Chromium, Error, text_of};

/// Rules of WCAG 2.0 to 2.2, levels A and AA, and axe's best practices.
const RUN: &str = "const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    axe.run(document, { runOnly: tags, iframes: false, resultTypes: ['violations'] })
        .then((result) => done({ violations: result.violations }), (why) => done({ failed: String(why) }));";

/// A rule that the page breaks, with the elements that break it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Rule id, such as `color-contrast`.
    pub rule: String,
    /// `minor`, `moderate`, `serious` or `critical`.
    pub impact: String,
    /// Requirement of the rule.
    pub help: String,
    /// Start of the markup of each element that breaks the rule, with the reason.
    pub places: Vec<String>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.rule, self.impact, self.help)?;
        self.places.iter().try_for_each(|place| write!(f, "\n    {place}"))
    }
}

impl Chromium {
    /// Checks the current page or frame with axe-core, whose source is `axe_js`. A frame inside it needs its own
    /// call.
    pub async fn axe(&self, axe_js: &str) -> Result<Vec<Violation>, Error> {
        self.execute(axe_js, json!([])).await?;
        let mut result = self.execute_async(RUN, json!([])).await?;
        match result["violations"].take() {
            Value::Array(violations) => violations.iter().map(violation).collect(),
            _ => Err(Error::Answer(format!("axe failed: {}", result["failed"]))),
        }
    }
}

fn violation(found: &Value) -> Result<Violation, Error> {
    let nodes = found["nodes"].as_array().into_iter().flatten();
    let place = |node: &Value| {
        let why = node["failureSummary"].as_str().unwrap_or_default().replace('\n', " ");
        format!("{} - {why}", node["html"].as_str().unwrap_or_default())
    };
    Ok(Violation {
        rule: text_of(&found["id"])?,
        impact: found["impact"].as_str().unwrap_or("minor").to_owned(),
        help: text_of(&found["help"])?,
        places: nodes.map(place).collect(),
    })
}
