//! Types of items: `is`, `as`, `ofType`, `type()` and `conformsTo()`.

use serde_json::Value;

use super::call::shown;
use super::error::Error;
use super::evaluate::{Call, Items, Run, boolean, single};
use super::function::Function;
use super::item::Item;
use super::model::{Type, system_info};
use super::node::Node;
use super::syntax::{Namespace, TypeName, TypeOperator};
use super::temporal::{Kind, Temporal};

/// Canonical URLs of the base definitions of FHIR begin so.
const BASE_DEFINITIONS: &str = "http://hl7.org/fhir/StructureDefinition/";

impl<'a> Run<'_, 'a> {
    pub(super) fn by_type(
        &self,
        operator: TypeOperator,
        name: &TypeName,
        items: Items<'a>,
    ) -> Result<Items<'a>, Error> {
        self.charge(1 + items.len())?;
        if operator == TypeOperator::Is {
            return Ok(boolean(single(items, "is")?.and_then(|item| is_type(&item, name, Match::Derived))));
        }
        if operator == TypeOperator::As && items.len() > 1 {
            return Err(Error::NotSingleton("as"));
        }
        Ok(items.into_iter().filter(|item| is_type(item, name, Match::Own) == Some(true)).collect())
    }

    pub(super) fn type_function(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        if call.function == Function::ConformsTo {
            return self.conforms_to(call, input);
        }
        let infos = input.iter().filter_map(type_info);
        Ok(infos.map(|info| Item::Node(Node::root(info))).collect())
    }

    fn conforms_to(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let url = self.text_argument(call, 0)?;
        let (Some(item), Some(url)) = (single(input, call.name())?, url) else {
            return Ok(Vec::new());
        };
        let Some(definition) = url.strip_prefix(BASE_DEFINITIONS).and_then(Type::find) else {
            return Err(Error::UnknownProfile(shown(call, 0)));
        };
        let kind = item.node().and_then(|node| node.kind);
        Ok(boolean(kind.map(|kind| kind.is_a(definition.name()))))
    }
}

/// Types that an item may have to be of a type.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Match {
    /// The type or one derived from it, as for `is`.
    Derived,
    /// The type itself if it is primitive, as for `as` and `ofType`: a `code` is no `string` there.
    Own,
}

/// Whether an item has this type. `None` if its type is not known.
fn is_type(item: &Item<'_>, wanted: &TypeName, how: Match) -> Option<bool> {
    let name = wanted.name.as_str();
    let Item::Node(node) = item else {
        let own = system_type(item);
        // A computed value may also stand for the FHIR type of the same name.
        let fhir = || own.eq_ignore_ascii_case(name) && Type::find(name).is_some();
        return Some(wanted.namespace != Some(Namespace::Fhir) && (own == name || fhir()));
    };
    if wanted.namespace == Some(Namespace::System) {
        return Some(false);
    }
    match node.kind {
        Some(kind) if how == Match::Own && kind.is_primitive() => Some(kind.is(name)),
        Some(kind) => Some(kind.is_a(name)),
        None => guessed(node.value, name),
    }
}

/// Whether a value of unknown type may be of this one. `None` if its JSON does not show.
fn guessed(value: &Value, name: &str) -> Option<bool> {
    match value {
        Value::Bool(_) => Some(name == "boolean"),
        Value::Number(number) if number.is_i64() => {
            Some(matches!(name, "integer" | "positiveInt" | "unsignedInt" | "decimal"))
        }
        Value::Number(_) => Some(name == "decimal"),
        Value::String(text) => Some(match name {
            "date" => Temporal::parse(text).is_some_and(|date| !date.has_time()),
            "dateTime" => Temporal::parse(text).is_some(),
            "instant" => Temporal::parse(text).is_some_and(|moment| moment.has_time()),
            "time" => Temporal::parse_time(text).is_some(),
            "string" | "code" | "uri" | "url" | "canonical" | "id" | "markdown" => true,
            _ => false,
        }),
        Value::Object(members) => members.get("resourceType").map(|own| own == name),
        _ => None,
    }
}

fn system_type(item: &Item<'_>) -> &'static str {
    match item {
        Item::Node(_) => "",
        Item::Boolean(_) => "Boolean",
        Item::Integer(_) => "Integer",
        Item::Decimal(_) => "Decimal",
        Item::String(_) => "String",
        Item::Quantity(..) => "Quantity",
        Item::Temporal(temporal) => match temporal.kind() {
            Kind::Date => "Date",
            Kind::DateTime => "DateTime",
            Kind::Time => "Time",
        },
    }
}

fn type_info(item: &Item<'_>) -> Option<&'static Value> {
    match item {
        Item::Node(node) => node.kind.map(Type::info),
        computed => system_info(system_type(computed)),
    }
}
