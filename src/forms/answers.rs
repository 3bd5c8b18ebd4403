//! Typed answers, kept as text even if they are not valid yet.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::attached::AttachedFile;
use super::coded::Offered;
use super::decided::DecidedAt;
use super::evaluated::Evaluated;
use super::occurrence::Occurrences;
use super::place::{below, place};
use super::prefill::{Candidate, Prefill};
use super::questionnaire::Form;
use super::translation::{array, string, value};
use super::typed;

/// Value of the choice to send without a list that was not loaded.
pub(super) const WITHOUT: &str = "ehr:without-list";
/// Longest text of one value, in characters. The rest is cut off.
pub(super) const MAX_CHARS: usize = 20_000;
/// Largest number of rows of one list. Further rows are ignored.
pub(super) const MAX_ROWS: usize = 100;
/// Largest number that a row is ever given. A larger one was made up by a browser.
const MAX_ROW_NUMBER: u32 = 1_000_000;
/// Number of the format in which answers are stored. The first had no number: it was the map of texts.
const FORMAT: u32 = 2;

/// Answers as texts by place, and the rows of each list. Options and candidates are stored by their keys, booleans as
/// `true` and `false`.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Answers {
    format: u32,
    texts: BTreeMap<String, Vec<String>>,
    /// Ids of the rows, in order, by place of the list. Lists without rows are left out.
    rows: BTreeMap<String, Vec<String>>,
    /// Number of the newest row. The id of a removed row is not given to another one.
    newest_row: u32,
    /// Texts typed beside an option that counts, by place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) asides: BTreeMap<String, String>,
    /// Codings that were chosen from value sets that are expanded elsewhere, by place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) codings: BTreeMap<String, Vec<Candidate>>,
    /// Texts of searches in such value sets, by place.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) searches: BTreeMap<String, String>,
    /// Decisions of the user that the latest reading of the chart does not show.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) decided: DecidedAt,
    /// Results of the form's rules for these answers, of the last calculation.
    #[serde(skip_serializing_if = "Evaluated::is_empty")]
    pub(super) evaluated: Evaluated,
    /// Files by place, set by the caller whenever it has read the answers.
    #[serde(skip)]
    pub(super) files: BTreeMap<String, Vec<AttachedFile>>,
    /// Codes that are offered now, by place, set by the caller before it shows the form.
    #[serde(skip)]
    pub(super) offered: BTreeMap<String, Offered>,
}

impl Default for Answers {
    fn default() -> Self {
        Self {
            format: FORMAT,
            texts: BTreeMap::new(),
            rows: BTreeMap::new(),
            newest_row: 1,
            asides: BTreeMap::new(),
            decided: BTreeMap::new(),
            evaluated: Evaluated::default(),
            codings: BTreeMap::new(),
            searches: BTreeMap::new(),
            files: BTreeMap::new(),
            offered: BTreeMap::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Answers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Value::deserialize(deserializer)?;
        Self::from_stored(stored).map_err(serde::de::Error::custom)
    }
}

/// Answers as they are stored.
#[derive(Deserialize)]
struct Stored {
    texts: BTreeMap<String, Vec<String>>,
    rows: BTreeMap<String, Vec<String>>,
    newest_row: u32,
    #[serde(default)]
    asides: BTreeMap<String, String>,
    #[serde(default)]
    codings: BTreeMap<String, Vec<Candidate>>,
    #[serde(default)]
    searches: BTreeMap<String, String>,
    #[serde(default)]
    decided: DecidedAt,
    #[serde(default)]
    evaluated: Evaluated,
}

impl Answers {
    fn from_stored(stored: Value) -> Result<Self, String> {
        // In the first format each member was an array of texts.
        let format = stored.get("format").filter(|format| !format.is_array()).map(Value::as_u64);
        let read = |error: serde_json::Error| error.to_string();
        match format {
            None => {
                let texts = serde_json::from_value(stored).map_err(read)?;
                Ok(Self { texts, ..Self::default() })
            }
            Some(Some(number)) if number == u64::from(FORMAT) => {
                let stored: Stored = serde_json::from_value(stored).map_err(read)?;
                let Stored { texts, rows, newest_row, asides, codings, searches, decided, evaluated } =
                    stored;
                let of_form = Self::default();
                Ok(Self { texts, rows, newest_row, asides, codings, searches, decided, evaluated, ..of_form })
            }
            Some(_) => Err("the answers are stored in a newer format".to_owned()),
        }
    }

    /// Returns the texts at a place.
    #[must_use]
    pub fn get(&self, place: &str) -> &[String] {
        self.texts.get(place).map_or(&[], Vec::as_slice)
    }

    /// Replaces the texts at a place.
    pub fn set(&mut self, place: &str, texts: Vec<String>) {
        set(&mut self.texts, place, texts);
    }

    /// Returns the ids of the rows of a list.
    #[must_use]
    pub fn rows(&self, list: &str) -> &[String] {
        self.rows.get(list).map_or(&[], Vec::as_slice)
    }

    pub(super) fn set_rows(&mut self, list: &str, rows: Vec<String>) {
        set(&mut self.rows, list, rows);
    }

