//! Functions that compute one value of a collection.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::error::Error;
use super::evaluate::{Call, Items, Run};
use super::function::Function;
use super::item::Item;
use super::strings::string;
use super::syntax::Operator;

impl<'a> Run<'_, 'a> {
    pub(super) fn aggregate_function(
        &self,
        call: Call<'_, 'a>,
        input: Items<'a>,
    ) -> Result<Items<'a>, Error> {
        match call.function {
            Function::Join => self.join(call, input),
            Function::Sum => self.sum(input),
            Function::Avg => {
                let count = i64::try_from(input.len()).map_err(|_| Error::OutOfRange(call.name()))?;
                let sum = self.sum(input)?;
                self.binary(Operator::Divide, sum, vec![Item::Integer(count)])
            }
            Function::Max => self.extreme(call.name(), input, Ordering::Greater),
            _ => self.extreme(call.name(), input, Ordering::Less),
        }
    }

    fn sum(&self, input: Items<'a>) -> Result<Items<'a>, Error> {
        let mut items = input.into_iter();
        let Some(mut total) = items.next().map(|first| vec![first]) else {
            return Ok(Vec::new());
        };
        for item in items {
            self.charge(1)?;
            total = self.binary(Operator::Plus, total, vec![item])?;
        }
        Ok(total)
    }

    /// Returns the smallest or greatest item. Empty if two items cannot be compared.
    fn extreme(&self, what: &'static str, input: Items<'a>, wanted: Ordering) -> Result<Items<'a>, Error> {
        let mut items = input.into_iter();
        let Some(mut best) = items.next() else {
            return Ok(Vec::new());
        };
        for item in items {
            self.charge(1)?;
            match self.order(&item, &best, what)? {
                None => return Ok(Vec::new()),
                Some(order) if order == wanted => best = item,
                Some(_) => {}
            }
        }
        Ok(vec![best])
    }

    fn join(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        if input.is_empty() {
            return Ok(input);
        }
        let separator = self.text_argument(call, 0)?;
        let separator = separator.unwrap_or(Cow::Borrowed(""));
        let mut parts = Vec::with_capacity(input.len());
        for item in input {
            if item.node().is_some_and(|node| node.value.is_null()) {
                continue;
            }
            let part = item.into_text().ok_or(Error::WrongType("join"))?;
            self.charge_text(part.len() + separator.len())?;
            parts.push(part);
        }
        Ok(string(parts.join(separator.as_ref())))
    }
}
