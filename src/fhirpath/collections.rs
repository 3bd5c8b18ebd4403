//! Functions on collections.

use super::error::Error;
use super::evaluate::{Call, Items, Run, boolean, single, truth};
use super::function::Function;
use super::item::Item;

impl<'a> Run<'_, 'a> {
    pub(super) fn collection_function(
        &self,
        call: Call<'_, 'a>,
        mut input: Items<'a>,
    ) -> Result<Items<'a>, Error> {
        use Function as F;
        Ok(match call.function {
            F::First => {
                input.truncate(1);
                input
            }
            F::Last => input.pop().into_iter().collect(),
            F::Tail => tail(input, 1),
            F::Skip | F::Take => {
                let count = self.integer_argument(call, 0)?;
                let count = usize::try_from(count.unwrap_or(0)).unwrap_or(0);
                if call.function == F::Skip {
                    tail(input, count)
                } else {
                    input.into_iter().take(count).collect()
                }
            }
            F::Single => single(input, "single")?.into_iter().collect(),
            F::Empty => boolean(Some(input.is_empty())),
            F::Count => vec![Item::Integer(i64::try_from(input.len()).unwrap_or(i64::MAX))],
            F::Not => boolean(truth(input, "not")?.map(|value| !value)),
            F::Distinct => self.distinct(input)?,
            F::IsDistinct => {
                let all = input.len();
                boolean(Some(self.distinct(input)?.len() == all))
            }
            F::AllTrue => boolean(Some(booleans(&input, call)?.iter().all(|value| *value))),
            F::AllFalse => boolean(Some(booleans(&input, call)?.iter().all(|value| !value))),
            F::AnyTrue => boolean(Some(booleans(&input, call)?.contains(&true))),
            _ => boolean(Some(booleans(&input, call)?.contains(&false))),
        })
    }

    pub(super) fn set_function(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let other = self.argument(call, 0)?;
        match call.function {
            Function::Union => self.union(input, other),
            Function::Combine => {
                self.charge(input.len() + other.len())?;
                Ok(input.into_iter().chain(other).collect())
            }
            Function::SubsetOf => Ok(boolean(Some(self.is_subset(&input, other)?))),
            Function::SupersetOf => Ok(boolean(Some(self.is_subset(&other, input)?))),
            Function::Intersect => self.chosen(input, other, true).and_then(|kept| self.distinct(kept)),
            _ => self.chosen(input, other, false),
        }
    }

    /// Returns the items that are members of the other collection or, if not `wanted`, the rest.
    fn chosen(&self, input: Items<'a>, other: Items<'a>, wanted: bool) -> Result<Items<'a>, Error> {
        let members = self.members_of(other)?;
        let mut kept = Vec::new();
        for item in input {
            if self.contains(&members, &item)? == wanted {
                kept.push(item);
            }
        }
        Ok(kept)
    }
}

fn tail(input: Items<'_>, count: usize) -> Items<'_> {
    input.into_iter().skip(count).collect()
}

/// Returns the truth values of items. A primitive that has only extensions has none.
fn booleans(input: &Items<'_>, call: Call<'_, '_>) -> Result<Vec<bool>, Error> {
    let known = input.iter().filter(|item| item.node().is_none_or(|node| !node.value.is_null()));
    known.map(|item| item.as_bool().ok_or(Error::WrongType(call.name()))).collect()
}
