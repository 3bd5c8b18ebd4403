//! Judgement of the codes of the chart for questions whose value set is elsewhere.

use serde_json::{Value, json};

use super::item::{Item, ItemType};
use super::prefill::{Candidate, Prefill, Prefilled};
use super::translation::{array, string};
use super::typed;
use super::unchecked::UncheckedCode;
use crate::fhir::main_concept;

/// Judgement of a code of the chart.
#[derive(Clone, Debug, PartialEq)]
pub enum JudgedCode {
    /// It belongs to the value set.
    Member(Candidate),
    /// It does not.
    NoMember,
    /// The value set is not known: the question is answered with text.
    AsText,
    /// The value set was not reached: nothing is known.
    NotChecked,
}

impl UncheckedCode {
    /// Returns a value of the chart that has to be judged. `None` for one without a code, or for a question that is not answered
    /// from a value set that is elsewhere.
    pub(super) fn of(item: &Item, found: &Value) -> Option<Self> {
        let value_set = item.external_value_set()?.to_owned();
        let is_whole =
            |coding: &&Value| string(coding, "system").is_some() && string(coding, "code").is_some();
        let single = [found].into_iter().filter(|_| found.get("coding").is_none());
        let codings: Vec<Value> = array(found, "coding").chain(single).filter(is_whole).cloned().collect();
        let display = typed::display(found)?;
        let as_text = match item.kind {
            _ if !item.takes_text() => None,
            ItemType::Choice => Some(json!({ "valueCoding": { "display": display } })),
            _ => Some(json!({ "valueString": display })),
        };
        (!codings.is_empty()).then_some(Self { value_set, codings, display, as_text, entry: None })
    }

    /// Returns an entry of the chart that has to be judged before it is offered. `None` for one without a code, or for a question
    /// whose value set is known here.
    pub(super) fn of_entry(item: &Item, resource: &Value, entry: &Candidate) -> Option<Self> {
        let value_set = item.unknown_options.as_deref().filter(|named| named.contains(':'))?.to_owned();
        entry.answer.get("valueCoding")?.get("code")?;
        let is_whole =
            |coding: &&Value| string(coding, "system").is_some() && string(coding, "code").is_some();
        let codings = array(main_concept(resource)?, "coding").filter(is_whole).cloned().collect();
        Some(Self {
            value_set,
            codings,
            display: entry.label.clone(),
            as_text: None,
            entry: Some(entry.clone()),
        })
    }
}

impl Prefill {
    /// Returns the values that have to be judged, each with its place.
    #[must_use]
    pub fn unchecked(&self) -> Vec<(String, UncheckedCode)> {
        let of_place = |(place, filled): (&str, &Prefilled)| {
            filled.unchecked.iter().map(|code| (place.to_owned(), code.clone())).collect::<Vec<_>>()
        };
        self.items().flat_map(of_place).collect()
    }

    /// Makes answers of the values that were judged, in the order of [`Prefill::unchecked`]. One that was not checked is shown and
    /// no answer.
    pub fn settle(&mut self, judged: Vec<JudgedCode>) {
        let mut judged = judged.into_iter();
        for filled in self.items_mut() {
            for code in std::mem::take(&mut filled.unchecked) {
                match judged.next().unwrap_or(JudgedCode::NotChecked) {
                    JudgedCode::Member(found) => filled.accept(code, Some(found)),
                    JudgedCode::AsText => filled.accept(code, None),
                    JudgedCode::NotChecked => filled.unchecked.push(code),
                    JudgedCode::NoMember => {
                        let others = filled.unusable.take().map(|others| others + ", ").unwrap_or_default();
                        filled.unusable = Some(others + &code.display);
                    }
                }
            }
            // Beside answers, what is none is a further value of the chart.
            if !filled.candidates.is_empty() {
                let unchecked = filled.unchecked.iter().map(|code| code.display.clone());
                filled.others.extend(filled.unusable.take().into_iter().chain(unchecked));
            }
        }
    }
}

