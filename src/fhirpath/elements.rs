//! Functions of FHIR on elements.

use std::borrow::Cow;

use serde_json::Value;

use super::call::shown;
use super::error::Error;
use super::evaluate::{Call, Items, Run, boolean, single};
use super::function::Function;
use super::item::Item;
use super::node::Node;
use super::scalar::{Scalar, scalar};

impl<'a> Run<'_, 'a> {
    pub(super) fn element_function(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        match call.function {
            Function::Children => self.children(&input),
            Function::Descendants => self.descendants(input),
            Function::Extension => self.extension(call, &input),
            Function::Resolve => {
                self.charge(input.len())?;
                Ok(input.iter().filter_map(|item| self.env.resolve(item)).collect())
            }
            Function::HasValue => Ok(boolean(Some(matches!(input.as_slice(), [item] if has_value(item))))),
            Function::GetValue => Ok(match input.as_slice() {
                [item] if has_value(item) => value_of(item)?.into_iter().collect(),
                _ => Vec::new(),
            }),
            Function::MemberOf => self.member_of(call, input),
            _ => self.weights(&input),
        }
    }

    fn children(&self, input: &[Item<'a>]) -> Result<Items<'a>, Error> {
        let mut found = Vec::new();
        for node in input.iter().filter_map(Item::node) {
            self.charge(1 + node.size())?;
            let children = node.all_children();
            self.charge(children.len())?;
            found.extend(children.into_iter().map(Item::Node));
        }
        Ok(found)
    }

    /// Evaluates `descendants()`: level by level.
    fn descendants(&self, input: Items<'a>) -> Result<Items<'a>, Error> {
        let (mut found, mut level) = (Vec::new(), input);
        while !level.is_empty() {
            level = self.children(&level)?;
            found.extend_from_slice(&level);
        }
        Ok(found)
    }

    fn extension(&self, call: Call<'_, 'a>, input: &[Item<'a>]) -> Result<Items<'a>, Error> {
        let url = self.text_argument(call, 0)?;
        let url = url.unwrap_or(Cow::Borrowed(""));
        let mut found: Vec<Node<'a>> = Vec::new();
        for node in input.iter().filter_map(Item::node) {
            found.extend(node.children("extension"));
        }
        self.charge(1 + found.len())?;
        found.retain(|node| node.value.get("url").and_then(Value::as_str) == Some(url.as_ref()));
        Ok(found.into_iter().map(Item::Node).collect())
    }

    /// Evaluates `memberOf()` on a code, a Coding or a `CodeableConcept`, of which one coding has to be a member.
    fn member_of(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        let value_set = self.text_argument(call, 0)?;
        let (Some(item), Some(value_set)) = (single(input, call.name())?, value_set) else {
            return Ok(Vec::new());
        };
        let codes = codes(&item).ok_or(Error::WrongType(call.name()))?;
        self.charge(1 + codes.len())?;
        let mut is_member = false;
        for (system, code) in codes {
            let known = self.env.is_member(&value_set, system, code);
            is_member |= known.ok_or_else(|| Error::UnknownValueSet(shown(call, 0)))?;
        }
        Ok(boolean(Some(is_member)))
    }
}

/// Systems and codes of a code, a Coding or a `CodeableConcept`. `None` for other items.
fn codes<'i>(item: &'i Item<'_>) -> Option<Vec<(Option<&'i str>, &'i str)>> {
    if let Some(code) = item.as_str() {
        return Some(vec![(None, code)]);
    }
    let node = item.node()?;
    let text = |coding: &'i Value, name: &str| coding.get(name).and_then(Value::as_str);
    let coding = |value: &'i Value| Some((text(value, "system"), text(value, "code")?));
    match node.value.get("coding") {
        Some(codings) => Some(codings.as_array()?.iter().filter_map(coding).collect()),
        None => coding(node.value).map(|code| vec![code]),
    }
}

fn has_value(item: &Item<'_>) -> bool {
    item.node().is_none_or(|node| !node.value.is_object() && !node.value.is_null())
}

/// Returns the value of a primitive element as a system type.
fn value_of<'a>(item: &Item<'a>) -> Result<Option<Item<'a>>, Error> {
    Ok(match scalar(item)? {
        Scalar::Boolean(value) => Some(Item::Boolean(value)),
        Scalar::Number(value, true) => i64::try_from(value.truncated()).ok().map(Item::Integer),
        Scalar::Number(value, false) => Some(Item::Decimal(value)),
        Scalar::Temporal(value) => Some(Item::Temporal(value)),
        Scalar::Text(..) => item.clone().into_text().map(Item::String),
        Scalar::Quantity(..) => Some(item.clone()),
        Scalar::Complex(_) | Scalar::Nothing => None,
    })
}
