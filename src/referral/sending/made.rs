//! Resources that a form asks to be made of its answers, for the message.

use std::cell::Cell;

use jiff::Zoned;
use serde_json::{Value, json};

use crate::{
    fhir::FhirBaseUrl,
    forms::{Extracted, ExtractionInput, Form, ScreenedChart, extract},
    referral::{
        draft::Referral,
        message::{RESPONSE, SIGNER, SUBJECT, check_made},
    },
};

/// Input of what is made of answers, beside the form.
pub(super) struct MadeFrom<'m> {
    pub(super) referral: &'m Referral,
    pub(super) response: &'m Value,
    /// Patient as in the chart.
    pub(super) patient: &'m Value,
    pub(super) base: &'m FhirBaseUrl,
    pub(super) authored: &'m Zoned,
}

/// Resources made of the answers to a form.
#[derive(Default)]
pub(super) struct Made {
    /// Resources about the patient, each by the address under which the others refer to it.
    pub(super) resources: Vec<(String, Value)>,
    /// `linkId`s of the items of which the form asks for a resource that is not sent.
    pub(super) left_out: Vec<String>,
}

/// Makes the resources that a form asks for. One that cannot be sent is left out: its answers are in the response.
pub(super) fn made(form: &Form, from: &MadeFrom<'_>) -> Made {
    let mut response = from.response.clone();
    response["id"] = json!(RESPONSE);
    response["subject"] = json!({ "reference": SUBJECT });
    response["author"] = json!({ "reference": SIGNER });
    let chart = ScreenedChart::of(&from.referral.snapshot.chart, from.authored.date());
    let count = Cell::new(0);
    let new_id = || {
        count.set(count.get() + 1);
        format!("urn:made:{}", count.get())
    };
    let input = ExtractionInput { chart: &chart, now: from.authored, response: RESPONSE, new_id: &new_id };
    let found = extract(form, &response, &input).sendable();
    let mut made = Made::default();
    for failure in found.failures {
        made.leave_out(form, &failure.place);
    }
    for one in found.resources {
        if is_about_patient(form, &one, from) {
            made.resources.push((one.full_url, one.resource));
        } else {
            made.leave_out(form, one.place());
        }
    }
    made
}

/// Whether a resource is about the patient of the chart. Without a subject it is, unless the form asks about others.
fn is_about_patient(form: &Form, one: &Extracted, from: &MadeFrom<'_>) -> bool {
    let has_subject = ["subject", "patient"].iter().any(|name| !one.resource[*name].is_null());
    let is_known = has_subject || !form.names_subjects();
    is_known && check_made(&one.resource, from.patient, from.base).is_ok()
}

impl Made {
    fn leave_out(&mut self, form: &Form, place: &str) {
        if !self.left_out.iter().any(|known| known == place) {
            tracing::debug!(form = form.id(), item = place, "an extracted resource is not sent");
            self.left_out.push(place.to_owned());
        }
    }
}
