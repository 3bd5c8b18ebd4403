//! Resources of a clinician, as read from the EHR: which role, which clinic, and what of them is sent.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::Value;

use super::{
    cleaning, contact,
    content::{Clinician, StatedClinic},
    error::Error,
    identifier, modifier, person_name, references,
    shape::{self, Members},
};
use crate::fhir::{self, FhirBaseUrl};

/// Resources of a clinician, as read from the EHR.
pub(super) struct Sources<'f> {
    base: &'f FhirBaseUrl,
    /// PractitionerRole, or null.
    pub(super) role: &'f Value,
    /// Practitioner, or null.
    practitioner: &'f Value,
    /// Resources of the search for roles.
    entries: Vec<&'f Value>,
    /// Reference to the organization of the visit.
    visit_at: Option<&'f str>,
}

/// Resource to add, with its `Type/id` on the EHR, if it has one.
pub(super) struct SourcedResource {
    pub(super) origin: Option<String>,
    pub(super) resource: Members,
}

/// Organization and Locations of a role.
pub(super) struct Workplace {
    pub(super) organization: Option<SourcedResource>,
    pub(super) locations: Vec<SourcedResource>,
}

impl Workplace {
    /// Adds the contact points that neither a place nor the role has, to the organization or else the first location.
    fn add_contacts(&mut self, contacts: &[Value], of_role: &[&Value]) {
        let places = self.organization.iter().chain(&self.locations);
        let of_places = places.filter_map(|place| place.resource.get("telecom")?.as_array()).flatten();
        let known: Vec<&Value> = of_places.chain(of_role.iter().copied()).collect();
        let is_known = |contact: &Value| {
            let value = shape::text(contact, "value").unwrap_or_default();
            let is_same = |known: &str| contact::same_number(known, value);
            let of_system = known.iter().filter(|known| known["system"] == contact["system"]);
            of_system.filter_map(|known| shape::text(known, "value")).any(is_same)
        };
        let added: Vec<Value> = contacts.iter().filter(|contact| !is_known(contact)).cloned().collect();
        let place = self.organization.iter_mut().chain(&mut self.locations).next();
        let Some(place) = place.filter(|_| !added.is_empty()) else { return };
        let mut telecom = contact::telecom_of(&mut place.resource);
        telecom.extend(added);
        shape::set(&mut place.resource, "telecom", telecom);
    }
}

/// Resources of a clinician that are valid on the day, without what is not sent.
pub(super) struct CurrentResources {
    resource: Option<Value>,
    roles: Option<Value>,
}

impl CurrentResources {
    pub(super) fn of(clinician: &Clinician<'_>, base: &FhirBaseUrl, day: Date) -> Self {
        let cleaned = |given: Option<&Value>| given.map(|given| cleaning::cleaned(given, base));
        Self {
            resource: cleaned(clinician.resource).map(|mut resource| {
                fhir::make_current(&mut resource, day);
                resource
            }),
            roles: cleaned(clinician.roles).map(|roles| current_roles(roles, day)),
        }
    }

    pub(super) fn of_clinician<'f>(&'f self, clinician: &Clinician<'f>) -> Clinician<'f> {
        Clinician { resource: self.resource.as_ref(), roles: self.roles.as_ref(), ..*clinician }
    }
}

/// Search result with the roles that are valid on the day, and current names and contact points.
fn current_roles(mut roles: Value, day: Date) -> Value {
    let entries = roles.get_mut("entry").and_then(Value::as_array_mut);
    for resource in entries.into_iter().flatten().filter_map(|entry| entry.get_mut("resource")) {
        if fhir::is_within(&resource["period"], day) {
            fhir::make_current(resource, day);
        } else {
            *resource = Value::Null;
        }
    }
    roles
}

impl<'f> Sources<'f> {
    pub(super) fn new(base: &'f FhirBaseUrl, clinician: &Clinician<'f>) -> Self {
        let resource = clinician.resource.unwrap_or(&Value::Null);
        let roles = clinician.roles.unwrap_or(&Value::Null);
        let entries: Vec<&Value> = shape::list(roles, "entry").map(|entry| &entry["resource"]).collect();
        let mut found = Self {
            base,
            role: &Value::Null,
            practitioner: &Value::Null,
            entries,
            visit_at: clinician.visit_at,
        };
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

    /// Finds a role of exactly this practitioner, preferably one with an Organization or a Location. Of roles at several
    /// places, the one at the organization of the visit; `None` if there is no telling, so that no answer is sent to the
    /// wrong clinic.
    fn role_of(&self, practitioner: &Value) -> Option<&'f Value> {
        let origin = self.origin(practitioner)?;
        let is_theirs = |role: &&&Value| {
            let reference = shape::text(&role["practitioner"], "reference");
            shape::type_of(role) == "PractitionerRole"
                && role["active"] != false
                && reference.and_then(|text| references::origin(text, self.base)).as_ref() == Some(&origin)
        };
        let place = |role: &Value| {
            let place = shape::text(&role["organization"], "reference")
                .or(shape::text(&role["organization"], "display"))
                .or(shape::text(&role["location"][0], "reference"))
                .or(shape::text(&role["location"][0], "display"));
            place.map(str::to_owned)
        };
        let theirs: Vec<&'f Value> = self.entries.iter().filter(is_theirs).copied().collect();
        let places: BTreeSet<String> = theirs.iter().filter_map(|role| place(role)).collect();
        if places.len() > 1 {
            let visit_at = self.visit_at.and_then(|text| references::origin(text, self.base))?;
            let is_there = |role: &&&Value| {
                let organization = shape::text(&role["organization"], "reference");
                organization.and_then(|text| references::origin(text, self.base)).as_ref() == Some(&visit_at)
            };
            return theirs.iter().find(is_there).copied();
        }
        theirs.iter().find(|role| place(role).is_some()).or(theirs.first()).copied()
    }

