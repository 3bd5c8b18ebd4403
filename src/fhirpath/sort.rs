//! Sorting by keys.

use std::cmp::Ordering;

use jiff::Timestamp;
use serde_json::Value;

use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::{Call, Items, Run, Scope, single};
use super::item::Item;
use super::scalar::{Scalar, as_temporal, scalar};
use super::syntax::Expr;
use super::temporal::Temporal;

/// Key by which a collection is sorted. Ordered by kind first, so that the order is total.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
enum SortKey {
    Number(Decimal),
    Moment(Timestamp),
    Text(String),
}

/// Key of `sort()`, and whether it sorts in descending order.
type Key<'a> = (Option<&'a Expr>, bool);

impl<'a> Run<'_, 'a> {
    /// Sorts by keys, the first one first, and by `-key` or `key desc` in descending order.
    ///
    /// An item without a number or date is last in both orders, so that an undated result is never the newest. An item
    /// without a text is last in ascending and first in descending order.
    pub(super) fn sort(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let keys: Vec<Key<'a>> = match call.arguments {
            [] => vec![(None, false)],
            arguments => arguments.iter().map(direction).collect(),
        };
        let mut keyed = Vec::with_capacity(input.len());
        for (at, item) in input.into_iter().enumerate() {
            let mut values = Vec::with_capacity(keys.len());
            for (key, _) in &keys {
                values.push(self.key_of(*key, &item, call.scope.on(&item, at))?);
            }
            keyed.push((values, item));
        }
        self.charge(keyed.len() * 4 * keys.len())?;
        keyed.sort_by(|(left, _), (right, _)| {
            let orders = keys
                .iter()
                .zip(left.iter().zip(right))
                .map(|((_, descends), (left, right))| order(left.as_ref(), right.as_ref(), *descends));
            orders.fold(Ordering::Equal, Ordering::then)
        });
        Ok(keyed.into_iter().map(|(_, item)| item).collect())
    }

    fn key_of(
        &self,
        key: Option<&'a Expr>,
        item: &Item<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Option<SortKey>, Error> {
        match key {
            Some(key) => {
                let value = single(self.eval(key, scope)?, "sort")?;
                value.map(|value| self.sort_key(&value)).transpose().map(Option::flatten)
            }
            None => self.sort_key(item),
        }
    }

    fn sort_key(&self, item: &Item<'a>) -> Result<Option<SortKey>, Error> {
        let scalar = scalar(item)?;
        if let Some(moment) = as_temporal(&scalar) {
            return Ok(Some(SortKey::Moment(moment.sort_key(self.env.zone()))));
        }
        Ok(match scalar {
            Scalar::Number(value, _) => Some(SortKey::Number(value)),
            Scalar::Quantity(value, unit) => Some(SortKey::Number(unit.in_base(value))),
            Scalar::Text(text, _) => {
                self.charge_text(text.len())?;
                Some(SortKey::Text(text.to_owned()))
            }
            Scalar::Complex(complex) => self.period_key(complex),
            _ => None,
        })
    }

    /// Key of a Period, such as an Observation's `effectivePeriod`: its end, or its start while it has none.
    fn period_key(&self, period: &Value) -> Option<SortKey> {
        let limit = |name: &str| period.get(name).and_then(Value::as_str).and_then(Temporal::parse);
        Some(SortKey::Moment(limit("end").or_else(|| limit("start"))?.sort_key(self.env.zone())))
    }
}

fn direction(key: &Expr) -> Key<'_> {
    match key {
        Expr::Negated(key) => (Some(key.as_ref()), true),
        key => (Some(key), false),
    }
}

fn order(left: Option<&SortKey>, right: Option<&SortKey>, descends: bool) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) if descends => right.cmp(left),
        (Some(left), Some(right)) => left.cmp(right),
        (Some(SortKey::Text(_)), None) if descends => Ordering::Greater,
        (None, Some(SortKey::Text(_))) if descends => Ordering::Less,
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}
