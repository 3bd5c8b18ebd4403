//! Prefill of a form from a chart.

use std::collections::BTreeMap;

use jiff::Zoned;
use serde_json::{Value, json};

use super::chart::{Chart, LeftOut, NotLoaded, ScreenedChart, Source};
use super::item::Item;
use super::offers::{entry, reference_to};
use super::prefill::{Candidate, Prefill, Prefilled};
use super::questionnaire::Form;
use super::rules::Variable;
use super::translation::value_key;
use super::typed;
use crate::fhir::clinical_date;
use crate::fhirpath::{self, Environment, Expression, Temporal};

static NOTHING: Value = Value::Null;

/// Evaluates the expressions of the form on the chart. `now` is in the site's time zone. Never fails: a question that
/// cannot be filled has a reason, and resources that no form may use are left out and counted.
#[must_use]
pub fn populate(form: &Form, chart: &Chart, now: &Zoned) -> Prefill {
    tracing::trace!(target: "walk", "fill the form");
    let screened = ScreenedChart::of(chart, now.date());
    let mut env = form.environment(&screened, now);
    let mut broken = BTreeMap::new();
    for Variable { name, expression, .. } in &form.rules.variables {
        // Questions that depend on a failed variable are reported as not loaded.
        let used = expression.variables().iter().find_map(|name| broken.get(name.as_str()));
        let found = used.cloned().map_or_else(|| expression.evaluate(&env, &NOTHING), Err);
        let items = found.unwrap_or_else(|error| {
            broken.insert(name.as_str(), error);
            Vec::new()
        });
        env.set_items(name.clone(), items);
    }
    let filler = Filler { form, chart, screened: &screened, env: &env, broken };
    let mut prefill = Prefill::in_zone(now.time_zone());
    for item in form.questions() {
        if item.initial_expression.is_some() || item.is_picker() || !static_values(item).is_empty() {
            prefill.insert(&item.key, filler.item(item));
        }
    }
    prefill
}

struct Filler<'f> {
    form: &'f Form,
    chart: &'f Chart,
    screened: &'f ScreenedChart<'f>,
    env: &'f Environment<'f>,
    /// Variables that failed, with their errors.
    broken: BTreeMap<&'f str, fhirpath::Error>,
}

impl<'f> Filler<'f> {
    fn item(&self, item: &'f Item) -> Prefilled {
        let expressions = [item.initial_expression.as_ref(), item.candidate_expression.as_ref()];
        let mut origin = self.form.names_used(expressions.into_iter().flatten());
        origin.retain(|name| self.form.source_names().any(|source| source == *name));
        let used = || origin.iter().filter_map(|name| self.screened.get(name));
        let mut filled = Prefilled {
            read_at: used().map(|source| source.read_at).min(),
            left_out: used().map(|source| source.left_out).fold(LeftOut::default(), LeftOut::plus),
            more: used().any(|source| source.more),
            not_loaded: origin.iter().find_map(|name| self.missing(name)),
            ..Prefilled::default()
        };
        let outcome = if item.is_picker() {
            self.candidates(item, &mut filled)
        } else {
            self.values(item, &mut filled)
        };
        if outcome.is_err() {
            filled.not_loaded.get_or_insert(NotLoaded::Unevaluated);
        }
        if filled.values.is_empty() && !item.is_picker() {
            filled.values = static_values(item);
            filled.is_default = !filled.values.is_empty();
        }
        filled.origin = origin.into_iter().map(str::to_owned).collect();
        filled
    }

    fn missing(&self, name: &str) -> Option<NotLoaded> {
        match self.chart.get(name) {
            Some(Source::Loaded { .. }) => None,
            Some(Source::NotLoaded(reason)) => Some(*reason),
            None => Some(NotLoaded::NotInContext),
        }
    }

