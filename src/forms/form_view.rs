//! A form as a template needs it: every text chosen, every value in place, nothing left to compute.

use serde::Serialize;

use super::prefill::CANDIDATE;
use super::provenance::{ProvenanceKind, ProvenanceView};

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

impl ItemView {
    /// Whether nothing in it is about a person.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let from_chart = !matches!(self.provenance.kind, ProvenanceKind::None | ProvenanceKind::NotLoaded);
        let candidates = self.options.iter().any(|option| option.key.starts_with(CANDIDATE));
        let unchecked = self.options.iter().chain(&self.without_list).all(|option| !option.checked);
        self.value.is_empty()
            && self.values.is_empty()
            && unchecked
            && !candidates
            && !from_chart
            && self.problem.is_none()
            && self.provenance.chart_value.is_none()
            && self.provenance.dropped == 0
            && self.items.iter().all(Self::is_blank)
    }
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
#[expect(clippy::struct_excessive_bools, reason = "each is one independent attribute of the markup")]
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
    /// For `aria-describedby`: the ids of unit, hint, provenance and problem, as far as there are any.
    pub described_by: String,
    /// The items of a group.
    pub items: Vec<ItemView>,
}
