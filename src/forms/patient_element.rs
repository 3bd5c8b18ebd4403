//! Elements of a Patient that answers correct, and the kind of contact point that a question asks for.
//!
//! A form says it by `Item.definition` (SDC, definition-based extraction), or else by the expression that fills the
//! question: a question filled from `%patient.telecom` asks for a phone number of the patient.

use std::collections::BTreeSet;

use serde_json::Value;

use super::translation::{array, extension, string};

const INITIAL: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-initialExpression";
const VARIABLE: &str = "http://hl7.org/fhir/StructureDefinition/variable";
/// Values of `ContactPoint.system`.
const SYSTEMS: [&str; 7] = ["phone", "fax", "email", "pager", "url", "sms", "other"];
/// Elements of an Address that an answer can be.
const ADDRESS_PARTS: [&str; 5] = ["line", "city", "state", "postalCode", "country"];
/// Number of variables that are followed, and the length of an expression beyond which none is.
const MAX_VARIABLES: usize = 8;
const MAX_EXPRESSION: usize = 20_000;

/// Element of a Patient that an answer corrects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PatientElement {
    /// Contact point of this `system`.
    Telecom(String),
    /// Contact point of this `system` of a contact person.
    ContactTelecom(String),
    /// Preferred language of communication.
    Language,
    /// Whether an interpreter is needed: the extension `patient-interpreterRequired`.
    Interpreter,
    /// Element of the address, or `text` for the whole of it.
    Address(String),
}

impl PatientElement {
    /// Reads the element that an item says it corrects. `form` has the variables of its expressions.
    pub(super) fn of(item: &Value, form: &Value) -> Option<Self> {
        let filled = || expanded(item, form);
        match string(item, "definition") {
            Some(definition) if definition.contains("Patient#") || definition.contains("patient-") => {
                Self::defined(definition, &filled().unwrap_or_default())
            }
            Some(_) => None,
            None => Self::filled_from(&filled()?),
        }
    }

    fn defined(definition: &str, filled: &str) -> Option<Self> {
        let (url, element) = definition.split_once('#')?;
        if url.ends_with("/patient-interpreterRequired") || element.contains("extension:interpreterRequired")
        {
            return Some(Self::Interpreter);
        }
        let mut parts = element.strip_prefix("Patient.")?.split('.');
        let (first, rest) = (parts.next()?, parts.next());
        let (name, slice) = first.split_once(':').unwrap_or((first, ""));
        match name {
            "telecom" => Some(Self::Telecom(system(slice, filled))),
            "contact" => {
                let (name, slice) = rest?.split_once(':').unwrap_or((rest?, ""));
                (name == "telecom").then(|| Self::ContactTelecom(system(slice, filled)))
            }
            "communication" => Some(Self::Language),
            "address" => Some(Self::Address(rest.unwrap_or("text").to_owned())),
            _ => None,
        }
    }

    fn filled_from(filled: &str) -> Option<Self> {
        let elements: BTreeSet<&str> = words_after(filled, "%patient.").collect();
        let names: BTreeSet<&str> = words_after(filled, "%").collect();
        let is_patient_alone = names.len() == 1 && names.contains("patient");
        let element = elements.first().filter(|_| elements.len() == 1 && is_patient_alone)?;
        match *element {
            "telecom" => system_named(filled).map(Self::Telecom),
            "contact" if filled.contains("telecom") => system_named(filled).map(Self::ContactTelecom),
            "communication" if filled.contains("language") => Some(Self::Language),
            "address" => {
                let parts: Vec<&str> =
                    ADDRESS_PARTS.into_iter().filter(|part| filled.contains(&format!(".{part}"))).collect();
                Some(Self::Address(if let [part] = parts[..] { part } else { "text" }.to_owned()))
            }
            _ => None,
        }
    }
}

/// Returns the `system` of the contact point that an item asks for: of the patient, a clinician or a clinic.
pub(super) fn contact_system(item: &Value, form: &Value, element: Option<&PatientElement>) -> Option<String> {
    if let Some(PatientElement::Telecom(system) | PatientElement::ContactTelecom(system)) = element {
        return Some(system.clone());
    }
    let definition = string(item, "definition").unwrap_or_default();
    let slice = definition.split_once("elecom:").and_then(|(_, rest)| rest.split('.').next());
    let defined = slice.filter(|slice| SYSTEMS.contains(slice)).map(str::to_owned);
    defined.or_else(|| {
        expanded(item, form).filter(|text| text.contains("telecom")).and_then(|it| system_named(&it))
    })
}

/// Returns the `system` of a definition: that of its slice, or else that of the expression, or else a phone.
fn system(slice: &str, filled: &str) -> String {
    let own = Some(slice).filter(|slice| SYSTEMS.contains(slice)).map(str::to_owned);
    own.or_else(|| system_named(filled)).unwrap_or_else(|| "phone".to_owned())
}

