//! Choice of what a message says about the patient besides the answers: phone numbers, addresses, contact persons.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::corrected_patient::{CorrectedPatient, Correction};
use crate::fhir::{concept_text_or_code, is_health_number};

/// Lists of a Patient whose elements can be left out one by one.
const LISTS: [&str; 6] = ["name", "identifier", "telecom", "address", "communication", "contact"];

/// Departures from what is sent by default, by the keys of [`Part`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Sharing {
    added: BTreeSet<String>,
    removed: BTreeSet<String>,
}

/// One element of the patient's data that a message can contain.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::referral) struct Part {
    /// List that it is in, such as `telecom`.
    pub(in crate::referral) list: &'static str,
    /// Name in the form: its list and its text.
    pub(in crate::referral) key: String,
    /// Element of the Patient.
    pub(in crate::referral) element: Value,
    /// Whether it is needed and cannot be left out.
    pub(in crate::referral) needed: bool,
    /// Whether the clinician corrected it in the form.
    pub(super) is_corrected: bool,
    /// Text of the chart that the correction replaces; empty if the chart has none.
    pub(in crate::referral) chart: String,
    /// Whether it is sent unless a user leaves it out.
    default: bool,
}

impl Sharing {
    /// Returns the choice in which exactly the parts with these keys are sent, and those that are needed.
    pub(in crate::referral) fn of(parts: &[Part], keys: &BTreeSet<String>) -> Self {
        let (sent, left_out): (Vec<&Part>, Vec<&Part>) =
            parts.iter().filter(|part| !part.needed).partition(|part| keys.contains(&part.key));
        let named = |parts: Vec<&Part>, default: bool| -> BTreeSet<String> {
            parts.into_iter().filter(|part| part.default != default).map(|part| part.key.clone()).collect()
        };
        Self { added: named(sent, true), removed: named(left_out, false) }
    }

    /// Whether a part is sent.
    pub(super) fn sends(&self, part: &Part) -> bool {
        part.needed || self.added.contains(&part.key) || (part.default && !self.removed.contains(&part.key))
    }
}

/// Lists the parts of a patient.
pub(in crate::referral) fn parts(patient: &CorrectedPatient) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for list in LISTS {
        for (at, element) in elements(&patient.resource, list).enumerate() {
            let text = text(list, element);
            let correction = patient.correction(list, element);
            let part = Part {
                list,
                key: format!("{list}|{text}"),
                element: element.clone(),
                needed: list == "name" && at == 0,
                is_corrected: correction.is_some_and(|it| it.is_changed),
                chart: correction.map(|it| it.chart.clone()).unwrap_or_default(),
                default: is_default(patient, list, element),
            };
            if !text.is_empty() && !parts.iter().any(|known| known.key == part.key) {
                parts.push(part);
            }
        }
    }
    parts
}

/// Returns a copy of the patient with the parts that are sent.
pub(super) fn shared(patient: &CorrectedPatient, sharing: &Sharing) -> Value {
    let parts = parts(patient);
    let mut copy = patient.resource.clone();
    for list in LISTS {
        if let Some(elements) = copy.get_mut(list).and_then(Value::as_array_mut) {
            elements.retain(|element| {
                let key = format!("{list}|{}", text(list, element));
                parts.iter().any(|part| part.key == key && sharing.sends(part))
            });
        }
    }
    copy
}

/// Whether an element is sent by default: what the guides need to identify, reach and address the patient, and what the
/// clinician corrected.
fn is_default(patient: &CorrectedPatient, list: &str, element: &Value) -> bool {
    let correction = patient.correction(list, element);
    if correction.is_some_and(|it| it.is_changed) {
        return true;
    }
    let first = |fits: fn(&Value) -> bool| {
        let all = || elements(&patient.resource, list);
        all().find(|it| fits(it)).or_else(|| all().next()) == Some(element)
    };
    match list {
        "name" => first(|_| true),
        "identifier" => {
            let has_health_number = elements(&patient.resource, list).any(is_health_number);
            is_health_number(element) || (!has_health_number && first(|_| true))
        }
        "telecom" if element["system"] == "phone" => {
            let is_phone = |it: &Correction| it.element["system"] == "phone";
            match patient.corrections.iter().any(is_phone) {
                true => correction.is_some(),
                false => first(|it| it["system"] == "phone" && it["use"] != "work"),
            }
        }
        "address" => first(|it| it["type"] != "postal" && it["use"] != "work" && it["use"] != "billing"),
        "communication" => first(|it| it["preferred"] == true),
        _ => false,
    }
}

fn elements<'a>(patient: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    patient[list].as_array().into_iter().flatten()
}

