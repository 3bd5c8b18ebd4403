//! Prefill of a form from a chart.

use jiff::Zoned;
use serde_json::{Value, json};

use super::answers::{Answers, MAX_ROWS};
use super::calculate::calculate;
use super::chart::{Chart, LeftOut, ScreenedChart};
use super::entry_rows::row_ids;
use super::item::{Item, ItemType};
use super::offers::{NoReference, entry, referred};
use super::place::{below, place};
use super::prefill::{Candidate, Prefill, Prefilled};
use super::questionnaire::Form;
use super::reference::reference_to;
use super::rules::Variable;
use super::scope::{Origin, Scope};
use super::source::{NotLoaded, Source};
use super::translation::value_key;
use super::typed;
use super::unchecked::UncheckedCode;
use crate::fhir::clinical_date;
use crate::fhirpath::{self, Expression, Temporal};

static NOTHING: Value = Value::Null;

/// Evaluates the expressions of the form on the chart. `now` is in the site's time zone. Never fails: a question that
/// cannot be filled has a reason, and resources that no form may use are left out and counted.
#[must_use]
pub fn populate(form: &Form, chart: &Chart, now: &Zoned) -> Prefill {
    populate_screened(form, chart, &ScreenedChart::of(chart, now.date()), now)
}

/// Returns the answers with which a form begins, from what the chart has for each question, calculated.
#[must_use]
pub fn begin(form: &Form, prefill: &Prefill, chart: &Chart, now: &Zoned) -> Answers {
    let mut answers = Answers::from_prefill(form, prefill);
    calculate(form, &mut answers, chart, now);
    answers
}

fn populate_screened(form: &Form, chart: &Chart, screened: &ScreenedChart<'_>, now: &Zoned) -> Prefill {
    tracing::trace!(target: "walk", "fill the form");
    let mut scope = Scope::new(form.environment(screened, now), form.names_of_sources());
    scope.declare(&form.rules.variables);
    let mut filler = Filler { chart, screened, form, prefill: Prefill::in_zone(now.time_zone()) };
    for item in &form.items {
        filler.item(item, "", &scope);
    }
    filler.prefill
}

struct Filler<'f> {
    chart: &'f Chart,
    screened: &'f ScreenedChart<'f>,
    form: &'f Form,
    prefill: Prefill,
}

impl<'f> Filler<'f> {
    /// Fills an item and what is below it, in the rows around it.
    fn item(&mut self, item: &'f Item, rows: &str, around: &Scope<'f>) {
        let expressions = [&item.initial_expression, &item.candidate_expression].into_iter().flatten();
        let names_item = expressions.flat_map(Expression::variables).any(|name| name == "qitem");
        if !names_item && !item.declares_names() {
            return self.filled(item, rows, around);
        }
        let mut scope = around.clone();
        if let Some(definition) = self.form.definition(&item.link_id) {
            scope.env.set("qitem", definition);
        }
        if let Some(population) = &item.population {
            return self.populated(item, population, rows, scope);
        }
        scope.declare(&item.rules.variables);
        self.filled(item, rows, &scope);
    }

    /// Fills an item once, in a scope with its variables.
    fn filled(&mut self, item: &'f Item, rows: &str, scope: &Scope<'f>) {
        let is_filled = item.initial_expression.is_some() || item.is_picker() || item.is_unfilled;
        if is_filled || !static_values(item).is_empty() {
            let filled = self.question(item, scope);
            self.prefill.insert(&place(&item.key, rows), filled);
        }
        item.items.iter().for_each(|child| self.item(child, rows, scope));
    }

    /// Fills a group from what its context finds: a group with rows has one for each entry of the chart.
    fn populated(&mut self, item: &'f Item, population: &'f Variable, rows: &str, mut scope: Scope<'f>) {
        let Variable { name, expression, .. } = population;
        let (mut origin, found) = (scope.origin(expression), scope.evaluate(expression, &NOTHING));
        origin.error = origin.error.or_else(|| found.as_ref().err().cloned());
        let found = found.unwrap_or_default();
        if !item.has_rows() {
            scope.set(name, found, origin);
            scope.declare(&item.rules.variables);
            return self.filled(item, rows, &scope);
        }
        let mut list = self.of(&origin);
        list.rows = row_ids(&found);
        list.rows.truncate(MAX_ROWS);
        list.more |= found.len() > MAX_ROWS;
        for (row, entry) in list.rows.iter().zip(found) {
            let mut scope = scope.clone();
            scope.set(name, vec![entry], origin.clone());
            scope.declare(&item.rules.variables);
            self.filled(item, &below(rows, row), &scope);
        }
        self.prefill.insert(&place(&item.key, rows), list);
        // What fills a row that a user adds.
        scope.set(name, Vec::new(), Origin { is_of_blank_row: true, ..Origin::default() });
        scope.declare(&item.rules.variables);
        item.items.iter().for_each(|child| self.item(child, rows, &scope));
    }

