//! Parsing of an item of a Questionnaire.

use jiff::Span;
use serde_json::Value;

use super::error::Error;
use super::item::{Column, Condition, Item, ItemType};
use super::options::choices;
use super::translation::{Text, array, extension, extensions, string, value};
use super::unit::Unit;
use crate::fhirpath::Expression;

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
const SDC: &str = "http://hl7.org/fhir/uv/sdc/StructureDefinition/sdc-questionnaire-";
/// Own extension: the age from which a value of the chart is shown and sent as old.
const OLD_AFTER: &str = "https://passerelle.example/fhir/StructureDefinition/old-after";
/// Deepest nesting of groups.
const MAX_DEPTH: usize = 8;

/// Unsupported extensions of an item that would change the questions.
const REFUSED: &[&str] = &[
    "sdc-questionnaire-enableWhenExpression",
    "sdc-questionnaire-itemPopulationContext",
    "sdc-questionnaire-answerExpression",
    "sdc-questionnaire-answerOptionsToggleExpression",
    "questionnaire-constraint",
    "questionnaire-minOccurs",
    "questionnaire-maxOccurs",
    "regex",
];

impl Item {
    pub(super) fn parse(json: &Value, form: &Value, depth: usize) -> Result<Self, Error> {
        let link_id = link_id(json)?;
        let kind = item_type(json, &link_id, depth)?;
        let (items, help) = children(json, form, depth)?;
        let text = Text::of(json, "text");
        if text.is_none() && kind != ItemType::Group {
            return Err(missing(&link_id, "text"));
        }
        let flag = |name: &str| json.get(name).and_then(Value::as_bool).unwrap_or(false);
        let core = |name: &str| extension(json, &format!("{CORE}{name}")).and_then(value);
        let max_length = json.get("maxLength").and_then(Value::as_u64);
        let unit = core("questionnaire-unit").or_else(|| core("questionnaire-unitOption"));
        let old_after = match extension(json, OLD_AFTER) {
            Some(found) => Some(old_after(found, &link_id)?),
            None => None,
        };
        let options = if kind.is_choice() { choices(json, form, &link_id)? } else { Vec::new() };
        let mut item = Self {
            old_after,
            text: text.unwrap_or_default(),
            definition: string(json, "definition").map(str::to_owned),
            short_text: extension_text(json, &format!("{SDC}shortText")),
            hint: help.or_else(|| extension_text(json, &format!("{CORE}entryFormat"))),
            required: flag("required"),
            repeats: flag("repeats"),
            read_only: flag("readOnly"),
            hidden: core("questionnaire-hidden").and_then(Value::as_bool).unwrap_or(false),
            max_length: max_length.and_then(|length| usize::try_from(length).ok()),
            min: core("minValue").and_then(bound_text),
            max: core("maxValue").and_then(bound_text),
            unit: unit.and_then(Unit::read),
            control: control(json),
            options,
            initial: array(json, "initial").cloned().collect(),
            initial_expression: expression(json, &link_id, "initialExpression")?,
            candidate_expression: expression(json, &link_id, "candidateExpression")?,
            calculated_expression: expression(json, &link_id, "calculatedExpression")?,
            columns: columns(json, &link_id)?,
            conditions: conditions(json, &link_id)?,
            all_conditions: string(json, "enableBehavior") != Some("any"),
            items,
            kind,
            link_id,
        };
        if let Some(span) = old_after {
            item.items.iter_mut().for_each(|child| child.inherit_old_after(span));
        }
        Ok(item)
    }

    /// Sets the age from which a value is old, here and below, wherever the form does not say it.
    fn inherit_old_after(&mut self, span: Span) {
        if self.old_after.is_none() {
            self.old_after = Some(span);
            self.items.iter_mut().for_each(|child| child.inherit_old_after(span));
        }
    }
}

/// Parses the age from which a value of the chart is old: a Duration in years, months, weeks or days.
fn old_after(found: &Value, link_id: &str) -> Result<Span, Error> {
    let unusable = || Error::Unsupported {
        place: link_id.to_owned(),
        what: "an old-after other than a number of years (a), months (mo), weeks (wk) or days (d)".to_owned(),
    };
    let duration = found.get("valueDuration").ok_or_else(unusable)?;
    let amount = duration.get("value").and_then(Value::as_i64).filter(|amount| (1..=9_999).contains(amount));
    let (amount, span) = (amount.ok_or_else(unusable)?, Span::new());
    match string(duration, "code") {
        Some("a") => span.try_years(amount),
        Some("mo") => span.try_months(amount),
        Some("wk") => span.try_weeks(amount),
        Some("d") => span.try_days(amount),
        _ => return Err(unusable()),
    }
    .map_err(|_| unusable())
}

fn missing(link_id: &str, element: &'static str) -> Error {
    Error::Missing { place: link_id.to_owned(), element }
}

fn link_id(json: &Value) -> Result<String, Error> {
    let link_id = string(json, "linkId").unwrap_or_default().to_owned();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    let usable = (1..=64).contains(&link_id.len()) && link_id.bytes().all(plain);
    if usable { Ok(link_id) } else { Err(Error::BadLinkId { link_id }) }
}

