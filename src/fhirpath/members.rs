//! Membership: which items of collections are equal.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ptr;

use serde_json::Value;

use super::error::Error;
use super::evaluate::{Items, Run};
use super::item::Item;
use super::scalar::{Scalar, decimal, scalar};
use super::temporal::Temporal;

/// Collection whose members are found by a hash, so that a search does not compare with all of them.
#[derive(Default)]
pub(super) struct Members<'a> {
    items: Items<'a>,
    by_hash: HashMap<u64, Vec<usize>>,
}

impl<'a> Members<'a> {
    pub(super) fn into_items(self) -> Items<'a> {
        self.items
    }
}

impl<'a> Run<'_, 'a> {
    pub(super) fn members_of(&self, items: Items<'a>) -> Result<Members<'a>, Error> {
        let mut members = Members::default();
        for item in items {
            self.insert(&mut members, item)?;
        }
        Ok(members)
    }

    /// Adds an item, unless it is equal to a member. Returns whether it was added.
    pub(super) fn insert(&self, members: &mut Members<'a>, item: Item<'a>) -> Result<bool, Error> {
        let hash = self.hash(&item)?;
        let found = self.find(members, hash, &item)?;
        if !found {
            members.by_hash.entry(hash).or_default().push(members.items.len());
            members.items.push(item);
        }
        Ok(!found)
    }

    /// Whether a member is equal to the item.
    pub(super) fn contains(&self, members: &Members<'a>, item: &Item<'a>) -> Result<bool, Error> {
        let hash = self.hash(item)?;
        self.find(members, hash, item)
    }

    fn find(&self, members: &Members<'a>, hash: u64, item: &Item<'a>) -> Result<bool, Error> {
        for at in members.by_hash.get(&hash).into_iter().flatten() {
            let member = &members.items[*at];
            if is_identical(member, item) || self.equal(member, item)? == Some(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn distinct(&self, input: Items<'a>) -> Result<Items<'a>, Error> {
        self.members_of(input).map(Members::into_items)
    }

    pub(super) fn union(&self, left: Items<'a>, right: Items<'a>) -> Result<Items<'a>, Error> {
        self.distinct(left.into_iter().chain(right).collect())
    }

    /// Whether each item has an equal one in the other collection.
    pub(super) fn is_subset(&self, items: &[Item<'a>], of: Items<'a>) -> Result<bool, Error> {
        let members = self.members_of(of)?;
        for item in items {
            if !self.contains(&members, item)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether a collection has a member equal to `wanted`. Cheaper than [`Members`] for one search.
    pub(super) fn has(&self, items: &[Item<'a>], wanted: &Item<'a>) -> Result<bool, Error> {
        for item in items {
            if self.equal(item, wanted)? == Some(true) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Hash that is the same for equal items. Values that can be equal in several spellings share one hash for each kind.
    fn hash(&self, item: &Item<'a>) -> Result<u64, Error> {
        let mut hasher = DefaultHasher::new();
        self.charge(1)?;
        match scalar(item)? {
            Scalar::Nothing => 0.hash(&mut hasher),
            Scalar::Boolean(value) => value.hash(&mut hasher),
            Scalar::Number(value, _) => value.shortest().to_string().hash(&mut hasher),
            Scalar::Temporal(moment) => self.hash_moment(&moment, &mut hasher),
            Scalar::Text(text, _) => match Temporal::parse(text) {
                Some(moment) => self.hash_moment(&moment, &mut hasher),
                None => text.hash(&mut hasher),
            },
            Scalar::Quantity(..) => "a quantity".hash(&mut hasher),
            Scalar::Complex(value) => self.hash_json(value, &mut hasher)?,
        }
        Ok(hasher.finish())
    }

    /// Hashes the instant, which one moment with different offsets shares.
    fn hash_moment(&self, moment: &Temporal, hasher: &mut DefaultHasher) {
        moment.sort_key(self.env.zone()).as_second().hash(hasher);
    }

    fn hash_json(&self, value: &Value, hasher: &mut DefaultHasher) -> Result<(), Error> {
        self.charge(1)?;
        match value {
            Value::Object(members) => {
                // The order of the members has no meaning.
                let mut sum: u64 = 0;
                for (key, member) in members {
                    let mut inner = DefaultHasher::new();
                    key.hash(&mut inner);
                    self.hash_json(member, &mut inner)?;
                    sum = sum.wrapping_add(inner.finish());
                }
                sum.hash(hasher);
            }
            Value::Array(items) => {
                for item in items {
                    self.hash_json(item, hasher)?;
                }
            }
            Value::Number(number) => match decimal(number) {
                Ok(number) => number.shortest().to_string().hash(hasher),
                Err(_) => number.to_string().hash(hasher),
            },
            Value::String(text) => text.hash(hasher),
            Value::Bool(value) => value.hash(hasher),
            Value::Null => 0.hash(hasher),
        }
        Ok(())
    }
}

/// Whether two items are the same element of a resource, not only equal ones.
fn is_identical(left: &Item<'_>, right: &Item<'_>) -> bool {
    match (left.node(), right.node()) {
        (Some(left), Some(right)) => ptr::eq(left.value, right.value) && !left.value.is_null(),
        _ => false,
    }
}
