//! Functions on collections, and the dispatch of all functions.

use std::borrow::Cow;
use std::slice;

use jiff::civil::DateTime;
use serde_json::Value;

use super::compare::{Scalar, as_temporal, scalar};
use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::{Items, Run, Scope, boolean, integer, single, truth};
use super::function::Function;
use super::item::Item;
use super::syntax::Expr;
use super::temporal::Temporal;

/// Key by which a collection is sorted. Ordered by kind first, so that the order is total.
#[derive(Eq, Ord, PartialEq, PartialOrd)]
enum SortKey {
    Number(Decimal),
    Moment(DateTime),
    Text(String),
}

impl<'a> Run<'_, 'a> {
    pub(super) fn call(
        &self,
        function: Function,
        arguments: &'a [Expr],
        input: Items<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        use Function as F;
        self.charge(1)?;
        match function {
            F::Where | F::Select | F::Exists | F::All | F::Repeat | F::Aggregate | F::Iif | F::Sort => {
                self.lambda(function, arguments, input, scope)
            }
            _ if function.is_on_text() => self.text_function(function, arguments, input, scope),
            F::Join => self.join(arguments, input, scope),
            F::ToText | F::ToInteger | F::ToDecimal | F::ToBoolean | F::ToDate | F::ToDateTime => {
                self.conversion(function, input)
            }
            F::Round | F::Abs | F::Floor | F::Ceiling | F::Truncate => {
                self.arithmetic_function(function, arguments, input, scope)
            }
            F::Sum => self.sum(input),
            F::Today => Ok(vec![Item::Temporal(Temporal::day(self.env.now().date()))]),
            F::Now => Ok(vec![Item::Temporal(Temporal::moment(self.env.now()))]),
            F::Combine | F::Union | F::Intersect | F::Exclude => {
                let other = self.eval(argument(arguments, 0, function)?, scope)?;
                self.set_function(function, input, other)
            }
            F::Skip | F::Take => {
                let count = integer(self.eval(argument(arguments, 0, function)?, scope)?, function.name())?;
                let count = usize::try_from(count.unwrap_or(0)).unwrap_or(0);
                let skip = function == F::Skip;
                Ok(if skip { tail(input, count) } else { input.into_iter().take(count).collect() })
            }
            F::Extension => self.extension(arguments, &input, scope),
            F::Resolve => Ok(input.iter().filter_map(|item| self.env.resolve(item)).collect()),
            _ => self.plain(function, input),
        }
    }

    fn plain(&self, function: Function, mut input: Items<'a>) -> Result<Items<'a>, Error> {
        let all = |input: &Items<'a>, wanted: bool| input.iter().all(|item| item.as_bool() == Some(wanted));
        Ok(match function {
            Function::First => {
                input.truncate(1);
                input
            }
            Function::Last => input.pop().into_iter().collect(),
            Function::Tail => tail(input, 1),
            Function::Single => single(input, "single")?.into_iter().collect(),
            Function::Empty => boolean(Some(input.is_empty())),
            Function::Count => vec![Item::Integer(i64::try_from(input.len()).unwrap_or(i64::MAX))],
            Function::Not => boolean(truth(input, "not")?.map(|value| !value)),
            Function::Distinct => self.distinct(input)?,
            Function::IsDistinct => {
                let all = input.len();
                boolean(Some(self.distinct(input)?.len() == all))
            }
            Function::AllTrue => boolean(Some(all(&input, true))),
            Function::AnyTrue => boolean(Some(input.iter().any(|item| item.as_bool() == Some(true)))),
            Function::HasValue => {
                let only = if input.len() == 1 { input.pop() } else { None };
                let primitive = only.map(|item| item.node().is_none_or(|node| has_value(node.value)));
                boolean(Some(primitive.unwrap_or(false)))
            }
            _ => self.children(&input)?,
        })
    }

    fn lambda(
        &self,
        function: Function,
        arguments: &'a [Expr],
        input: Items<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        if function == Function::Exists && arguments.is_empty() {
            return Ok(boolean(Some(!input.is_empty())));
        }
        if function == Function::Sort {
            return self.sort(arguments.first(), input, scope);
        }
        let body = argument(arguments, 0, function)?;
        match function {
            Function::Where => self.filter(body, input, scope),
            Function::Exists => Ok(boolean(Some(!self.filter(body, input, scope)?.is_empty()))),
            Function::All => {
                let all = input.len();
                Ok(boolean(Some(self.filter(body, input, scope)?.len() == all)))
            }
            Function::Select => {
                let mut found = Vec::new();
                for (at, item) in input.iter().enumerate() {
                    found.append(&mut self.eval(body, on(item, at, scope))?);
                }
                Ok(found)
            }
            Function::Repeat => self.repeat(body, input, scope),
            Function::Aggregate => {
                let mut total = match arguments.get(1) {
                    Some(initial) => self.eval(initial, scope)?,
                    None => Vec::new(),
                };
                for (at, item) in input.iter().enumerate() {
                    let inner = Scope { total: Some(&total), ..on(item, at, scope) };
                    total = self.eval(body, inner)?;
                }
                Ok(total)
            }
            _ => {
                let inner = Scope { focus: &input, ..scope };
                let chosen = truth(self.eval(body, inner)?, "iif")?.unwrap_or(false);
                match arguments.get(if chosen { 1 } else { 2 }) {
                    Some(branch) => self.eval(branch, inner),
                    None => Ok(Vec::new()),
                }
            }
        }
    }

    fn filter(&self, body: &'a Expr, input: Items<'a>, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        let mut kept = Vec::new();
        for (at, item) in input.into_iter().enumerate() {
            if truth(self.eval(body, on(&item, at, scope))?, "where")? == Some(true) {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    fn repeat(&self, body: &'a Expr, input: Items<'a>, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        let mut found: Items<'a> = Vec::new();
        let mut pending = input;
        while let Some(item) = pending.pop() {
            for child in self.eval(body, on(&item, 0, scope))? {
                if !self.has(&found, &child)? {
                    found.push(child.clone());
                    pending.push(child);
                }
            }
        }
        Ok(found)
    }

    /// Sorts by `key`, or by `-key` in descending order. Items without a key are last in both orders.
    fn sort(
        &self,
        key: Option<&'a Expr>,
        input: Items<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        let (key, descending) = match key {
            Some(Expr::Negated(key)) => (Some(key.as_ref()), true),
            key => (key, false),
        };
        let mut keyed = Vec::with_capacity(input.len());
        for (at, item) in input.into_iter().enumerate() {
            let value = match key {
                Some(key) => single(self.eval(key, on(&item, at, scope))?, "sort")?,
                None => Some(item.clone()),
            };
            let value = value.map(|value| self.sort_key(&value)).transpose()?.flatten();
            keyed.push((value, item));
        }
        self.charge(keyed.len() * 4)?;
        keyed.sort_by(|(left, _), (right, _)| match (left, right) {
            (Some(left), Some(right)) if descending => right.cmp(left),
            (Some(left), Some(right)) => left.cmp(right),
            (left, right) => right.is_some().cmp(&left.is_some()),
        });
        Ok(keyed.into_iter().map(|(_, item)| item).collect())
    }

    fn sort_key(&self, item: &Item<'a>) -> Result<Option<SortKey>, Error> {
        let scalar = scalar(item)?;
        if let Some(moment) = as_temporal(&scalar) {
            return Ok(Some(SortKey::Moment(moment.sort_key(self.env.zone()))));
        }
        Ok(match scalar {
            Scalar::Number(value, _) | Scalar::Quantity(value, ..) => Some(SortKey::Number(value)),
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

    fn set_function(
        &self,
        function: Function,
        input: Items<'a>,
        other: Items<'a>,
    ) -> Result<Items<'a>, Error> {
        if function == Function::Union {
            return self.union(input, other);
        }
        if function == Function::Combine {
            self.charge(input.len() + other.len())?;
            return Ok(input.into_iter().chain(other).collect());
        }
        let wanted = function == Function::Intersect;
        let mut kept = Vec::new();
        for item in input {
            if self.has(&other, &item)? == wanted {
                kept.push(item);
            }
        }
        if wanted { self.distinct(kept) } else { Ok(kept) }
    }

    pub(super) fn union(&self, left: Items<'a>, right: Items<'a>) -> Result<Items<'a>, Error> {
        self.distinct(left.into_iter().chain(right).collect())
    }

    fn distinct(&self, input: Items<'a>) -> Result<Items<'a>, Error> {
        let mut kept = Vec::with_capacity(input.len());
        for item in input {
            if !self.has(&kept, &item)? {
                kept.push(item);
            }
        }
        Ok(kept)
    }

    fn extension(
        &self,
        arguments: &'a [Expr],
        input: &[Item<'a>],
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        let url = single(self.eval(argument(arguments, 0, Function::Extension)?, scope)?, "extension")?;
        let mut found = Vec::new();
        for item in input {
            if let Item::Node(node) = item {
                node.push_children("extension", &mut found);
            }
        }
        self.charge(1 + found.len())?;
        let url = url.and_then(Item::into_text).unwrap_or(Cow::Borrowed(""));
        found.retain(|item| {
            let written =
                item.node().and_then(|node| node.value.get("url")).and_then(serde_json::Value::as_str);
            written == Some(url.as_ref())
        });
        Ok(found)
    }

    fn children(&self, input: &[Item<'a>]) -> Result<Items<'a>, Error> {
        let mut found = Vec::new();
        for item in input {
            let Some(object) = item.node().and_then(|node| node.value.as_object()) else {
                continue;
            };
            for name in object.keys().filter(|name| !name.starts_with('_') && *name != "resourceType") {
                if let Item::Node(node) = item {
                    node.push_children(name, &mut found);
                }
            }
            self.charge(1 + object.len() + found.len())?;
        }
        Ok(found)
    }
}

fn on<'s, 'a>(item: &'s Item<'a>, at: usize, scope: Scope<'s, 'a>) -> Scope<'s, 'a> {
    Scope { focus: slice::from_ref(item), index: Some(at), ..scope }
}

fn argument(arguments: &[Expr], at: usize, function: Function) -> Result<&Expr, Error> {
    arguments.get(at).ok_or(Error::ArgumentCount(function.name()))
}

fn tail(input: Items<'_>, count: usize) -> Items<'_> {
    input.into_iter().skip(count).collect()
}

fn has_value(value: &serde_json::Value) -> bool {
    !value.is_object() && !value.is_null()
}
