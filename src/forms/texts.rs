//! Texts of one person in the view of an item: taken out, so that the markup around them is the same for others.

use super::coded::CODED;
use super::form_view::ItemView;
use super::prefill::CANDIDATE;
use super::provenance::ProvenanceView;

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
