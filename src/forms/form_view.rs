//! View of a form for templates: texts in one language, values in place, nothing left to compute.

use serde::Serialize;

use super::coded::Extent;
use super::prefill::CANDIDATE;
use super::provenance::ProvenanceView;
use super::provenance_kind::ProvenanceKind;

/// View of a complete form.
#[derive(Clone, Debug, Serialize)]
pub struct FormView {
    /// Id of the form.
    pub id: String,
    /// Business version of the form.
    pub version: String,
    /// Title of the form.
    pub title: String,
    /// Description of the form; may be empty.
    pub description: String,
    /// Top-level groups, in order.
    pub sections: Vec<SectionView>,
    /// All problems in the order of the form, for the summary.
    pub problems: Vec<ProblemView>,
    /// Doubts about answers, which do not prevent sending.
    pub doubts: Vec<DoubtView>,
    /// Number of visible questions.
    pub asked: usize,
    /// Number of visible questions with an answer.
    pub answered: usize,
    /// Number of visible questions whose answer is the value of the chart.
    pub from_chart: usize,
}

/// View of a top-level group.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct SectionView {
    /// Place of the group.
    pub place: String,
    /// Id of its HTML element.
    pub id: String,
    /// Heading.
    pub title: String,
    /// Sentence under the heading; may be empty.
    pub hint: String,
    /// Whether the group is enabled.
    pub enabled: bool,
    /// Items of the group.
    pub items: Vec<ItemView>,
    /// Number of problems in the group.
    pub problems: usize,
    /// Problem with the group itself.
    pub problem: Option<ProblemView>,
    /// Answers of the group, if the chart filled it completely, so that a page can fold it. Empty if anything in it is left to
    /// answer or to look at.
    pub from_chart: Vec<ChartLine>,
}

impl SectionView {
    /// Whether it shows only what the form says: nothing of an answer, and no item.
    #[must_use]
    pub fn is_of_form_only(&self) -> bool {
        // Each member is named, so that a new one is not forgotten.
        let Self { place: _, id: _, title: _, hint: _, enabled: _, items, problems, problem, from_chart } =
            self;
        items.is_empty() && *problems == 0 && problem.is_none() && from_chart.is_empty()
    }
}

/// Answer of a group that the chart filled completely.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct ChartLine {
    /// Short text of the question.
    pub label: String,
    /// Values, joined by `; `.
    pub value: String,
    /// Clinical date of the value, such as `2 Sep 2026`; empty if it has none.
    pub dated: String,
}

/// View of a problem.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct ProblemView {
    /// Place of the question.
    pub place: String,
    /// Id of the HTML element that a link in the summary targets.
    pub id: String,
    /// Label of the question.
    pub label: String,
    /// Kebab-case name of the kind of problem.
    pub kind: String,
    /// Limit that was exceeded, or empty.
    pub limit: String,
    /// Sentence of the form's own rule, in the page's language; empty if the kind says it all.
    pub text: String,
    /// Whether the answers cannot be sent like this; otherwise it warns.
    pub blocks: bool,
}

impl ItemView {
    /// Whether the item contains no personal data.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        let from_chart = !matches!(self.provenance.kind, ProvenanceKind::None | ProvenanceKind::NotLoaded);
        let candidates = self.options.iter().any(|option| option.key.starts_with(CANDIDATE));
        let unchecked = self.options.iter().chain(&self.without_list).all(|option| !option.checked);
        self.value.is_empty()
            && self.values.is_empty()
            && self.files.as_ref().is_none_or(|files| files.files.is_empty())
            && self.aside.is_empty()
            && self.doubt.is_none()
            && unchecked
            && !candidates
            && !from_chart
            && self.problem.is_none()
            && self.provenance.chart_value.is_none()
            && self.provenance.left_out.is_empty()
            && self.rows.is_none()
            && self.items.iter().all(Self::is_blank)
    }
}

/// View of an option of a choice, or of a candidate of a picker.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct OptionView {
    /// Value of the field.
    pub key: String,
    /// Id of its HTML element.
    pub id: String,
    /// Visible text.
    pub label: String,
    /// Further columns, without empty ones.
    pub cells: Vec<String>,
    /// Whether it is selected.
    pub checked: bool,
    /// Whether it cannot be chosen together with another one.
    pub exclusive: bool,
}

/// View of a file that answers a question.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct FileView {
    /// Id of the file.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Type and size.
    pub about: String,
    /// Address of the file.
    pub path: String,
    /// Whether it is shown small.
    pub is_image: bool,
}

/// View of the files of a question, and of the field for more.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct FilesView {
    /// Files that answer it.
    pub files: Vec<FileView>,
    /// Name of the field: `file.{place}`.
    pub name: String,
    /// Accepted media types, joined by commas.
    pub accept: String,
    /// Names of the accepted types, joined.
    pub types: String,
    /// Largest size of a file, as text.
    pub max_size: String,
    /// Largest size of a file, in bytes.
    pub max_bytes: u64,
    /// Whether it asks for photos only, so that a phone offers its camera.
    pub photos: bool,
    /// Whether a file can be added.
    pub can_add: bool,
}

