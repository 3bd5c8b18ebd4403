//! Evaluation of the rules of a form on its answers.

use std::collections::BTreeSet;

use jiff::Zoned;
use serde_json::Value;

use super::chart::ScreenedChart;
use super::contexts::contexts;
use super::entry_rows::row_ids;
use super::evaluated::Evaluated;
use super::item::Item;
use super::occurrence::Occurrence;
use super::offers::offers;
use super::place::{FORM, split_row};
use super::questionnaire::Form;
use super::response::Written;
use super::rules::{Constraint, Limit, Rule, Rules, Toggle, Variable};
use super::typed;
use crate::fhirpath::{self, Environment, Expression};

static NOTHING: Value = Value::Null;

/// Form with its chart, to evaluate rules on answers.
pub(super) struct Evaluation<'e> {
    form: &'e Form,
    /// Environment with the chart, and the variables that depend on it alone.
    base: Environment<'e>,
    chart: &'e ScreenedChart<'e>,
}

/// Results of the rules of one rank, by place.
#[derive(Default)]
pub(super) struct Ranked {
    /// Whether the item is enabled.
    pub(super) enabled: Vec<(String, bool)>,
    /// Texts of the calculated answer. `None` if the calculation takes too many steps.
    pub(super) calculated: Vec<(String, Option<Vec<String>>)>,
}

impl<'e> Evaluation<'e> {
    pub(super) fn new(form: &'e Form, chart: &'e ScreenedChart<'e>, now: &Zoned) -> Self {
        // A rule that uses what was not loaded fails: it has no result, instead of one for an empty chart.
        let mut base = form.environment(chart, now).refusing_missing();
        let used = form.rule_names();
        let on_chart = form.rules.variables.iter().filter(|variable| !variable.is_on_answers);
        for variable in on_chart.filter(|variable| used.contains(variable.name.as_str())) {
            variable.define_in(&mut base, &NOTHING);
        }
        Self { form, base, chart }
    }

    /// Begins to evaluate on a response.
    pub(super) fn on<'r>(&'r self, written: &'r Written<'_>) -> Round<'r> {
        let env = self.environment(written);
        let contexts = contexts(&written.occurrences, &written.counts, &written.response);
        Round { evaluation: self, written, env, contexts }
    }

    /// Returns the environment with a response, and the variables of the form that depend on it and that a rule uses.
    fn environment<'r>(&'r self, written: &'r Written<'_>) -> Environment<'r> {
        let mut env: Environment<'r> = self.base.clone();
        env.set_response(&written.response);
        let used = self.form.rule_names();
        let on_answers = self.form.rules.variables.iter().filter(|variable| variable.is_on_answers);
        for variable in on_answers.filter(|variable| used.contains(variable.name.as_str())) {
            variable.define_in(&mut env, &written.response);
        }
        env
    }
}

/// Evaluation on one response.
pub(super) struct Round<'r> {
    evaluation: &'r Evaluation<'r>,
    written: &'r Written<'r>,
    env: Environment<'r>,
    /// Items of the response, by number of their occurrences.
    contexts: Vec<Option<&'r Value>>,
}

impl<'r> Round<'r> {
    /// Evaluates the conditions and calculations of one rank.
    pub(super) fn ranked(&self, rank: usize) -> Ranked {
        let mut found = Ranked::default();
        let has_rank = |rule: &Option<Rule>| rule.as_ref().is_some_and(|rule| rule.rank == rank);
        let is_ranked = |item: &Item| has_rank(&item.rules.enabling) || has_rank(&item.rules.calculation);
        self.visit(&is_ranked, &mut |here| {
            let one = here.one;
            let rules = &one.item.rules;
            // A list is enabled as a whole.
            let enabling = rules.enabling.as_ref().filter(|rule| rule.rank == rank && one.row.is_none());
            if let Some(rule) = enabling {
                // A condition that fails hides no question.
                let is_on = here.evaluate(&rule.expression).map_or(true, |result| is_true(&result));
                found.enabled.push((one.place.to_string(), is_on));
            }
            let calculation = rules.calculation.as_ref().filter(|rule| rule.rank == rank);
            if let Some(rule) = calculation.filter(|_| one.is_question()) {
                found.calculated.push((one.place.to_string(), here.texts(&rule.expression)));
            }
        });
        found
    }

    /// Evaluates the rules on which no other rule depends.
    pub(super) fn last(&self, into: &mut Evaluated) {
        let (rules, response) = (&self.evaluation.form.rules, &self.written.response);
        broken(FORM, &rules.constraints, into, |rule| rule.evaluate(&self.env, response));
        self.visit(&Item::has_last_rules, &mut |here| {
            if !here.one.is_list() {
                here.last(into);
            }
        });
    }

