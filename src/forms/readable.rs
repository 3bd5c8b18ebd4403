//! Answers as plain text, for a summary page and a note.

use serde::{Deserialize, Serialize};

use super::answers::{Answers, WITHOUT};
use super::enable_when::enabled;
use super::item::{Item, ItemType};
use super::prefill::{Candidate, Prefill, Prefilled};
use super::provenance::source;
use super::questionnaire::Form;
use super::words;

/// Answer to one question, in the page's language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReadableAnswer {
    /// Title of the section.
    pub section: String,
    /// Short text of the question.
    pub label: String,
    /// Values, joined by `; `.
    pub value: String,
}

/// Returns every enabled question in the form's order, and hidden ones if they have an answer, which is sent. A list of
/// the chart always has a line: its entries, or whether the EHR provided none, none was selected, or it was not loaded.
/// Other questions without an answer share one line at the end of their section, so that a reader can tell them from
/// questions that were not asked.
#[must_use]
pub fn readable(form: &Form, answers: &Answers, prefill: &Prefill, lang: &str) -> Vec<ReadableAnswer> {
    let enabled = enabled(form, answers);
    let mut lines = Vec::new();
    for section in &form.items {
        let (mut visible, mut unanswered) = (Vec::new(), Vec::new());
        section.walk(&mut |item| visible.push(item));
        let title = section.text.in_language(lang);
        for item in visible {
            let is_asked = item.kind.is_question() && enabled.contains(item.link_id.as_str());
            if !is_asked || (item.hidden && answers.get(&item.link_id).is_empty()) {
                continue;
            }
            let mut values = values(item, answers.get(&item.link_id), prefill, lang);
            if let (Some(source), Some(last)) = (source(item, answers, prefill, lang), values.last_mut()) {
                *last = format!("{last} ({source})");
            }
            let filled = prefill.get(&item.link_id);
            if item.is_picker() && filled.is_some_and(|filled| filled.not_loaded.is_some()) {
                values.push(not_loaded(lang).to_owned());
            } else if item.is_picker() && values.is_empty() {
                values.push(empty_list(filled, lang).to_owned());
            }
            let label = item.short_text(lang).to_owned();
            if values.is_empty() {
                unanswered.push(label);
            } else {
                let value = values.join("; ");
                lines.push(ReadableAnswer { section: title.to_owned(), label, value });
            }
        }
        if !unanswered.is_empty() {
            let (label, value) = (words::not_answered(lang).to_owned(), unanswered.join("; "));
            lines.push(ReadableAnswer { section: title.to_owned(), label, value });
        }
    }
    lines
}

/// Reason why a list of the chart that was loaded has no entry.
fn empty_list(filled: Option<&Prefilled>, lang: &str) -> &'static str {
    let french = lang.starts_with("fr");
    match filled {
        Some(filled) if !filled.candidates.is_empty() => {
            if french {
                "(rien de sélectionné)"
            } else {
                "(none selected)"
            }
        }
        Some(filled) if filled.more || !filled.left_out.is_empty() => {
            if french {
                "(rien dans la partie du dossier fournie par le DME)"
            } else {
                "(none in the part of the chart that the EHR provided)"
            }
        }
        _ if french => "(le DME n’en fournit aucun)",
        _ => "(none provided by the EHR)",
    }
}

fn not_loaded(lang: &str) -> &'static str {
    if lang.starts_with("fr") {
        "(liste du dossier non chargée; elle n’est pas nécessairement vide)"
    } else {
        "(list not loaded from the chart; it is not necessarily empty)"
    }
}

/// Formats the answers of a question.
pub(super) fn values(item: &Item, texts: &[String], prefill: &Prefill, lang: &str) -> Vec<String> {
    let shown = texts.iter().filter(|text| *text != WITHOUT);
    shown.map(|text| value(item, text, prefill, lang)).collect()
}

fn value(item: &Item, text: &str, prefill: &Prefill, lang: &str) -> String {
    let zone = prefill.zone();
    match item.kind {
        ItemType::Boolean => {
            text.parse().map_or_else(|_| text.to_owned(), |yes| words::yes_no(yes, lang).to_owned())
        }
        ItemType::Date | ItemType::DateTime => words::moment(text, lang, &zone),
        ItemType::Integer | ItemType::Decimal | ItemType::Quantity => {
            let unit = item.unit.as_ref().map_or("", |unit| &unit.display);
            format!("{} {unit}", words::number(text, lang)).trim_end().to_owned()
        }
        ItemType::Choice | ItemType::OpenChoice | ItemType::Reference => {
            let option = item.options.iter().find(|option| option.key == text);
            let candidates = prefill.candidates(&item.link_id).iter();
            let candidate = candidates.filter(|candidate| candidate.key == text).map(|candidate| {
                let cells = cells(item, candidate, prefill, lang);
                if cells.is_empty() {
                    candidate.label.clone()
                } else {
                    format!("{} ({})", candidate.label, cells.join(", "))
                }
            });
            let own = option.map(|option| option.label.in_language(lang).to_owned());
            own.or(candidate.into_iter().next()).unwrap_or_else(|| text.to_owned())
        }
        _ => text.to_owned(),
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
