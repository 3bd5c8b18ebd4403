//! Use of a form for new referrals, by its status and effective period.

use jiff::civil::Date;

use super::questionnaire::Form;
use crate::fhir::is_within;

/// Use of a form on one day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Validity {
    /// For referrals.
    InUse,
    /// For referrals, with a mark: `Questionnaire.status` is `draft`.
    Draft,
    /// Not for new referrals: it is retired, or the day is outside of its effective period.
    NotInUse,
}

impl Form {
    /// Whether the form is for tests: `Questionnaire.status` is `draft`.
    #[must_use]
    pub fn is_provisional(&self) -> bool {
        self.source()["status"] == "draft"
    }

    /// Returns whether new referrals may begin with the form on this day, from `status` and `effectivePeriod`.
    #[must_use]
    pub fn validity(&self, day: Date) -> Validity {
        let source = self.source();
        match source["status"].as_str() {
            Some("retired") => Validity::NotInUse,
            _ if !is_within(&source["effectivePeriod"], day) => Validity::NotInUse,
            Some("draft") => Validity::Draft,
            _ => Validity::InUse,
        }
    }
}
