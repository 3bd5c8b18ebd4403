//! Pieces of text that a page puts together, since some are words in its language and some are not.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Piece of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// `text`; `en`, a text in English; `code`, the code `text` of the message `fhir-code`; `element`, the element
    /// `text` of the message `fhir-element`; or `flag`, an abnormal result.
    pub kind: String,
    /// Text, or code.
    pub text: String,
}

impl Piece {
    pub(super) fn text(text: impl Into<String>) -> Self {
        Self { kind: "text".to_owned(), text: text.into() }
    }

    pub(super) fn code(code: &str) -> Self {
        Self { kind: "code".to_owned(), text: code.to_owned() }
    }

    pub(super) fn element(name: &str) -> Self {
        Self { kind: "element".to_owned(), text: element_name(name) }
    }

    pub(super) fn of_kind(kind: &str, text: &str) -> Self {
        Self { kind: kind.to_owned(), text: text.to_owned() }
    }
}

/// Element of a resource, with its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detail {
    /// Name of the element, or the system of a contact point, in the message `fhir-element`.
    pub name: String,
    /// Use of a contact point or address, the end of the message key `use-{usage}`; empty if it has none.
    pub usage: String,
    /// Content.
    pub value: Vec<Piece>,
}

impl Detail {
    /// Returns it with the label of a contact point.
    pub(super) fn of(self, point: &Value) -> Self {
        let (name, usage) = contact_point(point);
        Self { name, usage, ..self }
    }
}

/// Name and use of a contact point, for its label.
pub(in crate::referral) fn contact_point(point: &Value) -> (String, String) {
    let text = |name: &str| point[name].as_str().unwrap_or_default().to_owned();
    let known = matches!(point["use"].as_str(), Some("home" | "work" | "temp" | "old" | "mobile"));
    (text("system"), if known { text("use") } else { String::new() })
}

/// Elements whose name ends with the type of their value, such as `valueQuantity`.
const CHOICES: [&str; 10] = [
    "value",
    "onset",
    "abatement",
    "effective",
    "performed",
    "occurrence",
    "deceased",
    "multiple-birth",
    "medication",
    "as-needed",
];

/// Name of an element in the message `fhir-element`: `authored-on`; `value` for `valueQuantity`.
pub(super) fn element_name(name: &str) -> String {
    let mut written = String::with_capacity(name.len() + 4);
    for character in name.chars() {
        if character.is_ascii_uppercase() && !written.is_empty() {
            written.push('-');
        }
        written.push(character.to_ascii_lowercase());
    }
    let is_choice = |base: &&&str| written.strip_prefix(**base).is_some_and(|rest| rest.starts_with('-'));
    CHOICES.iter().find(is_choice).map_or(written.clone(), |base| (*base).to_owned())
}

/// Joins texts made of pieces with a separator. Empty ones are left out.
pub(super) fn joined(texts: impl IntoIterator<Item = Vec<Piece>>, separator: &str) -> Vec<Piece> {
    let mut all: Vec<Piece> = Vec::new();
    for text in texts.into_iter().filter(|text| !text.is_empty()) {
        if !all.is_empty() {
            all.push(Piece::text(separator));
        }
        all.extend(text);
    }
    all
}
