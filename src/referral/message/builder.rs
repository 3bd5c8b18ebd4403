//! Builder that collects the resources of a message and resolves their references.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use jiff::civil::Date;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    attachment, contained, links, message_id,
    references::{self, Targets},
    requirements::PROFILED_TYPES,
    shape::{self, Members},
};
use crate::{
    config::MessageSettings,
    fhir::{FhirBaseUrl, sanitize},
};

/// Builder of a message. Until it finishes, resources may keep the references of the EHR.
pub(super) struct MessageBuilder<'d> {
    pub message: Uuid,
    pub base: &'d FhirBaseUrl,
    pub names: &'d MessageSettings,
    /// Date of the signature, on which names, numbers and phone numbers must be valid.
    pub day: Date,
    /// Content of attachments, by path below the FHIR base.
    pub contents: &'d BTreeMap<String, Value>,
    entries: Vec<Entry>,
    /// `Type/id` on the EHR to `fullUrl` in the message.
    known: BTreeMap<String, String>,
}

struct Entry {
    id: Uuid,
    resource: Members,
}

/// First two entries of a message.
pub(super) struct LeadingEntries {
    /// MessageHeader.
    pub header: Members,
    /// ServiceRequest.
    pub focus: Members,
}

impl<'d> MessageBuilder<'d> {
    /// Role of the focus of the message, the ServiceRequest.
    pub const FOCUS: &'static str = "service-request";

    pub fn new(
        message: Uuid,
        base: &'d FhirBaseUrl,
        names: &'d MessageSettings,
        day: Date,
        contents: &'d BTreeMap<String, Value>,
    ) -> Self {
        Self { message, base, names, day, contents, entries: Vec::new(), known: BTreeMap::new() }
    }

    /// Returns the `fullUrl` of the resource in a role, whether or not it was added yet.
    pub fn urn(&self, role: &str) -> String {
        message_id::urn(message_id::derive(self.message, role))
    }

    /// Adds a resource in a role and returns its `fullUrl`. A second resource with the same `origin` (`Type/id` on the EHR)
    /// is not added again.
    pub fn add(&mut self, role: &str, origin: Option<String>, resource: Members) -> String {
        let id = message_id::derive(self.message, role);
        if let Some(urn) = origin.as_ref().and_then(|origin| self.known.get(origin)) {
            return urn.clone();
        }
        let urn = message_id::urn(id);
        self.known.extend(origin.map(|origin| (origin, urn.clone())));
        self.entries.push(Entry { id, resource });
        urn
    }

    /// Inserts the MessageHeader and its focus before all other entries.
    pub fn lead_with(&mut self, leading: LeadingEntries) {
        let header = Entry { id: self.message, resource: leading.header };
        let id = message_id::derive(self.message, Self::FOCUS);
        let focus = Entry { id, resource: leading.focus };
        self.entries.splice(0..0, [header, focus]);
    }

    /// Returns the finished entries: references point into the message, and resources that cannot be reached from the
    /// first entry are left out.
    pub fn finish(self) -> Vec<Value> {
        let own: BTreeSet<String> = self.entries.iter().map(|entry| message_id::urn(entry.id)).collect();
        let mut written = BTreeMap::new();
        let mut order = Vec::new();
        for entry in &self.entries {
            let urn = message_id::urn(entry.id);
            written.insert(urn.clone(), self.finished(entry, &own));
            order.push(urn);
        }
        let reached = reached(order.first(), &written);
        let entries = order.into_iter().filter(|urn| reached.contains(urn));
        entries
            .filter_map(|urn| {
                let resource = written.remove(&urn)?;
                Some(json!({ "fullUrl": urn, "resource": resource }))
            })
            .collect()
    }

    fn finished(&self, entry: &Entry, own: &BTreeSet<String>) -> Value {
        let mut resource = entry.resource.clone();
        let contained = contained::keep_needed(&mut resource);
        let meta = meta(&resource, self.names);
        let resource_type = resource.shift_remove("resourceType").unwrap_or_default();
        resource.retain(|name, _| !matches!(name.as_str(), "id" | "meta" | "text" | "implicitRules"));
        let mut body = Value::Object(resource);
        attachment::inline(&mut body, self.contents, self.base);
        let targets = Targets { base: self.base, known: &self.known, own, contained: &contained };
        targets.rewrite(&mut body);
        if resource_type != "MessageHeader" {
            links::remove(&mut body, self.base);
        }
        sanitize(&mut body);
        shape::prune(&mut body);
        let mut whole = json!({ "resourceType": resource_type, "id": entry.id.to_string() });
        let members = [meta, body].into_iter().filter_map(|part| match part {
            Value::Object(members) => Some(members),
            _ => None,
        });
        if let Some(object) = whole.as_object_mut() {
            members.for_each(|part| object.extend(part));
        }
        whole
    }
}

/// `meta` of a resource: the profile of the guide, and the security labels of the chart, which the receiver must see.
fn meta(resource: &Members, names: &MessageSettings) -> Value {
    let mut meta = Members::new();
    let resource_type = resource.get("resourceType").and_then(Value::as_str).unwrap_or_default();
    if PROFILED_TYPES.contains(&resource_type) {
        let mut profile = format!("{}{resource_type}", names.profile_base);
        if resource_type == "MessageHeader" && !names.profile_version.is_empty() {
            profile.push('|');
            profile.push_str(&names.profile_version);
        }
        meta.insert("profile".to_owned(), json!([profile]));
    }
    let given = resource.get("meta").unwrap_or(&Value::Null);
    let labels = shape::list(given, "security").filter(|label| shape::text(label, "code").is_some());
    let labels = labels.map(|label| Value::Object(shape::pick(label, &["system", "code", "display"])));
    shape::set(&mut meta, "security", labels.collect());
    if meta.is_empty() { Value::Null } else { json!({ "meta": meta }) }
}

/// `fullUrl`s of the resources that can be reached from the first entry.
fn reached(first: Option<&String>, written: &BTreeMap<String, Value>) -> BTreeSet<String> {
    let mut waiting: VecDeque<&str> = first.into_iter().map(String::as_str).collect();
    let mut reached = BTreeSet::new();
    while let Some(urn) = waiting.pop_front() {
        if let Some(resource) = written.get(urn)
            && reached.insert(urn.to_owned())
        {
            waiting.extend(references::all(resource));
        }
    }
    reached
}
