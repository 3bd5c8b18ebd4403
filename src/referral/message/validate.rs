use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;
use uuid::Uuid;

use super::{links, modifier, references, requirements, shape};
use crate::fhir::FhirBaseUrl;

/// What is wrong with a message: structure, references, leftovers of the EHR at `base`, missing members. Empty when
/// nothing is. Says where, never what stands there.
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
            problems.push(format!("{}: fullUrl and id differ", shape::type_of(resource)));
        }
        if resources.insert(url, resource).is_some() {
            problems.push(format!("{}: fullUrl stands there twice", shape::type_of(resource)));
        }
    }
    for entry in &entries {
        check(&entry["resource"], &resources, base, &mut problems);
    }
    unreferenced(&entries, &resources, &mut problems);
    subjects(&entries, &mut problems);
    problems
}

fn envelope(bundle: &Value, problems: &mut Vec<String>) {
    let timestamp = bundle["timestamp"].as_str().unwrap_or_default();
    let (header, focus) = (&bundle["entry"][0], &bundle["entry"][1]);
    let expectations = [
        ("Bundle: not a message", bundle["type"] == "message"),
        ("Bundle: no timestamp with offset", timestamp.parse::<Timestamp>().is_ok()),
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
    let mut say = |what: &str| problems.push(format!("{name}: {what}"));
    let contained: BTreeSet<&str> =
        shape::list(resource, "contained").filter_map(|item| item["id"].as_str()).collect();
    for reference in references::all(resource) {
        let resolves = match reference.strip_prefix('#') {
            Some(id) => id.is_empty() || contained.contains(id),
            None => resources.contains_key(reference),
        };
        if !resolves {
            say("a reference leads nowhere");
        }
    }
    for pointer in requirements::missing(resource) {
        say(&format!("no {pointer}"));
    }
    if modifier::has_modifier(resource) {
        say("a modifier");
    }
    for member in ["versionId", "lastUpdated", "source", "tag"] {
        if !resource["meta"][member].is_null() {
            say("metadata of the server");
        }
    }
    let mut found = BTreeSet::new();
    leftovers(resource, "", false, base, &mut found);
    found.into_iter().for_each(&mut say);
    if name == "Patient" {
        patient(resource, &mut say);
    }
}

fn patient(patient: &Value, say: &mut impl FnMut(&str)) {
    for identifier in shape::list(patient, "identifier") {
        let is_whole = identifier["type"].is_object()
            && identifier["value"].is_string()
            && (identifier["system"].is_string() || identifier["_system"].is_object());
        if !is_whole {
            say("an identifier without type, system or value");
        }
    }
    for point in shape::list(patient, "telecom") {
        if !point["system"].is_string() || !point["value"].is_string() {
            say("a telecom without system or value");
        }
    }
}

fn leftovers(value: &Value, name: &str, in_extension: bool, base: &FhirBaseUrl, found: &mut BTreeSet<&str>) {
    match value {
        Value::Null => drop(found.insert("a null")),
        Value::String(text) => {
            if text.trim().is_empty() {
                found.insert("an empty text");
            }
            if !links::is_name(name, in_extension) && links::mentions(text, base) {
                found.insert("an address of the EHR");
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
                found.insert("an address in an attachment");
            }
            for (member, content) in members {
                leftovers(content, member, name == "extension", base, found);
            }
        }
        Value::Bool(_) | Value::Number(_) => {}
    }
}

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
    let lost = resources.iter().filter(|(url, _)| !reached.contains(*url));
    problems.extend(lost.map(|(_, resource)| format!("{}: nothing leads to it", shape::type_of(resource))));
}

/// One patient, and everything that has a subject is about them.
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
