//! Date, date-time or time of day, with the precision in which it was written.

use jiff::Zoned;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

/// Date, date-time or time of day as written: `2026`, `2026-09`, `2026-09-02`, `2026-09-02T09:14:05-04:00` or `09:14:05`.
#[derive(Clone, Copy, Debug)]
pub struct Temporal {
    /// Date and time. Parts that were not written are 1 or 0; the date of a time of day is [`NO_DATE`].
    pub(super) moment: DateTime,
    pub(super) precision: Precision,
    pub(super) kind: Kind,
    pub(super) offset: Option<Offset>,
    /// Number of digits written after the decimal point of the seconds.
    pub(super) fraction: u8,
}

/// Date of a value that is a time of day only.
pub(super) const NO_DATE: Date = Date::constant(1, 1, 1);

/// Type of a value. A date-time may have the precision of a day, a month or a year.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(in crate::fhirpath) enum Kind {
    Date,
    DateTime,
    Time,
}

/// Precision of a date. Seconds and their fractions are one precision, as `FHIRPath` requires.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(in crate::fhirpath) enum Precision {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Temporal {
    /// Returns the value of a calendar day.
    #[must_use]
    pub fn day(date: Date) -> Self {
        Self::date_of(date, Precision::Day)
    }

    pub(super) fn date_of(date: Date, precision: Precision) -> Self {
        let moment = date.to_datetime(Time::midnight());
        Self { moment, precision, kind: Kind::Date, offset: None, fraction: 0 }
    }

    pub(in crate::fhirpath) fn moment(now: &Zoned) -> Self {
        Self {
            moment: now.datetime(),
            precision: Precision::Second,
            kind: Kind::DateTime,
            offset: Some(now.offset()),
            fraction: if now.subsec_nanosecond() == 0 { 0 } else { 3 },
        }
    }

    pub(in crate::fhirpath) fn time_of(now: &Zoned) -> Self {
        Self::moment(now).without_date()
    }

    pub(in crate::fhirpath) fn kind(&self) -> Kind {
        self.kind
    }

    pub(in crate::fhirpath) fn precision(&self) -> Precision {
        self.precision
    }

    pub(in crate::fhirpath) fn civil(&self) -> DateTime {
        self.moment
    }

    pub(in crate::fhirpath) fn offset(&self) -> Option<Offset> {
        self.offset
    }

    /// Returns the day, or `None` if only a year, a month or a time of day is known.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        (self.kind != Kind::Time && self.precision >= Precision::Day).then(|| self.moment.date())
    }

    pub(in crate::fhirpath) fn without_time(&self) -> Self {
        Self::date_of(self.moment.date(), self.precision.min(Precision::Day))
    }

    pub(in crate::fhirpath) fn without_date(&self) -> Self {
        let moment = NO_DATE.to_datetime(self.moment.time());
        Self { moment, kind: Kind::Time, offset: None, ..*self }
    }

    /// Returns the same date as a date-time without a time of day.
    pub(in crate::fhirpath) fn as_date_time(&self) -> Self {
        Self { kind: Kind::DateTime, ..*self }
    }

    /// Returns the first day of the period: 1 January for `2026`.
    #[must_use]
    pub fn first_day(&self) -> Date {
        self.moment.date()
    }

    /// Returns year, month and day as far as they were written.
    #[must_use]
    pub fn parts(&self) -> (i16, Option<i8>, Option<i8>) {
        let month = (self.precision >= Precision::Month).then(|| self.moment.month());
        (self.moment.year(), month, (self.precision >= Precision::Day).then(|| self.moment.day()))
    }

    /// Whether a time of day was written.
    #[must_use]
    pub fn has_time(&self) -> bool {
        self.precision > Precision::Day
    }

    /// Converts to local time of the site. A value without an offset is already local.
    #[must_use]
    pub fn local(&self, zone: &TimeZone) -> Self {
        let converted = self.offset.and_then(|offset| offset.to_timestamp(self.moment).ok());
        match converted {
            Some(at) => Self { moment: at.to_zoned(zone.clone()).datetime(), offset: None, ..*self },
            None => Self { offset: None, ..*self },
        }
    }

    /// Adds the offset of this zone to a time of day without one.
    #[must_use]
    pub fn in_zone(&self, zone: &TimeZone) -> Self {
        let missing = self.kind == Kind::DateTime && self.has_time() && self.offset.is_none();
        let zoned = missing.then(|| zone.to_ambiguous_zoned(self.moment).compatible().ok()).flatten();
        zoned.map_or(*self, |zoned| Self { moment: zoned.datetime(), offset: Some(zoned.offset()), ..*self })
    }

    /// Returns hour and minute as written, or `None` if no time of day was written.
    #[must_use]
    pub fn time(&self) -> Option<(i8, i8)> {
        self.has_time().then(|| (self.moment.hour(), self.moment.minute()))
    }
}
