//! Values that an expression concludes, as `exists()` does, instead of finding them in the chart.
//!
//! A conclusion from nothing says nothing of the patient: `false` for a list that is empty or was not read is not a "No" of
//! the chart.

use std::collections::HashMap;

use jiff::Zoned;
use serde_json::Value;

use super::chart::ScreenedChart;
use super::item::Item;
use super::questionnaire::Form;
use super::rules::Variable;
use super::scope::Scope;
use crate::fhirpath;

static NOTHING: Value = Value::Null;

/// Results of the expressions of a form without any chart, by keys of its questions.
#[derive(Clone, Debug)]
pub(super) struct Conclusions(HashMap<String, Vec<Value>>);

impl Conclusions {
    pub(super) fn of(form: &Form, now: &Zoned) -> Self {
        let empty = ScreenedChart::empty();
        let mut scope = Scope::new(form.environment(&empty, now), form.names_of_sources());
        scope.declare(&form.rules.variables);
        let mut found = HashMap::new();
        for item in &form.items {
            add(form, item, &scope, &mut found);
        }
        Self(found)
    }

    /// Whether a question gets these values without any chart.
    pub(super) fn has(&self, item: &Item, found: &[fhirpath::Item<'_>]) -> bool {
        let same = |concluded: &Vec<Value>| {
            concluded.len() == found.len()
                && concluded.iter().zip(found).all(|(concluded, found)| *concluded == found.to_json())
        };
        !found.is_empty() && self.0.get(&item.key).is_some_and(same)
    }
}

fn add<'f>(form: &'f Form, item: &'f Item, around: &Scope<'f>, into: &mut HashMap<String, Vec<Value>>) {
    let mut scope = around.clone();
    if let Some(definition) = form.definition(&item.link_id) {
        scope.env.set("qitem", definition);
    }
    if let Some(Variable { name, expression, .. }) = &item.population {
        let origin = scope.origin(expression);
        scope.set(name, Vec::new(), origin);
    }
    scope.declare(&item.rules.variables);
    if let Some(found) =
        item.initial_expression.as_ref().and_then(|initial| scope.evaluate(initial, &NOTHING).ok())
    {
        into.insert(item.key.clone(), found.iter().map(fhirpath::Item::to_json).collect());
    }
    item.items.iter().for_each(|child| add(form, child, &scope, into));
}
