//! Facts of a form that tell an administrator what it is.

use std::collections::BTreeSet;

use serde_json::Value;

use super::questionnaire::Form;
use crate::fhir::TRANSLATION;

impl Form {
    /// Returns the number of questions.
    #[must_use]
    pub fn question_count(&self) -> usize {
        self.questions().len()
    }

    /// Returns the code of the language of the texts; empty if the form does not name it.
    #[must_use]
    pub fn own_language(&self) -> &str {
        self.source()["language"].as_str().unwrap_or_default()
    }

    /// Returns the codes of the languages that the form has translations in.
    #[must_use]
    pub fn translations(&self) -> BTreeSet<String> {
        let (mut found, mut pending) = (BTreeSet::new(), vec![self.source()]);
        while let Some(value) = pending.pop() {
            match value {
                Value::Array(values) => pending.extend(values),
                Value::Object(members) => {
                    if members.get("url").is_some_and(|url| url == TRANSLATION) {
                        found.extend(language_of(value));
                    }
                    pending.extend(members.values());
                }
                _ => {}
            }
        }
        found
    }

    /// Whether the form has texts in a language, such as `fr`. Texts of a form that does not name their language may be in English.
    #[must_use]
    pub fn has_texts_in(&self, lang: &str) -> bool {
        let is_it = |code: &str| code.split('-').next() == Some(lang);
        let own = match self.own_language() {
            "" => "en",
            own => own,
        };
        is_it(own) || self.translations().iter().any(|code| is_it(code))
    }

    /// Returns the resource types that the form reads from the chart, beside the launch context.
    #[must_use]
    pub fn types_read(&self) -> BTreeSet<&str> {
        self.queries().iter().map(|query| query.resource_type.as_str()).collect()
    }
}

fn language_of(translation: &Value) -> Option<String> {
    let parts = translation["extension"].as_array().into_iter().flatten();
    let lang = parts.into_iter().find(|part| part["url"] == "lang")?;
    lang["valueCode"].as_str().map(str::to_owned)
}
