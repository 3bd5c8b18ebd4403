use jiff::civil::Date;
use serde_json::Value;

use super::{
    caution::Caution,
    health_number::{HealthNumber, health_number},
    human_name::{HumanName, official_name},
};

const GENDERS: [&str; 4] = ["male", "female", "other", "unknown"];

/// What a page must show of a Patient so that nobody takes one for another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatientView {
    /// FHIR id, good for this launch only.
    pub id: String,
    /// Name.
    pub name: HumanName,
    /// Birth date as FHIR gives it: a year, a month or a day; empty when absent or unreadable.
    pub birth_date: String,
    /// `male`, `female`, `other`, `unknown` or empty.
    pub gender: String,
    /// Health number, where there is one.
    pub health_number: Option<HealthNumber>,
    /// What somebody must know before anything is sent about them.
    pub cautions: Vec<Caution>,
}

impl PatientView {
    /// Reads a Patient; whatever has a wrong shape counts as absent.
    #[must_use]
    pub fn of(patient: &Value) -> Self {
        let birth_date = patient["birthDate"].as_str().unwrap_or_default();
        let gender = patient["gender"].as_str().filter(|gender| GENDERS.contains(gender));
        Self {
            id: patient["id"].as_str().unwrap_or_default().to_owned(),
            name: official_name(patient),
            birth_date: if is_partial_date(birth_date) { birth_date.to_owned() } else { String::new() },
            gender: gender.unwrap_or_default().to_owned(),
            health_number: health_number(patient),
            cautions: Caution::of(patient),
        }
    }
}

/// Age in whole years on `today`; none when the birth date is not a full date or lies ahead.
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
    use serde_json::json;

    use super::*;

    #[test]
    fn a_gender_is_one_of_four_words() {
        for (gender, shown) in [(json!("female"), "female"), (json!("<b>male</b>"), ""), (json!(5), "")] {
            assert_eq!(PatientView::of(&json!({"gender": gender})).gender, shown, "{gender}");
        }
    }
}
