//! Builds the view of a form and its answers.

use std::collections::HashSet;

use serde_json::json;

use super::answers::{Answers, FIELD, WITHOUT};
use super::check::offers_without_list;
use super::enable_when::enabled;
use super::form_view::{FormView, ItemView, OptionView, ProblemView, SectionView};
use super::item::{Item, ItemType};
use super::prefill::Prefill;
use super::problem::Problem;
use super::provenance::{ProvenanceKind, ProvenanceView, is_from_chart, provenance};
use super::questionnaire::Form;
use super::readable::cells;
use super::words;

/// Returns the view of a form with these answers, in this language.
#[must_use]
pub fn view(form: &Form, answers: &Answers, prefill: &Prefill, problems: &[Problem], lang: &str) -> FormView {
    let writer = View::new(form, answers, prefill, problems, lang);
    let asked = writer.asked(form);
    let from_chart = |item: &&&Item| is_from_chart(item, answers, prefill);
    FormView {
        id: form.id().to_owned(),
        version: form.version().to_owned(),
        title: form.title(lang).to_owned(),
        description: form.description(lang).to_owned(),
        problems: writer.all_problems(form),
        answered: asked.iter().filter(|item| !answers.get(&item.link_id).is_empty()).count(),
        from_chart: asked.iter().filter(from_chart).count(),
        asked: asked.len(),
        sections: form.items.iter().filter(|item| !item.hidden).map(|group| writer.section(group)).collect(),
    }
}

pub(super) struct View<'v> {
    pub(super) answers: &'v Answers,
    pub(super) prefill: &'v Prefill,
    pub(super) problems: &'v [Problem],
    pub(super) lang: &'v str,
    pub(super) enabled: HashSet<&'v str>,
}

impl<'v> View<'v> {
    pub(super) fn new(
        form: &'v Form,
        answers: &'v Answers,
        prefill: &'v Prefill,
        problems: &'v [Problem],
        lang: &'v str,
    ) -> Self {
        tracing::trace!(target: "walk", "render the pieces");
        Self { answers, prefill, problems, lang, enabled: enabled(form, answers) }
    }
}

