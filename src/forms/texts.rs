//! Texts of one person in the view of an item: taken out, so that the markup around them is the same for others.

use serde::Serialize;

use super::coded::CODED;
use super::form_view::{DoubtView, FilesView, ItemView, OptionView, ProblemView, RowsView, SearchView};
use super::outline::{Outline, Part};
use super::prefill::CANDIDATE;
use super::provenance::ProvenanceView;

/// Content of the view of an item besides what its form says: two views of one place of one form, in one language and with
/// equal looks, are equal.
#[derive(Serialize)]
struct Look<'v> {
    flags: [bool; 4],
    texts: [&'v str; 7],
    values: &'v [String],
    /// Key, label and cells of each option, and whether it is checked.
    options: Vec<(&'v str, &'v str, &'v [String], bool)>,
    /// Number of the selected unit.
    unit: Option<usize>,
    parts: Parts<'v>,
    items: Vec<Look<'v>>,
}

/// Parts of an item that it has or lacks: doubt, files, provenance, the choice to send without a list, problem, rows, search.
type Parts<'v> = (
    &'v Option<DoubtView>,
    &'v Option<FilesView>,
    &'v ProvenanceView,
    &'v Option<OptionView>,
    &'v Option<ProblemView>,
    &'v Option<RowsView>,
    &'v Option<SearchView>,
);

impl Outline<'_> {
    /// Returns a cache key with everything that an item depends on except the language: the form, the place, and what the
    /// item shows besides. `None` if it cannot be written.
    #[must_use]
    pub fn look_key(&self, part: &Part, item: &ItemView) -> Option<String> {
        Some(self.key(part.number, &serde_json::to_string(&item.look()).ok()?))
    }
}

impl ItemView {
    /// Replaces the texts of a person by marks and returns them, in the order of their marks. `mark` makes the mark of the
    /// text with a number. What is left says how the item looks: which parts it has, which options are checked.
    ///
    /// Returns `None`, and changes nothing, for an item with rows, files or candidates of the chart, of which no two are alike.
    pub fn take_texts(&mut self, mark: impl Fn(usize) -> String) -> Option<Vec<String>> {
        self.has_form_parts_only().then(|| {
            let mut texts = Vec::new();
            self.take_into(&mut texts, &mark);
            texts
        })
    }

    /// Returns what the item shows besides what its form says.
    fn look(&self) -> Look<'_> {
        // What the form says of the place.
        let Self {
            place: _, name: _, id: _, item_type: _, hint: _, required: _, repeats: _, hidden: _, ..
        } = self;
        let Self { conditional: _, unit: _, unit_name: _, input_mode: _, max_length: _, .. } = self;
        let Self { unchecked: _, .. } = self;
        // What else there is; a new member of a view has to be in one of the two.
        let Self { label, control, wide, read_only, enabled, value, values, aside, counts, .. } = self;
        let Self { doubt, files, options, units, provenance, without_list, problem, .. } = self;
        // A terminology server may know the options or not.
        let Self { described_by, items, rows, open, unknown_options, search, .. } = self;
        Look {
            flags: [*wide, *read_only, *enabled, *open],
            texts: [label, control, value, aside, counts, described_by, unknown_options],
            values,
            options: options
                .iter()
                .map(|option| (&*option.key, &*option.label, &*option.cells, option.checked))
                .collect(),
            unit: units.iter().position(|unit| unit.selected),
            parts: (doubt, files, provenance, without_list, problem, rows, search),
            items: items.iter().map(Self::look).collect(),
        }
    }

    fn has_form_parts_only(&self) -> bool {
        let found = |key: &str| key.starts_with(CANDIDATE) || key.starts_with(CODED);
        let candidates = self.options.iter().any(|option| found(&option.key));
        !candidates
            && self.search.is_none()
            && self.rows.is_none()
            && self.files.is_none()
            && self.items.iter().all(Self::has_form_parts_only)
    }

    fn take_into(&mut self, texts: &mut Vec<String>, mark: &impl Fn(usize) -> String) {
        let mut take = |text: &mut String| {
            // The markup may depend on whether there is a text.
            if !text.is_empty() {
                let mark = mark(texts.len());
                texts.push(std::mem::replace(text, mark));
            }
        };
        // The first text of a choice is the key of an option, which is checked.
        if self.options.is_empty() {
            take(&mut self.value);
        }
        self.values.iter_mut().for_each(&mut take);
        take(&mut self.aside);
        let ProvenanceView { read_at, read_on, dated, chart_value, others, .. } = &mut self.provenance;
        [read_at, read_on, dated, chart_value].into_iter().flatten().for_each(&mut take);
        take(others);
        for child in &mut self.items {
            child.take_into(texts, mark);
        }
    }
}
