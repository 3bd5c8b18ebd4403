//! Builds the view of a form and its answers.

use serde_json::json;

use super::answered::Answered;
use super::answers::{Answers, MAX_ROWS, WITHOUT};
use super::attached::FilesShown;
use super::check::offers_without_list;
use super::coded::{CODED, Extent, Offered};
use super::enable_when::enabled_among;
use super::fields::{FIELD, ROWS_FIELD, SEARCH_FIELD, UNIT_FIELD};
use super::files_view::files_view;
use super::form_view::{
    FormView, ItemView, OptionView, RowView, RowsView, SearchView, SectionView, UnitView,
};
use super::item::{Item, ItemType};
use super::occurrence::{Occurrence, Occurrences};
use super::place::split_row;
use super::prefill::Prefill;
use super::problem::Problem;
use super::provenance::{ProvenanceView, provenance};
use super::provenance_kind::{ProvenanceKind, is_from_chart};
use super::quantity;
use super::questionnaire::Form;
use super::readable::{cells, row_label};
use super::together::Together;
use super::unit::Unit;
use super::words;

/// Largest number of codes that are shown as buttons.
const FEW_OPTIONS: usize = 7;

/// Returns the view of a form with these answers, in this language.
#[must_use]
pub fn view(form: &Form, answers: &Answers, prefill: &Prefill, problems: &[Problem], lang: &str) -> FormView {
    let writer = View::new(form, answers, prefill, problems, lang);
    let (asked, from_chart) = writer.counts();
    let answered = writer.asked().filter(|one| !answers.get(&one.place).is_empty()).count();
    let sections =
        writer.occurrences.below(None).filter(|number| !writer.occurrences.get(*number).item.hidden);
    FormView {
        id: form.id().to_owned(),
        version: form.version().to_owned(),
        title: form.title(lang).to_owned(),
        description: form.description(lang).to_owned(),
        problems: writer.all_problems(),
        doubts: writer.all_doubts(),
        sections: sections.map(|number| writer.section(number)).collect(),
        answered,
        from_chart,
        asked,
    }
}

pub(super) struct View<'v> {
    pub(super) form: &'v Form,
    pub(super) answers: &'v Answers,
    pub(super) prefill: &'v Prefill,
    pub(super) problems: &'v [Problem],
    pub(super) lang: &'v str,
    pub(super) occurrences: Occurrences<'v>,
    pub(super) on: Vec<bool>,
    pub(super) together: Together,
    pub(super) files_shown: FilesShown,
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
        let occurrences = Occurrences::of(form, answers);
        let on = enabled_among(&occurrences, answers);
        let together = Together::of(&occurrences, &on, answers, prefill);
        let files_shown = FilesShown::default();
        Self { form, answers, prefill, problems, lang, occurrences, on, together, files_shown }
    }
}

