//! Clinicians of a message: PractitionerRole, Practitioner, Organization and Locations.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    builder::MessageBuilder,
    cleaning, contact,
    content::Clinician,
    error::Error,
    identifier, modifier, person_name, references,
    shape::{self, Members},
};
use crate::fhir::{self, FhirBaseUrl};

/// Entries of a clinician in the message.
pub(super) struct ClinicianEntries {
    /// `fullUrl` of the PractitionerRole.
    pub role: String,
    /// `fullUrl` of the Practitioner.
    pub practitioner: String,
    /// Organization of the role; `None` if the role names places only.
    organization: Option<PlacedOrganization>,
}

/// Organization in the message.
struct PlacedOrganization {
    origin: Option<String>,
    urn: String,
}

/// Resources of a clinician, as read from the EHR.
struct Sources<'f> {
    base: &'f FhirBaseUrl,
    /// PractitionerRole, or null.
    role: &'f Value,
    /// Practitioner, or null.
    practitioner: &'f Value,
    /// Resources of the search for roles.
    entries: Vec<&'f Value>,
    /// Reference to the organization of the visit.
    visit_at: Option<&'f str>,
}

/// Resource to add, with its `Type/id` on the EHR, if it has one.
struct SourcedResource {
    origin: Option<String>,
    resource: Members,
}

/// Adds PractitionerRole, Practitioner, Organization and Locations of a clinician. A PractitionerRole must have an
/// Organization or a Location; if the EHR has neither, an Organization with the known name is added.
pub(super) fn place(
    builder: &mut MessageBuilder<'_>,
    clinician: &Clinician<'_>,
    role: &str,
) -> Result<ClinicianEntries, Error> {
    let current = CurrentResources::of(clinician, builder.base, builder.day);
    let clinician = &current.of_clinician(clinician);
    let sources = Sources::new(builder.base, clinician);
    let practitioner = sources.practitioner(clinician)?;
    let Workplace { organization, locations } = sources.workplace(clinician)?;
    let given = sources.role;
    modifier::refuse_modifiers(given)?;
    let mut written = shape::resource("PractitionerRole", given, &["extension", "active", "period"]);
    shape::set(&mut written, "identifier", identifier::of_other(given));
    let origin = sources.origin(given);
    let codes = [concepts(given, "code"), concepts(given, "specialty")];
    let telecom = contact::telecom(given);

    let SourcedResource { origin: from, resource } = practitioner;
    let practitioner = builder.add(&format!("{role}/practitioner"), from, resource);
    written.insert("practitioner".to_owned(), json!({ "reference": practitioner }));
    let organization = match organization {
        None if locations.is_empty() => Some(unnamed(clinician.organization)),
        known => known,
    };
    let organization = organization.map(|SourcedResource { origin, resource }| {
        let urn = builder.add(&format!("{role}/organization"), origin.clone(), resource);
        PlacedOrganization { origin, urn }
    });
    if let Some(PlacedOrganization { urn, .. }) = &organization {
        written.insert("organization".to_owned(), json!({ "reference": urn }));
    }
    let [code, specialty] = codes;
    shape::set(&mut written, "code", code);
    shape::set(&mut written, "specialty", specialty);
    let mut places = Vec::new();
    for (index, location) in locations.into_iter().enumerate() {
        let SourcedResource { origin, resource } = location;
        let urn = builder.add(&format!("{role}/location/{index}"), origin, resource);
        places.push(json!({ "reference": urn }));
    }
    shape::set(&mut written, "location", places);
    shape::set(&mut written, "telecom", telecom);
    let role = builder.add(&format!("{role}/role"), origin, written);
    Ok(ClinicianEntries { role, practitioner, organization })
}

/// Adds the user who prepared what a clinician signs: the name, and the role if both are of one clinic, which a
/// PractitionerRole has to name. Returns the `fullUrl`, or `None` if the signer prepared it.
pub(super) fn place_enterer(
    builder: &mut MessageBuilder<'_>,
    enterer: &Clinician<'_>,
    signer: &ClinicianEntries,
) -> Result<Option<String>, Error> {
    let current = CurrentResources::of(enterer, builder.base, builder.day);
    let enterer = &current.of_clinician(enterer);
    let sources = Sources::new(builder.base, enterer);
    let SourcedResource { origin, mut resource } = sources.practitioner(enterer)?;
    resource.retain(|name, _| matches!(name.as_str(), "resourceType" | "meta" | "name"));
    let practitioner = builder.add("enterer/practitioner", origin, resource);
    if practitioner == signer.practitioner {
        return Ok(None);
    }
    let Workplace { organization, locations } = sources.workplace(enterer)?;
    let own = match organization {
        None if locations.is_empty() => unnamed(enterer.organization).origin,
        known => known.and_then(|known| known.origin),
    };
    let shared = signer.organization.as_ref().filter(|placed| own.is_some() && placed.origin == own);
    let code = concepts(sources.role, "code");
    let Some(PlacedOrganization { urn, .. }) = shared.filter(|_| !code.is_empty()) else {
        return Ok(Some(practitioner));
    };
    modifier::refuse_modifiers(sources.role)?;
    let mut written = shape::resource("PractitionerRole", &Value::Null, &[]);
    written.insert("practitioner".to_owned(), json!({ "reference": practitioner }));
    written.insert("organization".to_owned(), json!({ "reference": urn }));
    shape::set(&mut written, "code", code);
    Ok(Some(builder.add("enterer/role", sources.origin(sources.role), written)))
}

