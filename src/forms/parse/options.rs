//! Reading of the options of a choice, from the item or from a contained value set.

use serde_json::{Value, json};

use super::super::error::Error;
use super::super::options::Choice;
use super::super::remark::RemarkKind;
use super::super::translation::{Text, array, extension, string, value, value_key};
use super::super::typed::reference_key;
use super::findings::Findings;
use super::shared_codes::told_apart;
use crate::fhir::TRANSLATION;

const EXCLUSIVE: &str = "http://hl7.org/fhir/StructureDefinition/questionnaire-optionExclusive";

const SENT_SEPARATELY: &str = "https://passerelle.example/fhir/StructureDefinition/option-sent-separately";

/// Options of an item.
#[derive(Default)]
pub(super) struct Options {
    pub(super) options: Vec<Choice>,
    /// Value set whose codes are not known here.
    pub(super) unknown: Option<String>,
}

/// Reads the options of an item.
pub(super) fn options(json: &Value, form: &Value, link_id: &str, findings: &mut Findings) -> Options {
    let mut unknown = None;
    let mut choices = Vec::new();
    for option in array(json, "answerOption") {
        let selected = option.get("initialSelected").and_then(Value::as_bool).unwrap_or(false);
        match choice(option, selected) {
            Some(choice) => choices.push(choice),
            None => findings.missing(link_id, "answerOption"),
        }
    }
    if let Some(url) = string(json, "answerValueSet") {
        if url.starts_with('#') && contained(form, url).is_none() {
            let (link_id, url) = (link_id.to_owned(), url.to_owned());
            findings.errors.push(Error::ValueSetNotContained { link_id, url });
        }
        if let Some(codes) = from_value_set(form, url) {
            choices.extend(codes);
        } else {
            findings.remark(link_id, url, RemarkKind::UnknownOptions);
            unknown = Some(url.to_owned());
        }
    }
    Options { options: told_apart(choices, form, link_id, findings), unknown }
}

/// Reads an option: `{"valueCoding": …}`.
pub(super) fn choice(option: &Value, selected: bool) -> Option<Choice> {
    let (kind, written) = (value_key(option)?, value(option)?);
    let (key, label) = match written {
        Value::String(text) => (text.clone(), Text::of(option, kind)?),
        Value::Number(number) => (number.to_string(), Text::untranslated(number.to_string())),
        reference if kind == "valueReference" => {
            let key = reference_key(reference)?;
            let label = Text::of(reference, "display").or_else(|| Text::of(reference, "reference"));
            (key.clone(), label.unwrap_or_else(|| Text::untranslated(key)))
        }
        coding => {
            // An option without a code is known by its text.
            let code = string(coding, "code").or(string(coding, "display"))?;
            (code.to_owned(), Text::of(coding, "display").unwrap_or_else(|| Text::untranslated(code)))
        }
    };
    let mut answer = written.clone();
    if let Some(coding) = answer.as_object_mut() {
        coding.remove("_display");
    }
    let is_marked =
        |url: &str| extension(option, url).and_then(value).and_then(Value::as_bool).unwrap_or(false);
    let (exclusive, sent_separately) = (is_marked(EXCLUSIVE), is_marked(SENT_SEPARATELY));
    Some(Choice { key, label, answer: json!({ kind: answer }), selected, exclusive, sent_separately })
}

/// Returns the codes of a value set that is contained in the form. `None` if they are not all there: part of them would
/// look like all of them.
fn from_value_set(form: &Value, url: &str) -> Option<Vec<Choice>> {
    let codings = codes_of(contained(form, url)?)?;
    let choices: Vec<Choice> =
        codings.iter().filter_map(|coding| choice(&json!({ "valueCoding": coding }), false)).collect();
    (!choices.is_empty()).then_some(choices)
}

/// Returns the codes of a value set, of its expansion or else of its composition. `None` if they are not all there.
pub(in crate::forms) fn codes_of(set: &Value) -> Option<Vec<Value>> {
    match set.get("expansion") {
        Some(expansion) => expanded(expansion),
        None => composed(set.get("compose")?),
    }
}

/// Returns the value set with this URL, or with the id after `#`, that is contained in the form.
fn contained<'f>(form: &'f Value, url: &str) -> Option<&'f Value> {
    let wanted = url.strip_prefix('#');
    let canonical = url.split('|').next();
    array(form, "contained").find(|set| {
        let by_id = wanted.is_some() && string(set, "id") == wanted;
        string(set, "resourceType") == Some("ValueSet") && (by_id || string(set, "url") == canonical)
    })
}

/// Returns the codes of an expansion, of every level, without those that group others only. `None` for a part of one.
pub(in crate::forms) fn expanded(expansion: &Value) -> Option<Vec<Value>> {
    let number = |name: &str| expansion.get(name).and_then(Value::as_u64);
    let mut codings = Vec::new();
    let mut pending: Vec<&Value> = array(expansion, "contains").collect();
    pending.reverse();
    while let Some(entry) = pending.pop() {
        let is_selectable = entry.get("abstract").and_then(Value::as_bool) != Some(true);
        if is_selectable && string(entry, "code").is_some() {
            codings.push(coding(entry));
        }
        let below: Vec<&Value> = array(entry, "contains").collect();
        pending.extend(below.into_iter().rev());
    }
    let is_part = number("total").is_some_and(|total| total > codings.len() as u64)
        || number("offset").is_some_and(|offset| offset > 0);
    (!is_part).then_some(codings)
}

/// Returns the codes of a composition that names each of them. `None` if only a terminology server can tell them.
fn composed(compose: &Value) -> Option<Vec<Value>> {
    if compose.get("exclude").is_some() {
        return None;
    }
    let mut codings = Vec::new();
    for include in array(compose, "include") {
        if include.get("filter").or(include.get("valueSet")).is_some() || include.get("concept").is_none() {
            return None;
        }
        for concept in array(include, "concept") {
            let mut coding = coding(concept);
            if let Some(system) = include.get("system") {
                coding["system"] = system.clone();
            }
            codings.push(coding);
        }
    }
    Some(codings)
}

/// Returns the elements of a Coding, with the translations of its display.
pub(in crate::forms) fn coding(concept: &Value) -> Value {
    let mut coding = json!({});
    for name in ["system", "version", "code", "display", "_display"] {
        if let Some(value) = concept.get(name) {
            coding[name] = value.clone();
        }
    }
    if let (None, Some(translations)) = (concept.get("_display"), designations(concept)) {
        coding["_display"] = json!({ "extension": translations });
    }
    coding
}

/// Returns the designations in other languages as translations of the display.
fn designations(concept: &Value) -> Option<Vec<Value>> {
    let translation = |designation: &Value| {
        let (language, value) = string(designation, "language").zip(string(designation, "value"))?;
        Some(json!({ "url": TRANSLATION, "extension": [
            { "url": "lang", "valueCode": language }, { "url": "content", "valueString": value }] }))
    };
    let translations: Vec<Value> = array(concept, "designation").filter_map(translation).collect();
    (!translations.is_empty()).then_some(translations)
}
