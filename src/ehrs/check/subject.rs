//! Subject of a check: one registered EHR at one time.

use jiff::Timestamp;

use crate::ehrs::{ehr::Ehr, registration::Registration};

/// EHR under check.
pub(super) struct Subject<'a> {
    pub(super) ehr: &'a Ehr,
    pub(super) registration: &'a Registration,
    pub(super) now: Timestamp,
}

impl Subject<'_> {
    /// Joins a relative path to the FHIR base URL.
    pub(super) fn at_base(&self, path: &str) -> String {
        self.ehr.client.base.join(path)
    }
}
