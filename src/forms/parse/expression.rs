//! Expressions in extensions of a form.

use serde_json::Value;

use super::super::error::Error;
use super::super::item::Column;
use super::super::translation::{Text, extension, extensions, string, value};
use super::findings::Findings;
use crate::fhirpath::Expression;

pub(super) const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";

/// Reads the expression of an extension of SDC.
pub(super) fn expression(
    json: &Value,
    place: &str,
    name: &'static str,
    findings: &mut Findings,
) -> Option<Expression> {
    let found = extension(json, &format!("{SDC}{name}"))?;
    let Some(text) = found.get("valueExpression").and_then(fhirpath_text) else {
        findings.missing(place, name);
        return None;
    };
    findings.take(parse_expression(text, place, name))
}

/// Returns the text of an `Expression` in the `FHIRPath` language.
pub(super) fn fhirpath_text(expression: &Value) -> Option<&str> {
    (string(expression, "language") == Some("text/fhirpath"))
        .then(|| string(expression, "expression"))
        .flatten()
}

/// Parses an expression.
///
/// # Errors
/// [`Error::Expression`] with the reason.
pub(in crate::forms) fn parse_expression(
    text: &str,
    place: &str,
    element: &'static str,
) -> Result<Expression, Error> {
    Expression::parse(text).map_err(|source| Error::Expression { place: place.to_owned(), element, source })
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
