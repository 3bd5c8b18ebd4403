//! Encoded and escaped text.

use std::fmt::Write;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::call::shown;
use super::error::Error;
use super::evaluate::{Call, Items, Run};
use super::function::Function;
use super::strings::string;

/// Characters with a name in HTML, `&` first, so that no name is escaped twice.
const HTML: &[(&str, &str)] =
    &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;")];

impl<'a> Run<'_, 'a> {
    /// Evaluates `encode()`, `decode()`, `escape()` and `unescape()`. Empty if the text is not in the format.
    pub(super) fn coded(&self, call: Call<'_, 'a>, text: &str, format: &str) -> Result<Items<'a>, Error> {
        // An escaped character has at most six characters.
        self.charge_text(text.len().saturating_mul(6))?;
        let result = match (call.function, format) {
            (Function::Encode, "base64") => Some(STANDARD.encode(text)),
            (Function::Encode, "urlbase64") => Some(URL_SAFE.encode(text)),
            (Function::Encode, "hex") => Some(hexadecimal(text)),
            (Function::Decode, "base64") => STANDARD.decode(text).ok().and_then(utf8),
            (Function::Decode, "urlbase64") => URL_SAFE.decode(text).ok().and_then(utf8),
            (Function::Decode, "hex") => from_hexadecimal(text).and_then(utf8),
            (Function::Escape, "html") => Some(replaced(text, HTML.iter().copied())),
            (Function::Escape, "json") => serde_json::to_string(text).ok().map(|json| without_quotes(&json)),
            (Function::Unescape, "html") => {
                Some(replaced(text, HTML.iter().rev().map(|(letter, name)| (*name, *letter))))
            }
            (Function::Unescape, "json") => from_json(text),
            _ => {
                let format = shown(call, 0);
                return Err(Error::UnknownFormat { function: call.name(), format });
            }
        };
        Ok(result.map(string).unwrap_or_default())
    }
}

fn utf8(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok()
}

fn hexadecimal(text: &str) -> String {
    text.bytes().fold(String::with_capacity(2 * text.len()), |mut hex, byte| {
        // Writing to a text cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

fn from_hexadecimal(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] * 16 + pair[1]).collect())
}

fn replaced<'t>(text: &str, pairs: impl Iterator<Item = (&'t str, &'t str)>) -> String {
    pairs.fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn without_quotes(json: &str) -> String {
    let inside = json.strip_prefix('"').and_then(|json| json.strip_suffix('"'));
    inside.unwrap_or(json).to_owned()
}

/// Reads the inside of a JSON string. Text without escapes may contain quotes.
fn from_json(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.to_owned());
    }
    serde_json::from_str(&format!("\"{text}\"")).ok()
}
