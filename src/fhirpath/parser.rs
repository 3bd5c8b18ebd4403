//! Parser: tokens to a syntax tree, with a limit of nesting.

use super::decimal::Decimal;
use super::error::Error;
use super::lexer::{Text, Token, temporal, tokens};
use super::syntax::{Expr, Literal, Operator, Step, TypeOperator};
use super::unit::calendar_unit;

/// Longest accepted text, in bytes.
pub(super) const MAX_LENGTH: usize = 8 * 1024;
/// Deepest accepted nesting of parentheses, arguments and indexers.
pub(super) const MAX_DEPTH: usize = 24;

/// Binary operators by precedence, lowest first. The type operators (`is`, `as`) are between `|` and `+`.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("implies", Operator::Implies)],
    &[("or", Operator::Or), ("xor", Operator::Xor)],
    &[("and", Operator::And)],
    &[("in", Operator::In), ("contains", Operator::Contains)],
    &[
        ("=", Operator::Equal),
        ("~", Operator::Equivalent),
        ("!=", Operator::NotEqual),
        ("!~", Operator::NotEquivalent),
    ],
    &[("<", Operator::Less), (">", Operator::Greater), ("<=", Operator::AtMost), (">=", Operator::AtLeast)],
    &[("|", Operator::Union)],
    &[("+", Operator::Plus), ("-", Operator::Minus), ("&", Operator::Concatenate)],
    &[("*", Operator::Times), ("/", Operator::Divide), ("div", Operator::Div), ("mod", Operator::Mod)],
];
const LEVEL_BELOW_TYPES: usize = 7;

pub(super) struct Parser {
    tokens: Vec<(usize, Token)>,
    at: usize,
    pub(super) depth: usize,
    variables: Vec<String>,
    /// Whether the texts that are parsed now are parts of a regular expression.
    pub(super) in_pattern: bool,
    /// Whether a regular expression has a backslash before a letter that is no escape.
    pub(super) has_plain_backslash: bool,
    /// Number of patterns that were compiled to check them.
    pub(super) checked_patterns: usize,
    /// Names of `defineVariable()`.
    pub(super) defined: Vec<String>,
}