    /// Returns what is known of something that is filled from these sources.
    fn of(&self, origin: &Origin<'f>) -> Prefilled {
        let used = || origin.sources.iter().filter_map(|name| self.screened.get(name));
        let failed = origin.error.as_ref().map(|_| NotLoaded::Unevaluated);
        Prefilled {
            read_at: used().map(|source| source.read_at).min(),
            left_out: used().map(|source| source.left_out).fold(LeftOut::default(), LeftOut::plus),
            more: used().any(|source| source.more),
            not_loaded: origin.sources.iter().find_map(|name| self.missing(name)).or(failed),
            kept: origin.sources.iter().find_map(|name| self.kept(name)),
            origin: origin.sources.iter().map(|name| (*name).to_owned()).collect(),
            ..Prefilled::default()
        }
    }

    fn question(&self, item: &'f Item, scope: &Scope<'f>) -> Prefilled {
        let mut origin = Origin::default();
        let expressions = [item.initial_expression.as_ref(), item.candidate_expression.as_ref()];
        expressions.into_iter().flatten().for_each(|expression| origin.add(&scope.origin(expression)));
        if origin.is_of_blank_row || item.is_unfilled {
            let values = static_values(item);
            let not_loaded = item.is_unfilled.then_some(NotLoaded::NotEvaluable);
            return Prefilled { is_default: !values.is_empty(), values, not_loaded, ..Prefilled::default() };
        }
        let mut filled = self.of(&origin);
        let outcome = if item.is_picker() {
            candidates(item, scope, &mut filled)
        } else {
            self.values(item, scope, &mut filled)
        };
        if outcome.is_err() {
            filled.not_loaded.get_or_insert(NotLoaded::Unevaluated);
        }
        if filled.values.is_empty() && filled.unchecked.is_empty() && !item.is_picker() {
            filled.values = static_values(item);
            filled.is_default = !filled.values.is_empty();
        }
        filled
    }

    fn missing(&self, name: &str) -> Option<NotLoaded> {
        match self.chart.get(name) {
            Some(Source::Loaded { .. } | Source::Kept { .. }) => None,
            Some(Source::NotLoaded(reason)) => Some(*reason),
            None => Some(NotLoaded::NotInContext),
        }
    }

    fn kept(&self, name: &str) -> Option<NotLoaded> {
        match self.chart.get(name) {
            Some(Source::Kept { reason, .. }) => Some(*reason),
            _ => None,
        }
    }

    fn values(
        &self,
        item: &'f Item,
        scope: &Scope<'f>,
        filled: &mut Prefilled,
    ) -> Result<(), fhirpath::Error> {
        let Some(expression) = &item.initial_expression else {
            return Ok(());
        };
        let mut found = scope.evaluate(expression, &NOTHING)?;
        self.without_conclusions(item, scope, filled, &mut found);
        if item.kind == ItemType::Reference {
            self.references(item, &found, filled);
            return Ok(());
        }
        let wanted = if item.repeats { found.len() } else { 1 };
        for value in found.iter().take(wanted) {
            let json = value.to_json();
            if let Some(code) = UncheckedCode::of(item, &json) {
                filled.unchecked.push(code);
                continue;
            }
            match typed::text_of(item, &json)
                .and_then(|text| typed::answer(item, &text, &[], scope.env.now().time_zone()))
            {
                Some(answer) => filled.values.push(answer),
                // Another unit, or a code that is not an option: shown to the user instead of guessed.
                None => filled.unusable = Some(typed::display(&json).unwrap_or_else(|| "…".to_owned())),
            }
        }
        let others = found.iter().skip(wanted).filter_map(|value| typed::display(&value.to_json()));
        filled.others.extend(others);
        filled.others.dedup();
        let first = found.first().and_then(|value| typed::display(&value.to_json()));
        filled.others.retain(|other| Some(other) != first.as_ref());
        let node = found.first().and_then(fhirpath::Item::node);
        if let Some(resource) = node.and_then(|node| self.resource_with(node.value)) {
            filled.dated = clinical_date(resource).map(str::to_owned);
            filled.old = filled.dated.as_deref().is_some_and(|dated| is_old(item, dated, scope));
            filled.source = reference_to(resource).filter(|it| it.starts_with("Observation/"));
        }
        Ok(())
    }