impl View<'_> {
    /// Returns the visible questions.
    pub(super) fn asked(&self) -> impl Iterator<Item = &Occurrence<'_>> {
        let all = self.occurrences.iter().zip(&self.on);
        all.filter(|(one, on)| **on && one.is_question() && !one.item.hidden).map(|(one, _)| one)
    }

    /// Returns the number of visible questions, and the number of those whose answer is the value of the chart.
    pub(super) fn counts(&self) -> (usize, usize) {
        self.asked().fold((0, 0), |(asked, from_chart), one| {
            (asked + 1, from_chart + usize::from(is_from_chart(self.answered(one))))
        })
    }

    pub(super) fn answered<'a>(&'a self, one: &'a Occurrence<'_>) -> Answered<'a> {
        Answered { item: one.item, place: &one.place, answers: self.answers, prefill: self.prefill }
    }

    fn section(&self, number: usize) -> SectionView {
        SectionView { items: self.items(number), ..self.section_head(number) }
    }

    /// Returns the view of a section without its items.
    pub(super) fn section_head(&self, number: usize) -> SectionView {
        let one = self.occurrences.get(number);
        let below = (number..one.end).filter(|number| self.problem(self.occurrences.get(*number)).is_some());
        SectionView {
            place: one.place.to_string(),
            id: id(&one.place),
            title: self.form.section_title(one.item, self.lang).to_owned(),
            hint: self.hint(one.item),
            enabled: self.on[number],
            items: Vec::new(),
            problems: below.count(),
            problem: self.problem(one),
            from_chart: self.chart_lines(number),
        }
    }

    /// Returns the views of the items below an occurrence.
    fn items(&self, number: usize) -> Vec<ItemView> {
        self.visible_below(number).map(|number| self.item(number)).collect()
    }

    pub(super) fn visible_below(&self, number: usize) -> impl Iterator<Item = usize> {
        self.occurrences.below(Some(number)).filter(|number| !self.occurrences.get(*number).item.hidden)
    }

    /// Content of the field: a number has the decimal sign of the page's language, and its unit if there is no field for it.
    fn input(&self, item: &Item, text: &str) -> String {
        if !item.kind.is_number() {
            return text.to_owned();
        }
        let (number, unit) = quantity::split(text);
        let has_field = item.units.len() > 1 && item.units.iter().any(|own| own.is_called(unit));
        let unit = if has_field { "" } else { unit };
        format!("{} {unit}", words::localized_number(number, self.lang)).trim().to_owned()
    }

    /// Units that a user chooses from.
    fn units(answered: Answered<'_>) -> Vec<UnitView> {
        let item = answered.item;
        if item.units.len() < 2 {
            return Vec::new();
        }
        let typed = answered.texts().first().map_or("", |text| quantity::split(text).1);
        let unit = |unit: &Unit| UnitView {
            code: unit.code.clone(),
            display: unit.display.clone(),
            selected: unit.is_called(typed),
        };
        item.units.iter().map(unit).collect()
    }

    pub(super) fn item(&self, number: usize) -> ItemView {
        let one = self.occurrences.get(number);
        let (item, answered) = (one.item, self.answered(one));
        let texts = answered.texts();
        let options = self.options(answered);
        let typed = texts
            .iter()
            .filter(|_| item.kind != ItemType::Attachment)
            // A code that was not judged is a problem of the question, and no text.
            .filter(|text| !text.starts_with(CODED))
            .filter(|text| *text != WITHOUT && !options.iter().any(|option| option.key == **text));
        let values: Vec<String> = typed.cloned().collect();
        let provenance = provenance(answered, self.lang);
        let (problem, hint) = (self.problem(one), self.hint(item));
        let doubt = self.doubt(one);
        let search = search(answered);
        let control = self.control(one, options.is_empty());
        let is_known = self.answers.offered(&one.place).is_some_and(|it| it.extent != Extent::Failed);
        ItemView {
            files: (item.kind == ItemType::Attachment)
                .then(|| files_view(answered, &self.files_shown, self.lang)),
            name: [FIELD, &one.place].concat(),
            id: id(&one.place),
            item_type: json!(item.kind).as_str().unwrap_or_default().to_owned(),
            wide: is_wide(control) || search.is_some() || (control == "radio" && options.len() > 3),
            control,
            label: one.label(self.lang),
            required: item.required,
            repeats: item.takes_several(),
            read_only: item.is_fixed(&one.place, self.prefill) || item.is_calculated(),
            hidden: item.hidden,
            enabled: self.on[number],
            conditional: !item.conditions.is_empty(),
            value: texts
                .first()
                .filter(|_| item.kind != ItemType::Attachment)
                .map(|text| self.input(item, text))
                .unwrap_or_default(),
            // A text that was typed while the server was not there stays until it is replaced.
            open: item.takes_text() && (!is_known || item.kind == ItemType::OpenChoice || !values.is_empty()),
            unknown_options: item.unknown_options.clone().filter(|_| !is_known).unwrap_or_default(),
            search,
            values,
            unit: item.unit().map(|unit| unit.display.clone()).unwrap_or_default(),
            unit_name: [UNIT_FIELD, &one.place].concat(),
            units: Self::units(answered),
            input_mode: input_mode(item),
            max_length: item.max_length.unwrap_or(0),
            without_list: self.without_list(answered),
            counts: options.iter().find(|it| it.checked).map(|it| it.label.clone()).unwrap_or_default(),
            aside: self.answers.aside(&one.place).to_owned(),
            unchecked: item.rules.unchecked.iter().map(|it| it.in_language(self.lang).to_owned()).collect(),
            described_by: described_by(answered, &hint, &provenance, [problem.is_some(), doubt.is_some()]),
            doubt,
            items: if one.is_list() { Vec::new() } else { self.items(number) },
            rows: one.is_list().then(|| self.rows(number)),
            place: one.place.to_string(),
            hint,
            options,
            provenance,
            problem,
        }
    }

    fn control(&self, one: &Occurrence<'_>, has_none: bool) -> &'static str {
        match (one.is_list(), self.answers.offered(&one.place)) {
            (true, _) => "rows",
            (false, Some(offered)) if offered.extent != Extent::Failed => coded_control(one.item, offered),
            (false, _) if !self.answers.codings(&one.place).is_empty() => {
                coded_control(one.item, &Offered::default())
            }
            (false, _) => control(one.item, has_none),
        }
    }

    fn rows(&self, list: usize) -> RowsView {
        let one = self.occurrences.get(list);
        let rows: Vec<RowView> = self.occurrences.below(Some(list)).map(|row| self.row(row)).collect();
        RowsView {
            name: [ROWS_FIELD, &one.place].concat(),
            can_add: rows.len() < one.item.max_occurs.unwrap_or(MAX_ROWS).min(MAX_ROWS),
            rows,
        }
    }

    fn row(&self, number: usize) -> RowView {
        let one = self.occurrences.get(number);
        let below = (number..one.end).map(|number| self.occurrences.get(number));
        RowView {
            row: split_row(&one.place).map_or("", |(_, row)| row).to_owned(),
            place: one.place.to_string(),
            id: if one.is_question() { String::new() } else { id(&one.place) },
            label: row_label(one, self.lang).unwrap_or_default(),
            problem: self.problem(one).filter(|_| !one.is_question()),
            answered: below.into_iter().any(|one| !self.answers.get(&one.place).is_empty()),
            // The row of a question is the question itself, with the items below it.
            items: if one.is_question() { vec![self.item(number)] } else { self.items(number) },
        }
    }

    fn hint(&self, item: &Item) -> String {
        item.hints.iter().map(|hint| hint.in_language(self.lang)).collect::<Vec<_>>().join("\n")
    }

    fn options(&self, answered: Answered<'_>) -> Vec<OptionView> {
        let item = answered.item;
        let option = |at: usize, key: &str, label: &str, cells: Vec<String>| OptionView {
            key: key.to_owned(),
            id: format!("{}.{at}", id(answered.place)),
            label: label.to_owned(),
            cells,
            checked: answered.texts().iter().any(|text| text == key),
            exclusive: item.options.iter().any(|option| option.exclusive && option.key == key),
        };
        if item.kind == ItemType::Boolean && item.options.is_empty() {
            let both = [true, false].into_iter().enumerate();
            return both
                .map(|(at, value)| {
                    option(at, &value.to_string(), words::yes_no(value, self.lang), Vec::new())
                })
                .collect();
        }
        let own =
            item.options.iter().map(|choice| (&choice.key, choice.label.in_language(self.lang), Vec::new()));
        let candidates = answered.candidates().iter().chain(answered.offered_codes()).map(|candidate| {
            let cells = cells(item, candidate, self.prefill, self.lang);
            (&candidate.key, candidate.label.as_str(), cells)
        });
        let evaluated = &self.answers.evaluated;
        let numbered = own.chain(candidates).enumerate();
        let all = numbered.map(|(at, (key, label, cells))| option(at, key, label, cells));
        // A chosen option stays, so that its problem can be seen.
        all.filter(|option| option.checked || evaluated.is_open(answered.place, &option.key)).collect()
    }

    fn without_list(&self, answered: Answered<'_>) -> Option<OptionView> {
        offers_without_list(answered).then(|| OptionView {
            key: WITHOUT.to_owned(),
            id: format!("{}.without", id(answered.place)),
            label: String::new(),
            cells: Vec::new(),
            checked: self.answers.is_without_list(answered.place),
            exclusive: false,
        })
    }
}