/// Returns the only `system` that an expression selects, if there is one.
fn system_named(expression: &str) -> Option<String> {
    let values = expression.split("system").skip(1).filter_map(|rest| {
        let value = rest.trim_start().strip_prefix('=')?.trim_start().strip_prefix('\'')?;
        value.split('\'').next()
    });
    let systems: BTreeSet<&str> = values.collect();
    let system = systems.first().filter(|_| systems.len() == 1)?;
    SYSTEMS.contains(system).then(|| (*system).to_owned())
}

/// Returns the initial expression of an item, with the variables of the form that it uses replaced by their expressions.
fn expanded(item: &Value, form: &Value) -> Option<String> {
    let text = |holder: &Value| {
        let expression = holder.get("valueExpression")?;
        let is_path = string(expression, "language") == Some("text/fhirpath");
        string(expression, "expression").filter(|_| is_path).map(str::to_owned)
    };
    let mut expression = extension(item, INITIAL).and_then(text)?;
    let variables: Vec<(&str, String)> = array(form, "extension")
        .filter(|found| string(found, "url") == Some(VARIABLE))
        .filter_map(|found| Some((string(found.get("valueExpression")?, "name")?, text(found)?)))
        .collect();
    for _ in 0..MAX_VARIABLES {
        let names: BTreeSet<&str> = words_after(&expression, "%").collect();
        let used = variables.iter().find(|(name, _)| names.contains(name));
        let Some((name, own)) = used.filter(|_| expression.len() < MAX_EXPRESSION) else { break };
        expression = replaced(&expression, name, own);
    }
    Some(expression)
}

/// Returns the expression with a variable replaced by its own expression.
fn replaced(expression: &str, name: &str, own: &str) -> String {
    let mut parts = expression.split('%');
    let mut written = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.strip_prefix(name).filter(|_| word(part) == name) {
            Some(rest) => written.extend(["(", own, ")", rest]),
            None => written.extend(["%", part]),
        }
    }
    written
}

/// Returns the word after each place of a text in an expression.
fn words_after<'t>(expression: &'t str, before: &str) -> impl Iterator<Item = &'t str> {
    expression.split(before).skip(1).map(word).filter(|word| !word.is_empty())
}

/// Returns the letters, digits and underscores that a text begins with.
fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn filled_by(expression: &str) -> Value {
        json!({ "extension": [{ "url": INITIAL, "valueExpression": { "language": "text/fhirpath", "expression": expression } }] })
    }

    #[test]
    fn reads_the_element_from_the_definition_or_the_expression() {
        let variable = json!({ "extension": [{ "url": VARIABLE, "valueExpression": { "name": "phones", "language": "text/fhirpath",
            "expression": "%patient.telecom.where(system = 'phone')" } }] });
        let patient = "http://hl7.org/fhir/StructureDefinition/Patient#Patient.";
        let telecom = |system: &str| Some(PatientElement::Telecom(system.to_owned()));
        let address = |part: &str| Some(PatientElement::Address(part.to_owned()));
        let of_contact = |system: &str| Some(PatientElement::ContactTelecom(system.to_owned()));
        for (item, element) in [
            (filled_by("%patient.telecom.where(system = 'email').first().value"), telecom("email")),
            (filled_by("%phones.first().value"), telecom("phone")),
            (filled_by("%patient.telecom.first().value"), None),
            (filled_by("%clinic.telecom.where(system = 'phone').first().value"), None),
            (filled_by("%patient.communication.first().language.text"), Some(PatientElement::Language)),
            (filled_by("%patient.address.first().city"), address("city")),
            (filled_by("%patient.address.first().select(line.combine(city).join(', '))"), address("text")),
            (filled_by("%patient.name.family"), None),
            (
                filled_by("%patient.contact.first().telecom.where(system = 'phone').first().value"),
                of_contact("phone"),
            ),
            (filled_by("%patient.contact.first().name.text"), None),
            (json!({ "definition": format!("{patient}contact.telecom:email.value") }), of_contact("email")),
            (json!({ "definition": format!("{patient}contact:next-of-kin.telecom") }), of_contact("phone")),
            (json!({ "definition": format!("{patient}contact.name") }), None),
            (json!({ "definition": format!("{patient}telecom:email.value") }), telecom("email")),
            (json!({ "definition": format!("{patient}telecom") }), telecom("phone")),
            (
                json!({ "definition": format!("{patient}communication.language") }),
                Some(PatientElement::Language),
            ),
            (json!({ "definition": format!("{patient}address.postalCode") }), address("postalCode")),
            (
                json!({ "definition": "http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired#Extension.value[x]" }),
                Some(PatientElement::Interpreter),
            ),
            (
                json!({ "definition": "http://hl7.org/fhir/StructureDefinition/ServiceRequest#ServiceRequest.reasonCode" }),
                None,
            ),
        ] {
            assert_eq!(PatientElement::of(&item, &variable), element, "{item}");
        }
        let clinic = filled_by("%clinic.telecom.where(system = 'fax').first().value");
        assert_eq!(contact_system(&clinic, &variable, None).as_deref(), Some("fax"));
    }
}
