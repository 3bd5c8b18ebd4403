//! Codes of value sets that are expanded elsewhere, at a terminology server.

use serde::Serialize;
use serde_json::json;

use super::prefill::Candidate;

/// Prefix of the key of a coding, which distinguishes it from typed text: `code:{system}|{code}`.
pub(super) const CODED: &str = "code:";

/// Question of a form whose value set is expanded elsewhere.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ValueSetQuestion {
    /// Place of the question.
    pub place: String,
    /// Canonical URL of the value set.
    pub value_set: String,
    /// Text that a user searches for; may be empty.
    pub search: String,
}

/// Coding that a browser posted, and that is not kept yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PostedCode {
    /// Place of the question.
    pub place: String,
    /// Canonical URL of the value set.
    pub value_set: String,
    /// URI of the code system.
    pub system: String,
    /// The code.
    pub code: String,
}

/// Codes that are offered for a question now.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Offered {
    /// Codes that are shown.
    pub options: Vec<Candidate>,
    /// Part of the value set that they are.
    pub extent: Extent,
}

/// Part of a value set that is offered.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Extent {
    /// All codes of the value set.
    #[default]
    All,
    /// None: there are too many codes, and a user has to search.
    Search,
    /// All codes that match the search.
    Matches,
    /// Some codes that match the search; there are more.
    More,
    /// None: the server did not answer.
    Failed,
}

impl Candidate {
    /// Returns a coding of a value set.
    #[must_use]
    pub fn coding(system: &str, version: &str, code: &str, display: &str) -> Self {
        let mut coding = json!({ "system": system });
        if !version.is_empty() {
            coding["version"] = json!(version);
        }
        coding["code"] = json!(code);
        coding["display"] = json!(display);
        Self {
            key: format!("{CODED}{system}|{code}"),
            answer: json!({ "valueCoding": coding }),
            label: display.to_owned(),
            ..Self::default()
        }
    }
}
