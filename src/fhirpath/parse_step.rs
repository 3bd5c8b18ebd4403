//! Parser of the steps of a path: elements, functions, types.

use super::error::Error;
use super::function::{Function, Group};
use super::lexer::Token;
use super::model::{Type, is_system_type};
use super::parser::{MAX_DEPTH, Parser};
use super::pattern::Pattern;
use super::syntax::{Expr, Literal, Namespace, Step, TypeName, TypeOperator};

/// Most patterns of an expression that are checked when it is parsed.
const MAX_CHECKED_PATTERNS: usize = 16;

/// Functions whose first argument is a regular expression.
const PATTERN_FUNCTIONS: [&str; 3] = ["matches", "matchesFull", "replaceMatches"];

impl Parser {
    pub(super) fn step(&mut self) -> Result<Step, Error> {
        let name = self.identifier("the name of an element or function")?;
        if !self.accept("(") {
            return Ok(Step::Member(name));
        }
        let by_type = match name.as_str() {
            "is" => Some(TypeOperator::Is),
            "as" => Some(TypeOperator::As),
            "ofType" => Some(TypeOperator::OfType),
            _ => None,
        };
        if let Some(operator) = by_type {
            let type_name = self.type_name()?;
            self.require(")")?;
            return Ok(Step::OfType(operator, type_name));
        }
        let arguments = self.arguments(&name)?;
        if name == "defineVariable" {
            return self.definition(arguments);
        }
        match Function::find(&name, arguments.len()) {
            Some((function, _, true)) => {
                self.check_pattern(function, &arguments)?;
                Ok(Step::Call(function, arguments))
            }
            Some((_, name, false)) => Err(Error::ArgumentCount(name)),
            None => Err(Error::UnknownFunction(name)),
        }
    }

    fn arguments(&mut self, of: &str) -> Result<Vec<Expr>, Error> {
        let (sorted, outer) = (of == "sort", self.in_pattern);
        let mut arguments = Vec::new();
        if self.accept(")") {
            return Ok(arguments);
        }
        loop {
            self.in_pattern = arguments.is_empty() && PATTERN_FUNCTIONS.contains(&of);
            let argument = self.expression()?;
            self.in_pattern = outer;
            let descends = sorted && self.accept_direction();
            arguments.push(if descends { Expr::Negated(Box::new(argument)) } else { argument });
            if self.accept(")") {
                return Ok(arguments);
            }
            self.require(",")?;
        }
    }

    /// Accepts `asc` or `desc` after a key of `sort()`. Returns whether the order is descending.
    fn accept_direction(&mut self) -> bool {
        let descends = match self.peek() {
            Token::Identifier(word) if word == "desc" => true,
            Token::Identifier(word) if word == "asc" => false,
            _ => return false,
        };
        self.next();
        descends
    }

    /// Steps after a definition are evaluated inside of it, so it counts as a level of nesting.
    fn definition(&mut self, arguments: Vec<Expr>) -> Result<Step, Error> {
        let mut arguments = arguments.into_iter();
        let (name, value) = (arguments.next(), arguments.next());
        let Some(Expr::Literal(Literal::String(name))) = name else {
            return self.expected("the name of a variable in quotes");
        };
        if arguments.next().is_some() {
            return Err(Error::ArgumentCount("defineVariable"));
        }
        if self.defined.len() == MAX_DEPTH {
            return Err(Error::TooDeep { limit: MAX_DEPTH });
        }
        self.defined.push(name.clone());
        Ok(Step::Define(name, value))
    }

    pub(super) fn type_name(&mut self) -> Result<TypeName, Error> {
        let mut name = self.identifier("the name of a type")?;
        let mut namespace = match name.as_str() {
            "FHIR" => Some(Namespace::Fhir),
            "System" => Some(Namespace::System),
            _ => None,
        };
        if namespace.is_some() && self.accept(".") {
            name = self.identifier("the name of a type")?;
        } else {
            namespace = None;
        }
        let is_known = match namespace {
            Some(Namespace::System) => true,
            Some(Namespace::Fhir) => Type::find(&name).is_some(),
            None => Type::find(&name).is_some() || is_system_type(&name),
        };
        if is_known { Ok(TypeName { namespace, name }) } else { Err(Error::UnknownType(name)) }
    }

    /// Refuses a pattern that can never be used, so that the author of a form learns of it. Compiling takes time, so only
    /// the first patterns of an expression are checked.
    fn check_pattern(&mut self, function: Function, arguments: &[Expr]) -> Result<(), Error> {
        match arguments.first() {
            Some(Expr::Literal(Literal::String(text)))
                if function.group() == Group::Pattern && self.checked_patterns < MAX_CHECKED_PATTERNS =>
            {
                self.checked_patterns += 1;
                let compiled = Pattern::compile(text);
                compiled.map(|_| ()).map_err(|reason| Error::BadPattern { function: function.name(), reason })
            }
            _ => Ok(()),
        }
    }
}