fn extension_text(json: &Value, url: &str) -> Option<Text> {
    extension(json, url).and_then(|found| Text::of(found, "valueString"))
}

fn item_type(json: &Value, link_id: &str, depth: usize) -> Result<ItemType, Error> {
    let unsupported = |what: String| Err(Error::Unsupported { place: link_id.to_owned(), what });
    let written = string(json, "type").unwrap_or("(none)");
    let Some(item_type) = ItemType::read(written) else {
        return unsupported(format!("the item type {written}"));
    };
    if json.get("modifierExtension").is_some() {
        return unsupported("a modifier extension".to_owned());
    }
    for extension in array(json, "extension") {
        let url = string(extension, "url").unwrap_or_default();
        let name = url.rsplit('/').next().unwrap_or_default();
        if REFUSED.contains(&name) {
            return unsupported(format!("the extension {name}"));
        }
    }
    let repeats = json.get("repeats").and_then(Value::as_bool).unwrap_or(false);
    let has_children = array(json, "item").any(|child| !is_help(child));
    match item_type {
        _ if depth > MAX_DEPTH => unsupported(format!("nesting deeper than {MAX_DEPTH}")),
        ItemType::Group if repeats => unsupported("a repeating group".to_owned()),
        ItemType::Group => Ok(item_type),
        _ if depth == 0 => unsupported("a question outside a group".to_owned()),
        _ if has_children => unsupported("an item below a question".to_owned()),
        _ => Ok(item_type),
    }
}

/// Returns the items below, and the help text among them.
fn children(json: &Value, form: &Value, depth: usize) -> Result<(Vec<Item>, Option<Text>), Error> {
    let (mut items, mut help) = (Vec::new(), None);
    for child in array(json, "item") {
        if is_help(child) {
            help = Text::of(child, "text");
        } else {
            items.push(Item::parse(child, form, depth + 1)?);
        }
    }
    Ok((items, help))
}

fn is_help(json: &Value) -> bool {
    string(json, "type") == Some("display") && control(json).as_deref() == Some("help")
}

fn control(json: &Value) -> Option<String> {
    let concept = extension(json, &format!("{CORE}questionnaire-itemControl")).and_then(value)?;
    let code = array(concept, "coding").find_map(|coding| string(coding, "code"))?;
    Some(code.to_owned())
}

fn bound_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        quantity => quantity.get("value").map(ToString::to_string),
    }
}

fn expression(json: &Value, place: &str, name: &'static str) -> Result<Option<Expression>, Error> {
    let Some(found) = extension(json, &format!("{SDC}{name}")) else {
        return Ok(None);
    };
    let text = found.get("valueExpression").and_then(fhirpath_text);
    let Some(text) = text else {
        return Err(Error::Missing { place: place.to_owned(), element: name });
    };
    parse_expression(text, place, name).map(Some)
}

/// Returns the text of an `Expression` in the `FHIRPath` language.
pub(super) fn fhirpath_text(expression: &Value) -> Option<&str> {
    (string(expression, "language") == Some("text/fhirpath"))
        .then(|| string(expression, "expression"))
        .flatten()
}

pub(super) fn parse_expression(text: &str, place: &str, element: &'static str) -> Result<Expression, Error> {
    Expression::parse(text).map_err(|source| Error::Expression { place: place.to_owned(), element, source })
}

fn columns(json: &Value, link_id: &str) -> Result<Vec<Column>, Error> {
    let column = |found: &Value| {
        let part = |name: &str| extension(found, name);
        let path = part("path").and_then(value).and_then(Value::as_str);
        let path = path.ok_or(Error::Missing { place: link_id.to_owned(), element: "choiceColumn" })?;
        Ok(Column {
            path: parse_expression(path, link_id, "choiceColumn")?,
            label: part("label").and_then(|label| Text::of(label, "valueString")),
            for_display: part("forDisplay").and_then(value).and_then(Value::as_bool).unwrap_or(false),
        })
    };
    extensions(json, &format!("{SDC}choiceColumn")).map(column).collect()
}

fn conditions(json: &Value, link_id: &str) -> Result<Vec<Condition>, Error> {
    let condition = |found: &Value| {
        let missing = || Error::Missing { place: link_id.to_owned(), element: "enableWhen" };
        let operator = string(found, "operator").ok_or_else(missing)?;
        if !matches!(operator, "exists" | "=" | "!=" | ">" | "<" | ">=" | "<=") {
            return Err(missing());
        }
        let keys = found.as_object().into_iter().flat_map(|object| object.iter());
        let answer = keys.into_iter().find(|(key, _)| key.starts_with("answer")).ok_or_else(missing)?;
        Ok(Condition {
            question: string(found, "question").ok_or_else(missing)?.to_owned(),
            number: 0,
            operator: operator.to_owned(),
            answer: answer.1.clone(),
            typed: String::new(),
        })
    };
    array(json, "enableWhen").map(condition).collect()
}
