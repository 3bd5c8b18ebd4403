//! Clinicians of a message: PractitionerRole, Practitioner, Organization and Locations.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::{
    builder::MessageBuilder,
    clinician_sources::{CurrentResources, SourcedResource, Sources, Workplace},
    contact,
    content::{Clinician, StatedClinic},
    error::Error,
    identifier, modifier,
    shape::{self, Members},
};
use crate::fhir::FhirBaseUrl;

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
    let StatedClinic { is_elsewhere, contacts, .. } = clinician.clinic;
    // The numbers of the role are those of another clinic.
    let telecom = if *is_elsewhere && contacts.is_some() { Vec::new() } else { contact::telecom(given) };

    let SourcedResource { origin: from, resource } = practitioner;
    let practitioner = builder.add(&format!("{role}/practitioner"), from, resource);
    written.insert("practitioner".to_owned(), json!({ "reference": practitioner }));
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
    let own = sources.workplace(enterer)?.organization.and_then(|organization| organization.origin);
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

/// Returns the Organization and the Locations of a clinician, as a message names them.
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
