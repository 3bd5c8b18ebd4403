//! Reading of a form.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use serde_json::Value;

use super::super::contained_sets::ContainedSets;
use super::super::error::Error;
use super::super::item::Item;
use super::super::questionnaire::{Form, LaunchName, Lookups};
use super::super::translation::{Text, array, extension, extensions, string, value};
use super::extensions::note_extensions;
use super::findings::Findings;
use super::population::{search_linked, source_queries};
use super::rules::rules;
use super::validate::validate;

const LAUNCH_CONTEXT: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-launchContext";
/// Place of a problem that is about no item.
const FORM: &str = "form";
/// Greatest number of items, of every type. The largest published form that is known has 808 items.
const MAX_ITEMS: usize = 2_000;
/// Longest id that is made of a name.
const MAX_ID: usize = 64;

impl Form {
    /// Parses a FHIR R4 Questionnaire. A form without an `id` has the id of its `name` or `title`.
    ///
    /// # Errors
    /// Every error and unsupported element; see [`Error`].
    pub fn parse(json: &Value) -> Result<Self, Vec<Error>> {
        Self::parse_named(json, "form")
    }

    /// Parses a FHIR R4 Questionnaire from a source with a name, which is its id if it has none itself.
    ///
    /// # Errors
    /// Every error and unsupported element; see [`Error`].
    pub fn parse_named(json: &Value, name: &str) -> Result<Self, Vec<Error>> {
        if string(json, "resourceType") != Some("Questionnaire") {
            return Err(vec![Error::NotAQuestionnaire]);
        }
        // Before anything else: what follows takes long for a form that no page could show.
        let count = item_count(json);
        if count > MAX_ITEMS {
            return Err(vec![Error::TooManyItems { count, most: MAX_ITEMS }]);
        }
        let mut findings = Findings::default();
        if json.get("modifierExtension").is_some() {
            findings.unsupported(FORM, "a modifier extension");
        }
        note_extensions(json, FORM, &mut findings);
        let text = |element: &str| string(json, element).map(str::trim).filter(|text| !text.is_empty());
        let own_name = text("id").or(text("name")).or(text("title"));
        let id = own_name.map(id_of).filter(|id| !id.is_empty()).unwrap_or_else(|| id_of(name));
        source_queries(json, &mut findings);
        let rules = rules(json, FORM, &mut findings);
        let items =
            array(json, "item").filter_map(|item| Item::parse(item, json, 0, &mut findings)).collect();
        let launch_context = launch_context(json, &mut findings);
        search_linked(&mut findings);
        let title = Text::of(json, "title").filter(|title| !title.in_language("").trim().is_empty());
        let mut form = Self {
            title: title.unwrap_or_else(|| Text::untranslated(text("name").unwrap_or(&id))),
            url: text("url").unwrap_or_default().to_owned(),
            version: text("version").unwrap_or_default().to_owned(),
            description: Text::of(json, "description"),
            value_sets: Arc::new(ContainedSets::of(json)),
            service_codings: array(json, "code").cloned().collect(),
            items: Item::in_sections(items),
            remarks: Vec::new(),
            hash: hash_of(json),
            source: Arc::new(json.clone()),
            id,
            launch_context,
            queries: std::mem::take(&mut findings.queries),
            ranks: 1,
            rules,
            lookups: Lookups::default(),
        };
        validate(&mut form, &mut findings);
        form.remarks = findings.remarks;
        if !findings.errors.is_empty() {
            return Err(findings.errors);
        }
        form.remarks.extend(form.extraction_remarks());
        Ok(form)
    }
}

/// Returns the number of items at every level.
fn item_count(json: &Value) -> usize {
    let (mut count, mut pending) = (0, vec![json]);
    while let Some(parent) = pending.pop() {
        count += array(parent, "item").count();
        pending.extend(array(parent, "item"));
    }
    count
}

fn hash_of(json: &Value) -> String {
    use std::fmt::Write as _;
    let digest = digest(&SHA256, json.to_string().as_bytes());
    digest.as_ref().iter().fold(String::new(), |mut hash, byte| {
        // Writing to a string does not fail.
        let _ = write!(hash, "{byte:02x}");
        hash
    })
}

/// Returns a name as an id: letters, digits, dashes and dots, with a dash for everything else.
fn id_of(name: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-.".contains(letter);
    let id: String =
        name.chars().take(MAX_ID).map(|letter| if plain(letter) { letter } else { '-' }).collect();
    id.trim_matches('-').to_owned()
}

/// Reads the names of the launch context. Another name than those of SMART is known by the type of its resource.
fn launch_context(json: &Value, findings: &mut Findings) -> Vec<LaunchName> {
    let mut names: Vec<LaunchName> = Vec::new();
    for found in extensions(json, LAUNCH_CONTEXT) {
        let coding = extension(found, "name").and_then(value);
        let name =
            coding.and_then(|coding| string(coding, "code").or(coding.as_str())).unwrap_or("(unnamed)");
        let kind = extension(found, "type").and_then(value).and_then(Value::as_str).unwrap_or_default();
        let by_name = ["patient", "user", "encounter"].into_iter().find(|known| *known == name);
        let by_type = || match kind {
            "Patient" => Some("patient"),
            "Practitioner" | "PractitionerRole" => Some("user"),
            "Encounter" => Some("encounter"),
            _ => None,
        };
        // What no launch gives is not loaded: it may fill a question, and nothing else may depend on it.
        let source = by_name.or_else(by_type).unwrap_or(name).to_owned();
        if !names.iter().any(|known| known.name == name) {
            names.push(LaunchName { name: name.to_owned(), source });
        }
    }
    let is_linked = !findings.linked.is_empty() && names.iter().all(|known| known.name != "patient");
    if is_linked {
        names.push(LaunchName { name: "patient".to_owned(), source: "patient".to_owned() });
    }
    names
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn refuses_more_items_than_a_page_can_show() {
        let items = |count: usize| -> Value {
            (0..count).map(|at| json!({"linkId": format!("q{at}"), "type": "string"})).collect()
        };
        let parsed = |count: usize| {
            Form::parse(&json!({"resourceType": "Questionnaire", "item": [
                {"linkId": "g", "type": "group", "item": items(count)}]}))
        };
        assert!(parsed(MAX_ITEMS - 1).is_ok());
        let refused = parsed(MAX_ITEMS).unwrap_err();
        assert!(matches!(refused[..], [Error::TooManyItems { count: 2_001, .. }]), "{refused:?}");
    }
}
