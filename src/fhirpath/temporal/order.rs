//! Order of dates and times.

use std::cmp::Ordering;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

use super::value::{Kind, Precision, Temporal};

impl Temporal {
    /// Returns the instant, with unknown parts at their smallest value, as a total order for sorting. A value without
    /// an offset is local time of the site.
    pub(in crate::fhirpath) fn sort_key(&self, zone: &TimeZone) -> Timestamp {
        let local = || zone.to_ambiguous_zoned(self.moment).compatible().ok().map(|zoned| zoned.timestamp());
        let exact = self.offset.and_then(|offset| offset.to_timestamp(self.moment).ok());
        exact.or_else(local).or_else(|| Offset::UTC.to_timestamp(self.moment).ok()).unwrap_or(Timestamp::MIN)
    }

    /// Orders two dates or moments, each as early as it may be: a value without an offset is local time of the site. If one of
    /// them has no time of day, their days are compared.
    #[must_use]
    pub fn order(&self, other: &Self, zone: &TimeZone) -> Option<Ordering> {
        if self.kind == Kind::Time || other.kind == Kind::Time {
            return None;
        }
        if self.has_time() && other.has_time() {
            return Some(self.sort_key(zone).cmp(&other.sort_key(zone)));
        }
        Some(self.local(zone).first_day().cmp(&other.local(zone).first_day()))
    }

    /// Compares two values: as instants if both have an offset. `None` if they are equal in their common precision but
    /// differ in precision, if both have a time of day and only one has an offset, or if one is a time of day alone.
    pub(in crate::fhirpath) fn compare(&self, other: &Self, zone: &TimeZone) -> Option<Ordering> {
        let offsets = (self.offset.is_some(), other.offset.is_some());
        let same_kind = (self.kind == Kind::Time) == (other.kind == Kind::Time);
        if !same_kind || (self.has_time() && other.has_time() && offsets.0 != offsets.1) {
            return None;
        }
        let (left, right) = match offsets {
            (true, true) => (self.local(&TimeZone::UTC), other.local(&TimeZone::UTC)),
            _ => (self.local(zone), other.local(zone)),
        };
        let common = left.precision.min(right.precision);
        let order = cut(left.moment, common).cmp(&cut(right.moment, common));
        (order.is_ne() || left.precision == right.precision).then_some(order)
    }
}

fn cut(at: DateTime, precision: Precision) -> (i16, [i8; 5], i32) {
    let keep = |needed: Precision, part: i8| if precision >= needed { part } else { 0 };
    let parts = [
        keep(Precision::Month, at.month()),
        keep(Precision::Day, at.day()),
        keep(Precision::Hour, at.hour()),
        keep(Precision::Minute, at.minute()),
        keep(Precision::Second, at.second()),
    ];
    (at.year(), parts, if precision == Precision::Second { at.subsec_nanosecond() } else { 0 })
}
