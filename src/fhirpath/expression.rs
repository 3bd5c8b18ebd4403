//! A parsed expression, ready to be evaluated.

use serde_json::Value;

use super::environment::Environment;
use super::error::Error;
use super::evaluate::Run;
use super::item::Item;
use super::parser::{MAX_DEPTH, MAX_LENGTH, Parser};
use super::syntax::Expr;

/// A parsed expression: parse once, evaluate many times, from any thread.
#[derive(Clone, Debug)]
pub struct Expression {
    root: Expr,
    variables: Vec<String>,
}

impl Expression {
    /// Longest accepted text, in bytes.
    pub const MAX_LENGTH: usize = MAX_LENGTH;
    /// Deepest accepted nesting of parentheses, arguments and indexers.
    pub const MAX_DEPTH: usize = MAX_DEPTH;

    /// Parses `FHIRPath`.
    ///
    /// # Errors
    /// When the text is too long, nested too deep, not `FHIRPath`, or uses a function outside the subset.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut parser = Parser::new(text)?;
        let root = parser.whole()?;
        Ok(Self { root, variables: parser.variables() })
    }

    /// The names of the variables it mentions (`patient` for `%patient`), each once, in order of first mention.
    #[must_use]
    pub fn variables(&self) -> &[String] {
        &self.variables
    }

    #[cfg(test)]
    pub(super) fn root(&self) -> &Expr {
        &self.root
    }

    /// Evaluates against a focus.
    ///
    /// # Errors
    /// As `FHIRPath` demands (an unknown variable, several items where one is needed, a wrong type), and when the
    /// budget of the environment is spent.
    pub fn evaluate<'a>(&'a self, env: &Environment<'a>, focus: &'a Value) -> Result<Vec<Item<'a>>, Error> {
        Run::new(env, focus).whole(&self.root)
    }
}
