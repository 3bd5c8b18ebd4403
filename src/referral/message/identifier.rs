//! Identifiers, with the systems and types of the Canadian registry.

use serde_json::{Value, json};

use super::shape::{self, Members};

/// Code system of identifier types.
const TYPE_SYSTEM: &str = "http://terminology.hl7.org/CodeSystem/v2-0203";
const OLD_TYPE_SYSTEMS: [&str; 2] = ["http://hl7.org/fhir/v2/0203", "http://hl7.org/fhir/v2/0203/"];
/// Prefix of the Canadian identifier systems.
const NAMING_PREFIX: &str = "https://fhir.infoway-inforoute.ca/NamingSystem/";
const OLD_NAMING_PREFIXES: [&str; 5] = [
    "http://fhir.infoway-inforoute.ca/NamingSystem/",
    "http://infoway-inforoute.ca/fhir/NamingSystem/",
    "https://infoway-inforoute.ca/fhir/NamingSystem/",
    "https://ehealthontario.ca/API/FHIR/NamingSystem/",
    "http://ehealthontario.ca/API/FHIR/NamingSystem/",
];
const ONTARIO_HEALTH_NUMBER: &str = "https://fhir.infoway-inforoute.ca/NamingSystem/ca-on-patient-hcn";
const VERSION_EXTENSION: &str =
    "http://ehealthontario.ca/fhir/StructureDefinition/ext-id-health-card-version-code";
const BASELINE_VERSION_EXTENSION: &str =
    "http://hl7.org/fhir/ca/baseline/StructureDefinition/ext-identifierversion";
/// Identifier systems, without prefix, of other personal ids (`JPID`).
const PERSONAL_IDS: [&str; 4] = [
    "ca-permanent-resident-card-number",
    "ca-federal-firstnation-band-id",
    "ca-indigenous-northern-affairs-number",
    "ca-interim-federal-health-id",
];

/// Whether an extension holds the version code of a health card.
pub(super) fn is_version(extension: &Value) -> bool {
    matches!(extension["url"].as_str(), Some(VERSION_EXTENSION | BASELINE_VERSION_EXTENSION))
}

/// Identifiers of a Patient, each with type, system and value. The version code of an Ontario health card is moved to
/// Ontario's extension, wherever the EHR writes it.
pub(super) fn of_patient(patient: &Value) -> Vec<Value> {
    let mut all = of(patient);
    for identifier in &mut all {
        if identifier.get("type").is_none() {
            identifier.insert("type".to_owned(), concept("U"));
        }
        if identifier.get("system").and_then(Value::as_str) == Some(ONTARIO_HEALTH_NUMBER) {
            move_version(identifier, version(patient));
        }
    }
    all.into_iter().map(Value::Object).collect()
}

/// Identifiers of any other resource.
pub(super) fn of_other(resource: &Value) -> Vec<Value> {
    of(resource).into_iter().map(Value::Object).collect()
}

fn of(resource: &Value) -> Vec<Members> {
    let mut all: Vec<Members> = Vec::new();
    for identifier in shape::list(resource, "identifier").filter_map(normalised) {
        let same = |other: &Members| {
            ["system", "value"].iter().all(|name| other.get(*name) == identifier.get(*name))
        };
        if !all.iter().any(same) {
            all.push(identifier);
        }
    }
    all
}

/// Normalises an identifier. Returns `None` for one without a value, and for a social insurance number, which is never
/// sent.
fn normalised(identifier: &Value) -> Option<Members> {
    let mut value = shape::text(identifier, "value")?.to_owned();
    let system = shape::text(identifier, "system").map(current_system);
    let local = system.as_deref().and_then(|system| system.strip_prefix(NAMING_PREFIX));
    if local == Some("ca-social-insurance-number") {
        return None;
    }
    let kind = kind(identifier, local.unwrap_or_default());
    if system.is_none() && kind.is_none() {
        return None;
    }
    if crate::fhir::is_jhn(identifier) || local.is_some_and(is_health_number) {
        value.retain(|c| c != ' ' && c != '-');
    }
    let mut written = shape::pick(identifier, &["extension", "use"]);
    written.extend(kind.map(|kind| ("type".to_owned(), kind)));
    match system {
        Some(system) => written.insert("system".to_owned(), system.into()),
        None => written.insert("_system".to_owned(), shape::absent("unknown")),
    };
    written.insert("value".to_owned(), value.into());
    written.extend(shape::pick(identifier, &["period", "assigner"]));
    Some(written)
}

