//! Units of UCUM: conversion without rounding, products and quotients.
//!
//! The table of units and the grammar are those of the `octofhir-ucum` crate. Its own conversions are binary floating
//! point, and a factor such as 1/60 is rounded, so factors are multiplied here as fractions.

use std::collections::BTreeMap;

use octofhir_ucum::{Case, Number, SpecialKind, UnitExpr, evaluate, lookup_unit, parse_expression};

use super::decimal::Decimal;
use super::ratio::Ratio;

/// Longest unit, in bytes.
const MAX_LENGTH: usize = 100;
/// Largest exponent of a unit.
const MAX_EXPONENT: u32 = 30;
/// Units that UCUM defines as a number of particles. They are not converted to each other or to numbers, because the factor
/// depends on the substance (1 mmol of calcium is 2 meq), and a concentration is no number of cells.
const PARTICLES: &[&str] = &["mol", "eq", "osm"];

/// Unit in terms of the base units: a value `v` is the quantity `(v × scale + offset) × factor`.
struct Measure {
    factor: Ratio,
    scale: Ratio,
    offset: Ratio,
    dimension: [i8; 7],
    /// Units without a relation to the base units (`[IU]`), and particles, with their exponents.
    arbitrary: BTreeMap<&'static str, i32>,
}

/// Whether this is a unit of UCUM.
pub(super) fn is_unit(unit: &str) -> bool {
    Measure::of(unit).is_some()
}

/// Whether two units measure the same kind of quantity.
pub(super) fn is_comparable(left: &str, right: &str) -> bool {
    Measure::of(left).zip(Measure::of(right)).is_some_and(|(left, right)| left.is_comparable(&right))
}

/// Converts a number from one unit of UCUM to another. Exact, but for a result with more than 20 digits after the decimal
/// point, which is rounded. `None` if a unit is unknown, if the units measure different quantities, or if the result is
/// out of range.
#[must_use]
pub fn convert(value: Decimal, from: &str, to: &str) -> Option<Decimal> {
    if from == to && is_unit(from) {
        return Some(value);
    }
    let (from, to) = (Measure::of(from)?, Measure::of(to)?);
    if !from.is_comparable(&to) {
        return None;
    }
    let converted = from
        .in_base(value)?
        .times(to.factor.inverse()?)?
        .plus(to.offset.negated())?
        .times(to.scale.inverse()?)?;
    converted.to_decimal()
}

/// Converts a number to the base units of UCUM, as a key for sorting.
pub(super) fn in_base(value: Decimal, unit: &str) -> Option<Decimal> {
    Measure::of(unit)?.in_base(value)?.to_decimal()
}

/// Returns the unit of a product or, if `divided`, of a quotient. `None` if a unit is unknown or a temperature scale.
pub(super) fn combined(left: &str, right: &str, divided: bool) -> Option<String> {
    let mut powers = Powers::default();
    powers.add(left, 1)?;
    powers.add(right, if divided { -1 } else { 1 })?;
    let unit = powers.to_string();
    (unit.len() <= MAX_LENGTH).then_some(unit)
}

impl Measure {
    fn of(unit: &str) -> Option<Self> {
        let parsed = parsed(unit)?;
        let result = evaluate(&parsed).ok()?;
        let mut powers = Powers::default();
        powers.collect(&parsed, 1)?;
        let mut arbitrary: BTreeMap<&'static str, i32> = result.arbitrary.iter().copied().collect();
        let particles = PARTICLES.iter().filter_map(|name| Some((*name, powers.exponent_of_atom(name)?)));
        arbitrary.extend(particles);
        let (factor, scale, offset) = match result.special {
            Some(special) => {
                let (factor, offset) = temperature(special.unit.special)?;
                (factor, ratio(special.scale)?, offset)
            }
            None => (powers.factor()?, Ratio::ONE, Ratio::new(0, 1, 0)?),
        };
        Some(Self { factor, scale, offset, dimension: result.dim.0, arbitrary })
    }

