//! Evaluation of a syntax tree, which counts its steps.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::slice;

use serde_json::Value;

use super::environment::Environment;
use super::error::Error;
use super::function::Function;
use super::item::Item;
use super::node::Node;
use super::pattern::Pattern;
use super::syntax::{Expr, Literal, Step};

pub(super) type Items<'a> = Vec<Item<'a>>;

/// Evaluation of one expression.
pub(super) struct Run<'e, 'a> {
    pub(super) env: &'e Environment<'a>,
    pub(super) root: Item<'a>,
    steps: Cell<u32>,
    /// Compiled patterns by their text: a pattern is often used for every item of a collection.
    pub(super) patterns: RefCell<HashMap<String, Pattern>>,
}

/// Values of `$this`, `$index` and `$total`, and the variables defined in the expression, at one point of it.
#[derive(Clone, Copy)]
pub(super) struct Scope<'s, 'a> {
    pub(super) focus: &'s [Item<'a>],
    pub(super) index: Option<usize>,
    pub(super) total: Option<&'s [Item<'a>]>,
    pub(super) defined: Option<&'s Defined<'s, 'a>>,
}

/// Call of a function. Its arguments are evaluated in the scope of the expression around it.
#[derive(Clone, Copy)]
pub(super) struct Call<'s, 'a> {
    pub(super) function: Function,
    pub(super) arguments: &'a [Expr],
    pub(super) scope: Scope<'s, 'a>,
}

impl Call<'_, '_> {
    /// Name of the function.
    pub(super) fn name(&self) -> &'static str {
        self.function.name()
    }
}

/// Variable of `defineVariable()`, with those defined before it.
pub(super) struct Defined<'s, 'a> {
    name: &'s str,
    items: Items<'a>,
    before: Option<&'s Self>,
}

impl<'s, 'a> Scope<'s, 'a> {
    /// Scope inside of a function that evaluates an argument for each item.
    pub(super) fn on(self, item: &'s Item<'a>, at: usize) -> Self {
        Self { focus: slice::from_ref(item), index: Some(at), ..self }
    }

    pub(super) fn defined(&self, name: &str) -> Option<&'s [Item<'a>]> {
        let mut next = self.defined;
        while let Some(defined) = next {
            if defined.name == name {
                return Some(&defined.items);
            }
            next = defined.before;
        }
        None
    }
}

impl<'e, 'a> Run<'e, 'a> {
    pub(super) fn new(env: &'e Environment<'a>, focus: &'a Value) -> Self {
        let root = Item::Node(Node::root(focus));
        Self { env, root, steps: Cell::new(0), patterns: RefCell::default() }
    }

    pub(super) fn whole(&self, expr: &'a Expr) -> Result<Items<'a>, Error> {
        let scope = Scope { focus: slice::from_ref(&self.root), index: None, total: None, defined: None };
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

    /// Charges the copy of a collection: one step for each item after the first, and for every 64 bytes of text.
    fn charge_copies(&self, items: &[Item<'a>]) -> Result<(), Error> {
        let bytes: usize = items.iter().map(Item::copied_bytes).sum();
        self.charge(items.len().saturating_sub(1) + bytes / 64)
    }

    fn copied(&self, items: &[Item<'a>]) -> Result<Items<'a>, Error> {
        self.charge_copies(items)?;
        Ok(items.to_vec())
    }

    pub(super) fn eval(&self, expr: &'a Expr, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        self.charge(1)?;
        match expr {
            Expr::Focus | Expr::This => self.copied(scope.focus),
            Expr::Index => {
                Ok(scope.index.and_then(|at| i64::try_from(at).ok()).map(Item::Integer).into_iter().collect())
            }
            Expr::Total => self.copied(scope.total.unwrap_or_default()),
            Expr::Empty => Ok(Vec::new()),
            Expr::Literal(literal) => Ok(vec![item_of(literal)]),
            Expr::Variable(name) => self.variable(name, scope),
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
            Expr::Negated(operand) => self.negated(self.eval(operand, scope)?),
        }
    }

    fn variable(&self, name: &str, scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        if let Some(items) = scope.defined(name) {
            return self.copied(items);
        }
        let items = self.env.variable(name, &self.root)?;
        self.charge_copies(&items)?;
        Ok(items)
    }

    fn path(&self, head: &'a Expr, steps: &'a [Step], scope: Scope<'_, 'a>) -> Result<Items<'a>, Error> {
        match head {
            Expr::Focus => {
                let items = self.copied(scope.focus)?;
                match steps {
                    [Step::Member(name), rest @ ..] if is_type_of_root(&items, name) => {
                        self.steps(items, rest, scope)
                    }
                    steps => self.steps(items, steps, scope),
                }
            }
            head => {
                let (items, steps) = match self.response_items(head, steps, scope) {
                    Some(found) => found?,
                    None => (self.eval(head, scope)?, steps),
                };
                self.steps(items, steps, scope)
            }
        }
    }

    fn steps(
        &self,
        mut items: Items<'a>,
        steps: &'a [Step],
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        for (at, step) in steps.iter().enumerate() {
            items = match step {
                Step::Member(name) => self.members(&items, name)?,
                Step::Index(index) => self.at_index(items, index, scope)?,
                Step::Call(function, arguments) => {
                    self.call(Call { function: *function, arguments, scope }, items)?
                }
                Step::OfType(operator, name) => self.by_type(*operator, name, items)?,
                // The variable is known in the steps that follow.
                Step::Define(name, value) => {
                    return self.with_defined(name, value.as_ref(), items, &steps[at + 1..], scope);
                }
            };
        }
        Ok(items)
    }

    fn with_defined(
        &self,
        name: &'a str,
        value: Option<&'a Expr>,
        items: Items<'a>,
        rest: &'a [Step],
        scope: Scope<'_, 'a>,
    ) -> Result<Items<'a>, Error> {
        self.charge(1)?;
        if scope.defined(name).is_some() || self.env.defines(name) {
            return Err(Error::DefinedTwice(name.to_owned()));
        }
        let value = match value {
            Some(value) => self.eval(value, Scope { focus: &items, ..scope })?,
            None => self.copied(&items)?,
        };
        let defined = Defined { name, items: value, before: scope.defined };
        self.steps(items, rest, Scope { defined: Some(&defined), ..scope })
    }

    fn members(&self, items: &[Item<'a>], name: &str) -> Result<Items<'a>, Error> {
        let mut found = Vec::new();
        for item in items {
            match item {
                Item::Node(node) => found.extend(node.children(name).into_iter().map(Item::Node)),
                computed => found.extend(computed.part(name)),
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
        && matches!(items, [Item::Node(node)] if node.is_resource(name) || node.kind.is_some_and(|kind| kind.is_a(name)))
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
