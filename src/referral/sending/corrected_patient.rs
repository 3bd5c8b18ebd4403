//! Patient of a message: the chart's, with what the clinician corrected in the form.
//!
//! The Patient is corrected because a receiver books from it, and not from the answers. A value of the chart that an answer
//! replaces is left out, since Ontario's profile gives a replaced number no meaning of its own.

use jiff::civil::Date;
use serde_json::{Map, Value, json};

use crate::{
    fhir::{concept_text_or_code, current},
    forms::{PatientAnswer, PatientElement},
    referral::message::same_number,
};

const INTERPRETER: &str = "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired";
const LANGUAGES: &str = "urn:ietf:bcp:47";

/// Patient as it is sent, before a user leaves parts of it out.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::referral) struct CorrectedPatient {
    /// Patient with the elements that are current on the day, and the answers.
    pub(in crate::referral) resource: Value,
    pub(in crate::referral) corrections: Vec<Correction>,
}

/// Element that an answer put first.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::referral) struct Correction {
    /// List of the Patient that it is in, such as `telecom`.
    pub(in crate::referral) list: &'static str,
    pub(in crate::referral) element: Value,
    /// Text of the chart that it replaces; empty if the chart has none.
    pub(in crate::referral) chart: String,
    /// Whether it differs from the chart.
    pub(super) is_changed: bool,
}

impl CorrectedPatient {
    /// Puts the answers into a copy of the chart's patient. `day` is the date of the signature.
    pub(in crate::referral) fn of(patient: &Value, answers: &[PatientAnswer], day: Date) -> Self {
        let mut corrected = Self { resource: current(patient, day).into_owned(), corrections: Vec::new() };
        // In reverse, since each is put first: the first of the form leads in the end.
        for answer in answers.iter().rev() {
            match &answer.element {
                PatientElement::Telecom(system) => corrected.set_telecom(system, answer),
                PatientElement::ContactTelecom(system) => corrected.set_contact_telecom(system, answer),
                PatientElement::Language => corrected.set_language(answer),
                PatientElement::Interpreter => corrected.set_interpreter(answer),
                PatientElement::Address(_) => {}
            }
        }
        corrected.set_address(answers);
        corrected
    }

    /// Returns the correction that led to an element of a list.
    pub(in crate::referral) fn correction(&self, list: &str, element: &Value) -> Option<&Correction> {
        self.corrections.iter().find(|it| it.list == list && it.element == *element)
    }

    fn set_telecom(&mut self, system: &str, answer: &PatientAnswer) {
        let mut points = elements(&self.resource, "telecom");
        let given: Vec<&str> = answer.values.iter().filter_map(Value::as_str).collect();
        let is_in = |point: &Value, texts: &[&str]| {
            let value = point["value"].as_str().unwrap_or_default();
            texts.iter().any(|text| same_number(text, value))
        };
        let chart: Vec<&str> = answer.chart.iter().map(String::as_str).collect();
        let is_same_system = |point: &Value| point["system"] == system;
        if answer.is_changed {
            points.retain(|point| !is_same_system(point) || !is_in(point, &chart) || is_in(point, &given));
        }
        for point in points.iter_mut().filter(|point| is_same_system(point)) {
            point.as_object_mut().map(|point| point.remove("rank"));
        }
        for text in given.into_iter().rev() {
            let known = points.iter().position(|point| is_same_system(point) && is_in(point, &[text]));
            let mut point = match known {
                Some(at) => points.remove(at),
                None => json!({ "system": system }),
            };
            point["value"] = text.into();
            point["rank"] = 1.into();
            points.insert(0, point.clone());
            self.note("telecom", point, answer);
        }
        self.set("telecom", points);
    }

    fn set_language(&mut self, answer: &PatientAnswer) {
        let Some(language) = answer.values.first().and_then(language).filter(|_| answer.is_changed) else {
            return;
        };
        let mut spoken = elements(&self.resource, "communication");
        let is_same = |item: &Value| same_language(&item["language"], &language);
        let replaced = spoken.iter().position(|item| item["preferred"] == true).or(Some(0));
        let chart = replaced.and_then(|at| spoken.get(at)).filter(|item| !is_same(item));
        let chart = chart.and_then(|item| concept_text_or_code(&item["language"])).unwrap_or_default();
        let chart = chart.to_owned();
        // A language that the form replaces may still be spoken; only which one is preferred is corrected.
        for item in &mut spoken {
            item.as_object_mut().map(|item| item.remove("preferred"));
        }
        spoken.retain(|item| !is_same(item));
        let element = json!({ "language": language, "preferred": true });
        spoken.insert(0, element.clone());
        self.set("communication", spoken);
        self.corrections.push(Correction { list: "communication", element, chart, is_changed: true });
    }

    fn set_interpreter(&mut self, answer: &PatientAnswer) {
        let mut extensions = elements(&self.resource, "extension");
        extensions.retain(|extension| extension["url"] != INTERPRETER);
        if let Some(needed) = answer.values.first().and_then(Value::as_bool) {
            extensions.push(json!({ "url": INTERPRETER, "valueBoolean": needed }));
        }
        self.set("extension", extensions);
    }

