//! A service, and the route of its messages.

use serde_json::Value;

use crate::fhir::TRANSLATION;

const DUPLICATES: &str = "https://passerelle.example/fhir/StructureDefinition/recognises-duplicates";

/// Service that one can refer to.
#[derive(Clone, Debug, PartialEq)]
pub struct Service {
    /// Logical id.
    pub id: String,
    /// Name in English and French.
    pub name: [String; 2],
    /// Specialties in English and French.
    pub specialties: Vec<[String; 2]>,
    /// FHIR Codings of the specialties.
    pub specialty_codings: Vec<Value>,
    /// Name of the organization that provides it.
    pub organization: String,
    /// Location, in one line.
    pub place: String,
    /// Phone number; may be empty.
    pub phone: String,
    /// Fax number; may be empty.
    pub fax: String,
    /// Comment for referrers in English and French; may be empty.
    pub comment: [String; 2],
    /// Route of its messages.
    pub route: Route,
    /// Resource without its delivery endpoint, for outgoing messages.
    pub resource: Value,
}

/// Route of messages to a service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Route {
    /// Name of the delivery channel.
    pub channel: String,
    /// Destination in the format of the channel.
    pub destination: String,
    /// Whether the service processes a message once even if it receives it twice. False unless the directory states it.
    pub recognises_duplicates: bool,
}

impl Service {
    /// Returns the name in a language, `en` or `fr`.
    #[must_use]
    pub fn name_in(&self, lang: &str) -> &str {
        pick(&self.name, lang)
    }

    /// Returns the specialties in a language.
    pub fn specialties_in<'a>(&'a self, lang: &'a str) -> impl Iterator<Item = &'a str> {
        self.specialties.iter().map(move |names| pick(names, lang))
    }

    /// Returns the comment for referrers in a language.
    #[must_use]
    pub fn comment_in(&self, lang: &str) -> &str {
        pick(&self.comment, lang)
    }

    /// Whether it has one of the specialties that a form requests, as FHIR Codings.
    #[must_use]
    pub fn fits(&self, wanted: &[Value]) -> bool {
        let same = |has: &Value, want: &Value| want["code"] == has["code"] && want["system"] == has["system"];
        self.specialty_codings.iter().any(|has| wanted.iter().any(|want| same(has, want)))
    }

    /// Parses a `HealthcareService`.
    ///
    /// # Errors
    /// Every reason for which no referral could be sent to it, each a sentence that names the element.
    pub(super) fn read(resource: &Value) -> Result<Self, Vec<&'static str>> {
        let mut reasons = Vec::new();
        let id = resource["id"].as_str().unwrap_or_default();
        let name = both(resource, "name");
        let concepts = || resource["specialty"].as_array().into_iter().flatten();
        let codings = concepts().flat_map(|concept| concept["coding"].as_array().into_iter().flatten());
        let is_complete = |coding: &Value| {
            let has = |element: &str| coding[element].as_str().is_some_and(|text| !text.trim().is_empty());
            ["system", "code", "display"].into_iter().all(has)
        };
        if id.is_empty() {
            reasons.push("it has no id");
        }
        if name[0].is_empty() {
            reasons.push("it has no name");
        }
        if !codings.clone().any(is_complete) {
            reasons.push("it has no specialty with system, code and display");
        }
        let route = match route(resource) {
            Ok(route) => route,
            Err(reason) => {
                reasons.push(reason);
                Route::default()
            }
        };
        if !reasons.is_empty() {
            return Err(reasons);
        }
        let telecom = |system: &str| {
            let points = resource["telecom"].as_array().into_iter().flatten();
            points.filter(|point| point["system"] == system).find_map(|point| point["value"].as_str())
        };
        let mut bare = resource.clone();
        if let Some(members) = bare.as_object_mut() {
            members.remove("contained");
            members.remove("endpoint");
        }
        Ok(Self {
            id: id.to_owned(),
            name,
            specialties: concepts().map(|concept| both(concept, "text")).collect(),
            specialty_codings: codings.cloned().collect(),
            organization: resource["providedBy"]["display"].as_str().unwrap_or_default().to_owned(),
            place: resource["location"][0]["display"].as_str().unwrap_or_default().to_owned(),
            phone: telecom("phone").unwrap_or_default().to_owned(),
            fax: telecom("fax").unwrap_or_default().to_owned(),
            comment: both(resource, "comment"),
            route,
            resource: bare,
        })
    }
}

fn route(resource: &Value) -> Result<Route, &'static str> {
    let endpoint = resource["contained"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|item| item["resourceType"] == "Endpoint");
    let endpoint = endpoint.ok_or("it has no contained Endpoint")?;
    let address = endpoint["address"].as_str().unwrap_or_default();
    let says_so = |extension: &Value| extension["url"] == DUPLICATES && extension["valueBoolean"] == true;
    let recognises = endpoint["extension"].as_array().into_iter().flatten().any(says_so);
    match endpoint["connectionType"]["code"].as_str() {
        Some("hl7-fhir-msg") if !address.is_empty() => Ok(Route {
            channel: "fhir_messaging".to_owned(),
            destination: address.to_owned(),
            recognises_duplicates: recognises,
        }),
        Some("hl7-fhir-msg") => Err("its Endpoint has no address"),
        // A message that is written twice is the same file, so a folder always recognises duplicates.
        Some("folder") => Ok(Route {
            channel: "folder".to_owned(),
            destination: address.to_owned(),
            recognises_duplicates: true,
        }),
        Some(channel) if !channel.is_empty() => Ok(Route {
            channel: channel.to_owned(),
            destination: address.to_owned(),
            recognises_duplicates: recognises,
        }),
        _ => Err("its Endpoint has no connectionType"),
    }
}

/// Returns a text and its French translation, or the text twice if it has no translation.
fn both(parent: &Value, name: &str) -> [String; 2] {
    let text = parent[name].as_str().unwrap_or_default().to_owned();
    let extensions = parent[format!("_{name}")]["extension"].as_array().into_iter().flatten();
    let mut translations =
        extensions.filter(|extension| extension["url"] == TRANSLATION).filter_map(|extension| {
            let parts = extension["extension"].as_array()?;
            let value = |url: &str| parts.iter().find(|part| part["url"] == url);
            let is_french = value("lang")?["valueCode"].as_str()?.starts_with("fr");
            is_french.then(|| {
                value("content")
                    .and_then(|part| part["valueString"].as_str().or(part["valueMarkdown"].as_str()))
            })?
        });
    let french = translations.next().map_or_else(|| text.clone(), str::to_owned);
    [text, french]
}

/// Returns the display of a Coding in a language.
#[must_use]
pub fn display_in(coding: &Value, lang: &str) -> String {
    pick(&both(coding, "display"), lang).to_owned()
}

fn pick<'a>(names: &'a [String; 2], lang: &str) -> &'a str {
    if lang == "fr" { &names[1] } else { &names[0] }
}