    /// Visits the occurrences of the wanted items, each with its own variables and those around it.
    fn visit(&self, wants: &dyn Fn(&Item) -> bool, to: &mut dyn FnMut(&Here<'_>)) {
        self.below(None, &self.env, wants, to);
    }

    fn below(
        &self,
        parent: Option<usize>,
        env: &Environment<'r>,
        wants: &dyn Fn(&Item) -> bool,
        to: &mut dyn FnMut(&Here<'_>),
    ) {
        for number in self.written.occurrences.below(parent) {
            let one = self.written.occurrences.get(number);
            let is_wanted = wants(one.item);
            if !is_wanted && !one.item.declares_names() {
                self.below(Some(number), env, wants, to);
                continue;
            }
            let focus = self.focus(number);
            let env = self.scope(one, focus, env);
            if is_wanted {
                to(&Here {
                    one,
                    env: &env,
                    focus,
                    is_on: self.written.on[number],
                    chart: self.evaluation.chart,
                });
            }
            self.below(Some(number), &env, wants, to);
        }
    }

    fn focus(&self, number: usize) -> &'r Value {
        let link_id = self.written.occurrences.get(number).item.link_id.as_str();
        let blank = || self.evaluation.form.blank_item(link_id).unwrap_or(&NOTHING);
        self.contexts[number].unwrap_or_else(blank)
    }

    /// Returns the environment of an item, with the entry of the chart behind its row, and its variables.
    fn scope(&self, one: &'r Occurrence<'r>, focus: &'r Value, around: &Environment<'r>) -> Environment<'r> {
        let (mut env, item) = (around.clone(), one.item);
        if let Some(Variable { name, expression, .. }) = &item.population {
            let mut entries = expression.evaluate(&env, &NOTHING).unwrap_or_default();
            if let Some((_, row)) = split_row(&one.place).filter(|_| one.row.is_some()) {
                let ids = row_ids(&entries);
                let at = ids.iter().position(|id| id == row);
                entries = at.map(|at| entries.swap_remove(at)).into_iter().collect();
            }
            env.set_items(name.clone(), entries);
        }
        env.set("context", focus);
        if let Some(definition) = self.evaluation.form.definition(&item.link_id) {
            env.set("qitem", definition);
        }
        for variable in &item.rules.variables {
            variable.define_in(&mut env, focus);
        }
        env
    }
}

/// Occurrence with the environment and focus of its rules.
struct Here<'h> {
    one: &'h Occurrence<'h>,
    env: &'h Environment<'h>,
    focus: &'h Value,
    is_on: bool,
    chart: &'h ScreenedChart<'h>,
}

impl<'h> Here<'h> {
    fn evaluate(&self, expression: &'h Expression) -> Result<Vec<fhirpath::Item<'h>>, fhirpath::Error> {
        expression.evaluate(self.env, self.focus)
    }

    /// Texts of a calculated answer. A calculation that fails on incomplete answers has none yet.
    fn texts(&self, expression: &'h Expression) -> Option<Vec<String>> {
        let (item, results) = match self.evaluate(expression) {
            Err(fhirpath::Error::Budget { .. }) => return None,
            results => (self.one.item, results.unwrap_or_default()),
        };
        let texts = results.iter().filter_map(|found| typed::text_of(item, &found.to_json()));
        Some(texts.take(if item.takes_several() { usize::MAX } else { 1 }).collect())
    }

    /// Options that no toggle opens. A rule that fails closes none.
    fn closed(&self, toggles: &'h [Toggle]) -> BTreeSet<String> {
        let is_open = |rule| self.evaluate(rule).map_or(true, |result| is_true(&result));
        let (open, closed): (Vec<_>, Vec<_>) = toggles.iter().partition(|toggle| is_open(&toggle.expression));
        let opened: BTreeSet<&String> = open.iter().flat_map(|toggle| &toggle.options).collect();
        let closed = closed.iter().flat_map(|toggle| &toggle.options);
        closed.filter(|option| !opened.contains(option)).cloned().collect()
    }

    fn last(&self, into: &mut Evaluated) {
        let (item, place) = (self.one.item, &*self.one.place);
        let Rules { text, offer, toggles, constraints, .. } = &item.rules;
        if self.is_on {
            broken(place, constraints, into, |rule| self.evaluate(rule));
        }
        let first = |rule| Some(self.evaluate(rule).ok()?.first()?.to_json());
        let limit = |limit: &'h Option<Limit>| limit.as_ref().and_then(Limit::expression).and_then(first);
        into.min.extend(limit(&item.min).map(|min| (place.to_owned(), min)));
        into.max.extend(limit(&item.max).map(|max| (place.to_owned(), max)));
        let text = text.as_ref().and_then(first).as_ref().and_then(typed::display);
        into.texts.extend(text.map(|text| (place.to_owned(), text)));
        let closed = self.closed(toggles);
        if !closed.is_empty() {
            into.closed.insert(place.to_owned(), closed);
        }
        if let Some(rule) = offer {
            let found = self.evaluate(rule).unwrap_or_default();
            into.offers.insert(place.to_owned(), offers(item, &found, self.env, self.chart));
        }
    }
}

/// Notes the constraints that do not hold, and those that cannot be evaluated. A result that is not known yet, because an
/// answer is missing, breaks none.
fn broken<'h>(
    place: &str,
    constraints: &'h [Constraint],
    into: &mut Evaluated,
    evaluate: impl Fn(&'h Expression) -> Result<Vec<fhirpath::Item<'h>>, fhirpath::Error>,
) {
    for (number, constraint) in constraints.iter().enumerate() {
        match evaluate(&constraint.expression) {
            Ok(result) if result.is_empty() || is_true(&result) => {}
            Ok(_) => into.broken.entry(place.to_owned()).or_default().push(number),
            Err(_) => {
                into.failed.insert(place.to_owned());
            }
        }
    }
}

/// Whether a result is true, as a condition. A value that is no boolean is true.
fn is_true(result: &[fhirpath::Item<'_>]) -> bool {
    match result {
        [] => false,
        [one] => one.as_bool().unwrap_or(true),
        _ => true,
    }
}
