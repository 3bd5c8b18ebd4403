//! Sender of a referral: the clinic that it comes from. The name of the EHR is never the name of a clinic.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    message::{Clinician, clinics},
    pages::Letterhead,
    roles::{is_about_user, roles},
    sending::corrected_contacts::corrected_value,
};
use crate::{
    fhir::FhirBaseUrl,
    forms::{Answers, Chart, Form, Prefill, contact_corrections, element_answer},
};

/// Input for the clinic of a referral.
#[derive(Clone, Copy)]
pub(super) struct Sender<'a> {
    pub(super) form: &'a Form,
    pub(super) chart: &'a Chart,
    pub(super) prefill: &'a Prefill,
    pub(super) answers: &'a Answers,
    /// FHIR base URL of the EHR; `None` if the EHR is no longer registered.
    pub(super) base: Option<&'a FhirBaseUrl>,
    pub(super) day: Date,
    /// Name of the clinic of the launch; empty unless the EHR names it.
    pub(super) of_launch: &'a str,
    /// Name of the clinic as typed for the review; may be empty.
    pub(super) typed: &'a str,
}

/// Name of a clinic, from another source than a role.
#[derive(Default)]
pub(super) struct StatedClinic {
    pub(super) name: String,
    /// Whether it is another clinic than the one of the role.
    pub(super) is_elsewhere: bool,
}

impl Sender<'_> {
    /// Returns the name of the clinic from the answers, or else from the launch or the review.
    pub(super) fn stated(&self) -> StatedClinic {
        if let Some(answer) = element_answer(self.form, self.answers, self.prefill, "Organization.name") {
            return StatedClinic { name: answer.text, is_elsewhere: answer.is_changed };
        }
        let name = if self.of_launch.is_empty() { self.typed } else { self.of_launch };
        StatedClinic { name: name.to_owned(), is_elsewhere: false }
    }

    /// Whether only a name that is typed for the review says which clinic it is.
    pub(super) fn asks_for_clinic(&self) -> bool {
        Sender { typed: "", ..*self }.letterhead().clinic.is_empty()
    }

    /// Builds the letterhead: the clinic as the message names it, with the numbers that the answers correct. Without a name
    /// if the clinic is not known.
    pub(super) fn letterhead(&self) -> Letterhead {
        let StatedClinic { name, is_elsewhere } = self.stated();
        let clinics = self.clinics(&name, is_elsewhere);
        let first = |read: fn(&Value) -> Option<String>| clinics.iter().find_map(read);
        let corrections = contact_corrections(self.form, self.answers, self.prefill);
        let number = |system: &str| {
            let value = clinics.iter().find_map(|clinic| telecom(clinic, system));
            corrected_value(system, &value.unwrap_or_default(), &corrections).to_owned()
        };
        let clinic = first(|clinic| clinic["name"].as_str().map(str::to_owned)).unwrap_or(name);
        let mut missing = self.chart.not_loaded().map(|(name, _)| name);
        Letterhead {
            not_loaded: clinic.is_empty() && missing.any(|name| is_about_user(self.form, name)),
            clinic,
            address: first(address).unwrap_or_default(),
            phone: number("phone"),
            fax: number("fax"),
        }
    }

    /// Organization and Locations of the clinician's role.
    fn clinics(&self, name: &str, is_elsewhere: bool) -> Vec<Value> {
        let Some(base) = self.base else { return Vec::new() };
        let encounter = self.chart.resource("encounter");
        let clinician = Clinician {
            name: "",
            resource: self.chart.resource("user"),
            roles: roles(self.form, self.chart),
            organization: name,
            is_elsewhere,
            visit_at: encounter.and_then(|encounter| encounter["serviceProvider"]["reference"].as_str()),
        };
        clinics(&clinician, base, self.day)
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
