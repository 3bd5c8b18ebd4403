//! Dates and date-times of any precision.

use std::cmp::Ordering;
use std::fmt;

use jiff::civil::{Date, DateTime};
use jiff::tz::{Offset, TimeZone};
use jiff::{Span, Zoned};

/// Date or date-time as written: `2026`, `2026-09`, `2026-09-02` or `2026-09-02T09:14:05-04:00`.
#[derive(Clone, Copy, Debug)]
pub struct Temporal {
    /// Date and time. Parts that were not written are 1 or 0.
    moment: DateTime,
    precision: Precision,
    offset: Option<Offset>,
}

/// Precision of a date. Seconds and their fractions are one precision, as `FHIRPath` requires.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Precision {
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
}

impl Temporal {
    /// Parses FHIR's `date`, `dateTime` and `instant`. `None` for other text, and for a day that does not exist.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, time) = text.split_once('T').map_or((text, None), |(date, time)| (date, Some(time)));
        let mut parts = date.split('-');
        let year = digits(parts.next()?, 4)?;
        let (month, day) = (parts.next(), parts.next());
        if year == 0 || parts.next().is_some() {
            return None;
        }
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        let part = |text: Option<&str>| {
            text.map_or(Some(1), |text| digits(text, 2)).and_then(|n| i8::try_from(n).ok())
        };
        let date = Date::new(year, part(month)?, part(day)?).ok()?;
        match time {
            None => Some(Self {
                moment: date.to_datetime(jiff::civil::Time::midnight()),
                precision,
                offset: None,
            }),
            Some(time) if precision == Precision::Day => Self::with_time(date, time),
            Some(_) => None,
        }
    }

    fn with_time(date: Date, text: &str) -> Option<Self> {
        let zone_at = text.find(['Z', '+', '-']);
        let (time, zone) = text.split_at(zone_at.unwrap_or(text.len()));
        let (time, fraction) =
            time.split_once('.').map_or((time, None), |(time, fraction)| (time, Some(fraction)));
        let mut parts = time.split(':').map(|part| digits(part, 2).and_then(|n| i8::try_from(n).ok()));
        let hour = parts.next()??;
        let (minute, second) = (parts.next(), parts.next());
        let precision = match (minute, second) {
            (None, _) => Precision::Hour,
            (Some(_), None) => Precision::Minute,
            (Some(_), Some(_)) => Precision::Second,
        };
        if parts.next().is_some() || (fraction.is_some() && precision != Precision::Second) {
            return None;
        }
        // A civil time has no leap second, so it is read as the second before.
        let second = second.unwrap_or(Some(0))?;
        let second = if second == 60 { 59 } else { second };
        let nanosecond = fraction.map_or(Some(0), nanoseconds)?;
        let moment = date
            .to_datetime(jiff::civil::Time::new(hour, minute.unwrap_or(Some(0))?, second, nanosecond).ok()?);
        let offset = if zone.is_empty() { None } else { Some(parse_offset(zone)?) };
        Some(Self { moment, precision, offset })
    }

    /// Returns the value of a calendar day.
    #[must_use]
    pub fn day(date: Date) -> Self {
        let moment = date.to_datetime(jiff::civil::Time::midnight());
        Self { moment, precision: Precision::Day, offset: None }
    }

    pub(super) fn moment(now: &Zoned) -> Self {
        Self { moment: now.datetime(), precision: Precision::Second, offset: Some(now.offset()) }
    }

    /// Returns the day, or `None` if only a year or a month is known.
    #[must_use]
    pub fn date(&self) -> Option<Date> {
        (self.precision >= Precision::Day).then(|| self.moment.date())
    }

    pub(super) fn without_time(&self) -> Self {
        let moment = self.moment.date().to_datetime(jiff::civil::Time::midnight());
        Self { moment, precision: self.precision.min(Precision::Day), offset: None }
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
        let missing = self.has_time() && self.offset.is_none();
        let zoned = missing.then(|| zone.to_ambiguous_zoned(self.moment).compatible().ok()).flatten();
        zoned.map_or(*self, |zoned| Self { moment: zoned.datetime(), offset: Some(zoned.offset()), ..*self })
    }

    /// Returns hour and minute as written, or `None` if no time of day was written.
    #[must_use]
    pub fn time(&self) -> Option<(i8, i8)> {
        self.has_time().then(|| (self.moment.hour(), self.moment.minute()))
    }

    /// Returns the local time of the site, with unknown parts at their smallest value, as a total order for sorting.
    pub(super) fn sort_key(&self, zone: &TimeZone) -> DateTime {
        self.local(zone).moment
    }

    /// Compares two values. `None` if they are equal in their common precision but differ in precision, or if both have
    /// a time of day and only one has an offset.
    pub(super) fn compare(&self, other: &Self, zone: &TimeZone) -> Option<Ordering> {
        let both_have_time = self.has_time() && other.has_time();
        if both_have_time && self.offset.is_some() != other.offset.is_some() {
            return None;
        }
        let (left, right) = (self.local(zone), other.local(zone));
        let common = left.precision.min(right.precision);
        let order = left.cut(common).cmp(&right.cut(common));
        (order.is_ne() || left.precision == right.precision).then_some(order)
    }

    fn cut(&self, precision: Precision) -> (i16, i8, i8, i8, i8, i8, i32) {
        let at = self.moment;
        let keep = |needed: Precision, part: i8| if precision >= needed { part } else { 0 };
        (
            at.year(),
            keep(Precision::Month, at.month()),
            keep(Precision::Day, at.day()),
            keep(Precision::Hour, at.hour()),
            keep(Precision::Minute, at.minute()),
            keep(Precision::Second, at.second()),
            if precision == Precision::Second { at.subsec_nanosecond() } else { 0 },
        )
    }

    /// Adds a whole number of calendar units. A unit finer than the precision is converted to whole units of the
    /// precision (`@2014 + 24 months` is `@2016`). `None` for an unknown unit, and for dates out of range.
    pub(super) fn plus(&self, amount: i64, unit: &str) -> Option<Self> {
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
        let span = Span::new();
        let span = match unit {
            "year" => span.try_years(amount),
            "month" => span.try_months(amount),
            "week" => span.try_weeks(amount),
            "day" => span.try_days(amount),
            "hour" => span.try_hours(amount),
            "minute" => span.try_minutes(amount),
            "second" => span.try_seconds(amount),
            "millisecond" => span.try_milliseconds(amount),
            _ => return None,
        };
        Some(Self { moment: self.moment.checked_add(span.ok()?).ok()?, ..*self })
    }
}

