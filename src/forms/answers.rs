//! Typed answers, kept as text even if they are not valid yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::item::Item;
use super::prefill::{Candidate, Prefill};
use super::questionnaire::Form;
use super::translation::{array, string, value};
use super::typed::{self, cleaned};

/// Prefix of a field's name: `a.{linkId}`.
pub(super) const FIELD: &str = "a.";
/// Value of the choice to send without a list that was not loaded.
pub(super) const WITHOUT: &str = "ehr:without-list";
/// Longest text of one value, in characters. The rest is cut off.
const MAX_CHARS: usize = 20_000;
/// Largest number of values of one question. Further values are ignored.
const MAX_VALUES: usize = 200;

/// Answers as texts by `linkId`. Options and candidates are stored by their keys, booleans as `true` and `false`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Answers {
    texts: BTreeMap<String, Vec<String>>,
}

impl Answers {
    /// Returns the prefilled answers.
    #[must_use]
    pub fn from_prefill(form: &Form, prefill: &Prefill) -> Self {
        let mut answers = Self::default();
        for item in form.questions() {
            answers.set(&item.link_id, prefilled_texts(item, prefill));
        }
        answers
    }

    /// Reads the fields of an HTML form, named `a.{linkId}`. Unknown names and empty values are ignored. Values are
    /// limited to 20,000 characters and 200 per question. Line ends become `\n`; NUL and other control characters
    /// become U+FFFD. Numbers are read as the language of the page writes them.
    #[must_use]
    pub fn from_fields(form: &Form, fields: impl Iterator<Item = (String, String)>, lang: &str) -> Self {
        let known = form.questions();
        let mut answers = Self::default();
        for (name, text) in fields {
            let Some(link_id) = name.strip_prefix(FIELD) else {
                continue;
            };
            let Some(item) =
                known.iter().find(|item| item.link_id == link_id).filter(|_| !text.trim().is_empty())
            else {
                continue;
            };
            let texts = answers.texts.entry(link_id.to_owned()).or_default();
            let mut text: String = cleaned(&text).chars().take(MAX_CHARS).collect();
            if item.kind.is_number() {
                text = typed::number_in(lang, &text);
            }
            if texts.len() < MAX_VALUES && !texts.contains(&text) {
                texts.push(text);
            }
        }
        answers
    }

    /// Sets the answers that a user cannot give to the prefilled ones, whatever was posted: those of hidden questions, and
    /// of read-only ones that the chart or the form fills.
    pub fn keep_fixed(&mut self, form: &Form, prefill: &Prefill) {
        for item in form.questions() {
            if item.is_fixed(prefill) {
                self.set(&item.link_id, prefilled_texts(item, prefill));
            }
        }
    }

    /// Updates the answers after the chart was read again. An answer is updated only if it is the previous prefill;
    /// answers that a user changed are kept. Texts typed because a list was not loaded are kept in addition to the
    /// list. Returns the `linkId`s of the changed answers, for the page to highlight.
    pub fn refresh(&mut self, form: &Form, before: &Prefill, after: &Prefill) -> Vec<String> {
        let mut changed = Vec::new();
        for item in form.questions() {
            let (old, new) = (prefilled_texts(item, before), prefilled_texts(item, after));
            let typed: Vec<String> =
                self.get(&item.link_id).iter().filter(|text| *text != WITHOUT).cloned().collect();
            let untouched = typed::same(item, &typed, &old, before.candidates(&item.link_id));
            let typed = carried_over(item, &typed, before, after);
            let was_missing = before.get(&item.link_id).is_some_and(|filled| filled.not_loaded.is_some());
            let is_missing = after.get(&item.link_id).is_some_and(|filled| filled.not_loaded.is_some());
            let texts = if untouched && is_missing && new.is_empty() {
                // Not loaded this time: keep the previous values.
                continue;
            } else if untouched {
                new
            } else if item.is_picker() && was_missing && !is_missing {
                let beside = new.into_iter().filter(|text| !typed.contains(text));
                typed.iter().cloned().chain(beside).collect()
            } else {
                typed.clone()
            };
            let typed: Vec<String> =
                self.get(&item.link_id).iter().filter(|text| *text != WITHOUT).cloned().collect();
            // The choice to send without a list is kept while the list is not loaded.
            if texts != typed || (!is_missing && self.is_without_list(&item.link_id)) {
                self.set(&item.link_id, texts);
                changed.push(item.link_id.clone());
            }
        }
        changed
    }

