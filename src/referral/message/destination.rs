//! Destination of a message: the service, and the endpoint it is delivered to.

use serde_json::{Value, json};
use url::Url;

use super::{
    builder::MessageBuilder,
    cleaning,
    clinician_sources::named,
    contact,
    error::Error,
    identifier, modifier,
    shape::{self, Members},
};
use crate::directory::{Route, Service};

/// Adds the service, and a PractitionerRole that represents it. Returns the reference to that role.
///
/// `MessageHeader.destination.receiver` must not be a `HealthcareService`, and the guide requires a PractitionerRole as
/// performer. So a role without a practitioner refers to the service, its organization and its location.
pub(super) fn place(builder: &mut MessageBuilder<'_>, service: &Service) -> Result<Value, Error> {
    modifier::refuse_modifiers(&service.resource)?;
    let given = &cleaning::cleaned(&service.resource, builder.base);
    let mut role = Members::new();
    role.insert("resourceType".to_owned(), "PractitionerRole".into());
    role.insert("active".to_owned(), true.into());
    let identifiers = identifier::of_other(given);
    shape::set(&mut role, "identifier", identifiers.clone());
    let names = ["extension", "active", "category", "type", "specialty", "name"];
    let mut healthcare_service = shape::resource("HealthcareService", given, &names);
    if shape::text(given, "name").is_none() {
        healthcare_service.insert("name".to_owned(), service.name_in("en").into());
    }
    if !service.organization.trim().is_empty() {
        let organization = named("Organization", service.organization.trim());
        let urn = builder.add("destination/organization", None, organization);
        let reference = json!({ "reference": urn });
        role.insert("organization".to_owned(), reference.clone());
        healthcare_service.insert("providedBy".to_owned(), reference);
    }
    let mut places = Vec::new();
    for (index, place) in shape::list(given, "location").enumerate() {
        if let Some(name) = shape::text(place, "display") {
            let location = named("Location", name);
            let urn = builder.add(&format!("destination/location/{index}"), None, location);
            places.push(json!({ "reference": urn }));
        }
    }
    shape::set(&mut role, "location", places.clone());
    shape::set(&mut healthcare_service, "location", places);
    shape::set(&mut healthcare_service, "identifier", identifiers.clone());
    shape::set(&mut healthcare_service, "telecom", contact::telecom(given));
    let urn = builder.add("destination/service", None, healthcare_service);
    role.insert("healthcareService".to_owned(), json!([{ "reference": urn }]));
    role.extend(shape::pick(given, &["specialty"]));
    shape::set(&mut role, "telecom", contact::telecom(given));
    let mut reference = json!({ "reference": builder.add("destination/role", None, role) });
    if let Some(identifier) = identifiers.into_iter().next() {
        reference["identifier"] = identifier;
    }
    reference["display"] = service.name_in("en").into();
    Ok(reference)
}

/// Returns `MessageHeader.destination.endpoint`: the URL of the destination, or `{channel}:{destination}` for a channel
/// without URLs.
pub(super) fn endpoint(route: &Route) -> String {
    if Url::parse(&route.destination).is_ok() {
        return route.destination.clone();
    }
    let channel = route.channel.replace('_', "-");
    let name: String = url::form_urlencoded::byte_serialize(route.destination.as_bytes()).collect();
    format!("{channel}:{name}")
}
