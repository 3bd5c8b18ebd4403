//! References to resources of the chart, and what a form says about the resources that an answer may name.

use serde_json::Value;

use super::translation::{array, extensions, string, value};

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";

/// Returns `Type/id` of a resource, if it has an id.
pub(super) fn reference_to(resource: &Value) -> Option<String> {
    let (kind, id) = string(resource, "resourceType").zip(string(resource, "id"))?;
    Some(format!("{kind}/{id}"))
}

/// Returns the reference that a value of an expression is or names: a text, a Reference or a resource, without its version.
/// `None` for a contained resource, which no other resource can name, for a search, for a reference by identifier or display
/// alone, and for a text that is a name.
pub(super) fn reference_in(found: &Value) -> Option<String> {
    let text = match found {
        Value::String(text) => Some(text.clone()),
        resource if resource.get("resourceType").is_some() => reference_to(resource),
        reference => string(reference, "reference").map(str::to_owned),
    };
    let is_reference = |text: &String| {
        text.contains(['/', ':']) && !text.contains(['#', '?']) && !text.contains(char::is_whitespace)
    };
    let plain = |text: String| text.split("/_history/").next().unwrap_or_default().to_owned();
    text.filter(is_reference).map(plain)
}

/// Returns the resource type that a reference names: `Patient` of `Patient/p1`, relative or absolute.
pub(super) fn type_named(reference: &str) -> Option<&str> {
    let named = reference.split("/_history/").next()?.rsplit('/').nth(1)?;
    named.starts_with(|first: char| first.is_ascii_uppercase()).then_some(named)
}

/// Resources that an answer to a `reference` question may name: `referenceResource`, `referenceProfile`.
#[derive(Clone, Debug, Default)]
pub(super) struct ReferenceLimits {
    types: Vec<String>,
    profiles: Vec<String>,
}

impl ReferenceLimits {
    pub(super) fn read(item: &Value) -> Self {
        let named = |name: &str| {
            let url = format!("{CORE}questionnaire-{name}");
            let found = extensions(item, &url).filter_map(value).filter_map(Value::as_str);
            found.map(str::to_owned).collect::<Vec<_>>()
        };
        // The profile that FHIR itself has of a type is that type.
        let is_type = |name: &str| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let type_of =
            |profile: &String| profile.strip_prefix(CORE).filter(|it| is_type(it)).map(str::to_owned);
        let (of_types, profiles): (Vec<_>, Vec<_>) =
            named("referenceProfile").into_iter().partition(|profile| type_of(profile).is_some());
        let types = named("referenceResource").into_iter().chain(of_types.iter().filter_map(type_of));
        Self { types: types.collect(), profiles }
    }

    /// Whether an answer may name this resource. A resource that claims profiles must claim one of the question's; one
    /// that claims none, as in most charts, is known by its type only.
    pub(super) fn admits(&self, reference: Option<&str>, resource: Option<&Value>) -> bool {
        let own_type = resource.and_then(|resource| string(resource, "resourceType"));
        let kind = own_type.or(reference.and_then(type_named));
        let is_of_type =
            self.types.is_empty() || kind.is_none_or(|kind| self.types.iter().any(|it| it == kind));
        let plain = |profile: &str| profile.split('|').next().unwrap_or_default().to_owned();
        let claimed: Vec<String> = resource
            .and_then(|resource| resource.get("meta"))
            .into_iter()
            .flat_map(|meta| array(meta, "profile"))
            .filter_map(|profile| Some(plain(profile.as_str()?)))
            .collect();
        let has_profile = self.profiles.iter().any(|profile| claimed.contains(&plain(profile)));
        is_of_type && (self.profiles.is_empty() || claimed.is_empty() || has_profile)
    }
}
