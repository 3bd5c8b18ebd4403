use serde_json::Value;

use super::{links, shape};
use crate::fhir::{FhirBaseUrl, sanitize};

/// A copy of what an EHR gave in which every text that is left will be sent: judged as it came, an identifier could
/// lose its value, or a name its text, after it was found to be whole.
pub(super) fn tidied(given: &Value, base: &FhirBaseUrl) -> Value {
    let mut copy = given.clone();
    links::remove_but_references(&mut copy, base);
    sanitize(&mut copy);
    shape::prune(&mut copy);
    copy
}