impl Parser {
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        let limit = MAX_LENGTH;
        if text.len() > limit {
            return Err(Error::TooLong { limit });
        }
        Ok(Self {
            tokens: tokens(text)?,
            at: 0,
            depth: 0,
            variables: Vec::new(),
            in_pattern: false,
            has_plain_backslash: false,
            checked_patterns: 0,
            defined: Vec::new(),
        })
    }

    /// Returns the names of the variables that the environment has to define.
    pub(super) fn variables(self) -> Vec<String> {
        let Self { variables, defined, .. } = self;
        variables.into_iter().filter(|name| !defined.contains(name)).collect()
    }

    pub(super) fn whole(&mut self) -> Result<Expr, Error> {
        let root = self.expression()?;
        if *self.peek() == Token::End { Ok(root) } else { self.expected("the end of the expression") }
    }

    pub(super) fn peek(&self) -> &Token {
        self.tokens.get(self.at).map_or(&Token::End, |(_, token)| token)
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    pub(super) fn expected<T>(&self, expected: &'static str) -> Result<T, Error> {
        let at = self.tokens.get(self.at).or(self.tokens.last()).map_or(0, |(at, _)| *at);
        Err(Error::Syntax { at, expected })
    }

    pub(super) fn accept(&mut self, symbol: &str) -> bool {
        let found = matches!(self.peek(), Token::Symbol(next) if *next == symbol);
        self.at += usize::from(found);
        found
    }

    pub(super) fn require(&mut self, symbol: &'static str) -> Result<(), Error> {
        if self.accept(symbol) { Ok(()) } else { self.expected(symbol) }
    }

    pub(super) fn expression(&mut self) -> Result<Expr, Error> {
        let limit = MAX_DEPTH;
        if self.depth == limit {
            return Err(Error::TooDeep { limit });
        }
        self.depth += 1;
        let expression = self.level(0);
        self.depth -= 1;
        expression
    }

    fn level(&mut self, level: usize) -> Result<Expr, Error> {
        if level == LEVEL_BELOW_TYPES {
            return self.types();
        }
        self.chain(level, |parser| parser.level(level + 1))
    }

    /// Parses operators of higher precedence than `is`: sums, products, then signs.
    fn tighter(&mut self, level: usize) -> Result<Expr, Error> {
        if level == LEVELS.len() {
            return self.signed();
        }
        self.chain(level, |parser| parser.tighter(level + 1))
    }

    fn chain(
        &mut self,
        level: usize,
        operand: impl Fn(&mut Self) -> Result<Expr, Error>,
    ) -> Result<Expr, Error> {
        let first = operand(self)?;
        let mut rest = Vec::new();
        while let Some(operator) = self.operator(LEVELS[level]) {
            rest.push((operator, operand(self)?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Chain(Box::new(first), rest) })
    }

    fn operator(&mut self, level: &[(&str, Operator)]) -> Option<Operator> {
        let written = match self.peek() {
            Token::Symbol(symbol) => symbol,
            Token::Identifier(word) => word.as_str(),
            _ => return None,
        };
        let found = level.iter().find(|(text, _)| *text == written).map(|(_, operator)| *operator);
        self.at += usize::from(found.is_some());
        found
    }

    fn types(&mut self) -> Result<Expr, Error> {
        let first = self.tighter(LEVEL_BELOW_TYPES)?;
        let mut rest = Vec::new();
        while let Token::Identifier(word) = self.peek() {
            let operator = match word.as_str() {
                "is" => TypeOperator::Is,
                "as" => TypeOperator::As,
                _ => break,
            };
            self.at += 1;
            rest.push((operator, self.type_name()?));
        }
        Ok(if rest.is_empty() { first } else { Expr::Types(Box::new(first), rest) })
    }

    pub(super) fn identifier(&mut self, expected: &'static str) -> Result<String, Error> {
        match self.peek() {
            Token::Identifier(name) | Token::Quoted(name) => {
                let name = name.clone();
                self.at += 1;
                Ok(name)
            }
            _ => self.expected(expected),
        }
    }

    fn signed(&mut self) -> Result<Expr, Error> {
        let mut negative = false;
        loop {
            if self.accept("-") {
                negative = !negative;
            } else if !self.accept("+") {
                break;
            }
        }
        let operand = self.path()?;
        Ok(if negative { Expr::Negated(Box::new(operand)) } else { operand })
    }

    fn path(&mut self) -> Result<Expr, Error> {
        let mut steps = Vec::new();
        let head = match self.peek() {
            Token::Identifier(word) if !matches!(word.as_str(), "true" | "false") => {
                steps.push(self.step()?);
                Expr::Focus
            }
            Token::Quoted(_) => {
                steps.push(self.step()?);
                Expr::Focus
            }
            _ => self.term()?,
        };
        loop {
            if self.accept(".") {
                steps.push(self.step()?);
            } else if self.accept("[") {
                steps.push(Step::Index(self.expression()?));
                self.require("]")?;
            } else {
                break;
            }
        }
        Ok(if steps.is_empty() { head } else { Expr::Path(Box::new(head), steps) })
    }

    fn term(&mut self) -> Result<Expr, Error> {
        let start = self.at;
        let literal = match self.next() {
            Token::Symbol("(") => {
                let inner = self.expression()?;
                self.require(")")?;
                return Ok(inner);
            }
            Token::Symbol("{") => {
                self.require("}")?;
                return Ok(Expr::Empty);
            }
            Token::Variable(name) => {
                if !self.variables.contains(&name) {
                    self.variables.push(name.clone());
                }
                return Ok(Expr::Variable(name));
            }
            Token::Special(name) if name == "this" => return Ok(Expr::This),
            Token::Special(name) if name == "index" => return Ok(Expr::Index),
            Token::Special(name) if name == "total" => return Ok(Expr::Total),
            Token::Identifier(word) => Some(Literal::Boolean(word == "true")),
            Token::Text(text) => Some(Literal::String(self.meant(text))),
            Token::Temporal(text) => temporal(&text).map(Literal::Temporal),
            Token::Number(text) => self.number(&text),
            _ => None,
        };
        let Some(literal) = literal else {
            self.at = start;
            return self.expected("a value");
        };
        Ok(Expr::Literal(literal))
    }

    /// Returns a text as its author means it: in a regular expression, `\d` is a digit.
    fn meant(&mut self, text: Text) -> String {
        match text.as_pattern {
            Some(pattern) if self.in_pattern => {
                self.has_plain_backslash = true;
                pattern
            }
            _ => text.text,
        }
    }

    fn number(&mut self, text: &str) -> Option<Literal> {
        let unit = match self.peek() {
            Token::Text(unit) => Some(unit.text.clone()),
            Token::Identifier(word) => calendar_unit(word).map(str::to_owned),
            _ => None,
        };
        if let Some(unit) = unit {
            self.at += 1;
            return Decimal::parse(text).map(|value| Literal::Quantity(value, unit));
        }
        if text.contains('.') {
            return Decimal::parse(text).map(Literal::Decimal);
        }
        text.parse().ok().map(Literal::Integer)
    }
}
