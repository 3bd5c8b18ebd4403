//! Dispatch of functions, and their arguments.

use std::borrow::Cow;

use super::error::Error;
use super::evaluate::{Call, Items, Run, integer, single};
use super::function::Group;
use super::item::Item;
use super::syntax::{Expr, Literal};

impl<'a> Run<'_, 'a> {
    pub(super) fn call(&self, call: Call<'_, 'a>, input: Items<'a>) -> Result<Items<'a>, Error> {
        self.charge(1)?;
        match call.function.group() {
            Group::Lambda => self.lambda(call, input),
            Group::Collection => self.collection_function(call, input),
            Group::Sets => self.set_function(call, input),
            Group::Aggregate => self.aggregate_function(call, input),
            Group::Text => self.text_function(call, input),
            Group::Pattern => self.pattern_function(call, input),
            Group::Conversion => self.conversion(call, input),
            Group::Math => self.math_function(call, input),
            Group::Dates => self.date_function(call.function, input),
            Group::Boundary => self.boundary_function(call, input),
            Group::Elements => self.element_function(call, input),
            Group::Types => self.type_function(call, input),
        }
    }

    /// Evaluates an argument. Its focus is that of the expression around the function.
    pub(super) fn argument(&self, call: Call<'_, 'a>, at: usize) -> Result<Items<'a>, Error> {
        let argument = call.arguments.get(at).ok_or(Error::ArgumentCount(call.name()))?;
        self.eval(argument, call.scope)
    }

    /// Evaluates an argument that is a text. `None` if it is empty or missing.
    pub(super) fn text_argument(&self, call: Call<'_, 'a>, at: usize) -> Result<Option<Cow<'a, str>>, Error> {
        match call.arguments.get(at) {
            Some(argument) => text(self.eval(argument, call.scope)?, call.name()),
            None => Ok(None),
        }
    }

    /// Evaluates an argument that is an integer. `None` if it is empty or missing.
    pub(super) fn integer_argument(&self, call: Call<'_, 'a>, at: usize) -> Result<Option<i64>, Error> {
        match call.arguments.get(at) {
            Some(argument) => integer(self.eval(argument, call.scope)?, call.name()),
            None => Ok(None),
        }
    }
}

/// Returns the text of an argument for an error: only if it is written in the expression, since any other may be a value
/// of a chart.
pub(super) fn shown(call: Call<'_, '_>, at: usize) -> String {
    match call.arguments.get(at) {
        Some(Expr::Literal(Literal::String(text))) => text.clone(),
        _ => "(computed)".to_owned(),
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
