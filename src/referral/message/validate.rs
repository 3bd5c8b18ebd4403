//! Validation of a finished message.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{links, modifier, references, requirements, shape};
use crate::fhir::FhirBaseUrl;

/// Lists the problems of a message: structure, references, leftovers of the EHR at `base`, missing elements. Empty if the
/// message is valid. A problem names the resource type and the kind of fault, never content.
#[must_use]
pub fn validate(bundle: &Value, base: &FhirBaseUrl) -> Vec<String> {
    let mut problems = Vec::new();
    envelope(bundle, &mut problems);
    let entries: Vec<&Value> = shape::list(bundle, "entry").collect();
    let mut resources = BTreeMap::new();
    for entry in &entries {
        let (url, resource) = (entry["fullUrl"].as_str().unwrap_or_default(), &entry["resource"]);
        let id = resource["id"].as_str().unwrap_or_default();
        if url != format!("urn:uuid:{id}") || Uuid::try_parse(id).is_err() {
            problems.push(format!("{}: fullUrl and id do not match", shape::type_of(resource)));
        }
        if resources.insert(url, resource).is_some() {
            problems.push(format!("{}: duplicate fullUrl", shape::type_of(resource)));
        }
    }
    for entry in &entries {
        check(&entry["resource"], &resources, base, &mut problems);
    }
    unreferenced(&entries, &resources, &mut problems);
    subjects(&entries, &mut problems);
    problems
}

/// Checks the Bundle itself and its first two entries.
fn envelope(bundle: &Value, problems: &mut Vec<String>) {
    let timestamp = bundle["timestamp"].as_str().unwrap_or_default();
    let (header, focus) = (&bundle["entry"][0], &bundle["entry"][1]);
    let expectations = [
        ("Bundle: not a message", bundle["type"] == "message"),
        ("Bundle: no timestamp with a time zone offset", timestamp.parse::<Timestamp>().is_ok()),
        (
            "Bundle: the first entry is not its MessageHeader",
            shape::type_of(&header["resource"]) == "MessageHeader"
                && header["resource"]["id"] == bundle["id"],
        ),
        (
            "Bundle: the second entry is not the focus",
            header["resource"]["focus"][0]["reference"] == focus["fullUrl"],
        ),
    ];
    let failed = expectations.into_iter().filter(|(_, holds)| !holds);
    problems.extend(failed.map(|(problem, _)| problem.to_owned()));
}

fn check(
    resource: &Value,
    resources: &BTreeMap<&str, &Value>,
    base: &FhirBaseUrl,
    problems: &mut Vec<String>,
) {
    let name = shape::type_of(resource);
    let mut report = |what: &str| problems.push(format!("{name}: {what}"));
    let contained: BTreeSet<&str> =
        shape::list(resource, "contained").filter_map(|item| item["id"].as_str()).collect();
    for reference in references::all(resource) {
        let resolves = match reference.strip_prefix('#') {
            Some(id) => id.is_empty() || contained.contains(id),
            None => resources.contains_key(reference),
        };
        if !resolves {
            report("a reference without a target");
        }
    }
    for pointer in requirements::missing(resource) {
        report(&format!("no {pointer}"));
    }
    if modifier::has_modifier(resource) {
        report("a modifier");
    }
    for member in ["versionId", "lastUpdated", "source", "tag"] {
        if !resource["meta"][member].is_null() {
            report("metadata of the EHR");
        }
    }
    let mut found = BTreeSet::new();
    leftovers(resource, "", false, base, &mut found);
    found.into_iter().for_each(&mut report);
    if name == "Patient" {
        patient(resource, &mut report);
    }
}

fn patient(patient: &Value, report: &mut impl FnMut(&str)) {
    for identifier in shape::list(patient, "identifier") {
        let is_whole = identifier["type"].is_object()
            && identifier["value"].is_string()
            && (identifier["system"].is_string() || identifier["_system"].is_object());
        if !is_whole {
            report("an identifier without type, system or value");
        }
    }
    for point in shape::list(patient, "telecom") {
        if !point["system"].is_string() || !point["value"].is_string() {
            report("a telecom without system or value");
        }
    }
}

/// Collects empty values, narrative and URLs of the EHR.
fn leftovers(value: &Value, name: &str, in_extension: bool, base: &FhirBaseUrl, found: &mut BTreeSet<&str>) {
    match value {
        Value::Null => drop(found.insert("a null")),
        Value::String(text) => {
            if text.trim().is_empty() {
                found.insert("an empty text");
            }
            if !links::is_name(name, in_extension) && links::mentions(text, base) {
                found.insert("a URL of the EHR");
            }
        }
        Value::Array(items) => {
            if items.is_empty() {
                found.insert("an empty list");
            }
            for item in items {
                leftovers(item, name, in_extension, base, found);
            }
        }
        Value::Object(members) => {
            if members.is_empty() {
                found.insert("an empty object");
            }
            if name == "text" || members.contains_key("div") {
                found.insert("a narrative");
            }
            if name != "extension" && members.contains_key("url") {
                found.insert("a URL in an attachment");
            }
            for (member, content) in members {
                leftovers(content, member, name == "extension", base, found);
            }
        }
        Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Reports resources that cannot be reached from the first entry.
fn unreferenced(entries: &[&Value], resources: &BTreeMap<&str, &Value>, problems: &mut Vec<String>) {
    let mut waiting: Vec<&str> = entries.iter().take(1).filter_map(|it| it["fullUrl"].as_str()).collect();
    let mut reached = BTreeSet::new();
    while let Some(url) = waiting.pop() {
        if reached.insert(url)
            && let Some(resource) = resources.get(url)
        {
            waiting.extend(references::all(resource));
        }
    }
    let unreachable = resources.iter().filter(|(url, _)| !reached.contains(*url));
    problems.extend(
        unreachable.map(|(_, resource)| format!("{}: no resource refers to it", shape::type_of(resource))),
    );
}

/// Checks that there is exactly one Patient, and that every resource with a subject is about it.
fn subjects(entries: &[&Value], problems: &mut Vec<String>) {
    let is_patient = |entry: &&&Value| shape::type_of(&entry["resource"]) == "Patient";
    let patients: Vec<&&Value> = entries.iter().filter(is_patient).collect();
    let [patient] = patients[..] else {
        problems.push("Bundle: not exactly one Patient".to_owned());
        return;
    };
    for entry in entries {
        let resource = &entry["resource"];
        for member in ["subject", "patient"] {
            let reference = &resource[member]["reference"];
            if !resource[member].is_null() && *reference != patient["fullUrl"] {
                problems.push(format!("{}: about another patient", shape::type_of(resource)));
            }
        }
    }
}
