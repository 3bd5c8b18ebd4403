//! Findings of one form while it is read.

use std::collections::BTreeSet;

use super::super::error::Error;
use super::super::query::Query;
use super::super::remark::{Remark, RemarkKind};

/// Problems of a form, remarks about it, and its searches.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) errors: Vec<Error>,
    pub(super) remarks: Vec<Remark>,
    /// Searches of the form, wherever they are stated.
    pub(super) queries: Vec<Query>,
    /// Names of its batches of searches.
    pub(super) batches: Vec<String>,
    /// System and code of the Observations that items are linked to, by search, and the longest period of a link.
    pub(super) linked: Vec<Vec<(String, String)>>,
    pub(super) linked_days: i64,
    /// Items that the form fills by an expression that is not evaluated here, by `linkId`.
    pub(super) unfilled: BTreeSet<String>,
}

impl Findings {
    pub(super) fn missing(&mut self, place: &str, element: &'static str) {
        self.errors.push(Error::Missing { place: place.to_owned(), element });
    }

    pub(super) fn unsupported(&mut self, place: &str, what: impl Into<String>) {
        self.errors.push(Error::Unsupported { place: place.to_owned(), what: what.into() });
    }

    /// Adds a remark, once.
    pub(super) fn remark(&mut self, place: &str, about: &str, kind: RemarkKind) {
        let remark = Remark { place: place.to_owned(), about: about.to_owned(), kind, reason: None };
        if !self.remarks.contains(&remark) {
            self.remarks.push(remark);
        }
    }

    /// Notes that an item is not filled, because `about` it is not evaluated here.
    pub(super) fn not_filled(&mut self, place: &str, about: &str) {
        self.unfilled.insert(place.to_owned());
        self.remark(place, about, RemarkKind::NotFilled);
    }

    /// Returns the value, or notes the error.
    pub(super) fn take<T>(&mut self, read: Result<T, Error>) -> Option<T> {
        read.map_err(|error| self.errors.push(error)).ok()
    }
}