/// Returns the system in the current spelling of the Canadian registry. Only Ontario's health number is named
/// `-patient-hcn`.
fn current_system(system: &str) -> String {
    let old = OLD_NAMING_PREFIXES.iter().find_map(|old| system.strip_prefix(old));
    let local = old.filter(|local| local.starts_with("ca-"));
    let Some(local) = local.or_else(|| system.strip_prefix(NAMING_PREFIX)) else {
        return system.to_owned();
    };
    match local.strip_suffix("-patient-hcn") {
        Some(province) if province != "ca-on" => format!("{NAMING_PREFIX}{province}-patient-healthcare-id"),
        _ => format!("{NAMING_PREFIX}{local}"),
    }
}

fn is_health_number(local: &str) -> bool {
    let federal = [
        "ca-veterans-affairs-health-id",
        "ca-correctional-service-health-id",
        "ca-royal-mounted-police-health-id",
        "ca-armed-forces-health-id",
    ];
    local.ends_with("-patient-healthcare-id") || local == "ca-on-patient-hcn" || federal.contains(&local)
}

/// Type of an identifier, with the current code system; if it has none, the type that its system implies.
fn kind(identifier: &Value, local: &str) -> Option<Value> {
    let mut given = identifier["type"].clone();
    let codings = given.get_mut("coding").and_then(Value::as_array_mut);
    for coding in codings.into_iter().flatten() {
        let Some(coding) = coding.as_object_mut() else {
            continue;
        };
        let system = coding.get("system").and_then(Value::as_str);
        if system.is_none_or(|system| OLD_TYPE_SYSTEMS.contains(&system)) {
            coding.insert("system".to_owned(), TYPE_SYSTEM.into());
        }
    }
    let is_coded = shape::list(&given, "coding")
        .any(|coding| coding["system"] == TYPE_SYSTEM && shape::text(coding, "code").is_some());
    let code = match local {
        _ if is_coded => return Some(given),
        local if is_health_number(local) => "JHN",
        local if local.contains("-license-") => "LN",
        "ca-passport-number" => "PPN",
        local if PERSONAL_IDS.contains(&local) => "JPID",
        _ => return shape::text(&given, "text").map(|text| json!({ "text": text })),
    };
    Some(concept(code))
}

fn concept(code: &str) -> Value {
    json!({ "coding": [{ "system": TYPE_SYSTEM, "code": code }] })
}

fn version(holder: &Value) -> Option<String> {
    let mut versions = shape::list(holder, "extension").filter(|extension| is_version(extension));
    versions.find_map(|extension| Some(shape::text(extension, "valueString")?.to_uppercase()))
}

/// Moves the version code to Ontario's extension. EHRs write it on the identifier (in two spellings), on the Patient, or
/// after the ten digits.
fn move_version(identifier: &mut Members, on_patient: Option<String>) {
    let own = version(&Value::Object(identifier.clone()));
    let value = identifier.get("value").and_then(Value::as_str).unwrap_or_default();
    let (number, behind) = value.split_at_checked(10).unwrap_or((value, ""));
    let is_version = number.bytes().all(|b| b.is_ascii_digit())
        && (1..=2).contains(&behind.len())
        && behind.bytes().all(|b| b.is_ascii_alphabetic());
    let behind = is_version.then(|| (number.to_owned(), behind.to_uppercase()));
    if let Some((number, _)) = &behind {
        identifier.insert("value".to_owned(), number.as_str().into());
    }
    let version = own.or(behind.map(|(_, version)| version)).or(on_patient);
    let holder = Value::Object(identifier.clone());
    let others = shape::list(&holder, "extension").filter(|extension| !self::is_version(extension));
    let mut extensions: Vec<Value> = others.cloned().collect();
    extensions.extend(version.map(|version| json!({ "url": VERSION_EXTENSION, "valueString": version })));
    shape::set(identifier, "extension", extensions);
}
