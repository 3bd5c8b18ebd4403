//! Observations that a form asks to be made of its answers.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::builder::MessageBuilder;

/// Resources of the message that the Observations refer to, by `fullUrl`.
pub(super) struct Made<'m> {
    pub subject: &'m str,
    pub performer: &'m str,
    pub response: &'m str,
}

/// Adds the Observations, and returns their `fullUrl`s. They are about the patient, and by the clinician who signs.
pub(super) fn place_observations(
    builder: &mut MessageBuilder<'_>,
    observations: &[(String, Value)],
    made: &Made<'_>,
) -> Vec<String> {
    let role = |number: usize| format!("observation/{number}");
    let numbered = observations.iter().enumerate();
    let urns: BTreeMap<&str, String> =
        numbered.map(|(number, (address, _))| (address.as_str(), builder.urn(&role(number)))).collect();
    let mut added = Vec::new();
    for (number, (_, observation)) in observations.iter().enumerate() {
        let mut observation = observation.clone();
        lead_to(&mut observation, &urns);
        observation["subject"] = json!({ "reference": made.subject });
        observation["performer"] = json!([{ "reference": made.performer }]);
        let from_answers = json!({ "reference": made.response });
        match observation["derivedFrom"].as_array_mut() {
            Some(sources) => sources.push(from_answers),
            None => observation["derivedFrom"] = json!([from_answers]),
        }
        let members = observation.as_object().cloned().unwrap_or_default();
        added.push(builder.add(&role(number), None, members));
    }
    added
}

/// Rewrites the references between the Observations.
fn lead_to(value: &mut Value, urns: &BTreeMap<&str, String>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| lead_to(item, urns)),
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("reference")
                && let Some(urn) = urns.get(reference.as_str())
            {
                reference.clone_from(urn);
            }
            members.values_mut().for_each(|member| lead_to(member, urns));
        }
        _ => {}
    }
}
