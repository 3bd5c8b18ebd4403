//! Resources of the user: `fhirUser` and the practitioner it leads to.

use std::sync::Arc;

use serde_json::Value;

use super::error::Error;
use crate::{
    fhir::{Client, FhirBaseUrl, Reference},
    smart::{Access, Grant},
};

/// Resources that describe the user: the practitioner, if one can be read, and their role.
#[derive(Default)]
pub(super) struct People {
    /// Practitioner, or the PractitionerRole if its practitioner could not be read.
    pub(super) user: Option<Arc<Value>>,
    /// PractitionerRole, if the EHR names one.
    pub(super) role: Option<Arc<Value>>,
}

/// Returns the reference to the user's resource, if it is under the EHR's FHIR base. Refuses types that are not
/// clinicians; a `Person` is decided by their record, in [`read_people`].
pub(super) fn user_reference(
    fhir_user: Option<&str>,
    base: &FhirBaseUrl,
) -> Result<Option<Reference>, Error> {
    let claimed = fhir_user.unwrap_or_default();
    let claimed = claimed.split_once("/_history/").map_or(claimed, |(before, _)| before);
    // The type is checked for any URL; the reference is followed only under the EHR's FHIR base.
    match claimed.rsplit('/').nth(1).unwrap_or_default() {
        "Patient" => Err(Error::NotForRole("Patient")),
        "RelatedPerson" => Err(Error::NotForRole("RelatedPerson")),
        "Person" => Reference::under(base, claimed).map(Some).ok_or(Error::NotForRole("Person")),
        "Practitioner" | "PractitionerRole" | "" => Ok(Reference::under(base, claimed)),
        _ => Err(Error::NotForRole("resource of another type")),
    }
}

/// Reads the resources of the user. If they cannot be read, the launch continues without a name. Only a `Person` must
/// be linked to a practitioner.
pub(super) async fn read_people(
    client: &Client,
    grant: &Grant,
    reference: Option<Reference>,
) -> Result<People, Error> {
    let Some(reference) = reference else { return Ok(People::default()) };
    let found = read(client, grant, &reference).await;
    match reference.resource_type() {
        "PractitionerRole" => Ok(with_role(client, grant, found).await),
        "Person" => person(client, grant, found).await,
        _ => Ok(People { user: found, role: None }),
    }
}

/// Returns the practitioner that a Person is linked to. A Person without one is refused.
async fn person(client: &Client, grant: &Grant, person: Option<Arc<Value>>) -> Result<People, Error> {
    let links = person.as_deref().map(links).unwrap_or_default();
    for link in links.iter().filter_map(|link| Reference::under(client.base(), link)) {
        match link.resource_type() {
            "Practitioner" => return Ok(People { user: read(client, grant, &link).await, role: None }),
            "PractitionerRole" => {
                let role = read(client, grant, &link).await;
                return Ok(with_role(client, grant, role).await);
            }
            _ => {}
        }
    }
    Err(Error::NotForRole("Person"))
}

/// Reads the practitioner of a role, under the same FHIR base only.
async fn with_role(client: &Client, grant: &Grant, role: Option<Arc<Value>>) -> People {
    let named = role.as_ref().and_then(|role| role["practitioner"]["reference"].as_str());
    let practitioner = named
        .and_then(|named| Reference::under(client.base(), named))
        .filter(|reference| reference.resource_type() == "Practitioner");
    let practitioner = match practitioner {
        Some(practitioner) => read(client, grant, &practitioner).await,
        None => None,
    };
    People { user: practitioner.or_else(|| role.clone()), role }
}

/// Returns the targets of a Person's links.
fn links(person: &Value) -> Vec<String> {
    let links = person["link"].as_array().into_iter().flatten();
    links.filter_map(|link| link["target"]["reference"].as_str()).map(str::to_owned).collect()
}

/// Reads a resource. Returns `None` if it is not granted or cannot be read.
pub(super) async fn read(client: &Client, grant: &Grant, reference: &Reference) -> Option<Arc<Value>> {
    tracing::trace!(target: "walk", "read Patient and user together");
    if !grant.allows(reference.resource_type(), Access::READ) {
        return None;
    }
    match client.read(reference).await {
        Ok(resource) => Some(Arc::new(resource)),
        Err(error) => {
            let resource_type = reference.resource_type();
            tracing::warn!(cause = %error, resource_type, "could not read a resource of the user");
            None
        }
    }
}