    /// Parses a `QuestionnaireResponse`. Answers that a question cannot have are ignored.
    #[must_use]
    pub fn from_response(form: &Form, prefill: &Prefill, response: &Value) -> Self {
        let mut answers = Self::default();
        answers.collect(form, prefill, response);
        answers
    }

    fn collect(&mut self, form: &Form, prefill: &Prefill, parent: &Value) {
        for found in array(parent, "item") {
            let link_id = string(found, "linkId").unwrap_or_default();
            if let Some(item) = form.question(link_id) {
                let candidates = prefill.candidates(link_id);
                let text = |answer: &Value| {
                    let picked = candidates.iter().find(|candidate| candidate.answer == *answer);
                    picked
                        .map(|candidate| candidate.key.clone())
                        .or_else(|| typed::text_of(item, value(answer)?))
                };
                self.set(link_id, array(found, "answer").filter_map(text).collect());
            }
            self.collect(form, prefill, found);
        }
    }

    /// Returns the texts of a question.
    #[must_use]
    pub fn get(&self, link_id: &str) -> &[String] {
        self.texts.get(link_id).map_or(&[], Vec::as_slice)
    }

    /// Replaces the texts of a question.
    pub fn set(&mut self, link_id: &str, texts: Vec<String>) {
        if texts.is_empty() {
            self.texts.remove(link_id);
        } else {
            self.texts.insert(link_id.to_owned(), texts);
        }
    }

    /// Whether the user chose to send without a list that was not loaded.
    #[must_use]
    pub fn is_without_list(&self, link_id: &str) -> bool {
        self.get(link_id).iter().any(|text| text == WITHOUT)
    }
}

/// Returns the texts with the keys that the same entries have now. An EHR that copies a chart for each launch gives its
/// entries other ids; an entry is the same if label, columns and answer are.
fn carried_over(item: &Item, typed: &[String], before: &Prefill, after: &Prefill) -> Vec<String> {
    let (old, new) = (before.candidates(&item.link_id), after.candidates(&item.link_id));
    let key_now = |text: &String| {
        if new.iter().any(|candidate| candidate.key == *text) {
            return None;
        }
        let was = old.iter().find(|candidate| candidate.key == *text)?;
        let is_same = |now: &&Candidate| {
            now.label == was.label && now.cells == was.cells && same_coding(&now.answer, &was.answer)
        };
        new.iter().find(is_same).map(|now| now.key.clone())
    };
    typed.iter().map(|text| key_now(text).unwrap_or_else(|| text.clone())).collect()
}

/// Whether two answers are the same, apart from the id of a resource.
fn same_coding(left: &Value, right: &Value) -> bool {
    left == right || left.get("valueReference").zip(right.get("valueReference")).is_some()
}

/// Returns the prefilled texts of a question.
pub(super) fn prefilled_texts(item: &Item, prefill: &Prefill) -> Vec<String> {
    let Some(filled) = prefill.get(&item.link_id) else {
        return Vec::new();
    };
    if item.is_picker() {
        let selected = filled.candidates.iter().filter(|candidate| candidate.selected);
        return selected.map(|candidate| candidate.key.clone()).collect();
    }
    filled.values.iter().filter_map(|answer| typed::text_of(item, value(answer)?)).map(limited).collect()
}

/// Cuts a text of the chart that no form could save, visibly.
fn limited(text: String) -> String {
    if text.chars().nth(MAX_CHARS).is_none() {
        return text;
    }
    let kept: String = text.chars().take(MAX_CHARS - 1).collect();
    let end = kept.rfind(char::is_whitespace).unwrap_or(kept.len());
    format!("{}…", &kept[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_a_text_of_the_chart_visibly_between_words() {
        assert_eq!(limited("as it is".to_owned()), "as it is");
        let cut = limited("word ".repeat(MAX_CHARS));
        assert!(cut.ends_with("word…") && cut.chars().count() <= MAX_CHARS, "{}", cut.len());
        assert_eq!(limited("é".repeat(MAX_CHARS + 1)).chars().count(), MAX_CHARS);
    }
}
