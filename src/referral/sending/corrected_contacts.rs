//! Phone numbers and e-mail addresses of the clinic, with what the clinician corrected in the form.

use serde_json::Value;

use crate::{forms::ContactCorrection, referral::message::same_number};

/// Returns a copy of a resource or of a search result in which the corrected contact points have the values of the form.
pub(in crate::referral) fn corrected_contacts(resource: &Value, corrections: &[ContactCorrection]) -> Value {
    let mut copy = resource.clone();
    if !corrections.is_empty() {
        correct(&mut copy, corrections);
    }
    copy
}

/// Returns the value of the form for a contact point of the chart.
pub(in crate::referral) fn corrected_value<'c>(
    system: &str,
    value: &'c str,
    corrections: &'c [ContactCorrection],
) -> &'c str {
    let found = corrections.iter().find(|it| it.system == system && same_number(&it.chart, value));
    found.map_or(value, |it| &it.value)
}

fn correct(value: &mut Value, corrections: &[ContactCorrection]) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| correct(item, corrections)),
        Value::Object(members) => {
            for (name, member) in members.iter_mut() {
                match member {
                    Value::Array(points) if name == "telecom" => {
                        points.retain_mut(|point| correct_point(point, corrections));
                    }
                    member => correct(member, corrections),
                }
            }
        }
        _ => {}
    }
}

/// Corrects a contact point. Returns `false` if it was removed in the form.
fn correct_point(point: &mut Value, corrections: &[ContactCorrection]) -> bool {
    let system = point["system"].as_str().unwrap_or_default();
    let value = point["value"].as_str().unwrap_or_default();
    let corrected = corrected_value(system, value, corrections).to_owned();
    if corrected != value {
        point["value"] = corrected.as_str().into();
    }
    !corrected.is_empty()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn replaces_the_number_of_the_chart_wherever_the_clinic_has_it() {
        let correction = |system: &str, chart: &str, value: &str| ContactCorrection {
            system: system.to_owned(),
            chart: chart.to_owned(),
            value: value.to_owned(),
        };
        let corrections =
            [correction("phone", "613-555-0100", "613-555-7777"), correction("fax", "613-555-0101", "")];
        let point = |system: &str, value: &str| json!({ "system": system, "value": value });
        let roles = json!({ "entry": [
            { "resource": { "telecom": [point("phone", "(613) 555-0100"), point("fax", "613-555-0101")] } },
            { "resource": { "telecom": [point("phone", "613-555-0110")] } },
        ] });
        let corrected = corrected_contacts(&roles, &corrections);
        assert_eq!(corrected["entry"][0]["resource"]["telecom"], json!([point("phone", "613-555-7777")]));
        assert_eq!(corrected["entry"][1], roles["entry"][1]);
    }
}
