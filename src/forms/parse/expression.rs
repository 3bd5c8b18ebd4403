//! Expressions in extensions of a form.

use serde_json::{Value, json};

use super::super::item::Column;
use super::super::place::key_of;
use super::super::query::Query;
use super::super::remark::RemarkKind;
use super::super::translation::{Text, extension, extensions, string, value};
use super::findings::Findings;
use super::population::with_entries_named;
use super::text::parse_expression;
use crate::fhirpath::Expression;

pub(super) const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
pub(super) const QUERY_LANGUAGE: &str = "application/x-fhir-query";

/// Reads the expression of an extension of SDC.
pub(super) fn expression(
    json: &Value,
    place: &str,
    name: &'static str,
    findings: &mut Findings,
) -> Option<Expression> {
    let found = extension(json, &format!("{SDC}{name}"))?;
    stated(found, place, name, findings)
}

/// Reads an expression that does nothing but fill an item. One in another language leaves the item unfilled: it changes
/// nothing of what is asked.
pub(super) fn filling(
    json: &Value,
    place: &str,
    name: &'static str,
    findings: &mut Findings,
) -> Option<Expression> {
    let found = extension(json, &format!("{SDC}{name}"))?;
    match other_language(found) {
        Some(language) => findings.not_filled(place, &format!("{name} in the language {language}")),
        None => return stated(found, place, name, findings),
    }
    None
}

/// Returns the language of the expression of an extension, if it is not `FHIRPath`.
pub(super) fn other_language(found: &Value) -> Option<&str> {
    let language = found.get("valueExpression").and_then(|expression| string(expression, "language"));
    language.filter(|language| *language != "text/fhirpath")
}

/// Reads the expression of an extension, or of a part of one: `valueExpression`, or a text.
pub(super) fn stated(
    found: &Value,
    place: &str,
    name: &'static str,
    findings: &mut Findings,
) -> Option<Expression> {
    let written = found.get("valueExpression");
    let text = match written {
        Some(expression) => fhirpath_text(expression, place, name, findings)?,
        None => string(found, "valueString").unwrap_or_default(),
    };
    if text.is_empty() {
        findings.missing(place, name);
        return None;
    }
    parsed(text, place, name, findings)
}

/// Parses an expression of the form.
pub(super) fn parsed(
    text: &str,
    place: &str,
    name: &'static str,
    findings: &mut Findings,
) -> Option<Expression> {
    let text = with_entries_named(text, &findings.batches);
    let expression = findings.take(parse_expression(&text, place, name))?;
    if expression.has_plain_backslash() {
        findings.remark(place, name, RemarkKind::PlainBackslash);
    }
    Some(expression)
}

/// Reads an expression that finds resources of the chart. That of a search becomes a query of the form, and the
/// expression finds its matches.
pub(super) fn resources(
    json: &Value,
    place: &str,
    name: &'static str,
    findings: &mut Findings,
) -> Option<Expression> {
    let found = extension(json, &format!("{SDC}{name}"))?;
    let stated_query =
        found.get("valueExpression").filter(|it| string(it, "language") == Some(QUERY_LANGUAGE));
    let Some(query) = stated_query else {
        return stated(found, place, name, findings);
    };
    let source = format!("{name} {}", key_of(place));
    let query = findings.take(Query::parse(&json!({ "name": source, "expression": query["expression"] })))?;
    findings.queries.push(query);
    let matches = "entry.where(search.mode.empty() or search.mode = 'match').resource";
    findings.take(parse_expression(&format!("%`{source}`.{matches}"), place, name))
}

/// Returns the text of an `Expression` in the `FHIRPath` language. Another language is refused by its name.
pub(super) fn fhirpath_text<'e>(
    expression: &'e Value,
    place: &str,
    name: &'static str,
    findings: &mut Findings,
) -> Option<&'e str> {
    match (string(expression, "language"), string(expression, "expression")) {
        (Some("text/fhirpath"), Some(text)) => return Some(text),
        (Some(language), _) if language != "text/fhirpath" => {
            findings.unsupported(place, format!("{name} in the language {language}"));
        }
        _ => findings.missing(place, name),
    }
    None
}

/// Reads the columns of the candidates of a picker.
pub(super) fn columns(json: &Value, place: &str, findings: &mut Findings) -> Vec<Column> {
    let mut columns = Vec::new();
    for found in extensions(json, &format!("{SDC}choiceColumn")) {
        let part = |name: &str| extension(found, name);
        let Some(path) = part("path").and_then(value).and_then(Value::as_str) else {
            findings.missing(place, "choiceColumn");
            continue;
        };
        columns.extend(findings.take(parse_expression(path, place, "choiceColumn")).map(|path| Column {
            path,
            label: part("label").and_then(|label| Text::of(label, "valueString")),
            for_display: part("forDisplay").and_then(value).and_then(Value::as_bool).unwrap_or(false),
        }));
    }
    columns
}
