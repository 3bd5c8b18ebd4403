//! Evaluation of a syntax tree, which counts its steps.

use std::borrow::Cow;
use std::cell::Cell;
use std::slice;

use serde_json::Value;

use super::environment::Environment;
use super::error::Error;
use super::item::{Item, Node};
use super::syntax::{Expr, Literal, Operator, Step};

pub(super) type Items<'a> = Vec<Item<'a>>;

/// Evaluation of one expression.
pub(super) struct Run<'e, 'a> {
    pub(super) env: &'e Environment<'a>,
    root: Item<'a>,
    steps: Cell<u32>,
}

/// Values of `$this`, `$index` and `$total` at one point of an expression.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    pub(super) focus: &'s [Item<'a>],
    pub(super) index: Option<usize>,
    pub(super) total: Option<&'s [Item<'a>]>,
}

impl<'e, 'a> Run<'e, 'a> {
    pub(super) fn new(env: &'e Environment<'a>, focus: &'a Value) -> Self {
        Self { env, root: Item::Node(Node::root(focus)), steps: Cell::new(0) }
    }

    pub(super) fn whole(&self, expr: &'a Expr) -> Result<Items<'a>, Error> {
        let scope = Scope { focus: slice::from_ref(&self.root), index: None, total: None };
        self.eval(expr, scope)
    }

    #[cfg(test)]
    pub(super) fn spent(&self) -> u32 {
        self.steps.get()
    }

    /// Charges steps to the budget.
    pub(super) fn charge(&self, steps: usize) -> Result<(), Error> {
        let limit = self.env.budget();
        let spent = u32::try_from(steps).ok().and_then(|steps| self.steps.get().checked_add(steps));
        match spent {
            Some(spent) if spent <= limit => {
                self.steps.set(spent);
                Ok(())
            }
            _ => Err(Error::Budget { limit }),
        }
    }

    /// Charges a new text to the budget: one step for every eight bytes.
    pub(super) fn charge_text(&self, bytes: usize) -> Result<(), Error> {
        self.charge(1 + bytes / 8)
    }

    pub(super) fn eval(&self, expr: &'a Expr, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        self.charge(1)?;
        match expr {
            Expr::Focus | Expr::This => Ok(scope.focus.to_vec()),
            Expr::Index => {
                Ok(scope.index.and_then(|at| i64::try_from(at).ok()).map(Item::Integer).into_iter().collect())
            }
            Expr::Total => Ok(scope.total.map(<[Item<'a>]>::to_vec).unwrap_or_default()),
            Expr::Empty => Ok(Vec::new()),
            Expr::Literal(literal) => Ok(vec![item_of(literal)]),
            Expr::Variable(name) => {
                let items = self.env.variable(name, &self.root)?;
                self.charge(items.len())?;
                Ok(items)
            }
            Expr::Path(head, steps) => self.path(head, steps, scope),
            Expr::Chain(first, rest) => {
                let mut left = self.eval(first, scope)?;
                for (operator, right) in rest {
                    left = self.binary(*operator, left, self.eval(right, scope)?)?;
                }
                Ok(left)
            }
            Expr::Types(first, rest) => {
                let mut items = self.eval(first, scope)?;
                for (operator, name) in rest {
                    items = self.by_type(*operator, name, items)?;
                }
                Ok(items)
            }
            Expr::Negated(operand) => {
                let operand = self.eval(operand, scope)?;
                self.binary(Operator::Minus, vec![Item::Integer(0)], operand)
            }
        }
    }

    fn path(&self, head: &'a Expr, steps: &'a [Step], scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        let mut items = match head {
            Expr::Focus => scope.focus.to_vec(),
            head => self.eval(head, scope)?,
        };
        let mut at_start = matches!(head, Expr::Focus);
        for step in steps {
            items = match step {
                Step::Member(name) if at_start && is_type_of_root(&items, name) => items,
                Step::Member(name) => self.members(&items, name)?,
                Step::Index(index) => self.at_index(items, index, scope)?,
                Step::Call(function, arguments) => self.call(*function, arguments, items, scope)?,
                Step::OfType(operator, name) => self.by_type(*operator, name, items)?,
            };
            at_start = false;
        }
        Ok(items)
    }

    fn members(&self, items: &[Item<'a>], name: &str) -> Result<Items<'a>, Error> {
        let mut found = Vec::new();
        for item in items {
            if let Item::Node(node) = item {
                node.push_children(name, &mut found);
            }
        }
        self.charge(1 + items.len() + found.len())?;
        Ok(found)
    }

    fn at_index(
        &self,
        mut items: Items<'a>,
        index: &'a Expr,
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        let index = self.eval(index, scope)?;
        let index = integer(index, "an index")?.and_then(|at| usize::try_from(at).ok());
        Ok(match index {
            Some(at) if at < items.len() => vec![items.swap_remove(at)],
            _ => Vec::new(),
        })
    }
}

fn is_type_of_root(items: &[Item<'_>], name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
        && matches!(items, [Item::Node(node)] if node.is_resource(name) || matches!(name, "Resource" | "DomainResource"))
}

fn item_of(literal: &Literal) -> Item<'_> {
    match literal {
        Literal::Boolean(value) => Item::Boolean(*value),
        Literal::Integer(value) => Item::Integer(*value),
        Literal::Decimal(value) => Item::Decimal(*value),
        Literal::String(text) => Item::String(Cow::Borrowed(text)),
        Literal::Temporal(value) => Item::Temporal(*value),
        Literal::Quantity(value, unit) => Item::Quantity(*value, Cow::Borrowed(unit)),
    }
}

/// Returns the only item, or `None` if there is none. Several are an error.
pub(super) fn single<'a>(items: Items<'a>, what: &'static str) -> Result<Option<Item<'a>>, Error> {
    let mut items = items.into_iter();
    let first = items.next();
    if items.next().is_some() { Err(Error::NotSingleton(what)) } else { Ok(first) }
}

/// Returns the truth value of a collection: that of its only item, true if this is not a boolean, `None` if empty.
pub(super) fn truth(items: Items<'_>, what: &'static str) -> Result<Option<bool>, Error> {
    let known = single(items, what)?.filter(|item| item.node().is_none_or(|node| !node.value.is_null()));
    Ok(known.map(|item| item.as_bool().unwrap_or(true)))
}

/// Returns the only item as an integer.
pub(super) fn integer(items: Items<'_>, what: &'static str) -> Result<Option<i64>, Error> {
    match single(items, what)? {
        None => Ok(None),
        Some(Item::Integer(value)) => Ok(Some(value)),
        Some(Item::Node(node)) if node.value.is_i64() || node.value.is_null() => Ok(node.value.as_i64()),
        Some(_) => Err(Error::WrongType(what)),
    }
}

pub(super) fn boolean<'a>(value: Option<bool>) -> Items<'a> {
    value.map(Item::Boolean).into_iter().collect()
}