    fn evaluate(
        &self,
        expression: &'f Expression,
        focus: &'f Value,
    ) -> Result<Vec<fhirpath::Item<'f>>, fhirpath::Error> {
        match expression.variables().iter().find_map(|name| self.broken.get(name.as_str())) {
            Some(error) => Err(error.clone()),
            None => expression.evaluate(self.env, focus),
        }
    }

    fn values(&self, item: &'f Item, filled: &mut Prefilled) -> Result<(), fhirpath::Error> {
        let Some(expression) = &item.initial_expression else {
            return Ok(());
        };
        let found = self.evaluate(expression, &NOTHING)?;
        let wanted = if item.repeats { found.len() } else { 1 };
        for value in found.iter().take(wanted) {
            let json = value.to_json();
            match typed::text_of(item, &json)
                .and_then(|text| typed::answer(item, &text, &[], self.env.now().time_zone()))
            {
                Some(answer) => filled.values.push(answer),
                // Another unit, or a code that is not an option: shown to the user instead of guessed.
                None => filled.unusable = Some(typed::display(&json).unwrap_or_else(|| "…".to_owned())),
            }
        }
        let node = found.first().and_then(fhirpath::Item::node);
        if let Some(resource) = node.and_then(|node| self.resource_with(node.value)) {
            filled.dated = clinical_date(resource).map(str::to_owned);
            filled.old = filled.dated.as_deref().is_some_and(|dated| self.is_old(item, dated));
            filled.source = reference_to(resource).filter(|it| it.starts_with("Observation/"));
        }
        Ok(())
    }

    fn candidates(&self, item: &'f Item, filled: &mut Prefilled) -> Result<(), fhirpath::Error> {
        let Some(expression) = &item.candidate_expression else {
            return Ok(());
        };
        let selected = match &item.initial_expression {
            Some(initial) => self.evaluate(initial, &NOTHING)?,
            None => Vec::new(),
        };
        let is_selected = |value: &Value| {
            selected.iter().filter_map(fhirpath::Item::node).any(|node| std::ptr::eq(node.value, value))
        };
        for (at, found) in self.evaluate(expression, &NOTHING)?.iter().enumerate() {
            if let Some(node) = found.node() {
                let candidate = entry(item, node.value, at, |path| self.evaluate(path, node.value))?;
                filled.candidates.push(Candidate { selected: is_selected(node.value), ..candidate });
            }
        }
        let chosen = filled.candidates.iter().filter(|candidate| candidate.selected);
        filled.values.extend(chosen.map(|candidate| candidate.answer.clone()));
        Ok(())
    }

    /// Returns the resource that contains this element.
    fn resource_with(&self, element: &Value) -> Option<&Value> {
        self.screened.resources().find(|resource| contains(resource, element))
    }

    /// Whether a date is before the age from which the form calls a value old.
    fn is_old(&self, item: &Item, dated: &str) -> bool {
        let limit = item.old_after.and_then(|age| self.env.now().date().checked_sub(age).ok());
        let day = Temporal::parse(dated).map(|dated| dated.local(self.env.now().time_zone()).first_day());
        limit.zip(day).is_some_and(|(limit, day)| day < limit)
    }
}

/// Whether the resource contains this element, compared by address, because several resources may have equal values.
fn contains(resource: &Value, element: &Value) -> bool {
    std::ptr::eq(resource, element)
        || match resource {
            Value::Object(object) => object.values().any(|value| contains(value, element)),
            Value::Array(values) => values.iter().any(|value| contains(value, element)),
            _ => false,
        }
}

/// Returns the values that the form itself gives a question at first.
fn static_values(item: &Item) -> Vec<Value> {
    let answer = |initial: &Value| value_key(initial).map(|key| json!({ key: initial[key] }));
    let initial = item.initial.iter().filter_map(answer);
    let selected = item.options.iter().filter(|option| option.selected).map(|option| option.answer.clone());
    let taken = if item.takes_several() { usize::MAX } else { 1 };
    initial.chain(selected).take(taken).collect()
}
