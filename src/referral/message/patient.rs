//! Patient of a message.

use jiff::civil::Date;
use serde_json::Value;

use super::{
    cleaning, contact,
    error::Error,
    identifier, modifier, person_name,
    shape::{self, Members},
};
use crate::fhir::{self, FhirBaseUrl, PatientView};

/// Builds the Patient of the message: identity and contact details, without elements that a referral does not need
/// (photo, marital status, links between records, managing organization).
pub(super) fn patient(given: &Value, base: &FhirBaseUrl, day: Date) -> Result<Members, Error> {
    if shape::type_of(given) != "Patient" {
        return Err(Error::NotAPatient);
    }
    modifier::refuse_modifiers(given)?;
    let cleaned = cleaning::cleaned(given, base);
    let given = &*fhir::current(&cleaned, day);
    let mut written = shape::resource("Patient", given, &["language"]);
    let extensions = shape::list(given, "extension").filter(|extension| !identifier::is_version(extension));
    shape::set(&mut written, "extension", extensions.cloned().collect());
    shape::set(&mut written, "identifier", identifier::of_patient(given));
    if let Some(active) = given["active"].as_bool() {
        written.insert("active".to_owned(), active.into());
    }
    shape::set(&mut written, "name", person_name::names(given, ""));
    shape::set(&mut written, "telecom", contact::telecom(given));
    write_person(&mut written, given, day);
    shape::set(&mut written, "address", contact::addresses(given));
    shape::set(&mut written, "communication", communication(given));
    shape::set(&mut written, "contact", contacts(given));
    let doctors = shape::list(given, "generalPractitioner").cloned();
    shape::set(&mut written, "generalPractitioner", doctors.collect());
    Ok(written)
}

fn write_person(written: &mut Members, given: &Value, day: Date) {
    let view = PatientView::on(given, day);
    let is_gender = matches!(view.gender.as_str(), "male" | "female" | "other" | "unknown");
    let gender = is_gender.then_some(view.gender);
    let birth_date = Some(view.birth_date).filter(|date| !date.is_empty());
    for (name, value) in [("gender", gender), ("birthDate", birth_date)] {
        written.extend(shape::pick(given, &[name]));
        if let Some(value) = value {
            written.insert(name.to_owned(), value.into());
        } else {
            let sibling = written.remove(&format!("_{name}"));
            written.remove(name);
            let reason = sibling.filter(has_reason).unwrap_or_else(|| shape::absent("unknown"));
            written.insert(format!("_{name}"), reason);
        }
    }
    if let Some(deceased) = given["deceasedBoolean"].as_bool() {
        written.insert("deceasedBoolean".to_owned(), deceased.into());
    } else if let Some(deceased) = shape::text(given, "deceasedDateTime") {
        written.insert("deceasedDateTime".to_owned(), deceased.into());
    }
    if let Some(multiple) = given["multipleBirthBoolean"].as_bool() {
        written.insert("multipleBirthBoolean".to_owned(), multiple.into());
    } else if let Some(order) = given["multipleBirthInteger"].as_i64() {
        written.insert("multipleBirthInteger".to_owned(), order.into());
    }
}

/// Whether the EHR states a reason for an absent value, such as `masked` or `asked-unknown`.
fn has_reason(sibling: &Value) -> bool {
    shape::list(sibling, "extension").any(|extension| {
        let is_reason = shape::text(extension, "url").is_some_and(|url| url.ends_with("/data-absent-reason"));
        is_reason && shape::text(extension, "valueCode").is_some()
    })
}

fn communication(given: &Value) -> Vec<Value> {
    let spoken = shape::list(given, "communication").filter(|item| {
        let coded =
            shape::list(&item["language"], "coding").any(|coding| shape::text(coding, "code").is_some());
        coded || shape::text(&item["language"], "text").is_some()
    });
    spoken
        .map(|item| {
            let mut written = shape::pick(item, &["extension", "language"]);
            if let Some(preferred) = item["preferred"].as_bool() {
                written.insert("preferred".to_owned(), preferred.into());
            }
            Value::Object(written)
        })
        .collect()
}

/// Contact persons that have a name, a phone number or an e-mail address.
fn contacts(given: &Value) -> Vec<Value> {
    let people = shape::list(given, "contact").filter_map(|person| {
        let mut written = shape::pick(person, &["extension", "relationship"]);
        let (name, telecom) = (person_name::name(&person["name"]), contact::telecom(person));
        if name.is_none() && telecom.is_empty() {
            return None;
        }
        written.extend(name.map(|name| ("name".to_owned(), name)));
        shape::set(&mut written, "telecom", telecom);
        let address = contact::address(&person["address"]);
        written.extend(address.map(|address| ("address".to_owned(), address)));
        written.extend(shape::pick(person, &["period"]));
        Some(Value::Object(written))
    });
    people.collect()
}
