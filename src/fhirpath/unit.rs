//! Units of quantities: UCUM codes, calendar words, and the names that a resource prints.

use std::cmp::Ordering;

use super::decimal::Decimal;
use super::ucum;

/// Code system of UCUM.
pub(super) const UCUM_SYSTEM: &str = "http://unitsofmeasure.org";

/// Calendar words in the singular, with the UCUM code that FHIR gives to each.
const CALENDAR: &[(&str, &str)] = &[
    ("year", "a"),
    ("month", "mo"),
    ("week", "wk"),
    ("day", "d"),
    ("hour", "h"),
    ("minute", "min"),
    ("second", "s"),
    ("millisecond", "ms"),
];

/// Returns the singular of a calendar word.
pub(super) fn calendar_unit(word: &str) -> Option<&'static str> {
    let singular = |name: &str| word == name || word.strip_suffix('s') == Some(name);
    CALENDAR.iter().find(|(name, _)| singular(name)).map(|(name, _)| *name)
}

/// Unit of a quantity. If only one of its names is known, both are the same.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unit<'i> {
    /// Code, such as `mm[Hg]`, or calendar word in the singular.
    pub(super) code: &'i str,
    /// Printed unit, such as `mmHg`.
    printed: &'i str,
    /// Whether the code may be one of UCUM: the system is UCUM, or not known.
    may_be_ucum: bool,
}

impl<'i> Unit<'i> {
    /// Returns the unit of a literal or computed quantity.
    pub(super) fn of_code(code: &'i str) -> Self {
        Self { code: calendar_unit(code).unwrap_or(code), printed: code, may_be_ucum: true }
    }

    /// Returns the unit of a FHIR quantity, or `None` if it has none. The UCUM codes of years and months are calendar
    /// units there.
    pub(super) fn of_element(
        system: Option<&str>,
        code: Option<&'i str>,
        unit: Option<&'i str>,
    ) -> Option<Self> {
        let name = code.or(unit)?;
        if system == Some(UCUM_SYSTEM) && matches!(name, "a" | "mo") {
            return Some(Self::of_code(if name == "a" { "year" } else { "month" }));
        }
        let may_be_ucum = system.is_none_or(|system| system == UCUM_SYSTEM);
        Some(Self { code: name, printed: unit.unwrap_or(name), may_be_ucum })
    }

    /// Whether the two units have a name in common.
    pub(super) fn is_same(self, other: Unit<'_>) -> bool {
        let names = [self.code, self.printed];
        names.contains(&other.code) || names.contains(&other.printed)
    }

    /// Returns the calendar word in the singular.
    pub(super) fn calendar(self) -> Option<&'static str> {
        CALENDAR.iter().find(|(name, _)| *name == self.code).map(|(name, _)| *name)
    }

    /// Returns the UCUM code: that of a calendar word, or the code if it is one of UCUM.
    pub(super) fn ucum_code(self) -> Option<&'i str> {
        self.possible_code().filter(|code| self.calendar().is_some() || ucum::is_unit(code))
    }

    /// Returns the UCUM code of a calendar word, or a code that may be one of UCUM.
    fn possible_code(self) -> Option<&'i str> {
        let calendar = CALENDAR.iter().find(|(name, _)| *name == self.code).map(|(_, code)| *code);
        calendar.or(Some(self.code).filter(|_| self.may_be_ucum))
    }

    /// Returns the calendar word or UCUM code with which a date can be moved: years and months only as words.
    pub(super) fn of_duration(self) -> Option<&'static str> {
        let by_code =
            CALENDAR.iter().find(|(_, code)| *code == self.code && !matches!(self.code, "a" | "mo"));
        self.calendar().or(by_code.map(|(name, _)| *name))
    }

    /// Whether values in the two units can be compared.
    pub(super) fn is_comparable(self, other: Unit<'_>) -> bool {
        self.is_same(other) || self.codes(other).is_some_and(|(left, right)| ucum::is_comparable(left, right))
    }

    /// Converts a value in this unit to another. `None` if there is no factor, as between a calendar year and a number
    /// of days.
    pub(super) fn convert(self, value: Decimal, to: Unit<'_>) -> Option<Decimal> {
        if self.is_same(to) {
            return Some(value);
        }
        let (from, to) = self.codes(to)?;
        ucum::convert(value, from, to)
    }

    /// Converts a value to the base units of UCUM. A value of another unit is unchanged.
    pub(super) fn in_base(self, value: Decimal) -> Decimal {
        self.ucum_code().and_then(|code| ucum::in_base(value, code)).unwrap_or(value)
    }

    /// Codes of the two units, which may be of UCUM, if there may be a fixed factor between them.
    fn codes<'b>(self, other: Unit<'b>) -> Option<(&'i str, &'b str)> {
        let is_long = |unit: Unit<'_>| matches!(unit.calendar(), Some("year" | "month"));
        let codes = self.possible_code().zip(other.possible_code());
        codes.filter(|_| is_long(self) == is_long(other))
    }

    /// Returns the smaller of two units, in which a sum is written. `None` if they cannot be added: different
    /// quantities, or two scales of temperature.
    pub(super) fn smaller(self, other: Unit<'i>) -> Option<Self> {
        if self.is_same(other) {
            return Some(self);
        }
        let zero = self.convert(Decimal::ZERO, other)?;
        let one = self.convert(1.into(), other).filter(|_| zero.is_zero())?;
        Some(if one.cmp(&1.into()) == Ordering::Greater { other } else { self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_calendar_words_in_both_numbers() {
        assert_eq!(calendar_unit("weeks"), Some("week"));
        assert_eq!(calendar_unit("millisecond"), Some("millisecond"));
        assert_eq!(calendar_unit("wk"), None);
        assert_eq!(calendar_unit("yearss"), None);
    }

    #[test]
    fn converts_calendar_units_only_by_a_fixed_factor() {
        let convert = |from, to| {
            Unit::of_code(from).convert(1.into(), Unit::of_code(to)).map(|found| found.to_string())
        };
        assert_eq!(convert("week", "day").as_deref(), Some("7"));
        assert_eq!(convert("week", "d").as_deref(), Some("7"));
        assert_eq!(convert("year", "month").as_deref(), Some("12"));
        assert_eq!(convert("year", "day"), None);
        assert_eq!(convert("year", "a"), None);
        assert_eq!(convert("a", "d").as_deref(), Some("365.25"));
    }

    #[test]
    fn adds_in_the_smaller_unit() {
        let smaller = |left, right| Unit::of_code(left).smaller(Unit::of_code(right)).map(|unit| unit.code);
        assert_eq!(smaller("m", "cm"), Some("cm"));
        assert_eq!(smaller("mg", "g"), Some("mg"));
        assert_eq!(smaller("Cel", "[degF]"), None);
        assert_eq!(smaller("Cel", "Cel"), Some("Cel"));
        assert_eq!(smaller("kg", "m"), None);
    }
}
