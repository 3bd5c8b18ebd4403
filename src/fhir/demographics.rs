//! Demographic data by which a chart is recognized as the same person's.

use serde::{Deserialize, Serialize};

use super::patient::PatientView;

/// First names that newborns have until they are named. Twins share them, and the health number of their mother.
const PLACEHOLDERS: [&str; 18] = [
    "baby",
    "babyboy",
    "babygirl",
    "bb",
    "boy",
    "bébé",
    "fille",
    "fils",
    "garçon",
    "girl",
    "infant",
    "jumeau",
    "jumelle",
    "nb",
    "newborn",
    "nouveau-né",
    "nouveau-née",
    "twin",
];

/// Name, birth date, gender and health number of a patient, for comparison with another chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Demographics {
    /// FHIR id at the EHR of the launch; an EHR may give a copy of the same patient another one.
    id: String,
    /// Family name in lower case.
    family: String,
    /// First given name in lower case, or the whole name if it has no parts.
    given: String,
    birth_date: String,
    /// Number in a multiple birth.
    birth_order: Option<u64>,
    /// Empty if unknown.
    gender: String,
    /// Digits and letters of the health number; empty if there is none.
    health_number: String,
}

impl Demographics {
    /// Returns the demographic data of a patient.
    #[must_use]
    pub fn of(patient: &PatientView) -> Self {
        let name = &patient.name;
        let given = name.given.split_whitespace().next().unwrap_or(&name.text);
        let number = patient.health_number.as_ref().map(|number| number.value.as_str()).unwrap_or_default();
        Self {
            id: patient.id.clone(),
            family: name.family.to_lowercase(),
            given: given.to_lowercase(),
            birth_date: patient.birth_date.clone(),
            birth_order: patient.birth_order,
            gender: if patient.gender == "unknown" { String::new() } else { patient.gender.clone() },
            health_number: number.chars().filter(char::is_ascii_alphanumeric).collect(),
        }
    }

    /// Returns the gender, or an empty text if it is unknown.
    #[must_use]
    pub fn gender(&self) -> &str {
        &self.gender
    }

    /// Whether the health number ends with these letters and digits, in any case.
    #[must_use]
    pub fn health_number_ends_with(&self, end: &str) -> bool {
        self.health_number.to_ascii_uppercase().ends_with(&end.to_ascii_uppercase())
    }

    /// Whether both are the same person's: birth date and first name agree, gender, number in a multiple birth and health
    /// number do not differ, and family name or health number agrees. Twins differ in their first name, and those without a
    /// name yet are recognized by their numbers or the id of their record only; a marriage changes the family name alone.
    #[must_use]
    pub fn is_same_person(&self, other: &Self) -> bool {
        let agree = |left: &str, right: &str| !left.is_empty() && left == right;
        let differ = |left: &str, right: &str| !left.is_empty() && !right.is_empty() && left != right;
        let orders = self.birth_order.zip(other.birth_order);
        let is_named = !self.given.is_empty() && !PLACEHOLDERS.contains(&self.given.as_str());
        let is_one_resource = agree(&self.id, &other.id);
        self.birth_date == other.birth_date
            && (is_one_resource || !self.birth_date.is_empty())
            && self.given == other.given
            && orders.map_or(is_one_resource || is_named, |(left, right)| left == right)
            && !differ(&self.gender, &other.gender)
            && !differ(&self.health_number, &other.health_number)
            && (self.family == other.family || agree(&self.health_number, &other.health_number))
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::{Value, json};

    use super::*;

    #[expect(clippy::needless_pass_by_value, reason = "a literal reads better by value")]
    fn person(change: Value) -> Demographics {
        let mut patient = json!({
            "name": [{ "family": "Tremblay", "given": ["Éléonore", "Marie"] }], "birthDate": "2026-10-02",
            "gender": "female",
            "identifier": [{ "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn", "value": "9512 345 670" }],
        });
        patient.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        Demographics::of(&PatientView::on(&patient, date(2026, 11, 28)))
    }

    #[test]
    fn tells_twins_apart_and_recognizes_a_new_family_name() {
        let own = person(json!({}));
        let number = |value: &str| json!({ "identifier": [{ "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn", "value": value }] });
        for (change, same) in [
            (json!({}), true),
            (json!({ "id": "copy2" }), true),
            (json!({ "name": [{ "family": "Tremblay", "given": ["Béatrice"] }] }), false),
            (json!({ "name": [{ "family": "Roy", "given": ["Éléonore"] }] }), true),
            (json!({ "name": [{ "family": "TREMBLAY", "given": ["ÉLÉONORE"] }] }), true),
            (json!({ "name": [{ "family": "Roy", "given": ["Éléonore"] }], "identifier": [] }), false),
            (json!({ "birthDate": "2026-10-03" }), false),
            (json!({ "gender": "male" }), false),
            (json!({ "gender": "unknown" }), true),
            (number("9512345670"), true),
            (number("1111111111"), false),
            (json!({ "identifier": [] }), true),
            (json!({ "multipleBirthInteger": 2 }), true),
        ] {
            assert_eq!(own.is_same_person(&person(change.clone())), same, "{change}");
        }
    }

    #[test]
    fn never_takes_a_newborn_without_a_name_for_its_twin() {
        let named = |given: Value, order: Value| {
            let name = json!({ "name": [{ "family": "Tremblay", "given": given }] });
            let mut change = name.as_object().unwrap().clone();
            change.extend(order.as_object().unwrap().clone());
            person(Value::Object(change))
        };
        let (none, first, second) =
            (json!({}), json!({ "multipleBirthInteger": 1 }), json!({ "multipleBirthInteger": 2 }));
        for given in
            [json!(["Baby", "Girl"]), json!(["BabyGirl"]), json!(["Bébé"]), json!([]), json!(["Twin A"])]
        {
            let one = |order: &Value| named(given.clone(), order.clone());
            assert!(!one(&none).is_same_person(&one(&none)), "{given}");
            assert!(!one(&first).is_same_person(&one(&none)), "{given}");
            assert!(!one(&first).is_same_person(&one(&second)), "{given}");
            assert!(one(&first).is_same_person(&one(&first)), "{given}");
        }
        let with_id =
            |id: &str| person(json!({ "id": id, "name": [{ "family": "Tremblay", "given": ["Baby"] }] }));
        assert!(with_id("p1").is_same_person(&with_id("p1")), "one record is one person");
        assert!(!with_id("p1").is_same_person(&with_id("copy2")));
        let marie = |order: &Value| named(json!(["Marie"]), order.clone());
        assert!(marie(&none).is_same_person(&marie(&first)), "born before the number was recorded");
        assert!(!marie(&first).is_same_person(&marie(&second)));
        assert!(!person(json!({ "birthDate": null })).is_same_person(&person(json!({ "birthDate": null }))));
    }
}
