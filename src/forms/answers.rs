//! What a person typed, as typed: nothing is lost because it is not right yet.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::item::Item;
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::translation::{array, string, value};
use super::typed::{self, cleaned};

/// Prefix of a field's name: `a.{linkId}`.
pub(super) const FIELD: &str = "a.";
/// The value with which a person says: send without this list, which could not be loaded.
pub(super) const WITHOUT: &str = "ehr:without-list";
/// Longest text kept of one value, in characters.
const LONGEST: usize = 20_000;
/// Most values kept of one question.
const MOST: usize = 200;

/// Texts by `linkId`; options and candidates by their keys, booleans as `true` and `false`.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Answers {
    texts: BTreeMap<String, Vec<String>>,
}

impl Answers {
    /// What the chart gave, as if typed.
    #[must_use]
    pub fn from_prefill(form: &Form, prefill: &Prefill) -> Self {
        let mut answers = Self::default();
        for item in form.questions() {
            answers.set(&item.link_id, prefilled_texts(item, prefill));
        }
        answers
    }

    /// Reads the fields of an HTML form, named `a.{linkId}`. Unknown names are ignored; values are cut at 20,000
    /// characters and 200 per question; line ends become `\n`; NUL and other control characters become U+FFFD;
    /// empty values are left out.
    #[must_use]
    pub fn from_fields(form: &Form, fields: impl Iterator<Item = (String, String)>) -> Self {
        let known = form.questions();
        let mut answers = Self::default();
        for (name, text) in fields {
            let Some(link_id) = name.strip_prefix(FIELD) else {
                continue;
            };
            if text.trim().is_empty() || !known.iter().any(|item| item.link_id == link_id) {
                continue;
            }
            let texts = answers.texts.entry(link_id.to_owned()).or_default();
            let text: String = cleaned(&text).chars().take(LONGEST).collect();
            if texts.len() < MOST && !texts.contains(&text) {
                texts.push(text);
            }
        }
        answers
    }

    /// Takes the answers of one section (a top-level group) from fields and keeps all others: for pages that show a
    /// section at a time.
    pub fn update_section(
        &mut self,
        form: &Form,
        section: &str,
        fields: impl Iterator<Item = (String, String)>,
    ) {
        let Some(group) = form.items.iter().find(|item| item.link_id == section) else {
            return;
        };
        let mut posted = Self::from_fields(form, fields);
        group.walk(&mut |item| {
            self.set(&item.link_id, posted.texts.remove(&item.link_id).unwrap_or_default());
        });
    }

    /// Takes over what a chart read again gives, and nothing that a person changed: an answer follows only while it is
    /// what the chart gave before. What was typed because a list could not be loaded stays beside the list. Gives the
    /// `linkId`s whose answers changed, for the page to point out.
    pub fn refresh(&mut self, form: &Form, before: &Prefill, after: &Prefill) -> Vec<String> {
        let mut changed = Vec::new();
        for item in form.questions() {
            let (old, new) = (prefilled_texts(item, before), prefilled_texts(item, after));
            let typed: Vec<String> =
                self.get(&item.link_id).iter().filter(|text| *text != WITHOUT).cloned().collect();
            let untouched = typed::same(item, &typed, &old, before.candidates(&item.link_id));
            let was_missing = before.get(&item.link_id).is_some_and(|filled| filled.not_loaded.is_some());
            let is_missing = after.get(&item.link_id).is_some_and(|filled| filled.not_loaded.is_some());
            let texts = if untouched && is_missing && new.is_empty() {
                // Not read this time: what was read before stays.
                continue;
            } else if untouched {
                new
            } else if item.is_picker() && was_missing && !is_missing {
                let beside = new.into_iter().filter(|text| !typed.contains(text));
                typed.iter().cloned().chain(beside).collect()
            } else {
                continue;
            };
            // The choice to send without a list stands as long as the list is missing.
            if texts != typed || (!is_missing && self.is_without_list(&item.link_id)) {
                self.set(&item.link_id, texts);
                changed.push(item.link_id.clone());
            }
        }
        changed
    }

    /// Reads a `QuestionnaireResponse` back; answers that a question cannot have are left out.
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

    /// What was typed for a question.
    #[must_use]
    pub fn get(&self, link_id: &str) -> &[String] {
        self.texts.get(link_id).map_or(&[], Vec::as_slice)
    }

    /// Replaces what was typed for a question.
    pub fn set(&mut self, link_id: &str, texts: Vec<String>) {
        if texts.is_empty() {
            self.texts.remove(link_id);
        } else {
            self.texts.insert(link_id.to_owned(), texts);
        }
    }

    /// Whether a person chose to send without a list that could not be loaded.
    #[must_use]
    pub fn is_without_list(&self, link_id: &str) -> bool {
        self.get(link_id).iter().any(|text| text == WITHOUT)
    }
}

/// The texts that a prefilled question starts with.
pub(super) fn prefilled_texts(item: &Item, prefill: &Prefill) -> Vec<String> {
    let Some(filled) = prefill.get(&item.link_id) else {
        return Vec::new();
    };
    if item.is_picker() {
        let selected = filled.candidates.iter().filter(|candidate| candidate.selected);
        return selected.map(|candidate| candidate.key.clone()).collect();
    }
    filled.values.iter().filter_map(|answer| typed::text_of(item, value(answer)?)).collect()
}
