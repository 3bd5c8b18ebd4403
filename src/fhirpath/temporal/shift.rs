//! Dates and times plus an amount of calendar units.

use jiff::{SignedDuration, Span};

use super::value::{Kind, Precision, Temporal};

impl Temporal {
    /// Adds a whole number of calendar units. A unit finer than the precision is converted to whole units of the
    /// precision (`@2014 + 24 months` is `@2016`). A time of day begins again after midnight. `None` for an unknown
    /// unit, for a date added to a time of day, and for dates out of range.
    pub(in crate::fhirpath) fn plus(&self, amount: i64, unit: &str) -> Option<Self> {
        let (amount, unit) = match (self.precision, unit) {
            (Precision::Year, "month") => (amount / 12, "year"),
            (Precision::Year, "week") => (amount / 52, "year"),
            (Precision::Year, "day") => (amount / 365, "year"),
            (Precision::Month, "week") => (amount / 4, "month"),
            (Precision::Month, "day") => (amount / 30, "month"),
            (Precision::Day, "hour") => (amount / 24, "day"),
            (Precision::Day, "minute") => (amount / 1_440, "day"),
            (Precision::Day, "second") => (amount / 86_400, "day"),
            (Precision::Day, "millisecond") => (amount / 86_400_000, "day"),
            known => (amount, known.1),
        };
        let moment = if self.kind == Kind::Time {
            let time = self.moment.time().wrapping_add(duration(amount, unit)?);
            self.moment.date().to_datetime(time)
        } else {
            self.moment.checked_add(span(amount, unit)?).ok()?
        };
        let fraction = if moment.subsec_nanosecond() == 0 { self.fraction } else { self.fraction.max(3) };
        Some(Self { moment, fraction, ..*self })
    }
}

fn span(amount: i64, unit: &str) -> Option<Span> {
    let span = Span::new();
    match unit {
        "year" => span.try_years(amount),
        "month" => span.try_months(amount),
        "week" => span.try_weeks(amount),
        "day" => span.try_days(amount),
        "hour" => span.try_hours(amount),
        "minute" => span.try_minutes(amount),
        "second" => span.try_seconds(amount),
        "millisecond" => span.try_milliseconds(amount),
        _ => return None,
    }
    .ok()
}

fn duration(amount: i64, unit: &str) -> Option<SignedDuration> {
    let seconds = match unit {
        "hour" => amount.checked_mul(3_600)?,
        "minute" => amount.checked_mul(60)?,
        "second" => amount,
        "millisecond" => return Some(SignedDuration::from_millis(amount)),
        _ => return None,
    };
    Some(SignedDuration::from_secs(seconds))
}
