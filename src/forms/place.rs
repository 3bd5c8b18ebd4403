//! Places of items in a filled form: the key of an item, and the rows around it.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Between the key of an item and the ids of the rows around it: `dose~r1`.
const ROW: char = '~';
/// Longest `linkId`, in bytes.
pub(super) const MAX_LINK_ID: usize = 255;

/// Place of the form itself, for problems that are about no item. No `linkId` has this key.
pub(super) const FORM: &str = "!form";

/// Returns the key of an item: its `linkId`, with every character that a field name, an HTML id or the fragment of a
/// URL cannot hold as is written as `!` and two hexadecimal digits for each byte.
pub(super) fn key_of(link_id: &str) -> String {
    link_id.bytes().fold(String::with_capacity(link_id.len()), |mut key, byte| {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            key.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(key, "!{byte:02x}");
        }
        key
    })
}

/// Returns the key of a section that the form does not have itself. No `linkId` has this key.
pub(super) fn section_key(number: usize) -> String {
    format!("!s{number}")
}

/// Returns the key of a note whose `linkId` another item has too. No `linkId` has this key.
pub(super) fn note_key(number: usize) -> String {
    format!("!n{number}")
}

/// Returns the place of an item with this key in the rows that `rows` names: `~r1~r4`, or nothing outside of rows.
pub(super) fn place<'k>(key: &'k str, rows: &str) -> Cow<'k, str> {
    if rows.is_empty() { Cow::Borrowed(key) } else { Cow::Owned([key, rows].concat()) }
}

/// Returns the rows of `rows` and one more below them.
pub(super) fn below(rows: &str, row: &str) -> String {
    format!("{rows}{ROW}{row}")
}

/// Splits a place into the key of its item and the rows around it, with their separators.
pub(super) fn split(place: &str) -> (&str, &str) {
    place.split_at(place.find(ROW).unwrap_or(place.len()))
}

/// Splits the place of a row into that of its list and the id of the row. `None` for a place outside of rows.
pub(super) fn split_row(place: &str) -> Option<(&str, &str)> {
    // Most places are outside of rows; the separator is one byte.
    let at = place.bytes().rposition(|byte| char::from(byte) == ROW)?;
    Some((&place[..at], &place[at + ROW.len_utf8()..]))
}

/// Returns the ids of the rows around a place, outermost first.
pub(super) fn rows_of(rows: &str) -> impl Iterator<Item = &str> {
    rows.split(ROW).skip(1)
}

/// Whether a text of a browser has the form of a row's id: a letter and up to 16 letters and digits.
pub(super) fn is_row_id(text: &str) -> bool {
    (2..=17).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
}

/// Whether a text has the form of a place.
#[must_use]
pub fn is_place(text: &str) -> bool {
    let (key, rows) = split(text);
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-!".contains(&byte);
    !key.is_empty() && text.len() <= 1_000 && key.bytes().all(plain) && rows_of(rows).all(is_row_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_each_link_id_a_key_of_its_own() {
        assert_eq!(key_of("4.2-a_b"), "4.2-a_b");
        assert_eq!(key_of("/54127-6"), "!2f54127-6");
        assert_eq!(key_of("a~r1"), "a!7er1");
        assert_ne!(key_of("!2f"), key_of("/"));
        assert_ne!(key_of("!s0"), section_key(0));
        assert!(["é \"<", "/a b/", "!"].iter().all(|link_id| is_place(&key_of(link_id))));
    }

    #[test]
    fn splits_a_place_into_key_and_rows() {
        let inner = below(&below("", "r1"), "c2");
        let place = place("dose", &inner);
        assert_eq!(place, "dose~r1~c2");
        assert_eq!(split(&place), ("dose", "~r1~c2"));
        assert_eq!(rows_of("~r1~c2").collect::<Vec<_>>(), ["r1", "c2"]);
        assert_eq!(split("dose"), ("dose", ""));
        assert_eq!((split_row(&place), split_row("dose")), (Some(("dose~r1", "c2")), None));
        assert!(is_place("dose~r1~c2"));
        for other in ["", "~r1", "a~", "a~R1", "a~r1~", "a b", "a~r", "\"", "a#"] {
            assert!(!is_place(other), "{other}");
        }
    }
}
