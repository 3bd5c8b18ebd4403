//! Sender of a referral: the clinic that it comes from. The name of the EHR is never the name of a clinic.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    message::{Clinician, StatedClinic, clinics},
    pages::Letterhead,
    roles::{is_about_user, roles},
    sending::corrected_contacts::corrected_value,
};
use crate::{
    fhir::FhirBaseUrl,
    forms::{Answers, Chart, ElementAnswer, ElementAnswers, Form, Prefill},
};

/// Elements that a `definition` names: name and contact points of the clinic.
const NAME: &str = "Organization.name";
const CONTACTS: &str = "Organization.telecom";

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

impl Sender<'_> {
    /// Returns the clinic as the answers state it, or else its name from the launch or the review.
    pub(super) fn stated(&self) -> StatedClinic {
        self.stated_by(&self.element_answers())
    }

    fn element_answers(&self) -> ElementAnswers<'_> {
        ElementAnswers::of(self.form, self.answers, self.prefill)
    }

    fn stated_by(&self, answers: &ElementAnswers<'_>) -> StatedClinic {
        let contacts = answers.asks(CONTACTS).then(|| answers.all(CONTACTS));
        let contacts = contacts.map(|contacts| contacts.iter().filter_map(contact_point).collect());
        if let Some(answer) = answers.all(NAME).into_iter().next() {
            return StatedClinic { name: answer.text, is_elsewhere: answer.is_changed, contacts };
        }
        let name = if self.of_launch.is_empty() { self.typed } else { self.of_launch };
        StatedClinic { name: name.to_owned(), is_elsewhere: false, contacts }
    }

    /// Returns the numbers that are those of the chart's clinic, while the answers name another one; empty if they do not.
    pub(super) fn numbers_of_other_clinic(&self) -> Vec<String> {
        let answers = self.element_answers();
        if !self.stated_by(&answers).is_elsewhere {
            return Vec::new();
        }
        answers
            .all(CONTACTS)
            .into_iter()
            .filter(|contact| contact.is_of_chart)
            .map(|contact| contact.text)
            .collect()
    }

    /// Whether only a name that is typed for the review says which clinic it is.
    pub(super) fn asks_for_clinic(&self) -> bool {
        !self.form_requires_name() && Sender { typed: "", ..*self }.letterhead().clinic.is_empty()
    }

    /// Whether a question of the form has to be answered with the name of the clinic.
    pub(super) fn form_requires_name(&self) -> bool {
        self.element_answers().are_required(NAME)
    }

    /// Builds the letterhead: the clinic as the message names it, with the numbers that the answers correct. Without a name
    /// if the clinic is not known.
    pub(super) fn letterhead(&self) -> Letterhead {
        let answers = self.element_answers();
        let stated = self.stated_by(&answers);
        let clinics = self.clinics(&stated);
        let first = |read: fn(&Value) -> Option<String>| clinics.iter().find_map(read);
        let corrections = answers.contact_corrections();
        let number = |system: &str| {
            let value = clinics.iter().find_map(|clinic| telecom(clinic, system));
            corrected_value(system, &value.unwrap_or_default(), &corrections).to_owned()
        };
        let clinic = first(|clinic| clinic["name"].as_str().map(str::to_owned)).unwrap_or(stated.name);
        let mut missing = self.chart.not_loaded().map(|(name, _)| name);
        Letterhead {
            not_loaded: clinic.is_empty() && missing.any(|name| is_about_user(self.form, name)),
            clinic,
            address: first(address).unwrap_or_default(),
            phone: number("phone"),
            fax: number("fax"),
        }
    }

    /// Organization and Locations of the clinician.
    fn clinics(&self, stated: &StatedClinic) -> Vec<Value> {
        let Some(base) = self.base else { return Vec::new() };
        let encounter = self.chart.resource("encounter");
        let clinician = Clinician {
            name: "",
            resource: self.chart.resource("user"),
            roles: roles(self.form, self.chart),
            clinic: stated,
            visit_at: encounter.and_then(|encounter| encounter["serviceProvider"]["reference"].as_str()),
        };
        clinics(&clinician, base, self.day)
    }
}

/// Contact point of a clinic, as answered. `None` if the question does not say of which system it is.
fn contact_point(contact: &ElementAnswer) -> Option<Value> {
    let system = contact.system.as_ref()?;
    Some(json!({ "system": system, "value": contact.text, "use": "work" }))
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
