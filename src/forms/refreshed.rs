//! Answers after the chart was read again, in keeping with what a user decided about earlier readings.

use super::answers::Answers;
use super::decided::{Decided, DecidedEntry};
use super::item::{Item, ItemType};
use super::occurrence::Occurrence;
use super::place::{below, place, split};
use super::prefill::{CANDIDATE, Candidate, Prefill};
use super::refill::prefilled_texts;
use super::typed;

impl Answers {
    /// Returns the texts of a question after the chart was read again. What a user did not change is as the chart has it now;
    /// what the chart no longer has is no answer, since it would be sent without its date.
    pub(super) fn refreshed(
        &mut self,
        item: &Item,
        at: &str,
        before: &Prefill,
        after: &Prefill,
    ) -> Vec<String> {
        let (old, new) = (prefilled_texts(item, at, before), prefilled_texts(item, at, after));
        let typed = self.given(at);
        let decided = self.decided.remove(at);
        if decided.is_none() && typed::same(item, &typed, &old, before.candidates(at)) {
            return new;
        }
        if item.is_picker() {
            return self.refreshed_entries(at, decided.unwrap_or_default().entries, before, after);
        }
        if typed.is_empty() && new.is_empty() {
            self.decided.insert(at.to_owned(), Decided::default());
        }
        carried_over(&typed, before.candidates(at), after.candidates(at))
    }

    /// Returns the entries of a picker that a user changed: those that were chosen, and no entry that was left out, in
    /// whichever reading it was offered. Entries that were never offered are added only if the list was not loaded.
    fn refreshed_entries(
        &mut self,
        at: &str,
        mut known: Vec<DecidedEntry>,
        before: &Prefill,
        after: &Prefill,
    ) -> Vec<String> {
        let typed = self.given(at);
        let is_missing =
            |prefill: &Prefill| prefill.get(at).is_some_and(|filled| filled.not_loaded.is_some());
        let offered = before.candidates(at);
        known.retain(|decided| !offered.iter().any(|entry| is_same(&decided.entry, entry)));
        known.extend(
            offered
                .iter()
                .map(|entry| DecidedEntry { is_included: typed.contains(&entry.key), entry: entry.clone() }),
        );
        let now = after.candidates(at);
        let was_missing = is_missing(before) && !is_missing(after);
        let is_included = |entry: &&Candidate| {
            let decided = decision(&known, now, entry);
            decided.map_or(was_missing && entry.selected, |decided| decided.is_included)
        };
        let mut texts = carried_over(&typed, offered, now);
        texts.retain(|text| !text.starts_with(CANDIDATE) || now.iter().any(|entry| entry.key == *text));
        for entry in now.iter().filter(is_included) {
            if !texts.contains(&entry.key) {
                texts.push(entry.key.clone());
            }
        }
        let is_shown = |decided: &DecidedEntry| {
            let shown = now.iter().filter_map(|entry| decision(&known, now, entry));
            shown.into_iter().any(|other| std::ptr::eq(other, decided))
        };
        let entries: Vec<_> = known.iter().filter(|decided| !is_shown(decided)).cloned().collect();
        if !entries.is_empty() {
            self.decided.insert(at.to_owned(), Decided { entries, removed_rows: Vec::new() });
        }
        texts
    }

    /// Returns the ids of the entries that a user removed from a list which the chart fills, in whichever reading they were.
    pub(super) fn removed_rows(&mut self, list: &str, before: &[String]) -> Vec<String> {
        let mut removed = self.decided.remove(list).unwrap_or_default().removed_rows;
        let present = self.rows(list);
        removed.extend(before.iter().filter(|row| !present.contains(row)).cloned());
        removed
    }

    /// Keeps the removed rows that the latest reading of a list does not have.
    pub(super) fn keep_removed_rows(&mut self, list: &str, mut removed: Vec<String>, now: &[String]) {
        removed.retain(|row| !now.contains(row));
        if !removed.is_empty() {
            self.decided.insert(list.to_owned(), Decided { removed_rows: removed, entries: Vec::new() });
        }
    }

