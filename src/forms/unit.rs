//! Units of measurement: equal spellings, and the conversions that are safe for any analyte.

use serde_json::{Value, json};

use super::translation::string;
use crate::fhirpath::Decimal;

/// Unit in which a form expects a number.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) system: Option<String>,
    pub(super) code: String,
    pub(super) display: String,
}

/// Equivalent spellings of one unit.
const SAME: &[&[&str]] = &[
    &["/min", "1/min", "{beats}/min", "{Beats}/min", "bpm", "beats/min", "beats/minute"],
    &["mm[Hg]", "mmHg", "mm Hg"],
    &["mL/min/{1.73_m2}", "mL/min/1.73m2", "mL/min/1.73 m2", "mL/min/1.73m²", "mL/min/{1.73m2}"],
    &["umol/L", "µmol/L", "μmol/L"],
    &["kg/m2", "kg/m²"],
    &["ng/L", "pg/mL"],
    &["[lb_av]", "lb", "lbs"],
    &["[in_i]", "in"],
];

/// Conversions: from, to, and the factor.
const CONVERSIONS: &[(&str, &str, &str)] = &[
    ("[lb_av]", "kg", "0.45359237"),
    ("[oz_av]", "kg", "0.028349523125"),
    ("g", "kg", "0.001"),
    ("[in_i]", "cm", "2.54"),
    ("[ft_i]", "cm", "30.48"),
    ("m", "cm", "100"),
    ("mm", "cm", "0.1"),
];

/// Fewest significant digits of a converted number.
const MIN_DIGITS: u32 = 4;

impl Unit {
    /// Unit that was typed, without a code.
    pub(super) fn named(display: &str) -> Self {
        Self { system: None, code: String::new(), display: display.to_owned() }
    }

    /// Whether a text names this unit.
    pub(super) fn is_called(&self, text: &str) -> bool {
        [self.code.as_str(), &self.display].iter().any(|own| canonical(own) == canonical(text))
    }

    /// Whether a quantity has this unit.
    pub(super) fn is_unit_of(&self, quantity: &Value) -> bool {
        [string(quantity, "code"), string(quantity, "unit")]
            .into_iter()
            .flatten()
            .any(|unit| self.is_called(unit))
    }

    pub(super) fn read(coding: &Value) -> Option<Self> {
        let code = string(coding, "code")?.to_owned();
        let display = string(coding, "display").or(string(coding, "unit")).unwrap_or(&code).to_owned();
        Some(Self { system: string(coding, "system").map(str::to_owned), code, display })
    }

    /// Converts the number of a quantity to this unit. `None` if its unit is unknown or cannot be converted.
    ///
    /// A factor that is a power of ten rounds nothing. Any other result has one significant digit more than the number,
    /// and at least four: enough to convert it back, and no digits that were not measured.
    pub(super) fn amount(&self, quantity: &Value) -> Option<Decimal> {
        let number = Decimal::parse(&quantity.get("value")?.as_number()?.to_string())?;
        if self.is_unit_of(quantity) {
            return Some(number);
        }
        let written = [string(quantity, "code"), string(quantity, "unit")];
        let written = || written.iter().flatten().map(|unit| canonical(unit));
        let known = |unit: &str| CONVERSIONS.iter().find(|(from, to, _)| *from == unit && *to == self.code);
        let factor = Decimal::parse(written().find_map(known)?.2)?;
        let product = number.times(factor)?;
        let digits = MIN_DIGITS.max(number.significant_digits() + 1);
        Some(if factor.is_power_of_ten() { product.shortest() } else { product.to_digits(digits).shortest() })
    }

    pub(super) fn quantity(&self, number: Decimal) -> Value {
        let mut quantity = json!({ "value": number.to_number(), "unit": self.display });
        if !self.code.is_empty() {
            quantity["code"] = json!(self.code);
        }
        if let Some(system) = &self.system {
            quantity["system"] = json!(system);
        }
        quantity
    }
}

fn canonical(unit: &str) -> &str {
    SAME.iter().find(|spellings| spellings.contains(&unit)).map_or(unit, |spellings| spellings[0])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn converts_known_units_and_refuses_others() {
        let kilograms = Unit::read(&json!({"code": "kg"})).unwrap();
        let amount = |quantity: &Value| kilograms.amount(quantity).map(|number| number.to_string());
        assert_eq!(amount(&json!({"value": 74.0, "unit": "kg"})).as_deref(), Some("74.0"));
        assert_eq!(amount(&json!({"value": 164, "code": "[lb_av]"})).as_deref(), Some("74.39"));
        assert_eq!(amount(&json!({"value": 850, "unit": "g"})).as_deref(), Some("0.85"));
        assert_eq!(amount(&json!({"value": 45, "unit": "g"})).as_deref(), Some("0.045"));
        assert_eq!(amount(&json!({"value": 3850, "unit": "g"})).as_deref(), Some("3.85"));
        assert_eq!(amount(&json!({"value": 8.25, "code": "[lb_av]"})).as_deref(), Some("3.742"));
        assert_eq!(amount(&json!({"value": 74})), None);
        assert_eq!(amount(&json!({"value": 11, "unit": "st"})), None);
        assert_eq!(amount(&json!({"value": "74", "unit": "kg"})), None);
    }
}
