//! Answers as plain text, for a summary page and a note.

use serde::{Deserialize, Serialize};

use super::answered::Answered;
use super::answers::{Answers, WITHOUT};
use super::enable_when::enabled_among;
use super::item::{Item, ItemType};
use super::occurrence::{Occurrence, Occurrences};
use super::prefill::{Candidate, Prefill, Prefilled};
use super::provenance::{read_earlier, source};
use super::quantity;
use super::questionnaire::Form;
use super::source::NotLoaded;
use super::together::Together;
use super::words;

/// Answer to one question, in the page's language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadableAnswer {
    /// Title of the section; empty for the line of questions without an answer.
    pub section: String,
    /// Short text of the question.
    pub label: String,
    /// Values, joined by semicolons.
    pub value: String,
    /// The same values one by one, if the question has several; empty otherwise, and in records of earlier versions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<String>,
    /// Whether the chart fills it with what it has about the user who reads it, who need not be the one who signs.
    #[serde(skip)]
    pub is_about_reader: bool,
}

/// Returns every enabled question in the form's order, and hidden ones if they have an answer, which is sent. A list of
/// the chart always has a line: its entries, or whether the EHR provided none, none was selected, or it was not loaded.
/// Other questions without an answer share one line at the end, outside of all sections, so that a reader can tell them
/// from questions that were not asked.
#[must_use]
pub fn readable(form: &Form, answers: &Answers, prefill: &Prefill, lang: &str) -> Vec<ReadableAnswer> {
    let occurrences = Occurrences::of(form, answers);
    let on = enabled_among(&occurrences, answers);
    let together = Together::of(&occurrences, &on, answers, prefill);
    let (mut lines, mut unanswered) = (Vec::new(), Vec::new());
    for section in occurrences.below(None) {
        let title = form.section_title(occurrences.get(section).item, lang);
        let of_section = section..occurrences.get(section).end;
        for number in of_section {
            let (one, on) = (occurrences.get(number), on[number]);
            lines.extend(list_line(one, prefill, lang).filter(|_| on && !one.item.hidden).map(|value| {
                let label = label(&occurrences, one, lang);
                ReadableAnswer { section: title.to_owned(), label, value, ..ReadableAnswer::default() }
            }));
            let is_asked = one.is_question() && on;
            if !is_asked || (one.item.hidden && answers.get(&one.place).is_empty()) {
                continue;
            }
            let answered = Answered { item: one.item, place: &one.place, answers, prefill };
            let source = source(answered, lang).filter(|_| together.changed_beside(&one.place).is_none());
            let values = shown(answered, source, lang);
            let label = label(&occurrences, one, lang);
            if values.is_empty() {
                match empty_row(&occurrences, number, answers) {
                    // Its row says nothing beside the others.
                    Some(list) if !is_empty(&occurrences, list, answers) => {}
                    Some(list) => {
                        let label = self::label(&occurrences, occurrences.get(list), lang);
                        if unanswered.last() != Some(&label) {
                            unanswered.push(label);
                        }
                    }
                    None => unanswered.push(label),
                }
            } else {
                let value = values.join(words::semicolon(lang));
                let items = if values.len() > 1 { values } else { Vec::new() };
                let is_about_reader = one.item.is_about_reader();
                lines.push(ReadableAnswer {
                    section: title.to_owned(),
                    label,
                    value,
                    items,
                    is_about_reader,
                });
            }
        }
    }
    if !unanswered.is_empty() {
        let (label, value) = (words::not_answered(lang).to_owned(), unanswered.join(words::semicolon(lang)));
        lines.push(ReadableAnswer { label, value, ..ReadableAnswer::default() });
    }
    lines
}

/// Number of the list of the outermost empty row around a question: such a row has no questions of its own.
fn empty_row(occurrences: &Occurrences<'_>, number: usize, answers: &Answers) -> Option<usize> {
    let around = std::iter::successors(Some(number), |number| occurrences.get(*number).parent);
    let rows = around.filter(|number| occurrences.get(*number).row.is_some());
    let empty = rows.filter(|row| is_empty(occurrences, *row, answers)).last()?;
    occurrences.get(empty).parent
}

/// Whether nothing at or below an occurrence has an answer.
fn is_empty(occurrences: &Occurrences<'_>, number: usize, answers: &Answers) -> bool {
    let mut below = (number..occurrences.get(number).end).map(|number| occurrences.get(number));
    below.all(|one| answers.get(&one.place).is_empty())
}

/// Values of a question with their source, or why a list of the chart has none.
fn shown(answered: Answered<'_>, source: Option<String>, lang: &str) -> Vec<String> {
    let mut values = values(answered, answered.texts(), lang);
    if let (Some(source), Some(last)) = (source, values.last_mut()) {
        *last = format!("{last} ({source})");
    }
    if answered.item.is_picker() && answered.filled().is_some_and(|filled| filled.not_loaded.is_some()) {
        values.push(not_loaded(lang).to_owned());
    } else if answered.item.is_picker() && values.is_empty() {
        values.push(empty_list(answered.filled(), lang).to_owned());
    }
    if answered.item.is_picker() && !answered.texts().is_empty() && is_shortened(answered) {
        values.push(words::selection(lang).to_owned());
    }
    let earlier = answered.filled().filter(|_| answered.item.is_picker());
    let earlier = earlier.and_then(|filled| read_earlier(filled, answered.prefill, lang));
    values.extend(earlier.map(|day| format!("({day})")));
    values
}

/// Whether an entry of the chart that was to be included is not.
fn is_shortened(answered: Answered<'_>) -> bool {
    answered.chart_texts().iter().any(|entry| !answered.texts().contains(entry))
}

