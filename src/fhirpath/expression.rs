//! A parsed expression, ready to be evaluated.

use std::sync::OnceLock;

use serde_json::Value;

use super::environment::{Environment, is_url};
use super::error::Error;
use super::evaluate::Run;
use super::item::Item;
use super::parser::{MAX_DEPTH, MAX_LENGTH, Parser};
use super::syntax::Expr;

/// Parsed expression, which can be evaluated many times, from any thread.
#[derive(Clone, Debug)]
pub struct Expression {
    root: Expr,
    variables: Vec<String>,
    may_resolve: bool,
    has_plain_backslash: bool,
    /// Whether it finds nothing if all its variables are empty; known after it was evaluated so. Most expressions of a form are,
    /// because most charts lack most of what a form asks for.
    finds_nothing: OnceLock<bool>,
}

impl Expression {
    /// Longest accepted text, in bytes.
    pub const MAX_LENGTH: usize = MAX_LENGTH;
    /// Deepest accepted nesting of parentheses, arguments and indexers.
    pub const MAX_DEPTH: usize = MAX_DEPTH;

    /// Parses `FHIRPath`.
    ///
    /// # Errors
    /// [`Error::TooLong`], [`Error::TooDeep`], [`Error::Syntax`], [`Error::UnknownFunction`], [`Error::ArgumentCount`],
    /// [`Error::UnknownType`] or [`Error::BadPattern`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut parser = Parser::new(text)?;
        let root = parser.whole()?;
        let has_plain_backslash = parser.has_plain_backslash;
        let variables = parser.variables().into_iter().filter(|name| !is_url(name)).collect();
        let may_resolve = text.contains("resolve");
        Ok(Self { root, variables, may_resolve, has_plain_backslash, finds_nothing: OnceLock::new() })
    }

    /// Returns the names of its variables (`patient` for `%patient`), each once, in order of first use. Not those that
    /// it defines itself, nor `%vs-…` and `%ext-…`, which are always defined.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    /// Whether it may read the target of a reference with `resolve()`.
    #[must_use]
    pub fn may_resolve(&self) -> bool {
        self.may_resolve
    }

    /// Whether a regular expression in it has a backslash before a letter that is no escape of `FHIRPath`, such as `\d`
    /// that should be `\\d`. `FHIRPath` ignores that backslash, which leaves a pattern that no author means; here it belongs
    /// to the pattern.
    #[must_use]
    pub fn has_plain_backslash(&self) -> bool {
        self.has_plain_backslash
    }

    pub(super) fn root(&self) -> &Expr {
        &self.root
    }

    /// Evaluates the expression on a focus.
    ///
    /// # Errors
    /// The errors that `FHIRPath` requires (an unknown variable, several items where one is expected, a wrong type),
    /// and [`Error::Budget`] if the evaluation exceeds the budget of the environment.
    pub fn evaluate<'a>(&'a self, env: &Environment<'a>, focus: &'a Value) -> Result<Vec<Item<'a>>, Error> {
        let is_on_nothing = focus.is_null() && env.knows_nothing_of(&self.variables);
        if is_on_nothing && self.finds_nothing.get() == Some(&true) {
            return Ok(Vec::new());
        }
        let found = Run::new(env, focus).whole(&self.root)?;
        if is_on_nothing {
            self.finds_nothing.get_or_init(|| found.is_empty() && self.is_steady());
        }
        Ok(found)
    }
}