    pub(super) fn origin(&self, resource: &Value) -> Option<String> {
        let reference = format!("{}/{}", shape::type_of(resource), shape::text(resource, "id")?);
        references::origin(&reference, self.base)
    }

    /// Resolves a reference of the role among its contained resources and the search results.
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

    /// Origin of a referenced resource; `None` for contained ones.
    fn origin_of(&self, reference: &Value) -> Option<String> {
        references::origin(shape::text(reference, "reference")?, self.base)
    }

    pub(super) fn practitioner(&self, clinician: &Clinician<'_>) -> Result<SourcedResource, Error> {
        let given = self.practitioner;
        modifier::refuse_modifiers(given)?;
        let names = ["extension", "active", "gender", "qualification", "communication"];
        let mut written = shape::resource("Practitioner", given, &names);
        shape::set(&mut written, "identifier", identifier::of_other(given));
        let shown = shape::text(&self.role["practitioner"], "display").unwrap_or_default();
        let fallback = if clinician.name.trim().is_empty() { shown } else { clinician.name };
        shape::set(&mut written, "name", person_name::names(given, fallback));
        // The receiver does not need the home address and phone of a clinician.
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
        Ok(SourcedResource { origin, resource: written })
    }

    /// Returns the clinic of the role, with the contact points that were answered and that it lacks; without a clinic in the
    /// role, that of the known name. If the clinician wrote another name, it has the contact points that were answered, or
    /// those of the role's clinic if none was asked for: its identifiers and addresses are those of another place.
    pub(super) fn workplace(&self, clinician: &Clinician<'_>) -> Result<Workplace, Error> {
        let StatedClinic { name, is_elsewhere, contacts } = clinician.clinic;
        let (organization, locations) = (self.organization()?, self.locations()?);
        let mut workplace = match organization {
            known if *is_elsewhere => {
                let mut stated = unnamed(name);
                if let (None, Some(mut known)) = (contacts, known) {
                    shape::set(&mut stated.resource, "telecom", contact::telecom_of(&mut known.resource));
                }
                Workplace { organization: Some(stated), locations: Vec::new() }
            }
            None if locations.is_empty() => Workplace { organization: Some(unnamed(name)), locations },
            known => Workplace { organization: known, locations },
        };
        let of_role = shape::list(self.role, "telecom").filter(|_| !is_elsewhere);
        workplace.add_contacts(contacts.as_deref().unwrap_or_default(), &of_role.collect::<Vec<_>>());
        Ok(workplace)
    }

    fn is_contained(&self, resource: &Value) -> bool {
        shape::list(self.role, "contained").any(|item| item == resource)
    }

    fn organization(&self) -> Result<Option<SourcedResource>, Error> {
        let reference = &self.role["organization"];
        let Some(given) = self.resolve(reference, "Organization") else {
            let name = shape::text(reference, "display");
            return Ok(name.map(|name| self.named_only(reference, "Organization", name)));
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
        Ok(Some(SourcedResource { origin: self.origin_of(reference), resource: written }))
    }

    /// Resource of which only the name in a reference is known.
    fn named_only(&self, reference: &Value, resource_type: &str, name: &str) -> SourcedResource {
        SourcedResource { origin: self.origin_of(reference), resource: named(resource_type, name) }
    }

    fn locations(&self) -> Result<Vec<SourcedResource>, Error> {
        let mut locations = Vec::new();
        for reference in shape::list(self.role, "location") {
            let Some(given) = self.resolve(reference, "Location") else {
                let name = shape::text(reference, "display");
                locations.extend(name.map(|name| self.named_only(reference, "Location", name)));
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
            locations.push(SourcedResource { origin: self.origin_of(reference), resource: written });
        }
        Ok(locations)
    }
}

/// Organization for a clinician without one. FHIR requires a name or an identifier; without a known name it gets a
/// data-absent-reason.
pub(super) fn unnamed(name: &str) -> SourcedResource {
    let mut written = Members::new();
    written.insert("resourceType".to_owned(), "Organization".into());
    match name.trim() {
        "" => written.insert("_name".to_owned(), shape::absent("unknown")),
        name => written.insert("name".to_owned(), name.into()),
    };
    SourcedResource { origin: Some(format!("site:{}", name.trim())), resource: written }
}

/// Builds an Organization or a Location of which only the name is known.
pub(super) fn named(resource_type: &str, name: &str) -> Members {
    let mut written = Members::new();
    written.insert("resourceType".to_owned(), resource_type.into());
    if resource_type == "Location" {
        written.insert("mode".to_owned(), "instance".into());
    }
    written.insert("name".to_owned(), name.into());
    written
}
