//! Cleaning of a resource before its elements are selected.

use serde_json::Value;

use super::{links, shape};
use crate::fhir::{FhirBaseUrl, sanitize};

/// Copies a resource without the texts that must not be sent. Resources are cleaned before their elements are checked:
/// otherwise an identifier could lose its value, or a name its text, after the check.
pub(super) fn cleaned(given: &Value, base: &FhirBaseUrl) -> Value {
    let mut copy = given.clone();
    links::remove_but_references(&mut copy, base);
    sanitize(&mut copy);
    shape::prune(&mut copy);
    copy
}
