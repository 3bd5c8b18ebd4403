//! Calculated answers, and the results of all other rules of a form.

use std::collections::BTreeSet;

use jiff::Zoned;

use super::answers::Answers;
use super::chart::{Chart, ScreenedChart};
use super::evaluated::Evaluated;
use super::evaluation::{Evaluation, Ranked};
use super::fields::FIELD;
use super::occurrence::{Occurrence, Occurrences};
use super::questionnaire::Form;
use super::response::Written;
use super::words;

/// Largest number of times that all rules are evaluated. More are needed only if they never settle.
const MAX_PASSES: usize = 20;

/// Evaluates every rule of the form on the current response (`%resource`, with enabled items only): calculations and
/// `enableWhenExpression` until nothing changes, then constraints, limits, texts and options. A calculation without a
/// result clears its answer. Candidates picked from the chart are not in `%resource`.
///
/// Expressions see the screened chart, as those that fill the form. An answer that never settles is cleared, and
/// [`check`](super::check) reports it.
pub fn calculate(form: &Form, answers: &mut Answers, chart: &Chart, now: &Zoned) {
    answers.evaluated = Evaluated::in_zone(now.time_zone());
    if !form.has_rules() {
        return;
    }
    let screened = match form.rules_read_chart() {
        true => ScreenedChart::of(chart, now.date()),
        false => ScreenedChart::empty(),
    };
    let evaluation = Evaluation::new(form, &screened, now);
    let mut turns = Turns { ranks: form.ranks, ..Turns::default() };
    loop {
        let written = Written::of(form, answers);
        let round = evaluation.on(&written);
        let keep = |rank| Some(keep(round.ranked(rank), answers)).filter(|changed| !changed.is_empty());
        if let Some(changed) = turns.find_map(keep) {
            turns.settled = 0;
            turns.changed.extend(changed);
        } else if turns.settled < form.ranks {
            for place in std::mem::take(&mut turns.changed) {
                answers.set(&place, Vec::new());
                answers.evaluated.off.remove(&place);
                answers.evaluated.failed.insert(place);
            }
            turns.settled = form.ranks;
        } else {
            let mut evaluated = std::mem::take(&mut answers.evaluated);
            round.last(&mut evaluated);
            answers.evaluated = evaluated;
            return;
        }
    }
}

/// Ranks in the order of their turns: each after those it depends on, and again from the first until none of them has
/// changed anything, at most [`MAX_PASSES`] times.
#[derive(Default)]
struct Turns {
    ranks: usize,
    taken: usize,
    /// Number of ranks in a row that changed nothing.
    settled: usize,
    /// Places of what the current pass has changed.
    changed: BTreeSet<String>,
}

impl Iterator for Turns {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.settled >= self.ranks || self.taken == MAX_PASSES * self.ranks {
            return None;
        }
        let rank = self.taken % self.ranks;
        if rank == 0 {
            self.changed.clear();
        }
        self.taken += 1;
        self.settled += 1;
        Some(rank)
    }
}

/// Keeps the results of a rank. Returns the places of those that are new.
fn keep(found: Ranked, answers: &mut Answers) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    for (place, is_on) in found.enabled {
        let off = &mut answers.evaluated.off;
        let is_other = if is_on { off.remove(&place) } else { off.insert(place.clone()) };
        if is_other {
            changed.insert(place);
        }
    }
    for (place, texts) in found.calculated {
        let failed = &mut answers.evaluated.failed;
        let _ = if texts.is_none() { failed.insert(place.clone()) } else { failed.remove(&place) };
        let texts = texts.unwrap_or_default();
        if answers.get(&place) != texts {
            answers.set(&place, texts);
            changed.insert(place);
        }
    }
    changed
}

/// Returns the calculated values, by name of their field.
#[must_use]
pub fn calculated(form: &Form, answers: &Answers, lang: &str) -> Vec<(String, String)> {
    let occurrences = Occurrences::of(form, answers);
    let questions = occurrences.questions().filter(|one| one.item.is_calculated());
    let text = |question: &Occurrence<'_>| {
        let text = answers.get(&question.place).first().map_or("", String::as_str);
        if question.item.kind.is_number() { words::localized_number(text, lang) } else { text.to_owned() }
    };
    questions.map(|question| ([FIELD, &question.place].concat(), text(question))).collect()
}
