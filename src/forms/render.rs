//! A form as a template needs it: every text chosen, every value in place, nothing left to compute.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::json;

use super::answers::{Answers, FIELD, WITHOUT};
use super::check::Problem;
use super::enable_when::enabled;
use super::item::{Item, ItemType};
use super::prefill::Prefill;
use super::provenance::{ProvenanceKind, ProvenanceView, provenance};
use super::questionnaire::Form;
use super::readable::cells;
use super::words;

/// A whole form, for a template.
#[derive(Clone, Debug, Serialize)]
pub struct FormView {
    /// The form's id.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its title.
    pub title: String,
    /// What it is for; may be empty.
    pub description: String,
    /// The top-level groups, in order.
    pub sections: Vec<SectionView>,
    /// Every problem, in the order of the form, for the summary.
    pub problems: Vec<ProblemView>,
    /// How many visible questions there are now.
    pub asked: usize,
    /// How many of them have an answer.
    pub answered: usize,
    /// How many hold what the chart has.
    pub from_chart: usize,
}

/// A top-level group.
#[derive(Clone, Debug, Serialize)]
pub struct SectionView {
    /// Its `linkId`.
    pub link_id: String,
    /// The id of its element.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// A sentence under the heading; may be empty.
    pub hint: String,
    /// Whether it is asked now.
    pub enabled: bool,
    /// When it is asked, as JSON for a script; nothing when always.
    pub enable_when: Option<String>,
    /// Its items.
    pub items: Vec<ItemView>,
    /// How many problems it has.
    pub problems: usize,
}

/// A problem with the label of its question.
#[derive(Clone, Debug, Serialize)]
pub struct ProblemView {
    /// The question.
    pub link_id: String,
    /// The id of the element that a link to it should reach.
    pub id: String,
    /// The question's label.
    pub label: String,
    /// The kebab name of what is wrong.
    pub kind: String,
    /// The limit that was broken, or empty.
    pub limit: String,
}

/// An option of a choice, or a candidate of a picker.
#[derive(Clone, Debug, Serialize)]
pub struct OptionView {
    /// What the field carries.
    pub key: String,
    /// The id of its element.
    pub id: String,
    /// What is shown.
    pub label: String,
    /// Further columns, without empty ones.
    pub cells: Vec<String>,
    /// Whether it is chosen.
    pub checked: bool,
}

/// One item.
#[derive(Clone, Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one independent attribute of the markup"
)]
pub struct ItemView {
    /// Its `linkId`.
    pub link_id: String,
    /// The name of its field: `a.{linkId}`.
    pub name: String,
    /// The id of its element; ids of parts start with it.
    pub id: String,
    /// The item type as FHIR writes it.
    #[serde(rename = "type")]
    pub item_type: String,
    /// How it is shown: `group`, `note`, `line`, `lines`, `area`, `radio`, `drop-down`, `check-box` or `picker`.
    pub control: &'static str,
    /// Whether it takes the whole width.
    pub wide: bool,
    /// The visible label.
    pub label: String,
    /// A hint; may be empty.
    pub hint: String,
    /// Whether an answer is needed.
    pub required: bool,
    /// Whether it takes several answers.
    pub repeats: bool,
    /// Whether it is computed or fixed.
    pub read_only: bool,
    /// Whether it is never shown.
    pub hidden: bool,
    /// Whether it is asked now; what was typed is kept either way.
    pub enabled: bool,
    /// When it is asked, as JSON for a script; nothing when always.
    pub enable_when: Option<String>,
    /// The first text typed, or empty.
    pub value: String,
    /// All texts typed, without those that are options.
    pub values: Vec<String>,
    /// The options or candidates.
    pub options: Vec<OptionView>,
    /// Whether text besides the options is taken.
    pub open: bool,
    /// The unit beside the field; may be empty.
    pub unit: String,
    /// What a keyboard should offer: `decimal`, `numeric` or `text`.
    pub input_mode: &'static str,
    /// Most characters; 0 when not limited.
    pub max_length: usize,
    /// Where the answer came from.
    pub provenance: ProvenanceView,
    /// For a picker that was not loaded: the value that means to send without it, and whether it was chosen.
    pub without_list: Option<OptionView>,
    /// What is wrong with it.
    pub problem: Option<ProblemView>,
    /// For `aria-describedby`: the ids of hint, provenance and problem, as far as there are any.
    pub described_by: String,
    /// The items of a group.
    pub items: Vec<ItemView>,
}

/// The form with these answers, in this language.
#[must_use]
pub fn view(form: &Form, answers: &Answers, prefill: &Prefill, problems: &[Problem], lang: &str) -> FormView {
    let writer = View {
        answers,
        prefill,
        problems,
        lang,
        enabled: enabled(form, answers),
    };
    let sections: Vec<SectionView> = form
        .items
        .iter()
        .filter(|item| !item.hidden)
        .map(|group| writer.section(group))
        .collect();
    let mut asked = Vec::new();
    form.walk(|item| {
        if item.item_type.is_question() && !item.hidden && writer.enabled.contains(item.link_id.as_str()) {
            asked.push(item);
        }
    });
    let from_chart = |item: &&&Item| provenance(item, answers, prefill, lang).kind == ProvenanceKind::FromEhr;
    FormView {
        id: form.id().to_owned(),
        version: form.version().to_owned(),
        title: form.title(lang).to_owned(),
        description: form.description(lang).to_owned(),
        problems: problems
            .iter()
            .filter_map(|problem| writer.problem(form.question(&problem.link_id)?))
            .collect(),
        answered: asked
            .iter()
            .filter(|item| !answers.get(&item.link_id).is_empty())
            .count(),
        from_chart: asked.iter().filter(from_chart).count(),
        asked: asked.len(),
        sections,
    }
}

