//! Facts of a launch trace.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// Length to which a value is cut, in characters.
pub(super) const MAX_VALUE_CHARS: usize = 256;
/// Length to which a list of scopes is cut, in characters. Longer, because the scope in question may be the last.
pub(super) const MAX_SCOPES_CHARS: usize = 2048;

/// Fact of a launch trace: a name, and its value, or `None` if the value is redacted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact(pub Cow<'static, str>, pub Option<String>);

impl Fact {
    /// Returns a fact whose value is shown, without control characters and cut to its limit.
    #[must_use]
    pub fn shown(name: &'static str, value: &str) -> Self {
        let max = if name.starts_with("scope") { MAX_SCOPES_CHARS } else { MAX_VALUE_CHARS };
        Self(Cow::Borrowed(name), Some(printable(value, max)))
    }

    /// Returns a fact whose value is redacted.
    pub(super) fn redacted(name: &'static str) -> Self {
        Self(Cow::Borrowed(name), None)
    }
}

fn printable(text: &str, max_chars: usize) -> String {
    if text.len() <= max_chars && text.bytes().all(|b| b.is_ascii() && !b.is_ascii_control()) {
        return text.to_owned();
    }
    let printable = text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter });
    let mut cut: String = printable.take(max_chars).collect();
    if text.chars().nth(max_chars).is_some() {
        cut.push('…');
    }
    cut
}
