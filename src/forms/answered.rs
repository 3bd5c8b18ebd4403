//! Question at a place of a filled form, with what was typed there and what the chart has.

use super::answers::Answers;
use super::attached::AttachedFile;
use super::item::Item;
use super::prefill::{Candidate, Prefill, Prefilled};
use super::refill::prefilled_texts;

/// Question at a place of a filled form.
#[derive(Clone, Copy)]
pub(super) struct Answered<'a> {
    pub(super) item: &'a Item,
    pub(super) place: &'a str,
    pub(super) answers: &'a Answers,
    pub(super) prefill: &'a Prefill,
}

impl<'a> Answered<'a> {
    pub(super) fn texts(&self) -> &'a [String] {
        self.answers.get(self.place)
    }

    /// Returns the files with which it is answered.
    pub(super) fn files(&self) -> impl Iterator<Item = &'a AttachedFile> {
        self.answers.files(self.place).iter()
    }

    pub(super) fn filled(&self) -> Option<&'a Prefilled> {
        self.prefill.get(self.place)
    }

    /// Returns what it can be answered with: entries of the chart, what an expression offers for the other answers, or
    /// the codings of an external value set that were chosen.
    pub(super) fn candidates(&self) -> &'a [Candidate] {
        match self.item.rules.offer {
            Some(_) => self.answers.evaluated.offer(self.place),
            None if self.item.external_value_set().is_some() => self.answers.codings(self.place),
            None => self.prefill.candidates(self.place),
        }
    }

    /// Returns the texts with which the chart filled it.
    pub(super) fn chart_texts(&self) -> Vec<String> {
        prefilled_texts(self.item, self.place, self.prefill)
    }
}
