//! Roles of the clinician at the EHR, which are read for every form.
//!
//! A form need not ask for the clinic, but the receiver must be able to answer it.

use serde_json::Value;

use crate::{
    fhir::{FhirBaseUrl, Reference},
    forms::{Chart, Form, Query},
};

/// Name of the source with the roles of the clinician. Not a name that an expression can use.
pub(super) const ROLES: &str = "sender roles";

/// Returns the search for the roles of a user, with their clinics. `None` if the user's resource does not say which
/// practitioner it is.
pub(super) fn roles_search(user: &Value, base: &FhirBaseUrl) -> Option<String> {
    let own = Reference::new(user["resourceType"].as_str()?, user["id"].as_str()?)?;
    let practitioner = user["practitioner"]["reference"].as_str();
    let practitioner = practitioner.and_then(|reference| Reference::under(base, reference));
    let of = match own.resource_type() {
        "Practitioner" => format!("practitioner={}", own.id()),
        _ => match practitioner {
            Some(practitioner) => format!("practitioner={}", practitioner.id()),
            None => format!("_id={}", own.id()),
        },
    };
    Some(format!(
        "PractitionerRole?{of}&_include=PractitionerRole:organization&_include=PractitionerRole:location"
    ))
}

/// Returns the search result with the roles of the user who read a chart: the one of every form, or else that of a query of
/// the form, which made the same search.
pub(super) fn roles<'a>(form: &Form, chart: &'a Chart) -> Option<&'a Value> {
    let of_form = || {
        let query = form.queries().iter().find(|query| query.resource_type == "PractitionerRole")?;
        chart.resource(&query.name)
    };
    chart.resource(ROLES).or_else(of_form)
}

/// Whether a source of a form is about the user who read the chart.
pub(super) fn is_about_user(form: &Form, name: &str) -> bool {
    let of_roles = |query: &Query| query.name == name && query.resource_type == "PractitionerRole";
    name == "user" || name == ROLES || form.queries().iter().any(of_roles)
}