/// Text of an element for people; empty if it has none.
pub(in crate::referral) fn text(list: &str, element: &Value) -> String {
    let given =
        |value: &Value| value.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    match list {
        "name" => name(element),
        "identifier" => given(&element["value"]).unwrap_or_default(),
        "telecom" => {
            joined([given(&element["value"]), given(&element["use"]).map(|text| format!("({text})"))], " ")
        }
        "address" => address(element),
        "communication" => concept_text_or_code(&element["language"]).unwrap_or_default().to_owned(),
        _ => {
            let relationship =
                elements(element, "relationship").find_map(concept_text_or_code).map(str::to_owned);
            let phones = elements(element, "telecom").map(|point| text("telecom", point));
            let parts = [Some(name(&element["name"])), relationship].into_iter().flatten().chain(phones);
            let parts = parts.chain([address(&element["address"])]);
            joined(parts.map(Some), ", ")
        }
    }
}

fn name(name: &Value) -> String {
    let given = |key: &str| name[key].as_str().map(|text| text.trim().to_owned());
    let list =
        |key: &str| name[key].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned);
    let parts = list("prefix").chain(list("given")).chain(given("family")).chain(list("suffix"));
    let written = joined(parts.map(Some), " ");
    if written.is_empty() { given("text").unwrap_or_default() } else { written }
}

fn address(address: &Value) -> String {
    let lines = address["line"].as_array().into_iter().flatten().map(Value::as_str);
    let rest = ["city", "state", "postalCode", "country"].map(|key| address[key].as_str());
    let written = joined(lines.chain(rest).map(|text| text.map(str::to_owned)), ", ");
    if written.is_empty() { address["text"].as_str().unwrap_or_default().trim().to_owned() } else { written }
}

fn joined(parts: impl IntoIterator<Item = Option<String>>, separator: &str) -> String {
    let given: Vec<String> = parts.into_iter().flatten().filter(|text| !text.trim().is_empty()).collect();
    given.join(separator)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;

    fn patient() -> CorrectedPatient {
        CorrectedPatient::of(&chart(), &[], date(2026, 11, 28))
    }

    fn chart() -> Value {
        json!({
            "resourceType": "Patient", "id": "p1",
            "name": [{ "use": "official", "family": "Roy", "given": ["Ann"] }, { "use": "nickname", "given": ["Annie"] }],
            "identifier": [
                { "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn", "value": "9512345670" },
                { "system": "urn:chart", "value": "RF-1" },
            ],
            "telecom": [
                { "system": "phone", "use": "work", "value": "1", "rank": 1 }, { "system": "phone", "use": "mobile", "value": "2" },
                { "system": "email", "value": "ann@example.ca" },
            ],
            "address": [{ "type": "postal", "line": ["C.P. 210"] }, { "line": ["12 Main St"], "city": "Ottawa" }],
            "communication": [
                { "language": { "coding": [{ "code": "en", "display": "English" }] } },
                { "language": { "coding": [{ "code": "fr", "display": "French" }] }, "preferred": true },
            ],
            "contact": [{ "name": { "family": "Singh", "given": ["Jas"] }, "relationship": [{ "text": "Husband" }],
                "telecom": [{ "system": "phone", "value": "3" }] }],
        })
    }

    fn sent(sharing: &Sharing) -> Vec<String> {
        parts(&patient()).iter().filter(|part| sharing.sends(part)).map(|part| part.key.clone()).collect()
    }

    #[test]
    fn sends_by_default_only_what_a_referral_needs() {
        let expected = [
            "name|Ann Roy",
            "identifier|9512345670",
            "telecom|2 (mobile)",
            "address|12 Main St, Ottawa",
            "communication|French",
        ];
        assert_eq!(sent(&Sharing::default()), expected);
        let copy = shared(&patient(), &Sharing::default());
        for (list, count) in [("name", 1), ("identifier", 1), ("telecom", 1), ("address", 1), ("contact", 0)]
        {
            assert_eq!(copy[list].as_array().unwrap().len(), count, "{list}");
        }
    }

    #[test]
    fn adds_and_leaves_out_what_the_user_chose() {
        let parts = parts(&patient());
        let keys = BTreeSet::from(["contact|Jas Singh, Husband, 3".to_owned(), "identifier|RF-1".to_owned()]);
        let sharing = Sharing::of(&parts, &keys);
        let expected = ["name|Ann Roy", "identifier|RF-1", "contact|Jas Singh, Husband, 3"];
        assert_eq!(sent(&sharing), expected);
        assert_eq!(shared(&patient(), &sharing)["contact"][0]["name"]["family"], "Singh");
    }

    #[test]
    fn sends_a_health_number_by_default_whichever_system_names_it() {
        for system in [
            "urn:oid:2.16.840.1.113883.4.59",
            "http://ehealthontario.ca/API/FHIR/NamingSystem/ca-on-patient-hcn",
            "https://fhir.infoway-inforoute.ca/NamingSystem/ca-qc-patient-healthcare-id",
        ] {
            let chart_number = json!({ "system": "urn:chart", "value": "RF-1" });
            let patient =
                json!({ "identifier": [chart_number, { "system": system, "value": "9512345670" }] });
            let patient = CorrectedPatient::of(&patient, &[], date(2026, 11, 28));
            let copy = shared(&patient, &Sharing::default());
            assert_eq!(copy["identifier"], json!([{ "system": system, "value": "9512345670" }]));
        }
    }
}