struct View<'v> {
    answers: &'v Answers,
    prefill: &'v Prefill,
    problems: &'v [Problem],
    lang: &'v str,
    enabled: BTreeSet<&'v str>,
}

impl View<'_> {
    fn section(&self, group: &Item) -> SectionView {
        let mut problems = 0;
        group.walk(&mut |item| problems += usize::from(self.problem(item).is_some()));
        SectionView {
            link_id: group.link_id.clone(),
            id: id(group),
            title: group.text.in_language(self.lang).to_owned(),
            hint: self.hint(group),
            enabled: self.enabled.contains(group.link_id.as_str()),
            enable_when: enable_when(group),
            items: self.items(group),
            problems,
        }
    }

    fn items(&self, group: &Item) -> Vec<ItemView> {
        group
            .items
            .iter()
            .filter(|item| !item.hidden)
            .map(|item| self.item(item))
            .collect()
    }

    fn item(&self, item: &Item) -> ItemView {
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
            item_type: json!(item.item_type).as_str().unwrap_or_default().to_owned(),
            wide: matches!(
                control,
                "group" | "note" | "area" | "picker" | "check-box" | "lines"
            ) || (control == "radio" && options.len() > 3),
            control,
            label: item.text.in_language(self.lang).to_owned(),
            required: item.required,
            repeats: item.repeats,
            read_only: item.read_only || item.calculated_expression.is_some(),
            hidden: item.hidden,
            enabled: self.enabled.contains(item.link_id.as_str()),
            enable_when: enable_when(item),
            value: texts.first().cloned().unwrap_or_default(),
            values,
            open: item.item_type == ItemType::OpenChoice,
            unit: item
                .unit
                .as_ref()
                .map(|unit| unit.display.clone())
                .unwrap_or_default(),
            input_mode: input_mode(item),
            max_length: item.max_length.unwrap_or(0),
            without_list: self.without_list(item, &provenance),
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
        item.hint
            .as_ref()
            .map(|hint| hint.in_language(self.lang).to_owned())
            .unwrap_or_default()
    }

    fn problem(&self, item: &Item) -> Option<ProblemView> {
        let problem = self
            .problems
            .iter()
            .find(|problem| problem.link_id == item.link_id)?;
        Some(ProblemView {
            link_id: item.link_id.clone(),
            id: id(item),
            label: item.short_text(self.lang).to_owned(),
            kind: json!(problem.kind)["kind"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            limit: words::cell(
                problem.kind.limit().unwrap_or_default(),
                self.lang,
                &self.prefill.zone(),
            ),
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
        if item.item_type == ItemType::Boolean {
            let both = [true, false].into_iter().enumerate();
            return both
                .map(|(at, value)| {
                    option(
                        at,
                        &value.to_string(),
                        words::yes_no(value, self.lang),
                        Vec::new(),
                    )
                })
                .collect();
        }
        let own = item
            .options
            .iter()
            .map(|choice| (&choice.key, choice.label.in_language(self.lang), Vec::new()));
        let candidates = self.prefill.candidates(&item.link_id).iter().map(|candidate| {
            let cells = cells(item, candidate, self.prefill, self.lang);
            (&candidate.key, candidate.label.as_str(), cells)
        });
        own.chain(candidates)
            .enumerate()
            .map(|(at, (key, label, cells))| option(at, key, label, cells))
            .collect()
    }

    fn without_list(&self, item: &Item, provenance: &ProvenanceView) -> Option<OptionView> {
        (item.is_picker() && provenance.kind == ProvenanceKind::NotLoaded).then(|| OptionView {
            key: WITHOUT.to_owned(),
            id: format!("{}.without", id(item)),
            label: String::new(),
            cells: Vec::new(),
            checked: self.answers.is_without_list(&item.link_id),
        })
    }
}

fn id(item: &Item) -> String {
    format!("f-{}", item.link_id)
}

fn control(item: &Item) -> &'static str {
    match (item.item_type, item.control.as_deref()) {
        (ItemType::Group, _) => "group",
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
    match item.item_type {
        ItemType::Decimal | ItemType::Quantity => "decimal",
        ItemType::Integer => "numeric",
        _ => "text",
    }
}

/// The conditions for a script that shows and hides without a round trip; values as fields carry them.
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
        (!hint.is_empty(), "hint"),
        (provenance.kind != ProvenanceKind::None, "from"),
        (problem, "problem"),
    ];
    let ids: Vec<String> = parts
        .iter()
        .filter(|part| part.0)
        .map(|part| format!("{}.{}", id(item), part.1))
        .collect();
    ids.join(" ")
}