    /// Puts the changed parts into the first address, or makes one.
    fn set_address(&mut self, answers: &[PatientAnswer]) {
        let parts = answers.iter().filter(|answer| answer.is_changed).filter_map(|answer| {
            let PatientElement::Address(part) = &answer.element else { return None };
            let texts = answer.values.iter().filter_map(Value::as_str).collect::<Vec<_>>();
            Some((part.as_str(), texts, answer.chart.join(", ")))
        });
        let parts: Vec<_> = parts.collect();
        if parts.is_empty() {
            return;
        }
        let mut addresses = elements(&self.resource, "address");
        let own = addresses.iter().position(|it| it["type"] != "postal" && it["use"] != "work");
        let mut address = own.map_or_else(|| json!({ "use": "home" }), |at| addresses.remove(at));
        let mut chart = Vec::new();
        for (part, texts, was) in parts {
            chart.extend(Some(was).filter(|was| !was.is_empty()));
            set_part(&mut address, part, &texts);
        }
        if has_place(&address) {
            addresses.insert(0, address.clone());
            let chart = chart.join(", ");
            self.corrections.push(Correction { list: "address", element: address, chart, is_changed: true });
        }
        self.set("address", addresses);
    }

    fn note(&mut self, list: &'static str, element: Value, answer: &PatientAnswer) {
        let chart = if answer.is_changed { answer.chart.join(", ") } else { String::new() };
        self.corrections.push(Correction { list, element, chart, is_changed: answer.is_changed });
    }

    pub(super) fn set(&mut self, list: &str, values: Vec<Value>) {
        set_list(&mut self.resource, list, values);
    }
}

/// Sets a list of a resource or element; an empty one is left out.
pub(super) fn set_list(holder: &mut Value, list: &str, values: Vec<Value>) {
    if let Some(members) = holder.as_object_mut() {
        if values.is_empty() {
            members.remove(list);
        } else {
            members.insert(list.to_owned(), Value::Array(values));
        }
    }
}

pub(super) fn elements(patient: &Value, list: &str) -> Vec<Value> {
    patient[list].as_array().cloned().unwrap_or_default()
}

/// Replaces a part of an address. The text of an address is left out, since it would still name the replaced part.
fn set_part(address: &mut Value, part: &str, texts: &[&str]) {
    let Some(members) = address.as_object_mut() else { return };
    if part == "text" {
        let kept = ["use", "type"].map(|name| (name.to_owned(), members.get(name).cloned()));
        *members = kept.into_iter().filter_map(|(name, value)| Some((name, value?))).collect::<Map<_, _>>();
    } else {
        members.remove("text");
    }
    for name in [part.to_owned(), format!("_{part}"), "period".to_owned()] {
        members.remove(&name);
    }
    if texts.is_empty() {
        return;
    }
    let value = if part == "line" {
        texts.iter().flat_map(|text| text.lines()).map(str::trim).collect::<Vec<_>>().into()
    } else {
        texts.join(", ").into()
    };
    members.insert(part.to_owned(), value);
}

fn has_place(address: &Value) -> bool {
    ["text", "line", "city", "state", "postalCode", "country"].iter().any(|name| !address[*name].is_null())
}

/// Language of an answer as a `CodeableConcept`.
fn language(answer: &Value) -> Option<Value> {
    if let Some(text) = answer.as_str() {
        return Some(json!({ "text": text }));
    }
    let mut coding = answer.as_object()?.clone();
    coding.retain(|name, _| matches!(name.as_str(), "system" | "code" | "display"));
    let is_tag = |code: &str| matches!(code.split('-').next(), Some(first) if (2..=3).contains(&first.len()));
    if coding.get("code").and_then(Value::as_str).is_some_and(is_tag) {
        coding.entry("system").or_insert_with(|| LANGUAGES.into());
    }
    let has_code = coding.contains_key("code");
    let display = coding.get("display").cloned();
    if has_code { Some(json!({ "coding": [coding] })) } else { Some(json!({ "text": display? })) }
}

