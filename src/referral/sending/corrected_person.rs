//! Contact persons of a Patient that is sent, with the numbers that the clinician corrected in the form.

use serde_json::{Value, json};

use super::corrected_patient::{CorrectedPatient, Correction, elements, set_list};
use crate::{forms::PatientAnswer, referral::message::same_number};

impl CorrectedPatient {
    /// Puts a changed number into the contact person who has the one of the chart, or into the only contact person. Which of
    /// several persons a new number belongs to is not known, so it stays among the answers.
    pub(super) fn set_contact_telecom(&mut self, system: &str, answer: &PatientAnswer) {
        let mut people = elements(&self.resource, "contact");
        let is_replaced = |point: &Value| {
            let value = point["value"].as_str().unwrap_or_default();
            point["system"] == system && answer.chart.iter().any(|chart| same_number(chart, value))
        };
        let has_it = |person: &Value| elements(person, "telecom").iter().any(is_replaced);
        let only = Some(0).filter(|_| people.len() == 1 && answer.chart.is_empty());
        let Some(at) = people.iter().position(has_it).or(only).filter(|_| answer.is_changed) else { return };
        let before = people[at].clone();
        let mut points = elements(&before, "telecom");
        let place = points.iter().position(is_replaced).unwrap_or(points.len());
        let mut replaced = points.get(place).cloned().unwrap_or_else(|| json!({ "system": system }));
        points.retain(|point| !is_replaced(point));
        for text in answer.values.iter().filter_map(Value::as_str).rev() {
            replaced["value"] = text.into();
            points.insert(place.min(points.len()), replaced.clone());
        }
        set_list(&mut people[at], "telecom", points);
        let element = people[at].clone();
        self.set("contact", people);
        let chart = answer.chart.join(", ");
        match self.corrections.iter_mut().find(|it| it.list == "contact" && it.element == before) {
            // Another question corrected the same person.
            Some(known) => {
                let parts = [chart, std::mem::take(&mut known.chart)];
                known.chart =
                    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ");
                known.element = element;
            }
            None => self.corrections.push(Correction { list: "contact", element, chart, is_changed: true }),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::{Date, date};

    use super::*;
    use crate::forms::PatientElement;

    const DAY: Date = date(2026, 11, 28);

    #[test]
    fn corrects_the_number_of_the_contact_person_who_has_it() {
        let person = |name: &str, phones: &[&str]| {
            let telecom: Vec<Value> =
                phones.iter().map(|it| json!({ "system": "phone", "use": "home", "value": it })).collect();
            json!({ "name": { "text": name }, "telecom": telecom })
        };
        let with = |people: &[Value]| json!({ "resourceType": "Patient", "contact": people });
        let number = |value: &str, chart: &[&str]| {
            let values: Vec<Value> =
                [value].into_iter().filter(|it| !it.is_empty()).map(Value::from).collect();
            PatientAnswer {
                element: PatientElement::ContactTelecom("phone".to_owned()),
                values,
                chart: chart.iter().map(|text| (*text).to_owned()).collect(),
                is_changed: true,
            }
        };
        let (ann, bo) = (person("Ann", &["613-555-0101"]), person("Bo", &["613-555-0102", "613-555-0103"]));
        let both = with(&[ann.clone(), bo.clone()]);
        let corrected = CorrectedPatient::of(&both, &[number("613-555-9999", &["(613) 555 0102"])], DAY);
        let new = person("Bo", &["613-555-9999", "613-555-0103"]);
        assert_eq!(corrected.resource["contact"], json!([ann, new]));
        assert_eq!(corrected.correction("contact", &new).unwrap().chart, "(613) 555 0102");

        let removed = CorrectedPatient::of(&both, &[number("", &["613-555-0102"])], DAY);
        assert_eq!(removed.resource["contact"], json!([ann, person("Bo", &["613-555-0103"])]));

        let typed = [number("613-555-9999", &[])];
        let added = CorrectedPatient::of(&with(&[json!({ "name": { "text": "Ann" } })]), &typed, DAY);
        assert_eq!(
            added.resource["contact"][0]["telecom"],
            json!([{ "system": "phone", "value": "613-555-9999" }])
        );
        let unknown = CorrectedPatient::of(&both, &typed, DAY);
        assert_eq!(unknown.resource["contact"], both["contact"], "it may be the number of either");

        let two = [number("613-555-9998", &["613-555-0102"]), number("613-555-9997", &["613-555-0103"])];
        let corrected = CorrectedPatient::of(&both, &two, DAY);
        let new = person("Bo", &["613-555-9998", "613-555-9997"]);
        assert_eq!(corrected.resource["contact"][1], new);
        assert_eq!(corrected.correction("contact", &new).unwrap().chart, "613-555-0102, 613-555-0103");
    }
}
