//! Functions on text.

use std::borrow::Cow;

use super::error::Error;
use super::evaluate::{Items, Run, Scope, boolean, integer, single};
use super::function::Function;
use super::item::Item;
use super::syntax::Expr;

impl<'a> Run<'_, 'a> {
    pub(super) fn text_function(
        &self,
        function: Function,
        arguments: &'a [Expr],
        input: Items<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        let Some(text) = text(input, function.name())? else {
            return Ok(Vec::new());
        };
        self.charge_text(text.len())?;
        match function {
            Function::Upper => return Ok(string(text.to_uppercase())),
            Function::Lower => return Ok(string(text.to_lowercase())),
            Function::Trim => return Ok(string(text.trim().to_owned())),
            Function::Length => return Ok(count(Some(text.chars().count()))),
            Function::Substring => return self.substring(&text, arguments, scope),
            _ => {}
        }
        let mut given = Vec::with_capacity(2);
        for argument in arguments {
            let Some(argument) = self.text_argument(argument, scope, function)? else {
                return Ok(Vec::new());
            };
            given.push(argument);
        }
        let first = given.first().map_or("", |text| text.as_ref());
        match function {
            Function::StartsWith => Ok(boolean(Some(text.starts_with(first)))),
            Function::EndsWith => Ok(boolean(Some(text.ends_with(first)))),
            Function::Contains => Ok(boolean(Some(text.contains(first)))),
            Function::IndexOf => Ok(index_of(&text, first)),
            Function::Split => {
                let parts: Items<'a> =
                    text.split(first).map(|part| Item::String(Cow::Owned(part.to_owned()))).collect();
                self.charge(parts.len())?;
                Ok(parts)
            }
            _ => self.replaced(&text, first, given.get(1).map_or("", |text| text.as_ref())),
        }
    }

    fn text_argument(
        &self,
        argument: &'a Expr,
        scope: Scope<'_, 'a>,
        function: Function,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        text(self.eval(argument, scope)?, function.name())
    }

    fn substring(&self, text: &str, arguments: &'a [Expr], scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        let number = |at: usize| match arguments.get(at) {
            Some(argument) => integer(self.eval(argument, scope)?, "substring"),
            None => Ok(None),
        };
        let start = number(0)?.and_then(|start| usize::try_from(start).ok());
        let length = number(1)?.map_or(usize::MAX, |length| usize::try_from(length).unwrap_or(0));
        let Some(start) = start.filter(|start| *start < text.chars().count()) else {
            return Ok(Vec::new());
        };
        Ok(string(text.chars().skip(start).take(length).collect()))
    }

    /// Charges the result to the budget before building it, because replacing can multiply the length.
    fn replaced(&self, text: &str, pattern: &str, by: &str) -> Result<Items<'a>, Error> {
        let matches = text.matches(pattern).count();
        self.charge_text(text.len().saturating_add(matches.saturating_mul(by.len())))?;
        Ok(string(text.replace(pattern, by)))
    }

    pub(super) fn join(
        &self,
        arguments: &'a [Expr],
        input: Items<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        if input.is_empty() {
            return Ok(input);
        }
        let separator = match arguments.first() {
            Some(argument) => self.text_argument(argument, scope, Function::Join)?.unwrap_or_default(),
            None => Cow::Borrowed(""),
        };
        let mut parts = Vec::with_capacity(input.len());
        for item in input {
            if item.node().is_some_and(|node| node.value.is_null()) {
                continue;
            }
            let part = item.into_text().ok_or(Error::WrongType("join"))?;
            self.charge_text(part.len() + separator.len())?;
            parts.push(part);
        }
        Ok(string(parts.join(separator.as_ref())))
    }
}

/// Returns the text of the only item. `None` for an empty collection or a primitive that has only extensions.
pub(super) fn text<'a>(items: Items<'a>, what: &'static str) -> Result<Option<Cow<'a, str>>, Error> {
    match single(items, what)? {
        None => Ok(None),
        Some(Item::Node(node)) if node.value.is_null() => Ok(None),
        Some(item) => item.into_text().map(Some).ok_or(Error::WrongType(what)),
    }
}

fn string<'a>(text: String) -> Items<'a> {
    vec![Item::String(Cow::Owned(text))]
}

fn count<'a>(number: Option<usize>) -> Items<'a> {
    vec![Item::Integer(number.and_then(|number| i64::try_from(number).ok()).unwrap_or(-1))]
}

fn index_of<'a>(text: &str, wanted: &str) -> Items<'a> {
    count(text.find(wanted).map(|at| text[..at].chars().count()))
}
