//! Answers in the fields of an HTML form, and what its buttons do with rows.

use std::collections::HashMap;

use super::answers::{Answers, MAX_CHARS, MAX_ROWS};
use super::coded::CODED;
use super::item::{Item, ItemType};
use super::occurrence::Occurrences;
use super::place::{below, is_place, is_row_id, split_row};
use super::prefill::Prefill;
use super::quantity;
use super::questionnaire::Form;
use super::typed::{self, cleaned};

/// Prefix of a field's name: `a.{place}`.
pub(super) const FIELD: &str = "a.";
/// Prefix of the name of the field that holds the unit of a quantity: `unit.{place}`.
pub(super) const UNIT_FIELD: &str = "unit.";
/// Prefix of the name of the field for files: `file.{place}`.
pub const FILE_FIELD: &str = "file.";
/// Prefix of the name of the field that holds the id of a row: `rows.{place of the list}`.
pub(super) const ROWS_FIELD: &str = "rows.";
/// Prefix of the name of the field for a search in a value set: `search.{place}`.
pub(super) const SEARCH_FIELD: &str = "search.";
/// Largest number of values of one question. Further values are ignored.
const MAX_VALUES: usize = 200;
/// Largest number of rows of a form. Further rows are ignored.
const MAX_ROWS_OF_FORM: usize = 1_000;

impl Answers {
    /// Reads the fields of an HTML form, named `a.{place}`, and `rows.{place}` for the ids of rows. Unknown names and
    /// empty values are ignored. Values are limited to 20,000 characters and 200 per question. Line ends become `\n`; NUL
    /// and other control characters become U+FFFD. Numbers are read as the language of the page writes them. `earlier`
    /// are the answers to the same form that the page showed, if there are any.
    #[must_use]
    pub fn from_fields(
        form: &Form,
        fields: impl Iterator<Item = (String, String)>,
        lang: &str,
        earlier: Option<&Self>,
    ) -> Self {
        let mut answers = Self::default();
        let (rows, texts): (Vec<_>, Vec<_>) = fields.partition(|(name, _)| name.starts_with(ROWS_FIELD));
        let (units, texts): (Vec<_>, Vec<_>) =
            texts.into_iter().partition(|(name, _)| name.starts_with(UNIT_FIELD));
        for (name, row) in rows.into_iter().take(MAX_ROWS_OF_FORM) {
            answers.add_posted_row(&name[ROWS_FIELD.len()..], row);
        }
        let occurrences = Occurrences::of(form, &answers);
        let known: HashMap<&str, &Item> =
            occurrences.questions().map(|question| (&*question.place, question.item)).collect();
        for (name, text) in texts {
            if let Some(place) = name.strip_prefix(SEARCH_FIELD).filter(|place| known.contains_key(place)) {
                answers.set_search(place, &text);
                continue;
            }
            let place = name.strip_prefix(FIELD).unwrap_or_default();
            let is_typed = |item: &&&Item| item.kind != ItemType::Attachment && !text.trim().is_empty();
            if let Some(item) = known.get(place).filter(is_typed) {
                answers.add_posted_text(item, place, &text, lang);
            }
        }
        for (name, unit) in units {
            let place = &name[UNIT_FIELD.len()..];
            if let Some(item) = known.get(place) {
                answers.add_posted_unit(item, place, &unit);
            }
        }
        for (place, item) in known {
            answers.settle_choice(item, place, earlier);
            answers.settle_exclusive(item, place, earlier);
        }
        if let Some(earlier) = earlier {
            answers.keep_chosen_codings(earlier);
            answers.decided.clone_from(&earlier.decided);
        }
        answers.retain(&occurrences);
        answers.keep_files(form, earlier);
        answers.number_after(earlier.map_or(0, Self::newest_row));
        answers
    }

