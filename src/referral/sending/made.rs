//! Observations that a form asks to be made of its answers, for the message.

use std::cell::Cell;

use jiff::Zoned;
use serde_json::{Value, json};

use crate::{
    forms::{ExtractionInput, Form, ScreenedChart, Way, extract},
    referral::draft::Referral,
};

/// Placeholder of the subject: the message knows the patient by another address.
const SUBJECT: &str = "urn:subject";

/// Placeholder of the response.
const RESPONSE: &str = "urn:response";

/// Returns the Observations about the patient, each by the address under which the others refer to it. Those about another
/// subject are left out: their answers are in the response. What is made by definitions and templates is not sent.
pub(super) fn observations_made(
    form: &Form,
    referral: &Referral,
    response: &Value,
    authored: &Zoned,
) -> Vec<(String, Value)> {
    let mut response = response.clone();
    response["subject"] = json!({ "reference": SUBJECT });
    let (chart, count) = (ScreenedChart::of(&referral.snapshot.chart, authored.date()), Cell::new(0));
    let new_id = || {
        count.set(count.get() + 1);
        format!("urn:made:{}", count.get())
    };
    let input = ExtractionInput { chart: &chart, now: authored, response: RESPONSE, new_id: &new_id };
    let found = extract(form, &response, &input).resources.into_iter();
    let about_patient =
        found.filter(|one| one.way == Way::Observation && one.resource["subject"]["reference"] == SUBJECT);
    about_patient.map(|one| (one.full_url, without_others(one.resource))).collect()
}

/// Returns an Observation without the resources that only the message knows by their addresses.
fn without_others(mut observation: Value) -> Value {
    if let Some(members) = observation.as_object_mut() {
        members.retain(|name, _| !matches!(name.as_str(), "subject" | "performer"));
    }
    if let Some(sources) = observation["derivedFrom"].as_array_mut() {
        sources.retain(|source| source["reference"] != RESPONSE);
    }
    observation
}
