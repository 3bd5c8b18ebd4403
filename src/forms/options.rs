//! Options of a choice, from the item or from a contained value set.

use serde_json::{Value, json};

use super::error::Error;
use super::translation::{Text, array, string, value, value_key};

/// Option of a choice.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    /// Value of the field: the code, or the text.
    pub(super) key: String,
    pub(super) label: Text,
    /// Answer as `{"valueCoding": …}`.
    pub(super) answer: Value,
    pub(super) selected: bool,
}

pub(super) fn choices(json: &Value, form: &Value, link_id: &str) -> Result<Vec<Choice>, Error> {
    let mut choices = Vec::new();
    for option in array(json, "answerOption") {
        let selected = option.get("initialSelected").and_then(Value::as_bool).unwrap_or(false);
        let missing = || Error::Missing { place: link_id.to_owned(), element: "answerOption" };
        choices.push(choice(option, selected).ok_or_else(missing)?);
    }
    if let Some(url) = string(json, "answerValueSet") {
        choices.extend(from_value_set(form, url, link_id)?);
    }
    let mut keys: Vec<&str> = choices.iter().map(|choice| choice.key.as_str()).collect();
    keys.sort_unstable();
    if let Some(twice) = keys.windows(2).find(|pair| pair[0] == pair[1]) {
        return Err(Error::DuplicateOption { link_id: link_id.to_owned(), option: twice[0].to_owned() });
    }
    Ok(choices)
}

fn choice(option: &Value, selected: bool) -> Option<Choice> {
    let (kind, written) = (value_key(option)?, value(option)?);
    let (key, label) = match written {
        Value::String(text) => (text.clone(), Text::of(option, kind)?),
        Value::Number(number) => (number.to_string(), Text::untranslated(number.to_string())),
        coding => {
            let code = string(coding, "code")?;
            (code.to_owned(), Text::of(coding, "display").unwrap_or_else(|| Text::untranslated(code)))
        }
    };
    let mut answer = written.clone();
    if let Some(coding) = answer.as_object_mut() {
        coding.remove("_display");
    }
    Some(Choice { key, label, answer: json!({ kind: answer }), selected })
}

fn from_value_set(form: &Value, url: &str, link_id: &str) -> Result<Vec<Choice>, Error> {
    let wanted = url.strip_prefix('#');
    let found = array(form, "contained").find(|set| {
        let by_id = wanted.is_some() && string(set, "id") == wanted;
        string(set, "resourceType") == Some("ValueSet") && (by_id || string(set, "url") == Some(url))
    });
    if let Some(what) = found.and_then(not_enumerated) {
        return Err(Error::Unsupported { place: link_id.to_owned(), what: what.to_owned() });
    }
    let choices: Vec<Choice> = found
        .map(codings)
        .unwrap_or_default()
        .iter()
        .filter_map(|coding| choice(&json!({ "valueCoding": coding }), false))
        .collect();
    if choices.is_empty() {
        return Err(Error::ValueSetNotContained { link_id: link_id.to_owned(), url: url.to_owned() });
    }
    Ok(choices)
}

/// Names what a value set without an expansion has and what only a terminology server can evaluate. Such a set is
/// refused: part of its codes would look like all of them.
fn not_enumerated(set: &Value) -> Option<&'static str> {
    let compose = set.get("compose").filter(|_| set.get("expansion").is_none())?;
    let has = |name: &'static str| array(compose, "include").any(|include| include.get(name).is_some());
    if compose.get("exclude").is_some() {
        Some("a value set with exclude and without an expansion")
    } else if has("filter") {
        Some("a value set with a filter and without an expansion")
    } else if has("valueSet") {
        Some("a value set that includes another and has no expansion")
    } else if array(compose, "include").any(|include| include.get("concept").is_none()) {
        Some("a value set that includes a whole code system and has no expansion")
    } else {
        None
    }
}

/// Returns the codes of a value set, from its expansion or its composition.
fn codings(set: &Value) -> Vec<Value> {
    let expansion = set.get("expansion").map(|expansion| array(expansion, "contains").cloned().collect());
    let composed = || {
        let includes = set.get("compose").into_iter().flat_map(|compose| array(compose, "include"));
        includes
            .flat_map(|include| {
                array(include, "concept").map(|concept| {
                    let mut coding = concept.clone();
                    if let (Some(coding), Some(system)) = (coding.as_object_mut(), include.get("system")) {
                        coding.insert("system".to_owned(), system.clone());
                    }
                    coding
                })
            })
            .collect()
    };
    expansion.unwrap_or_else(composed)
}
