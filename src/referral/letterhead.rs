//! Letterhead of a printed referral: the clinic it comes from.

use serde_json::Value;

use super::{draft::Snapshot, pages::Letterhead, sending::corrected_contacts::corrected_value};
use crate::forms::{Answers, Form, contact_corrections};

/// Builds the letterhead from the clinic that the chart names with the roles of the clinician, or else from the name
/// `place`. Numbers that the answers correct are those of the form.
pub(super) fn letterhead(form: &Form, snapshot: &Snapshot, answers: &Answers, place: &str) -> Letterhead {
    let named = |kind: &str| {
        let sources = form.queries().iter().filter_map(|query| snapshot.resource(&query.name));
        let mut entries = sources.flat_map(|bundle| bundle["entry"].as_array().into_iter().flatten());
        entries.find(|entry| entry["resource"]["resourceType"] == kind).map(|entry| &entry["resource"])
    };
    let (organization, location) = (named("Organization"), named("Location"));
    let clinics = [organization, location];
    let first = |read: fn(&Value) -> Option<String>| clinics.into_iter().flatten().find_map(read);
    let corrections = contact_corrections(form, answers, &snapshot.prefill);
    let number = |system: &str| {
        let value = clinics.into_iter().flatten().find_map(|clinic| telecom(clinic, system));
        corrected_value(system, &value.unwrap_or_default(), &corrections).to_owned()
    };
    Letterhead {
        clinic: first(|clinic| clinic["name"].as_str().map(str::to_owned))
            .unwrap_or_else(|| place.to_owned()),
        address: first(address).unwrap_or_default(),
        phone: number("phone"),
        fax: number("fax"),
    }
}

/// Address in one line. An Organization has a list of addresses, a Location a single one.
fn address(clinic: &Value) -> Option<String> {
    let address = clinic["address"].get(0).unwrap_or(&clinic["address"]);
    let lines = address["line"].as_array().into_iter().flatten();
    let rest = ["city", "state", "postalCode"].map(|part| &address[part]);
    let parts: Vec<&str> =
        lines.chain(rest).filter_map(Value::as_str).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

fn telecom(clinic: &Value, system: &str) -> Option<String> {
    let points = clinic["telecom"].as_array().into_iter().flatten();
    let mut points = points.filter(|point| point["system"] == system);
    points.find_map(|point| point["value"].as_str()).map(str::to_owned)
}