    fn in_base(&self, value: Decimal) -> Option<Ratio> {
        Ratio::from(value).times(self.scale)?.plus(self.offset)?.times(self.factor)
    }

    fn is_comparable(&self, other: &Self) -> bool {
        self.dimension == other.dimension && self.arbitrary == other.arbitrary
    }
}

/// Factor and offset of a scale of temperature.
fn temperature(kind: SpecialKind) -> Option<(Ratio, Ratio)> {
    let (factor, offset) = match kind {
        SpecialKind::Celsius => ((1, 1), 27_315),
        SpecialKind::Fahrenheit => ((5, 9), 45_967),
        SpecialKind::Reaumur => ((5, 4), 21_852),
        _ => return None,
    };
    Some((Ratio::new(factor.0, factor.1, 0)?, Ratio::new(offset, 1, -2)?))
}

fn parsed(unit: &str) -> Option<UnitExpr> {
    if unit.is_empty() || unit.len() > MAX_LENGTH {
        return None;
    }
    parse_expression(unit).ok()
}

fn ratio(number: Number) -> Option<Ratio> {
    let (digits, exponent) = number.to_integer_and_exponent();
    Ratio::new(digits, 1, exponent)
}

/// Simple units and whole numbers of a unit, each with its exponent.
#[derive(Default)]
struct Powers {
    units: BTreeMap<String, i32>,
    numbers: Vec<(Number, i32)>,
}

impl Powers {
    fn add(&mut self, unit: &str, sign: i32) -> Option<()> {
        let parsed = parsed(unit)?;
        evaluate(&parsed).ok().filter(|result| result.special.is_none())?;
        self.collect(&parsed, sign)
    }

    fn collect(&mut self, unit: &UnitExpr, exponent: i32) -> Option<()> {
        if exponent.unsigned_abs() > MAX_EXPONENT {
            return None;
        }
        match unit {
            UnitExpr::Symbol(symbol) => *self.units.entry(symbol.clone()).or_default() += exponent,
            UnitExpr::Numeric(number) if *number != Number::ONE => self.numbers.push((*number, exponent)),
            UnitExpr::Numeric(_) | UnitExpr::Annotation(_) => {}
            UnitExpr::Annotated(inner, _) => self.collect(inner, exponent)?,
            UnitExpr::Power(base, by) => self.collect(base, exponent.checked_mul(*by)?)?,
            UnitExpr::Product(terms) => {
                for term in terms {
                    self.collect(term, exponent)?;
                }
            }
            UnitExpr::Quotient(numerator, denominator) => {
                self.collect(numerator, exponent)?;
                self.collect(denominator, -exponent)?;
            }
            UnitExpr::Reciprocal(inner) => self.collect(inner, -exponent)?,
        }
        Some(())
    }

    fn factor(&self) -> Option<Ratio> {
        let mut product = Ratio::ONE;
        for (symbol, exponent) in &self.units {
            let (prefix, atom) = lookup_unit(symbol, Case::Sensitive)?;
            let prefix = prefix.map_or(Some(Ratio::ONE), |prefix| ratio(prefix.factor))?;
            product = product.times(prefix.times(ratio(atom.factor)?)?.power(*exponent)?)?;
        }
        for (number, exponent) in &self.numbers {
            product = product.times(ratio(*number)?.power(*exponent)?)?;
        }
        Some(product)
    }

    fn exponent_of_atom(&self, name: &str) -> Option<i32> {
        let is_atom =
            |symbol: &str| lookup_unit(symbol, Case::Sensitive).is_some_and(|(_, atom)| atom.code == name);
        let exponents = self.units.iter().filter(|(symbol, _)| is_atom(symbol)).map(|(_, exponent)| exponent);
        Some(exponents.sum()).filter(|exponent| *exponent != 0)
    }
}