/// Search in the value set of a question, if it is too large for a list or could not be read.
fn search(answered: Answered<'_>) -> Option<SearchView> {
    let offered = answered.answers.offered(answered.place)?;
    (!matches!(offered.extent, Extent::All | Extent::Failed)).then(|| SearchView {
        name: [SEARCH_FIELD, answered.place].concat(),
        text: answered.answers.search(answered.place).to_owned(),
        found: offered.options.len(),
        extent: offered.extent,
    })
}

/// Control of a question whose codes are expanded elsewhere.
fn coded_control(item: &Item, offered: &Offered) -> &'static str {
    match item.control.as_deref() {
        _ if item.takes_several() => "check-box",
        Some("radio-button") => "radio",
        _ if offered.extent == Extent::All && offered.options.len() > FEW_OPTIONS => "drop-down",
        _ => "radio",
    }
}

pub(super) fn id(place: &str) -> String {
    format!("f-{place}")
}

fn is_wide(control: &str) -> bool {
    matches!(
        control,
        "rows"
            | "files"
            | "group"
            | "note"
            | "emergency"
            | "attention"
            | "area"
            | "picker"
            | "check-box"
            | "lines"
    )
}

fn control(item: &Item, has_none: bool) -> &'static str {
    match (item.kind, item.control.as_deref()) {
        (ItemType::Group, _) => "group",
        (ItemType::Display, Some("emergency")) => "emergency",
        (ItemType::Display, Some("attention")) => "attention",
        (ItemType::Display, _) => "note",
        (ItemType::Boolean, _) => "radio",
        (ItemType::Attachment, _) => "files",
        (_, written) if item.has_options() && !(item.is_named() && has_none) => match written {
            _ if item.is_picker() && item.takes_several() => "picker",
            Some("check-box") => "check-box",
            _ if item.takes_several() => "check-box",
            Some("radio-button") => "radio",
            _ => "drop-down",
        },
        (ItemType::Text, _) => "area",
        _ if item.takes_several() => "lines",
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

fn described_by(
    answered: Answered<'_>,
    hint: &str,
    provenance: &ProvenanceView,
    [problem, doubt]: [bool; 2],
) -> String {
    let parts = [
        (answered.item.unit().is_some(), "unit"),
        (!hint.is_empty(), "hint"),
        (!answered.item.rules.unchecked.is_empty(), "unchecked"),
        (provenance.kind != ProvenanceKind::None, "from"),
        (problem, "problem"),
        (doubt, "doubt"),
    ];
    let named = parts.iter().filter(|part| part.0).map(|part| format!("{}.{}", id(answered.place), part.1));
    named.collect::<Vec<_>>().join(" ")
}