impl Prefilled {
    /// Takes a value as an answer, or as an entry that can be included: with the code of the value set, or else as the chart has it.
    fn accept(&mut self, code: UncheckedCode, member: Option<Candidate>) {
        match (code.entry, member) {
            (None, Some(found)) => self.candidates.push(Candidate { selected: true, ..found }),
            (None, None) => self.values.extend(code.as_text),
            (Some(mut entry), member) => {
                if let Some(mut found) = member {
                    // The words of the chart, as the form shows them.
                    found.answer["valueCoding"]["display"] = json!(entry.label);
                    entry.answer = found.answer;
                }
                self.values.extend(entry.selected.then(|| entry.answer.clone()));
                self.candidates.push(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Zoned;

    use super::super::chart::Chart;
    use super::super::source::Source;
    use super::super::{Answers, Form, check, populate, readable, to_response};
    use super::*;

    const CODE: &str = "code:urn:s|af";

    fn form() -> Form {
        let fill = json!([{"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression",
            "valueExpression": {"language": "text/fhirpath", "expression": "%patient.maritalStatus"}}]);
        let context = json!([{"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext", "extension": [
            {"url": "name", "valueCoding": {"code": "patient"}}, {"url": "type", "valueCode": "Patient"}]}]);
        Form::parse(&json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "extension": context, "item": [
            {"linkId": "q", "type": "choice", "text": "Q", "required": true, "answerValueSet": "urn:set", "extension": fill}]}))
        .unwrap()
    }

    fn prefill(form: &Form, now: &Zoned) -> Prefill {
        let mut chart = Chart::new();
        let patient = json!({"resourceType": "Patient", "id": "p", "maritalStatus": {"text": "Fibrillation", "coding": [
            {"system": "urn:other", "code": "x"}, {"system": "urn:s", "code": "af", "display": "AF"}, {"code": "loose"}]}});
        let loaded = Source::Loaded { resource: patient.into(), read_at: now.timestamp() };
        chart.insert("patient".to_owned(), loaded);
        populate(form, &chart, now)
    }

    #[test]
    fn answers_with_a_code_of_the_chart_once_it_is_judged() {
        let (form, now): (Form, Zoned) = (form(), "2026-09-02T09:20:00Z[UTC]".parse().unwrap());
        let member = JudgedCode::Member(Candidate::coding("urn:s", "1", "af", "Atrial fibrillation"));
        for (judged, texts, shown, kind) in [
            (member, vec![CODE], Some("Atrial fibrillation"), "from-ehr"),
            (JudgedCode::NoMember, vec![], Some("Fibrillation"), "unusable"),
            (JudgedCode::AsText, vec!["Fibrillation"], Some("Fibrillation"), "from-ehr"),
            (JudgedCode::NotChecked, vec![], Some("Fibrillation"), "not-checked"),
        ] {
            let mut prefill = prefill(&form, &now);
            let unchecked = prefill.unchecked();
            assert_eq!(
                (unchecked.len(), unchecked[0].1.codings.len()),
                (1, 2),
                "a coding has system and code"
            );
            assert_eq!(Answers::from_prefill(&form, &prefill).get("q"), [""; 0], "nothing is assumed");
            prefill.settle(vec![judged]);
            let answers = Answers::from_prefill(&form, &prefill);
            assert_eq!(answers.get("q"), texts, "{kind}");
            assert_eq!(check(&form, &answers, &prefill).is_empty(), !texts.is_empty(), "{kind}");
            let page = super::super::view(&form, &answers, &prefill, &[], "en");
            let provenance = &page.sections[0].items[0].provenance;
            assert_eq!(provenance.chart_value.as_deref(), shown, "{kind}");
            assert_eq!(json!(provenance)["kind"], kind);
            let stored: Prefill = serde_json::from_value(json!(prefill)).unwrap();
            assert_eq!(stored, prefill);
            assert!(answers.posted_codes(&form).is_empty(), "a judged code is not judged again");
        }
    }

    #[test]
    fn sends_a_code_of_the_chart_and_names_it_after_it_was_changed() {
        let (form, now): (Form, Zoned) = (form(), "2026-09-02T09:20:00Z[UTC]".parse().unwrap());
        let mut prefill = prefill(&form, &now);
        prefill.settle(vec![JudgedCode::Member(Candidate::coding(
            "urn:s",
            "1",
            "af",
            "Atrial fibrillation",
        ))]);
        let answers = Answers::from_prefill(&form, &prefill);
        let details = super::super::Details { id: "", subject: "", author: "", authored: &now, lang: "en" };
        let response = to_response(&form, &answers, &prefill, &details).to_string();
        assert!(response.contains("\"code\":\"af\"") && response.contains("\"version\":\"1\""), "{response}");
        assert_eq!(readable(&form, &answers, &prefill, "en")[0].value, "Atrial fibrillation (chart)");
        let mut changed = Answers::default();
        changed.set("q", vec!["Other".to_owned()]);
        let said = &readable(&form, &changed, &prefill, "en")[0].value;
        assert!(said.contains("Atrial fibrillation") && !said.contains(CODE), "{said}");
    }

    #[test]
    fn offers_entries_of_the_chart_that_belong_to_the_value_set() {
        let now: Zoned = "2026-09-02T09:20:00Z[UTC]".parse().unwrap();
        let expression = json!([{"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-candidateExpression",
            "valueExpression": {"language": "text/fhirpath", "expression": "%conditions.entry.resource"}}]);
        let query = json!([{"url": "http://hl7.org/fhir/StructureDefinition/variable", "valueExpression": {"name": "conditions",
            "language": "application/x-fhir-query", "expression": "Condition?patient={{%patient.id}}"}},
            {"url": "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext", "extension": [
            {"url": "name", "valueCoding": {"code": "patient"}}, {"url": "type", "valueCode": "Patient"}]}]);
        let form = Form::parse(&json!({"resourceType": "Questionnaire", "id": "f", "title": "F", "extension": query, "item": [
            {"linkId": "q", "type": "open-choice", "repeats": true, "text": "Q", "answerValueSet": "urn:set", "extension": expression}]}))
        .unwrap();
        let condition = |id: &str| {
            json!({"resource": {"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p"},
                "code": {"text": id, "coding": [{"system": "urn:other", "code": id}, {"system": "urn:s", "code": id}]}}})
        };
        let (patient, bundle) = (
            json!({"resourceType": "Patient", "id": "p"}),
            json!({"resourceType": "Bundle", "type": "searchset", "entry": [condition("asthma"), condition("gout")]}),
        );
        let mut chart = Chart::new();
        for (name, resource) in [("patient", patient), ("conditions", bundle)] {
            let loaded = Source::Loaded { resource: resource.into(), read_at: now.timestamp() };
            chart.insert(name.to_owned(), loaded);
        }
        let member = || JudgedCode::Member(Candidate::coding("urn:s", "", "asthma", "Asthma (disorder)"));
        for (judged, offered, kind, shown) in [
            (vec![member(), JudgedCode::NoMember], vec!["asthma"], "edited", ""),
            (vec![JudgedCode::NoMember, JudgedCode::NoMember], vec![], "unusable", "asthma, gout"),
            (vec![JudgedCode::NotChecked, JudgedCode::NotChecked], vec![], "not-checked", "asthma, gout"),
            (vec![JudgedCode::AsText, JudgedCode::AsText], vec!["asthma", "gout"], "edited", ""),
        ] {
            let mut prefill = populate(&form, &chart, &now);
            assert_eq!(prefill.unchecked()[0].1.codings.len(), 2);
            prefill.settle(judged);
            let candidates = prefill.candidates("q");
            let labels: Vec<&str> = candidates.iter().map(|it| it.label.as_str()).collect();
            assert_eq!(labels, offered);
            let mut answers = Answers::default();
            answers.set("q", vec!["typed".to_owned()]);
            let page = super::super::view(&form, &answers, &prefill, &[], "en");
            let provenance = &page.sections[0].items[0].provenance;
            assert_eq!(json!(provenance)["kind"], kind);
            assert_eq!(provenance.chart_value.as_deref().unwrap_or_default(), shown);
        }
        let mut prefill = populate(&form, &chart, &now);
        prefill.settle(vec![member(), JudgedCode::NoMember]);
        let coding = &prefill.candidates("q")[0].answer["valueCoding"];
        assert_eq!((&coding["system"], &coding["display"]), (&json!("urn:s"), &json!("asthma")));
        assert_eq!(prefill.get("q").unwrap().others, ["gout"]);
    }
}