/// Returns the Organization and the Locations of a clinician's role, as a message names them. Empty if no role names any.
pub(in crate::referral) fn clinics(clinician: &Clinician<'_>, base: &FhirBaseUrl, day: Date) -> Vec<Value> {
    // The clinic is that of the role: of a Practitioner, only the id is needed, which finds it.
    let identity = clinician.resource.filter(|resource| shape::type_of(resource) == "Practitioner");
    let identity = identity.map(|resource| Value::Object(shape::pick(resource, &["resourceType", "id"])));
    let clinician = &Clinician { resource: identity.as_ref().or(clinician.resource), ..*clinician };
    let current = CurrentResources::of(clinician, base, day);
    let clinician = &current.of_clinician(clinician);
    let Ok(Workplace { organization, locations }) = Sources::new(base, clinician).workplace(clinician) else {
        return Vec::new();
    };
    organization.into_iter().chain(locations).map(|place| Value::Object(place.resource)).collect()
}

/// Organization and Locations of a role.
struct Workplace {
    organization: Option<SourcedResource>,
    locations: Vec<SourcedResource>,
}

/// Resources of a clinician that are valid on the day, without what is not sent.
struct CurrentResources {
    resource: Option<Value>,
    roles: Option<Value>,
}

impl CurrentResources {
    fn of(clinician: &Clinician<'_>, base: &FhirBaseUrl, day: Date) -> Self {
        let cleaned = |given: Option<&Value>| given.map(|given| cleaning::cleaned(given, base));
        Self {
            resource: cleaned(clinician.resource).map(|resource| fhir::current(&resource, day)),
            roles: cleaned(clinician.roles).map(|roles| current_roles(roles, day)),
        }
    }

    fn of_clinician<'f>(&'f self, clinician: &Clinician<'f>) -> Clinician<'f> {
        Clinician { resource: self.resource.as_ref(), roles: self.roles.as_ref(), ..*clinician }
    }
}

/// Search result with the roles that are valid on the day, and current names and contact points.
fn current_roles(mut roles: Value, day: Date) -> Value {
    let entries = roles.get_mut("entry").and_then(Value::as_array_mut);
    for resource in entries.into_iter().flatten().filter_map(|entry| entry.get_mut("resource")) {
        if fhir::is_within(&resource["period"], day) {
            *resource = fhir::current(resource, day);
        } else {
            *resource = Value::Null;
        }
    }
    roles
}

/// Concepts that have a text, or a coding with a code. Others are left out: a receiver cannot use them.
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

/// Organization for a clinician without one. FHIR requires a name or an identifier; without a known name it gets a
/// data-absent-reason.
fn unnamed(name: &str) -> SourcedResource {
    let mut written = Members::new();
    written.insert("resourceType".to_owned(), "Organization".into());
    match name.trim() {
        "" => written.insert("_name".to_owned(), shape::absent("unknown")),
        name => written.insert("name".to_owned(), name.into()),
    };
    SourcedResource { origin: Some(format!("site:{}", name.trim())), resource: written }
}

impl<'f> Sources<'f> {
    fn new(base: &'f FhirBaseUrl, clinician: &Clinician<'f>) -> Self {
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

    fn origin(&self, resource: &Value) -> Option<String> {
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

    fn practitioner(&self, clinician: &Clinician<'_>) -> Result<SourcedResource, Error> {
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

    /// Returns the clinic of the role. If the clinician wrote another name, it has only the contact points of the role's
    /// clinic: its identifiers and addresses are those of another place.
    fn workplace(&self, clinician: &Clinician<'_>) -> Result<Workplace, Error> {
        let organization = self.organization()?;
        let locations = self.locations()?;
        if !clinician.is_elsewhere {
            return Ok(Workplace { organization, locations });
        }
        let telecom = organization.and_then(|mut known| known.resource.remove("telecom"));
        let mut elsewhere = unnamed(clinician.organization);
        elsewhere.resource.extend(telecom.map(|telecom| ("telecom".to_owned(), telecom)));
        Ok(Workplace { organization: Some(elsewhere), locations: Vec::new() })
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
