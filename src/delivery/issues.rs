//! Issues of the `OperationOutcome` resources in an answer.

use serde_json::Value;

use super::sent::array;

/// Codes by which a destination says that a later attempt may succeed, whatever the severity.
const LATER: [&str; 7] =
    ["transient", "timeout", "throttled", "lock-error", "no-store", "exception", "too-costly"];

/// All issues of an answer.
pub(super) struct Issues<'a> {
    all: Vec<&'a Value>,
    /// Whether there is an `OperationOutcome` with a list of issues, which may be empty.
    is_listed: bool,
}

impl<'a> Issues<'a> {
    /// Collects the issues of every `OperationOutcome` among `resources`.
    pub(super) fn of(resources: &[&'a Value]) -> Self {
        let is_outcome = |resource: &&&Value| resource["resourceType"] == "OperationOutcome";
        let lists = resources.iter().filter(is_outcome).map(|outcome| &outcome["issue"]);
        Self { is_listed: lists.clone().any(Value::is_array), all: lists.flat_map(array).collect() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    /// Whether the destination says that it has the message already.
    pub(super) fn says_duplicate(&self) -> bool {
        self.all.iter().any(|issue| code(issue) == "duplicate")
    }

    /// Whether the destination says that a later attempt may succeed.
    pub(super) fn says_later(&self) -> bool {
        self.all.iter().any(|issue| LATER.contains(&code(issue).as_str()))
    }

    /// Whether an issue is an error.
    pub(super) fn has_error(&self) -> bool {
        self.all.iter().any(|issue| matches!(severity(issue), "error" | "fatal"))
    }

    /// Whether issues are listed and none is more than a warning.
    pub(super) fn is_mild(&self) -> bool {
        self.is_listed
            && self.all.iter().all(|issue| matches!(severity(issue), "information" | "warning" | "success"))
    }

    /// Returns ` (code)` of the first issue, or an empty text. A code that has not the form of a FHIR code may contain
    /// patient data and is left out.
    pub(super) fn class(&self) -> String {
        let code = self.all.first().map(|issue| code(issue)).unwrap_or_default();
        let plain =
            (1..=32).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        if plain { format!(" ({code})") } else { String::new() }
    }

    /// Returns the destination's words, one line for each issue, with its code and its path.
    pub(super) fn words(&self) -> String {
        let lines: Vec<String> = self.all.iter().map(|issue| words(issue)).collect();
        lines.join("\n")
    }
}

fn code(issue: &Value) -> String {
    let code = issue["code"].as_str().unwrap_or_default();
    code.trim().to_ascii_lowercase().replace([' ', '_'], "-")
}

fn severity(issue: &Value) -> &str {
    issue["severity"].as_str().unwrap_or_default()
}

fn words(issue: &Value) -> String {
    let details = &issue["details"];
    let displays =
        array(&details["coding"]).filter_map(|coding| coding["display"].as_str().or(coding["code"].as_str()));
    let mut parts: Vec<&str> = details["text"].as_str().into_iter().chain(displays).collect();
    parts.extend(issue["diagnostics"].as_str());
    let places = array(&issue["expression"]).chain(array(&issue["location"]));
    let places: Vec<&str> = places.filter_map(Value::as_str).collect();
    let mut line = parts.join(" · ");
    let code = issue["code"].as_str().unwrap_or_default();
    for (before, part) in [(" (", code), (" [", &places.join(", "))] {
        if !part.is_empty() {
            let after = if before == " (" { ")" } else { "]" };
            line.extend([before, part, after]);
        }
    }
    line.trim().to_owned()
}
