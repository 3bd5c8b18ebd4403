//! Units of measurement: equal spellings, and conversions of UCUM.

use serde_json::{Value, json};

use super::translation::string;
use crate::fhirpath::{self, Decimal};

const UCUM: &str = "http://unitsofmeasure.org";

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

    /// Converts the number of a quantity to this unit. `None` if its unit is unknown or cannot be converted: an amount of
    /// substance is not converted to a mass, nor `mL/min` to `mL/min/{1.73_m2}`.
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
        let is_ucum = |system: &str| system == UCUM;
        if !string(quantity, "system").is_none_or(is_ucum) || !self.system.as_deref().is_none_or(is_ucum) {
            return None;
        }
        let (factor, converted) = written().find_map(|unit| self.converted(number, unit))?;
        let digits = MIN_DIGITS.max(number.significant_digits() + 1);
        Some(if factor.is_power_of_ten() { converted } else { converted.to_digits(digits).shortest() })
    }

    /// Value of one `unit` and of the number in this unit.
    fn converted(&self, number: Decimal, unit: &str) -> Option<(Decimal, Decimal)> {
        let own = canonical(&self.code);
        let convert = |number: Decimal| fhirpath::convert(number, unit, own);
        // UCUM ignores annotations, but they say what was measured.
        if annotations(unit).ne(annotations(own)) {
            return None;
        }
        Some((convert(1.into())?, convert(number)?.shortest()))
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

/// Texts in braces.
fn annotations(unit: &str) -> impl Iterator<Item = &str> {
    unit.split('{').skip(1).filter_map(|rest| rest.split('}').next())
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
        assert_eq!(amount(&json!({"value": 85, "system": UCUM, "code": "dag"})).as_deref(), Some("0.85"));
        assert_eq!(amount(&json!({"value": 74, "system": "urn:local", "code": "g"})), None);
        assert_eq!(amount(&json!({"value": 74})), None);
        assert_eq!(amount(&json!({"value": 11, "unit": "st"})), None);
        assert_eq!(amount(&json!({"value": "74", "unit": "kg"})), None);
    }

    #[test]
    fn converts_results_only_between_units_of_one_measurement() {
        let amount = |to: &str, value: &str, from: &str| {
            let quantity = json!({"value": value.parse::<serde_json::Number>().unwrap(), "code": from});
            Unit::read(&json!({"code": to})).unwrap().amount(&quantity).map(|number| number.to_string())
        };
        assert_eq!(amount("g/L", "13.2", "g/dL").as_deref(), Some("132"));
        assert_eq!(amount("umol/L", "0.085", "mmol/L").as_deref(), Some("85"));
        assert_eq!(amount("10*9/L", "7.5", "10*3/uL").as_deref(), Some("7.5"));
        assert_eq!(amount("ng/L", "12", "pg/mL").as_deref(), Some("12"));
        assert_eq!(amount("Cel", "98.6", "[degF]").as_deref(), Some("37"));
        assert_eq!(amount("mmol/L", "90", "mg/dL"), None, "the factor depends on the substance");
        assert_eq!(amount("mmol/L", "2", "meq/L"), None, "the factor depends on the charge");
        assert_eq!(amount("mL/min/{1.73_m2}", "60", "mL/min"), None, "not for this body surface");
        assert_eq!(amount("/min", "72", "{beats}/min").as_deref(), Some("72"));
    }
}