fn same_language(left: &Value, right: &Value) -> bool {
    let tag = |language: &Value| -> Option<String> {
        let code = language["coding"].as_array()?.iter().find_map(|coding| coding["code"].as_str())?;
        Some(code.split('-').next()?.to_lowercase())
    };
    match (tag(left), tag(right)) {
        (Some(left), Some(right)) => left == right,
        _ => {
            concept_text_or_code(left).map(str::to_lowercase)
                == concept_text_or_code(right).map(str::to_lowercase)
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const DAY: Date = date(2026, 11, 28);

    fn patient() -> Value {
        json!({
            "resourceType": "Patient",
            "telecom": [
                { "system": "phone", "use": "home", "value": "613-555-0142", "rank": 2 },
                { "system": "phone", "use": "mobile", "value": "613-555-0143", "rank": 1 },
                { "system": "email", "value": "eleonore@example.ca" },
            ],
            "address": [{ "use": "home", "line": ["12 Main St"], "city": "Ottawa", "postalCode": "K1N 8X2", "text": "12 Main St, Ottawa" }],
            "communication": [{ "language": { "coding": [{ "system": LANGUAGES, "code": "fr-CA", "display": "French" }] }, "preferred": true }],
        })
    }

    fn answer(element: PatientElement, values: &[Value], chart: &[&str], is_changed: bool) -> PatientAnswer {
        let chart = chart.iter().map(|text| (*text).to_owned()).collect();
        PatientAnswer { element, values: values.to_vec(), chart, is_changed }
    }

    fn phone(value: &str, is_changed: bool) -> PatientAnswer {
        let values: Vec<Value> = [value].into_iter().filter(|it| !it.is_empty()).map(Value::from).collect();
        answer(PatientElement::Telecom("phone".to_owned()), &values, &["613-555-0143"], is_changed)
    }

    #[test]
    fn puts_the_phone_number_of_the_form_first_and_leaves_the_replaced_one_out() {
        let corrected = CorrectedPatient::of(&patient(), &[phone("613-555-9999", true)], DAY);
        let first = json!({ "system": "phone", "value": "613-555-9999", "rank": 1 });
        assert_eq!(corrected.resource["telecom"][0], first);
        assert!(!corrected.resource.to_string().contains("613-555-0143"), "{}", corrected.resource);
        assert_eq!(corrected.correction("telecom", &first).unwrap().chart, "613-555-0143");
        let unchanged = CorrectedPatient::of(&patient(), &[phone("613-555-0143", false)], DAY);
        let telecom = &unchanged.resource["telecom"];
        assert_eq!((&telecom[0]["value"], &telecom[0]["use"]), (&json!("613-555-0143"), &json!("mobile")));
        assert_eq!(telecom.as_array().unwrap().len(), 3);
        let other = CorrectedPatient::of(&patient(), &[phone("(613) 555 0142", true)], DAY);
        let telecom = &other.resource["telecom"];
        assert_eq!((&telecom[0]["value"], &telecom[0]["use"]), (&json!("(613) 555 0142"), &json!("home")));
        assert!(!other.resource.to_string().contains("0143"), "{telecom}");
        let removed = CorrectedPatient::of(&patient(), &[phone("", true)], DAY);
        assert!(!removed.resource.to_string().contains("0143"), "{}", removed.resource);
    }

    #[test]
    fn leads_with_the_answers_in_the_order_of_the_form() {
        let email = answer(
            PatientElement::Telecom("email".to_owned()),
            &[json!("new@example.ca")],
            &["eleonore@example.ca"],
            true,
        );
        let corrected = CorrectedPatient::of(&patient(), &[phone("613-555-9999", true), email], DAY);
        let values: Vec<&str> = corrected.resource["telecom"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| it["value"].as_str().unwrap())
            .collect();
        assert_eq!(values, ["613-555-9999", "new@example.ca", "613-555-0142"]);
    }

    #[test]
    fn prefers_the_language_of_the_form_and_states_the_interpreter() {
        let english = json!({ "system": LANGUAGES, "code": "en", "display": "English" });
        let answers = [
            answer(PatientElement::Language, std::slice::from_ref(&english), &["fr"], true),
            answer(PatientElement::Interpreter, &[json!(true)], &[], true),
        ];
        let corrected = CorrectedPatient::of(&patient(), &answers, DAY).resource;
        let spoken = &corrected["communication"];
        assert_eq!((&spoken[0]["language"]["coding"][0], &spoken[0]["preferred"]), (&english, &json!(true)));
        assert_eq!(
            (&spoken[1]["language"]["coding"][0]["code"], &spoken[1]["preferred"]),
            (&json!("fr-CA"), &Value::Null)
        );
        assert_eq!(corrected["extension"], json!([{ "url": INTERPRETER, "valueBoolean": true }]));
        let typed = [answer(PatientElement::Language, &[json!("Punjabi")], &["fr"], true)];
        assert_eq!(
            CorrectedPatient::of(&patient(), &typed, DAY).resource["communication"][0]["language"]["text"],
            "Punjabi"
        );
    }

    #[test]
    fn replaces_the_corrected_part_of_the_address() {
        let city =
            answer(PatientElement::Address("city".to_owned()), &[json!("Gatineau")], &["Ottawa"], true);
        let corrected = CorrectedPatient::of(&patient(), &[city], DAY);
        let expected =
            json!([{ "use": "home", "line": ["12 Main St"], "city": "Gatineau", "postalCode": "K1N 8X2" }]);
        assert_eq!(corrected.resource["address"], expected);
        let whole = answer(
            PatientElement::Address("text".to_owned()),
            &[json!("1 New St, Hull")],
            &["12 Main St, Ottawa"],
            true,
        );
        let corrected = CorrectedPatient::of(&patient(), &[whole], DAY);
        assert_eq!(corrected.resource["address"], json!([{ "use": "home", "text": "1 New St, Hull" }]));
    }
}