/// Writes the unit: `kg/m2`, `/min`, or `1` if nothing is left.
impl std::fmt::Display for Powers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let numbers = self.numbers.iter().flat_map(|(number, exponent)| {
            std::iter::repeat_n((number.to_string(), exponent.signum()), exponent.unsigned_abs() as usize)
        });
        let units = self.units.iter().map(|(symbol, exponent)| (symbol.clone(), *exponent));
        let (above, below): (Vec<_>, Vec<_>) = numbers
            .chain(units)
            .filter(|(_, exponent)| *exponent != 0)
            .partition(|(_, exponent)| *exponent > 0);
        let power = |(symbol, exponent): &(String, i32)| match exponent.unsigned_abs() {
            1 => symbol.clone(),
            exponent => format!("{symbol}{exponent}"),
        };
        let above: Vec<String> = above.iter().map(power).collect();
        f.write_str(if above.is_empty() && below.is_empty() { "1" } else { "" })?;
        f.write_str(&above.join("."))?;
        below.iter().try_for_each(|part| write!(f, "/{}", power(part)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn converts(value: &str, from: &str, to: &str, expected: Option<&str>) {
        let converted = convert(Decimal::parse(value).unwrap(), from, to).map(|found| found.to_string());
        assert_eq!(converted.as_deref(), expected, "{value} {from} in {to}");
    }

    #[test]
    fn converts_without_rounding() {
        converts("45", "g", "kg", Some("0.045"));
        converts("164", "[lb_av]", "kg", Some("74.38914868"));
        converts("5", "[in_i]", "cm", Some("12.7"));
        converts("60", "mL/h", "mL/min", Some("1"));
        converts("1", "mL/min", "mL/h", Some("60"));
        converts("7.2", "g/dL", "g/L", Some("72"));
        converts("250", "10*3/uL", "10*9/L", Some("250"));
        converts("120", "mm[Hg]", "kPa", Some("15.99864"));
        converts("98.6", "[degF]", "Cel", Some("37"));
        converts("37", "Cel", "[degF]", Some("98.6"));
        converts("1", "wk", "d", Some("7"));
        converts("5", "{beats}/min", "/min", Some("5"));
        converts("1", "/h", "/s", Some("0.00027777777777777778"));
        converts("0.1", "mg/kg/min", "ug/kg/min", Some("100"));
        converts("1", "m[IU]/mL", "[IU]/L", Some("1"));
        converts("0.085", "mmol/L", "umol/L", Some("85"));
        converts("1", "ukat/L", "U/L", Some("60"));
        converts("1", "u[IU]/mL", "m[IU]/L", Some("1"));
    }

    #[test]
    fn refuses_units_of_different_quantities() {
        converts("1", "kg", "m", None);
        converts("1", "mmol/L", "meq/L", None);
        converts("1", "mosm/kg", "mmol/kg", None);
        converts("1", "mmol/L", "10*9/L", None);
        converts("1", "[IU]", "mg", None);
        converts("1", "lbs", "kg", None);
        converts("1", "", "1", None);
        converts("1", "[pH]", "mol/L", None);
        converts("1", "10*999999", "1", None);
        converts("1", "m999", "m999", None);
        converts("1", &format!("{}m", "(".repeat(99)), "m", None);
        assert!(!is_unit(&"m.".repeat(60)));
        assert!(is_comparable("cm", "[in_i]") && !is_comparable("cm", "[s]"));
    }

    #[test]
    fn combines_units() {
        assert_eq!(combined("kg", "m2", true).as_deref(), Some("kg/m2"));
        assert_eq!(combined("m", "m", false).as_deref(), Some("m2"));
        assert_eq!(combined("m", "m", true).as_deref(), Some("1"));
        assert_eq!(combined("mg/mL", "mL", false).as_deref(), Some("mg"));
        assert_eq!(combined("1", "min", true).as_deref(), Some("/min"));
        assert_eq!(combined("cm", "m", false).as_deref(), Some("cm.m"));
        assert_eq!(combined("Cel", "m", false), None);
        assert_eq!(combined("apples", "m", false), None);
    }
}
