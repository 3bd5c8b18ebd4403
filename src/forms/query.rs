//! Searches of a form: `x-fhir-query` templates.

use serde_json::{Value, json};

use super::error::Error;
use super::parse::parse_expression;
use super::translation::string;
use crate::fhirpath::{self, Environment, Expression, Item};

/// Named FHIR search relative to the base URL, with expressions in `{{…}}`.
#[derive(Clone, Debug)]
pub struct Query {
    /// Name of the variable for its result (`%conditions`).
    pub name: String,
    /// Requested resource type.
    pub resource_type: String,
    template: Vec<Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Plain(String),
    Value(Expression),
}

static NOTHING: Value = Value::Null;

impl Query {
    pub(super) fn parse(expression: &Value) -> Result<Self, Error> {
        let name = string(expression, "name").unwrap_or_default().to_owned();
        let bad = |why: &'static str| Error::BadQuery { name: name.clone(), why };
        let text = string(expression, "expression").ok_or_else(|| bad("it has no expression"))?;
        let text = text.trim().trim_start_matches('/');
        let end = text.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len());
        let resource_type = text[..end].to_owned();
        if name.is_empty() || !resource_type.starts_with(|c: char| c.is_ascii_uppercase()) {
            return Err(bad("it needs a name, and an expression that starts with a resource type"));
        }
        if !text[end..].starts_with(['?', '/']) {
            return Err(bad("after the resource type comes ? or /"));
        }
        let mut template = Vec::new();
        let mut rest = text;
        while let Some((plain, tail)) = rest.split_once("{{") {
            let (inner, tail) = tail.split_once("}}").ok_or_else(|| bad("a {{ is not closed"))?;
            template.push(Part::Plain(url_text(plain)));
            template.push(Part::Value(parse_expression(inner, &name, "x-fhir-query")?));
            rest = tail;
        }
        template.push(Part::Plain(url_text(rest)));
        let odd = |part: &Part| matches!(part, Part::Plain(plain) if plain.contains(['#', '\\', ' ']) || plain.contains(".."));
        if template.iter().any(odd) {
            return Err(bad("it has blanks, a fragment or dot segments"));
        }
        Ok(Self { name, resource_type, template })
    }

    /// Returns the search for the Observations of the chart with any of these codes, of the last days.
    ///
    /// # Errors
    /// [`Error::Expression`], which does not happen.
    pub(super) fn of_observations(name: &str, codes: &[(String, String)], days: i64) -> Result<Self, Error> {
        let code = |(system, code): &(String, String)| {
            [percent_encoded(system), percent_encoded("|"), percent_encoded(code)].concat()
        };
        let codes = codes.iter().map(code).collect::<Vec<_>>().join(",");
        let text = format!(
            "Observation?patient={{{{%patient.id}}}}&code={codes}&date=ge{{{{today() - {days} days}}}}&_sort=-date&_count=200"
        );
        Self::parse(&json!({ "name": name, "expression": text }))
    }

    /// Returns its expressions.
    pub(super) fn expressions(&self) -> impl Iterator<Item = &Expression> + Clone {
        self.template.iter().filter_map(|part| match part {
            Part::Value(expression) => Some(expression),
            Part::Plain(_) => None,
        })
    }

    /// Returns the relative URL, with percent-encoded values and several values joined by commas. `None` if a value is
    /// empty.
    ///
    /// # Errors
    /// The error of an expression that cannot be evaluated.
    pub(super) fn resolve(&self, env: &Environment<'_>) -> Result<Option<String>, fhirpath::Error> {
        let mut url = String::new();
        for part in &self.template {
            match part {
                Part::Plain(plain) => url.push_str(plain),
                Part::Value(expression) => {
                    let values = expression.evaluate(env, &NOTHING)?;
                    let values: Vec<String> = values.iter().filter_map(plain_text).collect();
                    if values.is_empty() {
                        return Ok(None);
                    }
                    url.push_str(
                        &values.iter().map(|value| percent_encoded(value)).collect::<Vec<_>>().join(","),
                    );
                }
            }
        }
        Ok(Some(url))
    }
}

/// Encodes characters that a URL cannot have, such as the bar in `code=http://loinc.org|29463-7`, which some servers
/// refuse. Escapes are kept.
fn url_text(plain: &str) -> String {
    let is_url = |c: char| c.is_ascii_graphic() && !"\"<>^`{|}".contains(c) || "#\\ ".contains(c);
    plain.chars().map(|c| if is_url(c) { c.to_string() } else { percent_encoded(&c.to_string()) }).collect()
}

fn plain_text(item: &Item<'_>) -> Option<String> {
    match item.to_json() {
        Value::String(text) if !text.is_empty() => Some(text),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Encodes everything but unreserved characters (RFC 3986, 2.3), so that a value is never parsed as syntax.
fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            // Writing to a string does not fail.
            let _ = write!(encoded, "%{byte:02X}");
        }
        encoded
    })
}