fn digits(text: &str, width: usize) -> Option<i16> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit()))
        .then(|| text.parse().ok())
        .flatten()
}

fn nanoseconds(fraction: &str) -> Option<i32> {
    let plain =
        !fraction.is_empty() && fraction.len() <= 18 && fraction.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| format!("{fraction:0<9}")[..9].parse().ok()).flatten()
}

fn parse_offset(text: &str) -> Option<Offset> {
    if text == "Z" {
        return Some(Offset::UTC);
    }
    let sign = if text.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let minutes = i32::from(digits(hours, 2)?) * 60 + i32::from(digits(minutes, 2)?);
    (!text.starts_with('Z') && minutes <= 14 * 60)
        .then(|| Offset::from_seconds(sign * minutes * 60).ok())
        .flatten()
}

impl fmt::Display for Temporal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.moment;
        write!(f, "{:04}", at.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", at.month())?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", at.day())?;
        }
        if self.precision >= Precision::Hour {
            write!(f, "T{:02}:{:02}:{:02}", at.hour(), at.minute(), at.second())?;
            if at.subsec_nanosecond() != 0 {
                write!(f, ".{:03}", at.subsec_nanosecond() / 1_000_000)?;
            }
        }
        match self.offset {
            Some(offset) if offset == Offset::UTC => write!(f, "Z"),
            Some(offset) => {
                let minutes = offset.seconds() / 60;
                let sign = if minutes < 0 { '-' } else { '+' };
                write!(f, "{sign}{:02}:{:02}", minutes.abs() / 60, minutes.abs() % 60)
            }
            None => Ok(()),
        }
    }
}