impl View<'_> {
    /// Returns the visible questions.
    pub(super) fn asked<'f>(&self, form: &'f Form) -> Vec<&'f Item> {
        let mut asked = Vec::new();
        form.walk(|item| {
            if item.kind.is_question() && !item.hidden && self.enabled.contains(item.link_id.as_str()) {
                asked.push(item);
            }
        });
        asked
    }

    pub(super) fn all_problems(&self, form: &Form) -> Vec<ProblemView> {
        let named = |problem: &Problem| self.problem(form.question(&problem.link_id)?);
        self.problems.iter().filter_map(named).collect()
    }

    fn section(&self, group: &Item) -> SectionView {
        SectionView { items: self.items(group), ..self.section_head(group) }
    }

    /// Returns the view of a section without its items.
    pub(super) fn section_head(&self, group: &Item) -> SectionView {
        let mut problems = 0;
        group.walk(&mut |item| problems += usize::from(self.problem(item).is_some()));
        SectionView {
            link_id: group.link_id.clone(),
            id: id(group),
            title: group.text.in_language(self.lang).to_owned(),
            hint: self.hint(group),
            enabled: self.enabled.contains(group.link_id.as_str()),
            enable_when: enable_when(group),
            items: Vec::new(),
            problems,
        }
    }

    fn items(&self, group: &Item) -> Vec<ItemView> {
        group.items.iter().filter(|item| !item.hidden).map(|item| self.item(item)).collect()
    }

    /// Content of the field: a number has the decimal sign of the page's language.
    fn input(&self, item: &Item, text: &str) -> String {
        if item.kind.is_number() { words::number(text, self.lang) } else { text.to_owned() }
    }

    pub(super) fn item(&self, item: &Item) -> ItemView {
        let texts = self.answers.get(&item.link_id);
        let options = self.options(item, texts);
        let typed = texts
            .iter()
            .filter(|text| *text != WITHOUT && !options.iter().any(|option| option.key == **text));
        let values: Vec<String> = typed.cloned().collect();
        let provenance = provenance(item, self.answers, self.prefill, self.lang);
        let (problem, hint) = (self.problem(item), self.hint(item));
        let control = control(item);
        ItemView {
            name: format!("{FIELD}{}", item.link_id),
            id: id(item),
            item_type: json!(item.kind).as_str().unwrap_or_default().to_owned(),
            wide: matches!(
                control,
                "group" | "note" | "emergency" | "area" | "picker" | "check-box" | "lines"
            ) || (control == "radio" && options.len() > 3),
            control,
            label: item.text.in_language(self.lang).to_owned(),
            required: item.required,
            repeats: item.repeats,
            read_only: item.is_fixed(self.prefill) || item.calculated_expression.is_some(),
            hidden: item.hidden,
            enabled: self.enabled.contains(item.link_id.as_str()),
            enable_when: enable_when(item),
            value: texts.first().map(|text| self.input(item, text)).unwrap_or_default(),
            values,
            open: item.kind == ItemType::OpenChoice,
            unit: item.unit.as_ref().map(|unit| unit.display.clone()).unwrap_or_default(),
            input_mode: input_mode(item),
            max_length: item.max_length.unwrap_or(0),
            without_list: self.without_list(item),
            described_by: described_by(item, &hint, &provenance, problem.is_some()),
            items: self.items(item),
            link_id: item.link_id.clone(),
            hint,
            options,
            provenance,
            problem,
        }
    }

    fn hint(&self, item: &Item) -> String {
        item.hint.as_ref().map(|hint| hint.in_language(self.lang).to_owned()).unwrap_or_default()
    }

    fn problem(&self, item: &Item) -> Option<ProblemView> {
        let problem = self.problems.iter().find(|problem| problem.link_id == item.link_id)?;
        Some(ProblemView {
            link_id: item.link_id.clone(),
            id: id(item),
            label: item.short_text(self.lang).to_owned(),
            kind: json!(problem.kind)["kind"].as_str().unwrap_or_default().to_owned(),
            limit: words::cell(problem.kind.limit().unwrap_or_default(), self.lang, &self.prefill.zone()),
        })
    }

    fn options(&self, item: &Item, texts: &[String]) -> Vec<OptionView> {
        let option = |at: usize, key: &str, label: &str, cells: Vec<String>| OptionView {
            key: key.to_owned(),
            id: format!("{}.{at}", id(item)),
            label: label.to_owned(),
            cells,
            checked: texts.iter().any(|text| text == key),
        };
        if item.kind == ItemType::Boolean {
            let both = [true, false].into_iter().enumerate();
            return both
                .map(|(at, value)| {
                    option(at, &value.to_string(), words::yes_no(value, self.lang), Vec::new())
                })
                .collect();
        }
        let own =
            item.options.iter().map(|choice| (&choice.key, choice.label.in_language(self.lang), Vec::new()));
        let candidates = self.prefill.candidates(&item.link_id).iter().map(|candidate| {
            let cells = cells(item, candidate, self.prefill, self.lang);
            (&candidate.key, candidate.label.as_str(), cells)
        });
        own.chain(candidates)
            .enumerate()
            .map(|(at, (key, label, cells))| option(at, key, label, cells))
            .collect()
    }

    fn without_list(&self, item: &Item) -> Option<OptionView> {
        offers_without_list(item, self.prefill).then(|| OptionView {
            key: WITHOUT.to_owned(),
            id: format!("{}.without", id(item)),
            label: String::new(),
            cells: Vec::new(),
            checked: self.answers.is_without_list(&item.link_id),
        })
    }
}

pub(super) fn id(item: &Item) -> String {
    format!("f-{}", item.link_id)
}

fn control(item: &Item) -> &'static str {
    match (item.kind, item.control.as_deref()) {
        (ItemType::Group, _) => "group",
        (ItemType::Display, Some("emergency")) => "emergency",
        (ItemType::Display, _) => "note",
        (ItemType::Text, _) => "area",
        (ItemType::Boolean, _) => "radio",
        (kind, written) if kind.is_choice() => match written {
            _ if item.is_picker() && item.repeats => "picker",
            Some("check-box") => "check-box",
            _ if item.repeats => "check-box",
            Some("radio-button") => "radio",
            _ => "drop-down",
        },
        _ if item.repeats => "lines",
        _ => "line",
    }
}

fn input_mode(item: &Item) -> &'static str {
    match item.kind {
        ItemType::Decimal | ItemType::Quantity => "decimal",
        ItemType::Integer => "numeric",
        _ => "text",
    }
}

/// Returns the conditions for a script that shows and hides items without a request. Values are those of the fields.
fn enable_when(item: &Item) -> Option<String> {
    let when: Vec<_> = item
        .conditions
        .iter()
        .map(|condition| {
            json!({ "question": condition.question, "operator": condition.operator, "value": condition.typed })
        })
        .collect();
    let behavior = if item.all_conditions { "all" } else { "any" };
    (!when.is_empty()).then(|| json!({ "behavior": behavior, "when": when }).to_string())
}

fn described_by(item: &Item, hint: &str, provenance: &ProvenanceView, problem: bool) -> String {
    let parts = [
        (item.unit.is_some(), "unit"),
        (!hint.is_empty(), "hint"),
        (provenance.kind != ProvenanceKind::None, "from"),
        (problem, "problem"),
    ];
    let ids: Vec<String> =
        parts.iter().filter(|part| part.0).map(|part| format!("{}.{}", id(item), part.1)).collect();
    ids.join(" ")
}
