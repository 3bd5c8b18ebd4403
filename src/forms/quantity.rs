//! Quantities as text: a comparator, a number, and a unit where the question has not exactly one.

use serde_json::{Value, json};

use super::item::{Item, number};
use super::problem::ProblemKind;
use super::translation::string;
use super::unit::Unit;
use crate::fhirpath::Decimal;

/// Comparators of laboratory values, longer first.
const COMPARATORS: &[&str] = &["<=", ">=", "<", ">"];

/// Parsed quantity.
pub(super) struct Amount {
    pub(super) comparator: Option<&'static str>,
    pub(super) number: Decimal,
    /// Unit; `None` if the question has none, and none was typed.
    pub(super) unit: Option<Unit>,
}

/// Splits a text into comparator and number, and unit.
pub(super) fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let is_number = |letter: char| letter.is_ascii_digit() || "<>=+-.,\u{a0}\u{202f} ".contains(letter);
    let end = text.find(|letter: char| !is_number(letter)).unwrap_or(text.len());
    // An exponent belongs to the number, a unit that begins with "e" does not.
    let tail = &text[end..];
    let digits = tail.strip_prefix(['e', 'E']).map(|rest| rest.trim_start_matches(['+', '-']));
    let exponent = digits.map_or(0, |rest| rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()));
    let end = match digits {
        Some(rest) if exponent > 0 => text.len() - rest.len() + exponent,
        _ => end,
    };
    (text[..end].trim(), text[end..].trim())
}

/// Parses a typed quantity.
///
/// # Errors
/// [`ProblemKind::NotANumber`], or [`ProblemKind::NotAUnit`] if the question does not offer the unit.
pub(super) fn read(item: &Item, text: &str) -> Result<Amount, ProblemKind> {
    let (digits, unit) = split(text);
    let comparator = COMPARATORS.iter().copied().find(|comparator| digits.starts_with(comparator));
    let digits = &digits[comparator.map_or(0, str::len)..];
    let number = number(digits).ok_or(ProblemKind::NotANumber)?;
    let unit = match item.units.as_slice() {
        [] => (!unit.is_empty()).then(|| Unit::named(unit)),
        [only] if unit.is_empty() => Some(only.clone()),
        units => Some(units.iter().find(|own| own.is_called(unit)).ok_or(ProblemKind::NotAUnit)?.clone()),
    };
    Ok(Amount { comparator, number, unit })
}

/// Returns the text of a quantity of the chart or form in a unit of the question. `None` if it has another unit that cannot
/// be converted, or no number.
pub(super) fn text_of(item: &Item, quantity: &Value) -> Option<String> {
    if let Value::Number(plain) = quantity {
        return Decimal::parse(&plain.to_string()).map(|number| number.to_string());
    }
    let comparator = string(quantity, "comparator").filter(|comparator| !comparator.is_empty());
    let written = |number: Decimal| match comparator {
        Some(comparator) => format!("{comparator} {number}"),
        None => number.to_string(),
    };
    match item.units.as_slice() {
        [] => {
            let number = Decimal::parse(&quantity.get("value")?.as_number()?.to_string())?;
            let unit = string(quantity, "unit").or(string(quantity, "code")).unwrap_or_default();
            Some(format!("{} {unit}", written(number)).trim_end().to_owned())
        }
        [only] => only.amount(quantity).map(written),
        units => {
            let same = units.iter().find(|unit| unit.is_unit_of(quantity));
            let in_unit = |unit: &Unit| Some(format!("{} {}", written(unit.amount(quantity)?), unit.code));
            same.and_then(in_unit).or_else(|| units.iter().find_map(in_unit))
        }
    }
}

impl Amount {
    /// Returns the FHIR Quantity.
    pub(super) fn to_json(&self) -> Value {
        let mut quantity = match &self.unit {
            Some(unit) => unit.quantity(self.number),
            None => json!({ "value": self.number.to_number() }),
        };
        if let Some(comparator) = self.comparator {
            quantity["comparator"] = json!(comparator);
        }
        quantity
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn splits_number_and_unit() {
        for (text, number, unit) in [
            ("5 mg", "5", "mg"),
            ("<= 2.5mmol/L", "<= 2.5", "mmol/L"),
            ("1 200,5", "1 200,5", ""),
            ("1e3 /mm3", "1e3", "/mm3"),
            ("3 eq", "3", "eq"),
            ("kg", "", "kg"),
            ("", "", ""),
        ] {
            assert_eq!(split(text), (number, unit), "{text}");
        }
    }
}