/// Line of a list that entries of the chart fill, if it was not loaded, or has none. `None` for any other item.
fn list_line(one: &Occurrence<'_>, prefill: &Prefill, lang: &str) -> Option<String> {
    let filled = prefill.get(&one.place).filter(|_| one.is_list())?;
    match filled.not_loaded {
        // The chart was not asked for it: it is a list like any other.
        Some(NotLoaded::NotEvaluable) => None,
        Some(_) => Some(not_loaded(lang).to_owned()),
        None => filled.rows.is_empty().then(|| empty_list(Some(filled), lang).to_owned()),
    }
}

/// Label of a question, led by the rows around it: `Medication 2: Dose`.
pub(super) fn label(occurrences: &Occurrences<'_>, one: &Occurrence<'_>, lang: &str) -> String {
    let own = one.short_text(lang);
    let mut rows: Vec<String> = std::iter::successors(one.parent, |parent| occurrences.get(*parent).parent)
        .filter_map(|parent| row_label(occurrences.get(parent), lang))
        .collect();
    rows.reverse();
    if let Some(row) = row_label(one, lang) {
        rows.push(row);
    } else {
        rows.push(own.to_owned());
    }
    rows.join(words::colon(lang))
}

/// Label of a row: the text of its list, and its number.
pub(super) fn row_label(one: &Occurrence<'_>, lang: &str) -> Option<String> {
    one.row.map(|position| format!("{} {}", one.short_text(lang), position + 1))
}

/// Reason why a list of the chart that was loaded has no entry.
fn empty_list(filled: Option<&Prefilled>, lang: &str) -> &'static str {
    let french = lang.starts_with("fr");
    match filled {
        Some(filled) if !filled.candidates.is_empty() => {
            if french {
                "(rien n’en est joint, alors que le dossier en contient)"
            } else {
                "(none included, although the chart has some)"
            }
        }
        Some(filled) if filled.more || !filled.left_out.is_empty() => {
            if french {
                "(rien dans la partie du dossier fournie par le DME)"
            } else {
                "(none in the part of the chart that the EHR provided)"
            }
        }
        _ if french => "(rien du DME pour cette liste)",
        _ => "(nothing for this list from the EHR)",
    }
}

/// Words that a list of the chart was not loaded.
pub(super) fn not_loaded(lang: &str) -> &'static str {
    if lang.starts_with("fr") {
        "(liste du dossier non chargée\u{202f}; elle n’est pas nécessairement vide)"
    } else {
        "(list not loaded from the chart; it is not necessarily empty)"
    }
}

/// Formats texts as answers to a question.
pub(super) fn values(answered: Answered<'_>, texts: &[String], lang: &str) -> Vec<String> {
    let shown = texts.iter().filter(|text| *text != WITHOUT);
    shown.map(|text| value(answered, text, lang)).collect()
}

fn value(answered: Answered<'_>, text: &str, lang: &str) -> String {
    let Answered { item, prefill, .. } = answered;
    if let Some(option) = item.options.iter().find(|option| option.key == text) {
        return option.label.in_language(lang).to_owned();
    }
    // A coding of the chart that is not chosen any more is known to the prefill only.
    let known = answered.candidates().iter().chain(prefill.candidates(answered.place));
    if let Some(candidate) = known.into_iter().find(|candidate| candidate.key == text) {
        return entry(item, candidate, prefill, lang);
    }
    match item.kind {
        ItemType::Attachment => {
            let file = answered.files().find(|file| file.id == text);
            file.map_or_else(|| text.to_owned(), |file| file.readable(lang))
        }
        ItemType::Boolean => {
            text.parse().map_or_else(|_| text.to_owned(), |yes| words::yes_no(yes, lang).to_owned())
        }
        ItemType::Date | ItemType::DateTime => words::moment(text, lang, &prefill.zone()),
        ItemType::Integer | ItemType::Decimal | ItemType::Quantity => number(item, text, lang),
        _ => text.to_owned(),
    }
}

/// Formats a number with its unit.
fn number(item: &Item, text: &str, lang: &str) -> String {
    let (number, typed) = quantity::split(text);
    let named = item.units.iter().find(|unit| unit.is_called(typed)).or(item.unit());
    let unit = named.map_or(typed, |unit| &unit.display);
    format!("{} {unit}", words::localized_number(number, lang)).trim().to_owned()
}

/// Formats a candidate with its other columns.
pub(super) fn entry(item: &Item, candidate: &Candidate, prefill: &Prefill, lang: &str) -> String {
    let cells = cells(item, candidate, prefill, lang);
    if cells.is_empty() {
        candidate.label.clone()
    } else {
        format!("{} ({})", candidate.label, cells.join(", "))
    }
}

/// Formats the other columns of a candidate, each with its label. A cell `true` is shown as its label alone; empty
/// cells and `false` are left out.
pub(super) fn cells(item: &Item, candidate: &Candidate, prefill: &Prefill, lang: &str) -> Vec<String> {
    let zone = prefill.zone();
    let columns = item.columns.iter().filter(|column| !column.for_display).zip(&candidate.cells);
    let shown = columns.filter(|(_, cell)| !matches!(cell.as_str(), "" | "false"));
    let text = shown.map(|(column, cell)| {
        let label = column.label.as_ref().map_or("", |label| label.in_language(lang));
        match cell.as_str() {
            "true" if !label.is_empty() => label.to_owned(),
            cell => format!("{label} {}", words::cell(cell, lang, &zone)).trim_start().to_owned(),
        }
    });
    text.collect()
}
