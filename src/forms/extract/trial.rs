//! Trial of an extraction: answers to every question, so that a fault of a template is found before a person answers.

use jiff::{Timestamp, Zoned, tz::TimeZone};
use serde_json::{Value, json};

use super::super::chart::{Chart, ScreenedChart};
use super::super::questionnaire::Form;
use super::super::remark::{Remark, RemarkKind};
use super::super::translation::{array, string, value_key};
use super::extraction::{ExtractionFailure, ExtractionInput, Way};
use super::extractor::extract;
use super::run::SDC;

/// Extensions by which a form asks for resources.
const ASKING: [&str; 5] = [
    "observationExtract",
    "definitionExtract",
    "itemExtractionContext",
    "templateExtract",
    "templateExtractBundle",
];

impl Form {
    /// Returns remarks on the items of which nothing is made, though the form asks for it.
    pub(in super::super) fn extraction_remarks(&self) -> Vec<Remark> {
        if !asks(self.source()) {
            return Vec::new();
        }
        let response = json!({
            "resourceType": "QuestionnaireResponse", "id": "trial", "status": "completed",
            "subject": { "reference": "Patient/trial" }, "author": { "reference": "Practitioner/trial" },
            "authored": "2026-01-01T09:00:00Z", "item": items(self.source()),
        });
        let now: Zoned = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
        let (chart, count) = (Chart::new(), std::cell::Cell::new(0));
        let chart = ScreenedChart::of(&chart, now.date());
        let new_id = || {
            count.set(count.get() + 1);
            format!("urn:trial:{}", count.get())
        };
        let given = ExtractionInput {
            chart: &chart,
            now: &now,
            response: "QuestionnaireResponse/trial",
            new_id: &new_id,
        };
        let mut found = extract(self, &response, &given);
        // Observations of questions are complete; elements of the others may come from a chart that the trial lacks.
        found.resources.retain(|one| one.way != Way::Observation);
        let failures = found.sendable().failures.into_iter();
        let remark = |it: ExtractionFailure| Remark {
            place: it.place,
            about: it.reason.detail,
            kind: RemarkKind::NotMade,
            reason: Some(it.reason.kind),
        };
        failures.map(remark).collect()
    }

    /// Whether a question names the person that answers are about.
    #[must_use]
    pub fn names_subjects(&self) -> bool {
        has_extension(self.source(), &|url| url == format!("{SDC}isSubject"))
    }
}

fn asks(form: &Value) -> bool {
    has_extension(form, &|url| url.strip_prefix(SDC).is_some_and(|name| ASKING.contains(&name)))
}

/// Whether a form or an item of it, at any depth, has an extension.
fn has_extension(element: &Value, is_it: &dyn Fn(&str) -> bool) -> bool {
    array(element, "extension").filter_map(|found| string(found, "url")).any(is_it)
        || ["code", "item"].iter().any(|name| array(element, name).any(|child| has_extension(child, is_it)))
}

/// Returns an answered item for each item of the form.
fn items(definition: &Value) -> Vec<Value> {
    array(definition, "item").map(item).collect()
}

fn item(definition: &Value) -> Value {
    let (mut item, below) = (json!({ "linkId": definition["linkId"] }), items(definition));
    match answer(definition) {
        Some(mut answer) => {
            if !below.is_empty() {
                answer["item"] = json!(below);
            }
            item["answer"] = json!([answer]);
        }
        None if !below.is_empty() => item["item"] = json!(below),
        None => {}
    }
    item
}

/// Returns an answer that the question can have: its first option, or else a value of its type.
fn answer(definition: &Value) -> Option<Value> {
    let option = array(definition, "answerOption").find_map(|option| Some((value_key(option)?, option)));
    if let Some((key, option)) = option {
        return Some(json!({ key: option[key] }));
    }
    Some(match string(definition, "type")? {
        "group" | "display" => return None,
        "boolean" => json!({ "valueBoolean": true }),
        "integer" => json!({ "valueInteger": 1 }),
        "decimal" => json!({ "valueDecimal": 1.5 }),
        "quantity" => json!({ "valueQuantity": { "value": 1.5, "unit": "1" } }),
        "date" => json!({ "valueDate": "2026-01-01" }),
        "dateTime" => json!({ "valueDateTime": "2026-01-01T09:00:00Z" }),
        "time" => json!({ "valueTime": "09:00:00" }),
        "url" => json!({ "valueUri": "https://example.org" }),
        "choice" | "open-choice" => {
            json!({ "valueCoding": { "system": "https://example.org", "code": "a", "display": "A" } })
        }
        "reference" => json!({ "valueReference": { "reference": "Patient/trial", "display": "A" } }),
        "attachment" => json!({ "valueAttachment": { "contentType": "image/png", "title": "A" } }),
        _ => json!({ "valueString": "A" }),
    })
}