    /// Removes what the expression only concludes from nothing, or from a source that was not loaded. A hidden question keeps
    /// a conclusion for the rules of the form, and not as a value of the chart.
    fn without_conclusions(
        &self,
        item: &'f Item,
        scope: &Scope<'f>,
        filled: &mut Prefilled,
        found: &mut Vec<fhirpath::Item<'f>>,
    ) {
        let Some(expression) = &item.initial_expression else { return };
        let is_computed = found.iter().any(|value| value.node().is_none());
        if !is_computed || filled.origin.is_empty() {
            return;
        }
        if scope.uses_missing(expression) {
            return found.retain(|value| value.node().is_some());
        }
        let searches = || {
            let sources = filled.origin.iter().filter_map(|name| self.screened.get(name));
            sources.into_iter().any(|source| source.resource["resourceType"] == "Bundle")
        };
        let is_boolean = found.iter().all(|value| value.as_bool().is_some());
        let is_from_nothing = self.form.conclusions(scope.env.now()).has(item, found);
        if is_from_nothing && (is_boolean || searches()) {
            filled.is_default = item.hidden;
            found.truncate(if item.hidden { found.len() } else { 0 });
        }
    }

    /// Fills a question with references. Further ones than it takes can be chosen instead.
    fn references(&self, item: &Item, found: &[fhirpath::Item<'_>], filled: &mut Prefilled) {
        let mut left_out = LeftOut::default();
        for value in found {
            match referred(item, &value.to_json(), self.screened) {
                Ok(candidate) if filled.candidates.iter().any(|other| other.key == candidate.key) => {}
                Ok(candidate) => {
                    let selected = item.repeats || filled.candidates.is_empty();
                    filled.values.extend(selected.then(|| candidate.answer.clone()));
                    filled.candidates.push(Candidate { selected, ..candidate });
                }
                Err(NoReference::LeftOut(one)) => left_out = left_out.plus(one),
                Err(NoReference::Unusable) => filled.unusable = typed::display(&value.to_json()),
            }
        }
        // What was left out of its source is counted already.
        if filled.left_out.is_empty() {
            filled.left_out = left_out;
        }
    }

    /// Returns the resource that contains this element.
    fn resource_with(&self, element: &Value) -> Option<&Value> {
        self.screened.resources().find(|resource| contains(resource, element))
    }
}

/// Lists the entries of a picker.
fn candidates<'f>(item: &'f Item, scope: &Scope<'f>, filled: &mut Prefilled) -> Result<(), fhirpath::Error> {
    let Some(expression) = &item.candidate_expression else {
        return Ok(());
    };
    let selected = match &item.initial_expression {
        Some(initial) => scope.evaluate(initial, &NOTHING)?,
        None => Vec::new(),
    };
    let is_selected = |value: &Value| {
        selected.iter().filter_map(fhirpath::Item::node).any(|node| std::ptr::eq(node.value, value))
    };
    for (at, found) in scope.evaluate(expression, &NOTHING)?.iter().enumerate() {
        if let Some(node) = found.node().filter(|node| item.admits(node.value)) {
            let candidate = entry(item, node.value, at, |path| scope.evaluate(path, node.value))?;
            let candidate = Candidate { selected: is_selected(node.value), ..candidate };
            match UncheckedCode::of_entry(item, node.value, &candidate) {
                Some(code) => filled.unchecked.push(code),
                None => filled.candidates.push(candidate),
            }
        } else if found.node().is_some() {
            filled.left_out.other_kind += 1;
        }
    }
    let chosen = filled.candidates.iter().filter(|candidate| candidate.selected);
    filled.values.extend(chosen.map(|candidate| candidate.answer.clone()));
    Ok(())
}

/// Whether a date is before the age from which the form calls a value old.
fn is_old(item: &Item, dated: &str, scope: &Scope<'_>) -> bool {
    let limit = item.old_after.and_then(|age| scope.env.now().date().checked_sub(age).ok());
    let day = Temporal::parse(dated).map(|dated| dated.local(scope.env.now().time_zone()).first_day());
    limit.zip(day).is_some_and(|(limit, day)| day < limit)
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
