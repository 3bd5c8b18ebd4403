//! Texts of one person in the view of an item: taken out, so that the markup around them is the same for others.

use std::hash::Hash;

use super::coded::CODED;
use super::form_view::{
    DoubtView, FilesView, ItemView, OptionView, ProblemView, RowsView, SearchView, UnitView,
};
use super::outline::{Outline, Part};
use super::prefill::CANDIDATE;
use super::provenance::ProvenanceView;

/// Content of the view of an item besides what its form says: two views of one place of one form, in one language and with
/// equal looks, are equal.
#[derive(Hash)]
struct Look<'v> {
    flags: [bool; 4],
    texts: [&'v str; 7],
    values: &'v [String],
    doubt: &'v Option<DoubtView>,
    files: &'v Option<FilesView>,
    options: &'v [OptionView],
    units: &'v [UnitView],
    search: &'v Option<SearchView>,
    provenance: &'v ProvenanceView,
    without_list: &'v Option<OptionView>,
    problem: &'v Option<ProblemView>,
    items: Vec<Look<'v>>,
    rows: &'v Option<RowsView>,
}

impl Outline<'_> {
    /// Returns everything that an item depends on except the language: the form, the place, and what the item shows besides.
    #[must_use]
    pub fn look<'v>(&self, part: &Part, item: &'v ItemView) -> impl Hash + use<'v> {
        (self.key(part.number, &[]), item.look())
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

    /// Returns what the item shows besides what its form says. Each member of the view is named, so that a new one has to be
    /// counted among the one or the other.
    fn look(&self) -> Look<'_> {
        let Self {
            place: _,
            name: _,
            id: _,
            item_type: _,
            hint: _,
            unchecked: _,
            required: _,
            repeats: _,
            hidden: _,
            conditional: _,
            unit: _,
            unit_name: _,
            input_mode: _,
            max_length: _,
            control,
            wide,
            label,
            read_only,
            enabled,
            value,
            values,
            aside,
            counts,
            doubt,
            files,
            options,
            open,
            units,
            search,
            unknown_options,
            provenance,
            without_list,
            problem,
            described_by,
            items,
            rows,
        } = self;
        Look {
            flags: [*wide, *read_only, *enabled, *open],
            texts: [control, label, value, aside, counts, unknown_options, described_by],
            values,
            doubt,
            files,
            options,
            units,
            search,
            provenance,
            without_list,
            problem,
            rows,
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
