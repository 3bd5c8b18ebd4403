//! Dispatch of functions, and their arguments.

use std::borrow::Cow;

use super::error::Error;
use super::evaluate::{Items, Run, Scope, integer, single};
use super::function::{Function, Group};
use super::item::Item;
use super::syntax::{Expr, Literal};

impl<'a> Run<'_, 'a> {
    pub(super) fn call(
        &self,
        function: Function,
        arguments: &'a [Expr],
        input: Items<'a>,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        self.charge(1)?;
        match function.group() {
            Group::Lambda => self.lambda(function, arguments, input, scope),
            Group::Collection => self.collection_function(function, arguments, input, scope),
            Group::Sets => self.set_function(function, arguments, input, scope),
            Group::Aggregate => self.aggregate_function(function, arguments, input, scope),
            Group::Text => self.text_function(function, arguments, input, scope),
            Group::Pattern => self.pattern_function(function, arguments, input, scope),
            Group::Conversion => self.conversion(function, arguments, input, scope),
            Group::Math => self.math_function(function, arguments, input, scope),
            Group::Dates => self.date_function(function, input),
            Group::Boundary => self.boundary_function(function, arguments, input, scope),
            Group::Elements => self.element_function(function, arguments, input, scope),
            Group::Types => self.type_function(function, arguments, input, scope),
        }
    }

    /// Evaluates an argument. Its focus is that of the expression around the function.
    pub(super) fn argument(
        &self,
        arguments: &'a [Expr],
        at: usize,
        function: Function,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        let argument = arguments.get(at).ok_or(Error::ArgumentCount(function.name()))?;
        self.eval(argument, scope)
    }

    /// Evaluates an argument that is a text. `None` if it is empty or missing.
    pub(super) fn text_argument(
        &self,
        arguments: &'a [Expr],
        at: usize,
        function: Function,
        scope: Scope<'_, 'a>,
    ) -> Result<Option<Cow<'a, str>>, Error> {
        match arguments.get(at) {
            Some(argument) => text(self.eval(argument, scope)?, function.name()),
            None => Ok(None),
        }
    }

    /// Evaluates an argument that is an integer. `None` if it is empty or missing.
    pub(super) fn integer_argument(
        &self,
        arguments: &'a [Expr],
        at: usize,
        function: Function,
        scope: Scope<'_, 'a>,
    ) -> Result<Option<i64>, Error> {
        match arguments.get(at) {
            Some(argument) => integer(self.eval(argument, scope)?, function.name()),
            None => Ok(None),
        }
    }
}

/// Returns the text of an argument for an error: only if it is written in the expression, since any other may be a value
/// of a chart.
pub(super) fn shown(arguments: &[Expr], at: usize) -> String {
    match arguments.get(at) {
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
