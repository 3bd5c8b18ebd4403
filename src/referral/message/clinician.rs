use serde_json::{Value, json};

use super::{
    Clinician, Error, contact,
    draft::Draft,
    identifier, intake, modifier, person_name, references,
    shape::{self, Members},
};
use crate::fhir::FhirBaseUrl;

/// Where a clinician stands in the message.
pub(super) struct Placed {
    /// `fullUrl` of the PractitionerRole.
    pub role: String,
    /// `fullUrl` of the Practitioner.
    pub practitioner: String,
}

/// What the EHR told about a clinician.
struct Found<'f> {
    base: &'f FhirBaseUrl,
    role: &'f Value,
    practitioner: &'f Value,
    entries: Vec<&'f Value>,
}

/// A resource to add, with where it came from.
type Part = (Option<String>, Members);

/// Adds PractitionerRole, Practitioner, Organization and Locations. A PractitionerRole always names an Organization or
/// a Location; where the EHR told of neither, an Organization says as much as is known.
pub(super) fn place(draft: &mut Draft<'_>, clinician: &Clinician<'_>, role: &str) -> Result<Placed, Error> {
    let tidied = |given: Option<&Value>| given.map(|given| intake::tidied(given, draft.base));
    let (resource, roles) = (tidied(clinician.resource), tidied(clinician.roles));
    let clinician = &Clinician { resource: resource.as_ref(), roles: roles.as_ref(), ..*clinician };
    let found = Found::new(draft.base, clinician);
    let practitioner = found.practitioner(clinician)?;
    let organization = found.organization()?;
    let locations = found.locations()?;
    let given = found.role;
    modifier::refuse_modifiers(given)?;
    let mut written = shape::resource("PractitionerRole", given, &["extension", "active", "period"]);
    shape::set(&mut written, "identifier", identifier::of_other(given));
    let origin = found.origin(given);
    let codes = [concepts(given, "code"), concepts(given, "specialty")];
    let telecom = contact::telecom(given);

    let practitioner = draft.add(&format!("{role}/practitioner"), practitioner.0, practitioner.1);
    written.insert("practitioner".to_owned(), json!({ "reference": practitioner }));
    let organization = match organization {
        None if locations.is_empty() => Some(unnamed(clinician.organization)),
        known => known,
    };
    if let Some((origin, organization)) = organization {
        let urn = draft.add(&format!("{role}/organization"), origin, organization);
        written.insert("organization".to_owned(), json!({ "reference": urn }));
    }
    let [code, specialty] = codes;
    shape::set(&mut written, "code", code);
    shape::set(&mut written, "specialty", specialty);
    let mut places = Vec::new();
    for (index, (origin, location)) in locations.into_iter().enumerate() {
        let urn = draft.add(&format!("{role}/location/{index}"), origin, location);
        places.push(json!({ "reference": urn }));
    }
    shape::set(&mut written, "location", places);
    shape::set(&mut written, "telecom", telecom);
    let role = draft.add(&format!("{role}/role"), origin, written);
    Ok(Placed { role, practitioner })
}

/// Concepts with a coding that has a code, or a text; a coding with neither code nor text helps nobody.
fn concepts(holder: &Value, name: &str) -> Vec<Value> {
    let concepts = shape::list(holder, name).filter_map(|concept| {
        let codings = shape::list(concept, "coding").filter(|coding| shape::text(coding, "code").is_some());
        let mut written = Members::new();
        shape::set(&mut written, "coding", codings.cloned().collect());
        let shown = shape::list(concept, "coding").find_map(|coding| shape::text(coding, "display"));
        let text = shape::text(concept, "text").or(shown);
        written.extend(text.map(|text| ("text".to_owned(), text.into())));
        (!written.is_empty()).then_some(Value::Object(written))
    });
    concepts.collect()
}

/// An Organization must have a name or an identifier; this one says why it has none.
fn unnamed(name: &str) -> Part {
    let mut written = Members::new();
    written.insert("resourceType".to_owned(), "Organization".into());
    match name.trim() {
        "" => written.insert("_name".to_owned(), shape::absent("unknown")),
        name => written.insert("name".to_owned(), name.into()),
    };
    (Some(format!("site:{}", name.trim())), written)
}

impl<'f> Found<'f> {
    fn new(base: &'f FhirBaseUrl, clinician: &Clinician<'f>) -> Self {
        let resource = clinician.resource.unwrap_or(&Value::Null);
        let roles = clinician.roles.unwrap_or(&Value::Null);
        let entries: Vec<&Value> = shape::list(roles, "entry").map(|entry| &entry["resource"]).collect();
        let mut found = Self { base, role: &Value::Null, practitioner: &Value::Null, entries };
        match shape::type_of(resource) {
            "PractitionerRole" => {
                found.role = resource;
                found.practitioner =
                    found.resolve(&resource["practitioner"], "Practitioner").unwrap_or(&Value::Null);
            }
            "Practitioner" => {
                found.practitioner = resource;
                found.role = found.role_of(resource).unwrap_or(&Value::Null);
            }
            _ => {}
        }
        found
    }