    /// Gives the rows of a list the ids that the same entries have now. An EHR that copies a chart for each launch gives its
    /// entries other ids; an entry is the same if it fills the row with the same. Returns the ids of `old` as they are now.
    pub(super) fn renumber_rows(
        &mut self,
        list: &Occurrence<'_>,
        old: &[String],
        before: &Prefill,
        after: &Prefill,
    ) -> Vec<String> {
        // Files are stored with the place of their question.
        let mut has_files = false;
        list.item.walk(&mut |item| has_files |= item.kind == ItemType::Attachment);
        if has_files {
            return old.to_vec();
        }
        let new = after.get(&list.place).map_or(&[][..], |filled| &filled.rows);
        let mut taken: Vec<&String> = old.iter().filter(|row| new.contains(row)).collect();
        let mut renumbered = Vec::new();
        for row in old {
            let filled = row_texts(list, row, before);
            let is_it = |now: &&String| {
                !taken.contains(now) && row_texts(list, now, after) == filled && !filled.is_empty()
            };
            let now = new.iter().find(is_it).filter(|_| !new.contains(row));
            if let Some(now) = now {
                taken.push(now);
                self.renumber_row(list, row, now);
            }
            renumbered.push(now.unwrap_or(row).clone());
        }
        renumbered
    }

    fn renumber_row(&mut self, list: &Occurrence<'_>, from: &str, to: &str) {
        let (old, new) = (below(list.rows(), from), below(list.rows(), to));
        let mut keys = Vec::new();
        list.item.walk(&mut |item| keys.push(item.key.as_str()));
        let place_now = |at: &str| {
            let (key, rows) = split(at);
            let deeper = rows
                .strip_prefix(&old)
                .filter(|deeper| deeper.is_empty() || deeper.starts_with(&below("", "")))?;
            keys.contains(&key).then(|| format!("{key}{new}{deeper}"))
        };
        let mut rows = self.rows(&list.place).to_vec();
        rows.iter_mut().filter(|row| *row == from).for_each(|row| to.clone_into(row));
        self.set_rows(&list.place, rows);
        self.move_places(place_now);
    }
}

/// Returns the texts with which the chart fills the questions of a row, each with its key; nothing for a row without any.
fn row_texts<'f>(list: &Occurrence<'f>, row: &str, prefill: &Prefill) -> Vec<(&'f str, Vec<String>)> {
    let rows = below(list.rows(), row);
    let mut found = Vec::new();
    let mut pending: Vec<&'f Item> = vec![list.item];
    while let Some(item) = pending.pop() {
        let texts = prefilled_texts(item, &place(&item.key, &rows), prefill);
        if !texts.is_empty() {
            found.push((item.key.as_str(), texts));
        }
        pending.extend(item.items.iter().filter(|child| !child.has_rows()));
    }
    found
}

/// Returns the decision about an entry of the latest reading, `now`.
fn decision<'d>(known: &'d [DecidedEntry], now: &[Candidate], entry: &Candidate) -> Option<&'d DecidedEntry> {
    let is_about = |decided: &&DecidedEntry| decided.entry.key == entry.key;
    let is_about_former = |decided: &&DecidedEntry| {
        is_same(&decided.entry, entry) && !now.iter().any(|other| other.key == decided.entry.key)
    };
    known.iter().find(is_about).or_else(|| known.iter().find(is_about_former))
}

/// Returns the texts with the keys that the same entries have now.
fn carried_over(typed: &[String], old: &[Candidate], new: &[Candidate]) -> Vec<String> {
    let key_now = |text: &String| {
        if new.iter().any(|candidate| candidate.key == *text) {
            return None;
        }
        let was = old.iter().find(|candidate| candidate.key == *text)?;
        new.iter().find(|now| is_same(was, now)).map(|now| now.key.clone())
    };
    typed.iter().map(|text| key_now(text).unwrap_or_else(|| text.clone())).collect()
}

/// Whether two candidates are the same entry. An EHR that copies a chart for each launch gives its entries other ids; an
/// entry is the same if label, columns and answer are.
fn is_same(left: &Candidate, right: &Candidate) -> bool {
    let is_same_answer = left.answer == right.answer
        || left.answer.get("valueReference").zip(right.answer.get("valueReference")).is_some();
    left.key == right.key || (left.label == right.label && left.cells == right.cells && is_same_answer)
}
