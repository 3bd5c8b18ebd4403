//! Calculated answers, and the results of all other rules of a form.

use std::collections::BTreeSet;

use jiff::Zoned;

use super::answers::Answers;
use super::chart::{Chart, ScreenedChart};
use super::evaluated::Evaluated;
use super::evaluation::Evaluation;
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
    let mut written = Written::of(form, answers);
    for pass in 1..=MAX_PASSES {
        let changed = settle(form, &evaluation, answers, &mut written);
        if changed.is_empty() {
            break;
        }
        if pass == MAX_PASSES {
            for place in changed {
                answers.set(&place, Vec::new());
                answers.evaluated.off.remove(&place);
                answers.evaluated.failed.insert(place);
            }
            written = Written::of(form, answers);
        }
    }
    let mut evaluated = std::mem::take(&mut answers.evaluated);
    evaluation.last(&written, &mut evaluated);
    answers.evaluated = evaluated;
}

/// Evaluates the rules once, each after those it depends on. Returns the places of what changed.
fn settle<'f>(
    form: &'f Form,
    evaluation: &Evaluation<'_>,
    answers: &mut Answers,
    written: &mut Written<'f>,
) -> BTreeSet<String> {
    let mut changed = BTreeSet::new();
    for rank in 0..form.ranks {
        let found = evaluation.ranked(written, rank);
        let mut is_changed = false;
        for (place, is_on) in found.enabled {
            let off = &mut answers.evaluated.off;
            let is_other = if is_on { off.remove(&place) } else { off.insert(place.clone()) };
            if is_other {
                is_changed = true;
                changed.insert(place);
            }
        }
        for (place, texts) in found.calculated {
            let failed = &mut answers.evaluated.failed;
            let _ = if texts.is_none() { failed.insert(place.clone()) } else { failed.remove(&place) };
            let texts = texts.unwrap_or_default();
            if answers.get(&place) != texts {
                answers.set(&place, texts);
                is_changed = true;
                changed.insert(place);
            }
        }
        if is_changed {
            *written = Written::of(form, answers);
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