    fn add_posted_row(&mut self, list: &str, row: String) {
        let mut rows = self.rows(list).to_vec();
        if is_place(list) && is_row_id(&row) && rows.len() < MAX_ROWS && !rows.contains(&row) {
            rows.push(row);
            self.set_rows(list, rows);
        }
    }

    /// Adds the chosen unit to a number that was typed without one.
    fn add_posted_unit(&mut self, item: &Item, place: &str, unit: &str) {
        let is_offered = item.units.len() > 1 && item.units.iter().any(|own| own.code == unit);
        if let Some(number) =
            self.get(place).first().filter(|text| is_offered && quantity::split(text).1.is_empty())
        {
            self.set(place, vec![format!("{number} {unit}")]);
        }
    }

    fn add_posted_text(&mut self, item: &Item, place: &str, text: &str, lang: &str) {
        let mut text: String = cleaned(text).chars().take(MAX_CHARS).collect();
        if item.kind.is_number() {
            text = typed::number_in(lang, &text);
        }
        let mut texts = self.get(place).to_vec();
        // Equal readings of a measurement are several answers, an option chosen twice is one.
        let is_option = item.has_options() || text.starts_with(CODED);
        let is_twice = (is_option || !item.takes_several()) && texts.contains(&text);
        if texts.len() < MAX_VALUES && !is_twice {
            texts.push(text);
            self.set(place, texts);
        }
    }

    /// Does what a button asks for. Nothing if the list or the row is gone.
    pub fn change_rows(&mut self, form: &Form, prefill: &Prefill, action: &RowAction) {
        let occurrences = Occurrences::of(form, self);
        let Some(list) = occurrences.find(&action.list).filter(|found| found.is_list()) else {
            return;
        };
        let mut rows = self.rows(&action.list).to_vec();
        let at = rows.iter().position(|row| Some(row) == action.row.as_ref());
        match (action.change, at) {
            (RowChange::Add, _) if rows.len() < MAX_ROWS => {
                let row = self.new_row();
                rows.push(row.clone());
                self.set_rows(&action.list, rows);
                self.fill_row(form, prefill, list, &row);
            }
            (RowChange::Remove, Some(at)) => {
                rows.remove(at);
                self.set_rows(&action.list, rows);
                self.retain(&Occurrences::of(form, self));
            }
            (RowChange::Up, Some(at)) if at > 0 => {
                rows.swap(at - 1, at);
                self.set_rows(&action.list, rows);
            }
            (RowChange::Down, Some(at)) if at + 1 < rows.len() => {
                rows.swap(at, at + 1);
                self.set_rows(&action.list, rows);
            }
            _ => {}
        }
    }
}

/// Change that a button of a list asks for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RowAction {
    change: RowChange,
    /// Place of the list.
    list: String,
    /// Id of the row; `None` to add one.
    row: Option<String>,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum RowChange {
    Add,
    Remove,
    Up,
    Down,
}

impl RowAction {
    /// Parses the value of a button: `add:{place of the list}`, or `remove:`, `up:` or `down:` and the place of the row.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let (change, target) = value.split_once(':')?;
        if !is_place(target) {
            return None;
        }
        let change = match change {
            "add" => return Some(Self { change: RowChange::Add, list: target.to_owned(), row: None }),
            "remove" => RowChange::Remove,
            "up" => RowChange::Up,
            "down" => RowChange::Down,
            _ => return None,
        };
        let (list, row) = split_row(target)?;
        Some(Self { change, list: list.to_owned(), row: Some(row.to_owned()) })
    }

    /// Returns the place to which the page returns after the change: the row that was added or moved, or else the list.
    #[must_use]
    pub fn target(&self, answers: &Answers) -> String {
        let rows = answers.rows(&self.list);
        let row = match self.change {
            RowChange::Add => rows.last(),
            _ => rows.iter().find(|row| Some(*row) == self.row.as_ref()),
        };
        row.map_or_else(|| self.list.clone(), |row| below(&self.list, row))
    }
}
