//! `is`, `as` and `ofType`, as far as types are known without a model of FHIR.

use serde_json::Value;

use super::error::Error;
use super::evaluate::{Items, Run, boolean, single};
use super::item::{Item, Node};
use super::syntax::{TypeName, TypeOperator};
use super::temporal::Temporal;

impl<'a> Run<'_, 'a> {
    pub(super) fn by_type(
        &self,
        operator: TypeOperator,
        name: &TypeName,
        items: Items<'a>,
    ) -> Result<Items<'a>, Error> {
        self.charge(1 + items.len())?;
        if operator == TypeOperator::Is {
            let item = single(items, "is")?;
            return Ok(boolean(item.map(|item| is_type(&item, &name.0)).transpose()?));
        }
        if operator == TypeOperator::As && items.len() > 1 {
            return Err(Error::NotSingleton("as"));
        }
        let mut kept = Vec::new();
        for item in items {
            if is_type(&item, &name.0)? {
                kept.push(item);
            }
        }
        Ok(kept)
    }
}

fn is_type(item: &Item<'_>, name: &str) -> Result<bool, Error> {
    Ok(match item {
        Item::Node(node) => return node_is(node, name),
        Item::Boolean(_) => matches!(name, "Boolean" | "boolean"),
        Item::Integer(_) => matches!(name, "Integer" | "integer"),
        Item::Decimal(_) => matches!(name, "Decimal" | "decimal"),
        Item::String(_) => matches!(name, "String" | "string"),
        Item::Quantity(..) => name == "Quantity",
        Item::Temporal(temporal) if temporal.has_time() => matches!(name, "DateTime" | "dateTime"),
        Item::Temporal(_) => matches!(name, "Date" | "date"),
    })
}

fn node_is(node: &Node<'_>, name: &str) -> Result<bool, Error> {
    if let Some(known) = node.type_name {
        return Ok(known == name || known.eq_ignore_ascii_case(name) && node.value.as_object().is_none());
    }
    match node.value {
        Value::Object(object) if object.contains_key("resourceType") => {
            Ok(node.is_resource(name) || matches!(name, "Resource" | "DomainResource"))
        }
        Value::Bool(_) => Ok(matches!(name, "boolean" | "Boolean")),
        Value::Number(number) if number.is_i64() => {
            Ok(matches!(name, "integer" | "Integer" | "positiveInt" | "unsignedInt" | "decimal" | "Decimal"))
        }
        Value::Number(_) => Ok(matches!(name, "decimal" | "Decimal")),
        Value::String(text) => Ok(match name {
            "date" | "Date" => Temporal::parse(text).is_some_and(|date| !date.has_time()),
            "dateTime" | "DateTime" => Temporal::parse(text).is_some(),
            "instant" => Temporal::parse(text).is_some_and(|moment| moment.has_time()),
            "string" | "String" | "code" | "uri" | "url" | "canonical" | "id" | "markdown" => true,
            _ => false,
        }),
        _ => Err(Error::UnknownType(name.to_owned())),
    }
}