    /// A role of this practitioner and nobody else, better one that says where.
    fn role_of(&self, practitioner: &Value) -> Option<&'f Value> {
        let origin = self.origin(practitioner)?;
        let is_theirs = |role: &&&Value| {
            let reference = shape::text(&role["practitioner"], "reference");
            shape::type_of(role) == "PractitionerRole"
                && role["active"] != false
                && reference.and_then(|text| references::origin(text, self.base)).as_ref() == Some(&origin)
        };
        let says_where = |role: &&&Value| role["organization"].is_object() || role["location"].is_array();
        let theirs = || self.entries.iter().filter(is_theirs);
        theirs().find(says_where).or_else(|| theirs().next()).copied()
    }

    fn origin(&self, resource: &Value) -> Option<String> {
        let reference = format!("{}/{}", shape::type_of(resource), shape::text(resource, "id")?);
        references::origin(&reference, self.base)
    }

    /// What a reference of the role leads to: among its contained resources, or among what came with it.
    fn resolve(&self, reference: &Value, resource_type: &str) -> Option<&'f Value> {
        let text = shape::text(reference, "reference")?;
        let found = if let Some(id) = text.strip_prefix('#') {
            shape::list(self.role, "contained").find(|item| item["id"] == id)
        } else {
            let origin = references::origin(text, self.base)?;
            self.entries.iter().copied().find(|entry| self.origin(entry).as_ref() == Some(&origin))
        };
        found.filter(|resource| shape::type_of(resource) == resource_type)
    }

    /// Where a resource came from; contained ones came from nowhere of their own.
    fn origin_of(&self, reference: &Value) -> Option<String> {
        references::origin(shape::text(reference, "reference")?, self.base)
    }

    fn practitioner(&self, clinician: &Clinician<'_>) -> Result<Part, Error> {
        let given = self.practitioner;
        modifier::refuse_modifiers(given)?;
        let names = ["extension", "active", "gender", "qualification", "communication"];
        let mut written = shape::resource("Practitioner", given, &names);
        shape::set(&mut written, "identifier", identifier::of_other(given));
        let shown = shape::text(&self.role["practitioner"], "display").unwrap_or_default();
        let fallback = if clinician.name.trim().is_empty() { shown } else { clinician.name };
        shape::set(&mut written, "name", person_name::names(given, fallback));
        // Where a clinician lives is nobody's business.
        let at_work = |item: &Value| item["use"] != "home";
        let telecom = contact::telecom(given).into_iter().filter(at_work);
        shape::set(&mut written, "telecom", telecom.collect());
        let addresses = contact::addresses(given).into_iter().filter(at_work);
        shape::set(&mut written, "address", addresses.collect());
        let origin = if given.is_null() {
            self.origin_of(&self.role["practitioner"])
        } else {
            self.origin(given).filter(|_| !self.is_contained(given))
        };
        Ok((origin, written))
    }

    fn is_contained(&self, resource: &Value) -> bool {
        shape::list(self.role, "contained").any(|item| item == resource)
    }

    fn organization(&self) -> Result<Option<Part>, Error> {
        let reference = &self.role["organization"];
        let Some(given) = self.resolve(reference, "Organization") else {
            let name = shape::text(reference, "display");
            return Ok(name.map(|name| (self.origin_of(reference), named("Organization", name))));
        };
        modifier::refuse_modifiers(given)?;
        let mut written = shape::resource("Organization", given, &["extension", "active", "type", "alias"]);
        shape::set(&mut written, "identifier", identifier::of_other(given));
        let name = shape::text(given, "name").or(shape::text(reference, "display"));
        match name {
            Some(name) => written.insert("name".to_owned(), name.into()),
            None => written.insert("_name".to_owned(), shape::absent("unknown")),
        };
        shape::set(&mut written, "telecom", contact::telecom(given));
        shape::set(&mut written, "address", contact::addresses(given));
        Ok(Some((self.origin_of(reference), written)))
    }

    fn locations(&self) -> Result<Vec<Part>, Error> {
        let mut parts = Vec::new();
        for reference in shape::list(self.role, "location") {
            let Some(given) = self.resolve(reference, "Location") else {
                let name = shape::text(reference, "display");
                parts.extend(name.map(|name| (self.origin_of(reference), named("Location", name))));
                continue;
            };
            modifier::refuse_modifiers(given)?;
            let names = [
                "extension",
                "status",
                "name",
                "description",
                "mode",
                "type",
                "physicalType",
                "position",
                "managingOrganization",
            ];
            let mut written = shape::resource("Location", given, &names);
            shape::set(&mut written, "identifier", identifier::of_other(given));
            shape::set(&mut written, "telecom", contact::telecom(given));
            let address = contact::address(&given["address"]);
            written.extend(address.map(|address| ("address".to_owned(), address)));
            parts.push((self.origin_of(reference), written));
        }
        Ok(parts)
    }
}

/// An Organization or a Location of which only the name is known.
pub(super) fn named(resource_type: &str, name: &str) -> Members {
    let mut written = Members::new();
    written.insert("resourceType".to_owned(), resource_type.into());
    if resource_type == "Location" {
        written.insert("mode".to_owned(), "instance".into());
    }
    written.insert("name".to_owned(), name.into());
    written
}
