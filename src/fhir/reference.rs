//! References to resources of a known server.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::base_url::FhirBaseUrl;

/// Reference to a resource on a known server, such as `Practitioner/17`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Reference {
    resource_type: String,
    id: String,
}

impl Reference {
    /// Returns a reference from its two parts, or `None` if either is not valid in FHIR.
    #[must_use]
    pub fn new(resource_type: &str, id: &str) -> Option<Self> {
        let is_type = (1..=64).contains(&resource_type.len())
            && resource_type.starts_with(|c: char| c.is_ascii_uppercase())
            && resource_type.bytes().all(|b| b.is_ascii_alphanumeric());
        (is_type && is_id(id)).then(|| Self { resource_type: resource_type.to_owned(), id: id.to_owned() })
    }

    /// Parses a relative reference, or an absolute one under `base`. A version (`/_history/…`) is dropped.
    ///
    /// `None` for anything else, so that an attacker's reference cannot redirect an access token to another server.
    #[must_use]
    pub fn under(base: &FhirBaseUrl, text: &str) -> Option<Self> {
        let text = match text.split_once("/_history/") {
            Some((before, version)) if is_id(version) => before,
            Some(_) => return None,
            None => text,
        };
        let relative = match text.rsplitn(3, '/').collect::<Vec<_>>()[..] {
            [id, resource_type, before] => {
                let absolute = FhirBaseUrl::parse(before).ok()?;
                if absolute != *base {
                    return None;
                }
                (resource_type, id)
            }
            [id, resource_type] => (resource_type, id),
            _ => return None,
        };
        Self::new(relative.0, relative.1)
    }

    /// Returns the resource type.
    #[must_use]
    pub fn resource_type(&self) -> &str {
        &self.resource_type
    }

    /// Returns the logical id.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

impl From<Reference> for String {
    fn from(reference: Reference) -> Self {
        reference.to_string()
    }
}

impl TryFrom<String> for Reference {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let parts = text.split_once('/').and_then(|(resource_type, id)| Self::new(resource_type, id));
        parts.ok_or("not a type and an id")
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.resource_type, self.id)
    }
}

/// Longest id, in bytes. FHIR allows 64; Epic and others issue longer ones.
const MAX_ID_BYTES: usize = 255;

/// Whether a text is a FHIR id that is safe in a URL path. FHIR's grammar also allows `..`, which is refused here.
#[must_use]
pub fn is_id(text: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
        && !text.bytes().all(|b| b == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> FhirBaseUrl {
        FhirBaseUrl::parse("https://ehr.example.ca/fhir").unwrap()
    }

    /// USR-02, USR-03: relative and own absolute references.
    #[test]
    fn accepts_references_to_the_same_server() {
        for text in [
            "Practitioner/1",
            "https://ehr.example.ca/fhir/Practitioner/1",
            "HTTPS://EHR.example.ca:443/fhir//Practitioner/1",
            "Practitioner/1/_history/2",
            "https://ehr.example.ca/fhir/Practitioner/1/_history/2",
        ] {
            assert_eq!(Reference::under(&base(), text).unwrap().to_string(), "Practitioner/1", "{text}");
        }
    }

    /// API-02, T02, I09: dot segments as ids, references to other servers.
    #[test]
    fn refuses_references_to_other_servers_and_paths() {
        for text in [
            "https://evil.test/fhir/Practitioner/1",
            "https://ehr.example.ca/fhir/../Practitioner/1",
            "Practitioner/..",
            "Practitioner/.",
            "Practitioner/1?x=1",
            "Practitioner/1#x",
            "javascript:alert(1)",
            "practitioner/1",
            "1",
            "",
            "Practitioner/",
            "Practitioner/a b",
            "https://ehr.example.ca/other/Practitioner/1",
            "/Practitioner/1",
        ] {
            assert_eq!(Reference::under(&base(), text), None, "{text}");
        }
    }
}
