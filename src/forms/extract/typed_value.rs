//! Answers as values of elements of resources.

use serde_json::{Value, json};

use super::super::translation::{array, string};
use super::not_extracted::{NotExtracted, NotExtractedKind as Kind};

/// Returns a value as one of a type of FHIR.
///
/// # Errors
/// The reason why it cannot be one.
pub(super) fn as_type(kind: &str, value: &Value) -> Result<Value, NotExtracted> {
    let converted = match kind {
        "boolean" => value.is_boolean().then(|| value.clone()),
        "integer" | "positiveInt" | "unsignedInt" => value.as_i64().map(|_| value.clone()),
        "decimal" => value.get("value").unwrap_or(value).as_number().map(|number| json!(number)),
        "date" => value.as_str().map(|text| json!(text.split('T').next().unwrap_or_default())),
        "dateTime" | "instant" | "time" => value.as_str().map(|_| value.clone()),
        "code" | "uri" | "url" | "canonical" | "oid" | "id" => text_of(value, "code"),
        _ if kind.starts_with(|first: char| first.is_ascii_lowercase()) => text_of(value, "display"),
        _ => complex(kind, value),
    };
    converted.ok_or_else(|| NotExtracted::of(Kind::OtherType, kind))
}

/// Returns a value as one of the types of a choice, such as `value[x]`, with the name of its element. `suffix` is the type
/// of an answer: `Coding` of `valueCoding`.
///
/// # Errors
/// The reason why it has no type.
pub(super) fn as_choice(
    name: &str,
    suffix: Option<&str>,
    value: &Value,
) -> Result<(String, Value), NotExtracted> {
    let kind = match (suffix.or_else(|| type_of(value)), name) {
        // The types that elements of resources have where answers have others.
        (Some("Coding"), _) => "CodeableConcept",
        (Some("Date"), _) => "DateTime",
        (Some("Uri"), _) => "String",
        (Some("Decimal"), "value") => "Quantity",
        (Some(kind), _) => kind,
        (None, _) => return Err(Kind::NoType.into()),
    };
    let as_written = kind[..1].to_ascii_lowercase() + &kind[1..];
    let is_complex = value.is_object() || matches!(kind, "Quantity" | "CodeableConcept");
    let converted = as_type(if is_complex { kind } else { &as_written }, value)?;
    Ok((format!("{name}{kind}"), converted))
}

/// Returns the type of a computed value, as the name of a `value[x]` ends.
fn type_of(value: &Value) -> Option<&'static str> {
    let has = |name: &str| value.get(name).is_some();
    Some(match value {
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_i64() => "Integer",
        Value::Number(_) => "Decimal",
        Value::String(text) if is_date(text) => "DateTime",
        Value::String(_) => "String",
        _ if has("reference") => "Reference",
        _ if has("coding") => "CodeableConcept",
        _ if has("value") => "Quantity",
        _ if has("start") || has("end") => "Period",
        _ if has("code") || has("display") => "Coding",
        _ => return None,
    })
}

fn is_date(text: &str) -> bool {
    let is_digits = |part: Option<&str>| part.is_some_and(|it| it.bytes().all(|b| b.is_ascii_digit()));
    is_digits(text.get(..4)) && (text.len() == 4 || text.get(4..5) == Some("-") && is_digits(text.get(5..7)))
}

/// Returns a text, or the part of a Coding that is one.
fn text_of(value: &Value, part: &str) -> Option<Value> {
    match value {
        Value::String(_) => Some(value.clone()),
        Value::Number(number) => Some(json!(number.to_string())),
        Value::Object(_) => {
            let coding = array(value, "coding").next().unwrap_or(value);
            string(coding, part).or(string(coding, "code")).map(|text| json!(text))
        }
        _ => None,
    }
}

fn complex(kind: &str, value: &Value) -> Option<Value> {
    let is_coding = value.get("code").is_some() || value.get("display").is_some();
    Some(match (kind, value) {
        ("CodeableConcept", Value::Object(_)) if value.get("code").is_some() => json!({ "coding": [value] }),
        ("CodeableConcept", Value::Object(_)) if is_coding => json!({ "text": value["display"] }),
        ("Coding", Value::Object(_)) if value.get("coding").is_some() => {
            array(value, "coding").next()?.clone()
        }
        ("Quantity" | "Age" | "Duration" | "Count" | "Distance", Value::Number(number)) => {
            json!({ "value": number })
        }
        ("Reference", Value::String(text)) if text.contains(['/', ':']) => json!({ "reference": text }),
        ("Reference", Value::String(text)) => json!({ "display": text }),
        ("CodeableConcept" | "Annotation" | "HumanName" | "Address", Value::String(text)) => {
            json!({ "text": text })
        }
        ("Identifier" | "ContactPoint", Value::String(text)) => json!({ "value": text }),
        (_, Value::Object(_)) => value.clone(),
        _ => return None,
    })
}
