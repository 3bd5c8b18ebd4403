//! Values of the chart that were measured together, such as the two of a blood pressure.
//!
//! If one of them is changed and another stays, the pair was never measured. The form asks for both then, neither counts as
//! the chart's, and the resource that they came from is not sent.

use std::collections::{BTreeMap, BTreeSet};

use super::answered::Answered;
use super::answers::Answers;
use super::occurrence::{Occurrence, Occurrences};
use super::prefill::Prefill;
use super::provenance_kind::{is_edited, is_from_chart};

/// Questions that one resource of the chart fills.
#[derive(Default)]
pub(super) struct Together {
    /// Places of all of them.
    shared: BTreeSet<String>,
    /// Place of a changed answer, by the places of those that stayed.
    parted: BTreeMap<String, String>,
}

impl Together {
    /// Finds the visible and enabled questions that have their value from one resource.
    pub(super) fn of(
        occurrences: &Occurrences<'_>,
        on: &[bool],
        answers: &Answers,
        prefill: &Prefill,
    ) -> Self {
        let mut by_source: BTreeMap<&str, Vec<Answered<'_>>> = BTreeMap::new();
        let is_asked = |one: &Occurrence<'_>| one.is_question() && !one.item.hidden;
        for (one, _) in occurrences.iter().zip(on).filter(|(one, on)| **on && is_asked(one)) {
            let answered = Answered { item: one.item, place: &one.place, answers, prefill };
            if let Some(source) = answered.filled().and_then(|filled| filled.source.as_deref()) {
                by_source.entry(source).or_default().push(answered);
            }
        }
        let mut together = Self::default();
        for group in by_source.into_values().filter(|group| group.len() > 1) {
            together.shared.extend(group.iter().map(|one| one.place.to_owned()));
            let Some(changed) = group.iter().find(|one| is_edited(**one)) else { continue };
            let stayed = group.iter().filter(|one| is_from_chart(**one));
            together.parted.extend(stayed.map(|one| (one.place.to_owned(), changed.place.to_owned())));
        }
        together
    }

    /// Whether another question has its value from the same resource.
    pub(super) fn is_shared(&self, place: &str) -> bool {
        self.shared.contains(place)
    }

    /// Returns the place of a changed answer whose value was measured with the one that stayed here.
    pub(super) fn changed_beside(&self, place: &str) -> Option<&str> {
        self.parted.get(place).map(String::as_str)
    }
}