/// View of a doubt about an answer.
#[derive(Clone, Debug, Default, Hash, Serialize)]
pub struct DoubtView {
    /// Place of the question.
    pub place: String,
    /// Id of the element that the link in a summary targets.
    pub id: String,
    /// Text of the question.
    pub label: String,
    /// End of the message key `form-doubt-{kind}`.
    pub kind: String,
    /// Number of digits.
    pub count: usize,
}

/// View of a search in a value set.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct SearchView {
    /// Name of its field: `search.{place}`.
    pub name: String,
    /// Text of the search; may be empty.
    pub text: String,
    /// Number of codes that it found.
    pub found: usize,
    /// Part of the value set that is shown.
    pub extent: Extent,
}

/// View of a unit to choose.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct UnitView {
    /// Value of the field: the code.
    pub code: String,
    /// Visible text.
    pub display: String,
    /// Whether it is the one of the answer.
    pub selected: bool,
}

/// View of an item.
#[derive(Clone, Debug, Hash, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "each is one independent attribute of the markup")]
pub struct ItemView {
    /// Place of the item.
    pub place: String,
    /// Name of its field: `a.{place}`.
    pub name: String,
    /// Id of its HTML element; ids of its parts start with it.
    pub id: String,
    /// FHIR item type.
    #[serde(rename = "type")]
    pub item_type: String,
    /// Control: `rows`, `group`, `note`, `files`, `line`, `lines`, `area`, `radio`, `drop-down`, `check-box` or `picker`.
    pub control: &'static str,
    /// Whether it has the full width of the page.
    pub wide: bool,
    /// Visible label.
    pub label: String,
    /// Hint; may be empty.
    pub hint: String,
    /// Texts of rules of the form that only a person can check.
    pub unchecked: Vec<String>,
    /// Whether an answer is required.
    pub required: bool,
    /// Whether it accepts several answers.
    pub repeats: bool,
    /// Whether it is calculated or fixed.
    pub read_only: bool,
    /// Whether it is never shown.
    pub hidden: bool,
    /// Whether it is enabled. Typed answers are kept in both cases.
    pub enabled: bool,
    /// Whether it has conditions, and may appear while the form is filled in.
    pub conditional: bool,
    /// First typed text, or empty.
    pub value: String,
    /// All typed texts, without keys of options.
    pub values: Vec<String>,
    /// Text typed beside the chosen option, which does not count; empty if there is none.
    pub aside: String,
    /// Label of the option that counts instead of it.
    pub counts: String,
    /// Doubt about the answer, which does not prevent sending.
    pub doubt: Option<DoubtView>,
    /// Files, of a question of type attachment.
    pub files: Option<FilesView>,
    /// Options or candidates.
    pub options: Vec<OptionView>,
    /// Whether text other than the options is accepted.
    pub open: bool,
    /// Unit next to the field; may be empty.
    pub unit: String,
    /// Name of the field of the unit, if there are several.
    pub unit_name: String,
    /// Units to choose from; none if there is one, or any.
    pub units: Vec<UnitView>,
    /// Search in its value set, which is expanded elsewhere.
    pub search: Option<SearchView>,
    /// Value set whose codes are not known here; may be empty.
    pub unknown_options: String,
    /// HTML `inputmode` for on-screen keyboards: `decimal`, `numeric` or `text`.
    pub input_mode: &'static str,
    /// Largest number of characters; 0 for no limit.
    pub max_length: usize,
    /// Provenance of the answer.
    pub provenance: ProvenanceView,
    /// Choice to send without the list, for a picker that was not loaded.
    pub without_list: Option<OptionView>,
    /// Problem with the answer.
    pub problem: Option<ProblemView>,
    /// Value of `aria-describedby`: the ids of unit, hint, provenance and problem, if present.
    pub described_by: String,
    /// Items of a group, or items below a question.
    pub items: Vec<ItemView>,
    /// Rows of a list; `None` if it is no list.
    pub rows: Option<RowsView>,
}

/// View of the rows of a list.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct RowsView {
    /// Name of the fields with the ids of the rows: `rows.{place}`.
    pub name: String,
    /// Rows in order.
    pub rows: Vec<RowView>,
    /// Whether a row can be added.
    pub can_add: bool,
}

/// View of a row.
#[derive(Clone, Debug, Hash, Serialize)]
pub struct RowView {
    /// Id of the row.
    pub row: String,
    /// Place of the row.
    pub place: String,
    /// Id of its HTML element; empty for the row of a question, which has this id itself.
    pub id: String,
    /// Heading: the text of the list, and the number of the row.
    pub label: String,
    /// Whether anything in it is answered.
    pub answered: bool,
    /// Problem with the row as a whole; that of the row of a question is beside its field.
    pub problem: Option<ProblemView>,
    /// Items of the row.
    pub items: Vec<ItemView>,
}
