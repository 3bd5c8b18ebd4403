//! View of a Patient.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    caution::Caution,
    health_number::{HealthNumber, health_number},
    human_name::{HumanName, name_on},
};

const GENDERS: [&str; 4] = ["male", "female", "other", "unknown"];

/// Elements of a Patient that a page shows, so that one patient is not mistaken for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientView {
    /// FHIR id, valid at the EHR of this launch only.
    pub id: String,
    /// Name to show.
    pub name: HumanName,
    /// Birth date in FHIR format: a year, a month or a day; empty if missing or not valid.
    pub birth_date: String,
    /// `male`, `female`, `other`, `unknown` or empty.
    pub gender: String,
    /// Number in a multiple birth, `1` for the firstborn; `None` if there was none, or it has no number.
    pub birth_order: Option<u64>,
    /// Health number, if any.
    pub health_number: Option<HealthNumber>,
    /// Cautions, the most serious first.
    pub cautions: Vec<Caution>,
}

impl PatientView {
    /// Parses a Patient. A malformed element counts as missing. Name and health number are those of the day.
    #[must_use]
    pub fn on(patient: &Value, day: Date) -> Self {
        let birth_date = patient["birthDate"].as_str().unwrap_or_default();
        let gender = patient["gender"].as_str().filter(|gender| GENDERS.contains(gender));
        let name = name_on(patient, day);
        let birth_date = if is_partial_date(birth_date) { birth_date.to_owned() } else { String::new() };
        let has_name = !name.for_chart().is_empty();
        let identity = Caution::of_identity(has_name, !birth_date.is_empty());
        Self {
            id: patient["id"].as_str().unwrap_or_default().to_owned(),
            name,
            birth_date,
            gender: gender.unwrap_or_default().to_owned(),
            birth_order: patient["multipleBirthInteger"].as_u64(),
            health_number: health_number(patient, day),
            cautions: identity.into_iter().chain(Caution::of(patient)).collect(),
        }
    }
}

/// Returns the age in whole years on `today`, or `None` if the birth date is not a complete date or is in the future.
#[must_use]
pub fn age_on(birth_date: &str, today: Date) -> Option<i16> {
    let born: Date = (birth_date.len() == 10).then(|| birth_date.parse().ok()).flatten()?;
    let years = today.year() - born.year();
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    let age = years - i16::from(before_birthday);
    (age >= 0).then_some(age)
}

fn is_partial_date(text: &str) -> bool {
    let padded = match text.len() {
        4 => format!("{text}-01-01"),
        7 => format!("{text}-01"),
        10 => text.to_owned(),
        _ => return false,
    };
    padded.parse::<Date>().is_ok_and(|date| date.year() >= 1800)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    #[test]
    fn accepts_only_the_four_gender_codes() {
        for (gender, shown) in [(json!("female"), "female"), (json!("<b>male</b>"), ""), (json!(5), "")] {
            assert_eq!(
                PatientView::on(&json!({"gender": gender}), date(2026, 11, 28)).gender,
                shown,
                "{gender}"
            );
        }
    }
}