    /// Removes texts and lists at places that the form does not have with these rows.
    pub(super) fn retain(&mut self, occurrences: &Occurrences<'_>) {
        let known = |is_list: bool| {
            let those = occurrences.iter().filter(move |one| one.is_list() == is_list);
            those.map(|one| &*one.place).collect::<BTreeSet<&str>>()
        };
        let (questions, lists) = (known(false), known(true));
        self.texts.retain(|place, _| questions.contains(place.as_str()));
        self.asides.retain(|place, _| questions.contains(place.as_str()));
        self.files.retain(|place, _| questions.contains(place.as_str()));
        self.codings.retain(|place, _| questions.contains(place.as_str()));
        self.searches.retain(|place, _| questions.contains(place.as_str()));
        self.decided.retain(|place, _| questions.contains(place.as_str()) || lists.contains(place.as_str()));
        self.rows.retain(|place, _| lists.contains(place.as_str()));
    }

    /// Moves what is at a place to the place that the function returns. What it returns none for stays.
    pub(super) fn move_places(&mut self, place_now: impl Fn(&str) -> Option<String>) {
        fn moved<V>(map: &mut BTreeMap<String, V>, place_now: &impl Fn(&str) -> Option<String>) {
            let all = std::mem::take(map).into_iter();
            map.extend(all.map(|(place, value)| (place_now(&place).unwrap_or(place), value)));
        }
        moved(&mut self.texts, &place_now);
        moved(&mut self.rows, &place_now);
        moved(&mut self.asides, &place_now);
        moved(&mut self.codings, &place_now);
        moved(&mut self.searches, &place_now);
        moved(&mut self.decided, &place_now);
    }

    /// Makes the id of a new row.
    pub(super) fn new_row(&mut self) -> String {
        self.newest_row += 1;
        format!("r{}", self.newest_row)
    }

    /// Continues to number rows where earlier answers to the same form stopped, and after its own rows.
    pub(super) fn number_after(&mut self, earlier: u32) {
        let own = self.rows.values().flatten().filter_map(|row| row.strip_prefix('r')?.parse().ok());
        let given = own.filter(|number: &u32| *number <= MAX_ROW_NUMBER);
        self.newest_row = given.chain([earlier, 1]).max().unwrap_or(1);
    }

    pub(super) fn newest_row(&self) -> u32 {
        self.newest_row
    }

    /// Whether the user chose to send without a list of the chart that was not loaded.
    #[must_use]
    pub fn is_without_list(&self, place: &str) -> bool {
        self.get(place).iter().any(|text| text == WITHOUT)
    }

    /// Parses a `QuestionnaireResponse`. Answers that a question cannot have are ignored.
    #[must_use]
    pub fn from_response(form: &Form, prefill: &Prefill, response: &Value) -> Self {
        let mut answers = Self::default();
        answers.collect(form, prefill, response, "");
        answers
    }

    fn collect(&mut self, form: &Form, prefill: &Prefill, parent: &Value, rows: &str) {
        for found in array(parent, "item") {
            let Some(item) = form.item(string(found, "linkId").unwrap_or_default()) else {
                self.collect(form, prefill, found, rows);
                continue;
            };
            let here = place(&item.key, rows);
            self.keep_sent_codings(item, &here, found);
            let kept = self.codings(&here).to_vec();
            let text = |answer: &Value| {
                let mut candidates = prefill.candidates(&here).iter().chain(&kept);
                let picked = candidates.find(|candidate| candidate.answer == *answer);
                picked.map(|candidate| candidate.key.clone()).or_else(|| typed::text_of(item, value(answer)?))
            };
            if !item.has_rows() {
                self.set(&here, array(found, "answer").filter_map(text).collect());
                for parent in array(found, "answer").chain([found]) {
                    self.collect(form, prefill, parent, rows);
                }
                continue;
            }
            // A group with rows has one item for each row, a question one answer.
            let of_question = array(found, "answer").map(|answer| (answer, text(answer)));
            let of_group = [(found, None)].into_iter().filter(|_| !item.kind.is_question());
            for (row, text) in of_question.chain(of_group).collect::<Vec<_>>() {
                let id = self.new_row();
                self.rows.entry(here.to_string()).or_default().push(id.clone());
                let rows = below(rows, &id);
                self.set(&place(&item.key, &rows), text.into_iter().collect());
                self.collect(form, prefill, row, &rows);
            }
        }
    }
}

fn set(map: &mut BTreeMap<String, Vec<String>>, place: &str, values: Vec<String>) {
    if values.is_empty() {
        map.remove(place);
    } else {
        map.insert(place.to_owned(), values);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_answers_stored_in_each_format() {
        let first: Answers = serde_json::from_value(json!({ "concern": ["text"], "format": ["a"] })).unwrap();
        assert_eq!(
            (first.get("concern"), first.get("format")),
            (&["text".to_owned()][..], &["a".to_owned()][..])
        );
        let mut answers = first;
        answers.set_rows("list", vec!["r1".into(), "r2".into()]);
        answers.number_after(7);
        let stored = serde_json::to_value(&answers).unwrap();
        assert_eq!((&stored["format"], &stored["newest_row"]), (&json!(2), &json!(7)));
        assert_eq!(serde_json::from_value::<Answers>(stored).unwrap(), answers);
        let newer = json!({ "format": 3, "texts": {} });
        assert!(serde_json::from_value::<Answers>(newer).unwrap_err().to_string().contains("newer format"));
    }
}
