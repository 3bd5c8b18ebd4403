//! Typed reading of settings.

use std::{ops::RangeInclusive, path::PathBuf, str::FromStr};

use serde_json::Value;

use super::problem::Problems;

/// Reader of typed values by dotted key, which collects problems.
pub(super) struct Reader {
    values: Value,
    pub(super) problems: Problems,
}

impl Reader {
    /// Returns a reader of merged values. Keys that are not in `known` are problems.
    pub(super) fn new(values: Value, known: &Value) -> Self {
        let mut problems = Problems::default();
        refuse_unknown("", &values, known, &mut problems);
        Self { values, problems }
    }

    fn value(&self, key: &str) -> Option<&Value> {
        key.split('.').try_fold(&self.values, |value, part| value.get(part))
    }

    /// Reads a text. Numbers and booleans without quotes are accepted.
    pub(super) fn text(&mut self, key: &str) -> String {
        match self.value(key) {
            Some(Value::String(text)) => text.trim().to_owned(),
            Some(value @ (Value::Number(_) | Value::Bool(_))) => value.to_string(),
            _ => {
                self.problems.add(key, "must be a text", "Write it in quotes.");
                String::new()
            }
        }
    }

    /// Reads a text and parses it as `T`. `example` is a valid value for the fix.
    pub(super) fn parsed<T: FromStr>(&mut self, key: &str, example: &str) -> Option<T> {
        let text = self.text(key);
        let parsed = text.parse().ok();
        if parsed.is_none() {
            let what =
                if text.is_empty() { "is missing".to_owned() } else { format!("\"{text}\" is not valid") };
            self.problems.add(key, what, format!("Write it like {example}."));
        }
        parsed
    }

    /// Reads an integer within `range`.
    pub(super) fn integer(&mut self, key: &str, range: RangeInclusive<u32>) -> u32 {
        let number = self.number(key);
        if let Some(number) = number.filter(|number| range.contains(number)) {
            number
        } else {
            let fix = format!("Write a whole number from {} to {}.", range.start(), range.end());
            self.problems.add(key, "is out of range", fix);
            *range.start()
        }
    }

    /// Reads a number of days within `range`, or `None` if the text is empty, which means for ever.
    pub(super) fn days(&mut self, key: &str, range: RangeInclusive<u32>) -> Option<u32> {
        if self.value(key).is_some_and(|value| value.as_str().is_some_and(|text| text.trim().is_empty())) {
            return None;
        }
        let number = self.number(key).filter(|number| range.contains(number));
        if number.is_none() {
            let (start, end) = (range.start(), range.end());
            let fix = format!(
                "Write a whole number of days from {start} to {end}, or leave it empty to keep for ever."
            );
            self.problems.add(key, "is out of range", fix);
        }
        number
    }

    fn number(&self, key: &str) -> Option<u32> {
        match self.value(key) {
            Some(Value::Number(number)) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
            Some(Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// Reads a path, or `None` if the text is empty. A relative path counts from the working folder.
    pub(super) fn path(&mut self, key: &str) -> Option<PathBuf> {
        let text = self.text(key);
        (!text.is_empty()).then(|| whole_path(&text))
    }

    /// Reads a list and parses each text as `T`. A single text is split at commas.
    pub(super) fn list<T: FromStr>(&mut self, key: &str, example: &str) -> Vec<T> {
        let texts: Vec<String> = match self.value(key) {
            Some(Value::Array(items)) => {
                items.iter().map(|item| item.as_str().unwrap_or_default().to_owned()).collect()
            }
            Some(Value::String(text)) => text.split(',').map(|item| item.trim().to_owned()).collect(),
            _ => Vec::new(),
        };
        let mut parsed = Vec::new();
        for text in texts.into_iter().filter(|text| !text.is_empty()) {
            match text.parse() {
                Ok(item) => parsed.push(item),
                Err(_) => {
                    self.problems.add(
                        key,
                        format!("\"{text}\" is not valid"),
                        format!("Write it like {example}."),
                    );
                }
            }
        }
        parsed
    }
}

/// Returns the absolute form of a path, so that messages name the file whatever the working folder is.
pub(super) fn whole_path(text: &str) -> PathBuf {
    std::path::absolute(text).unwrap_or_else(|_| PathBuf::from(text))
}

fn refuse_unknown(at: &str, values: &Value, known: &Value, problems: &mut Problems) {
    let (Value::Object(values), Value::Object(known)) = (values, known) else {
        return;
    };
    for (name, value) in values {
        let key = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
        if let Some(deeper) = known.get(name) {
            refuse_unknown(&key, value, deeper, problems);
        } else {
            let names = known.keys().map(String::as_str).collect::<Vec<_>>().join(", ");
            problems.add(&key, "is not a setting", format!("Remove it or use one of: {names}."));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_the_whole_path_of_a_file() {
        let path = whole_path("keys.toml");
        assert!(path.is_absolute() && path.ends_with("keys.toml"), "{}", path.display());
        assert_eq!(whole_path("/etc/keys.toml"), PathBuf::from("/etc/keys.toml"));
    }
}
