//! Check of a form as text: every problem with the line of its item.

use std::path::Path;

use serde_json::Value;

use super::{error::Error, questionnaire::Form, terminology::Terminology};

/// Problem of a form, with its line in the text.
#[derive(Debug)]
pub struct Located {
    /// Line in the text, from 1; `None` if it is about the form as a whole.
    pub line: Option<usize>,
    /// Problem.
    pub error: Error,
}

impl From<Error> for Located {
    fn from(error: Error) -> Self {
        Self { line: None, error }
    }
}

/// Parses a form from a text with the name of its file, with the options of value sets that a terminology has.
///
/// # Errors
/// Every problem with its line.
pub fn parse_text(text: &str, file: &Path, terminology: &Terminology) -> Result<Form, Vec<Located>> {
    let json: Value = serde_json::from_str(text).map_err(|source| {
        let line = Some(source.line()).filter(|line| *line > 0);
        vec![Located { line, error: Error::NotJson { file: file.to_owned(), source } }]
    })?;
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let located = |error: Error| Located { line: line_of(text, error.place()), error };
    Form::parse_with(&json, &name, terminology).map_err(|errors| errors.into_iter().map(located).collect())
}

/// Returns the line of an item by its `linkId`, from 1. `None` if there is none.
#[must_use]
pub fn line_of(text: &str, link_id: &str) -> Option<usize> {
    let wanted = Value::from(link_id).to_string();
    let mut at = text.match_indices("\"linkId\"").map(|(at, key)| at + key.len());
    let found = at.find(|at| {
        let value = text[*at..].trim_start().strip_prefix(':').map(str::trim_start);
        value.is_some_and(|value| value.starts_with(&wanted))
    });
    found.map(|at| text[..at].lines().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_line_of_an_item_and_of_broken_json() {
        let text = "{\n\"item\": [{\"linkId\" : \"a\"},\n{\"linkId\":\"b\"}]}";
        assert_eq!([line_of(text, "a"), line_of(text, "b"), line_of(text, "c")], [Some(2), Some(3), None]);
        let broken = parse_text("{\n\"item\": [,]}", Path::new("x.json"), &Terminology::default());
        assert_eq!(broken.unwrap_err()[0].line, Some(2));
    }
}
