//! Parsing of an item of a Questionnaire.

use jiff::Span;
use serde_json::Value;

use super::error::Error;
use super::item::{Column, Condition, Item, ItemType};
use super::options::choices;
use super::place::{MAX_LINK_ID, key_of, section_key};
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
            text: text_of(json, kind, &link_id),
            key: key_of(&link_id),
            is_own_section: false,
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
        if item.hidden {
            item.items.iter_mut().for_each(Self::hide);
        }
        Ok(item)
    }

    /// Hides this item and everything below it: a hidden group is shown nowhere.
    fn hide(&mut self) {
        self.hidden = true;
        self.items.iter_mut().for_each(Self::hide);
    }

    /// Returns the items of a form in sections: a group that does not repeat is one, and what is between such groups is
    /// one without a heading.
    pub(super) fn in_sections(items: Vec<Self>) -> Vec<Self> {
        let mut sections: Vec<Self> = Vec::new();
        for item in items {
            if item.kind == ItemType::Group && !item.repeats {
                sections.push(item);
            } else if let Some(section) = sections.last_mut().filter(|section| section.is_own_section) {
                section.hidden &= item.hidden;
                section.items.push(item);
            } else {
                sections.push(Self::own_section(sections.len(), item));
            }
        }
        sections
    }

    fn own_section(number: usize, first: Self) -> Self {
        Self {
            key: section_key(number),
            is_own_section: true,
            hidden: first.hidden,
            items: vec![first],
            ..Self::blank(ItemType::Group)
        }
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

fn link_id(json: &Value) -> Result<String, Error> {
    let link_id = string(json, "linkId").unwrap_or_default().to_owned();
    if (1..=MAX_LINK_ID).contains(&link_id.len()) && !link_id.contains(char::is_control) {
        Ok(link_id)
    } else {
        Err(Error::BadLinkId { link_id })
    }
}

/// Text of an item, or else what it asks for: the display of its code, or its `linkId`.
fn text_of(json: &Value, kind: ItemType, link_id: &str) -> Text {
    let coded = || array(json, "code").find_map(|coding| Text::of(coding, "display"));
    let named = || match kind {
        ItemType::Group => Text::default(),
        _ => Text::untranslated(link_id),
    };
    Text::of(json, "text").or_else(coded).unwrap_or_else(named)
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
    if depth > MAX_DEPTH {
        return unsupported(format!("nesting deeper than {MAX_DEPTH}"));
    }
    Ok(item_type)
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
            question: key_of(string(found, "question").ok_or_else(missing)?),
            operator: operator.to_owned(),
            answer: answer.1.clone(),
            typed: String::new(),
        })
    };
    array(json, "enableWhen").map(condition).collect()
}
