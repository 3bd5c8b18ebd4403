//! Least and greatest possible values of a date or time, and its precision in digits.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::Offset;

use super::value::{Kind, NO_DATE, Precision, Temporal};

/// Precision of milliseconds, in digits of a date-time.
const MILLISECONDS: u32 = 17;

impl Temporal {
    /// Returns the precision as the number of digits: 4 for a year, 17 for a date-time with milliseconds.
    pub(in crate::fhirpath) fn digits(&self) -> u32 {
        let digits = match self.precision {
            Precision::Year => 4,
            Precision::Month => 6,
            Precision::Day => 8,
            Precision::Hour => 10,
            Precision::Minute => 12,
            Precision::Second if self.fraction == 0 => 14,
            Precision::Second => MILLISECONDS,
        };
        if self.kind == Kind::Time { digits - 8 } else { digits }
    }

    /// Returns the least or greatest value that this one may stand for, in a precision of `digits`. `None` if there is
    /// no such precision.
    pub(in crate::fhirpath) fn boundary(&self, greatest: bool, digits: Option<u32>) -> Option<Self> {
        let (default, skipped) = match self.kind {
            Kind::Date => (8, 0),
            Kind::DateTime => (MILLISECONDS, 0),
            Kind::Time => (9, 8),
        };
        let digits = digits.unwrap_or(default) + skipped;
        let precision = precision_of(digits).filter(|_| digits - skipped <= default)?;
        if self.kind == Kind::Time && precision < Precision::Hour {
            return None;
        }
        let has_time = precision > Precision::Day;
        let unknown = if greatest { Offset::constant(-12) } else { Offset::constant(14) };
        let offset = self.offset.or((self.kind == Kind::DateTime).then_some(unknown)).filter(|_| has_time);
        let fraction = if digits == MILLISECONDS { 3 } else { 0 };
        Some(Self { moment: self.filled(greatest)?, precision, offset, fraction, ..*self })
    }

    /// Returns the date and time with each unknown part at its least or greatest value.
    fn filled(&self, greatest: bool) -> Option<DateTime> {
        let at = self.moment;
        let part = |needed: Precision, known: i8, last: i8| {
            if greatest && self.precision < needed { last } else { known }
        };
        let date = if self.kind == Kind::Time {
            NO_DATE
        } else {
            let month = part(Precision::Month, at.month(), 12);
            let last = Date::new(at.year(), month, 1).ok()?.days_in_month();
            Date::new(at.year(), month, part(Precision::Day, at.day(), last)).ok()?
        };
        let no_fraction = self.precision < Precision::Second || self.fraction == 0;
        let nanosecond = if greatest && no_fraction { 999_000_000 } else { at.subsec_nanosecond() };
        let time = Time::new(
            part(Precision::Hour, at.hour(), 23),
            part(Precision::Minute, at.minute(), 59),
            part(Precision::Second, at.second(), 59),
            nanosecond,
        );
        Some(date.to_datetime(time.ok()?))
    }
}

fn precision_of(digits: u32) -> Option<Precision> {
    match digits {
        4 => Some(Precision::Year),
        6 => Some(Precision::Month),
        8 => Some(Precision::Day),
        10 => Some(Precision::Hour),
        12 => Some(Precision::Minute),
        14 | MILLISECONDS => Some(Precision::Second),
        _ => None,
    }
}
