//! Dependencies of an expression, as far as its text shows them.

use super::expression::Expression;
use super::syntax::{Expr, Literal, Operator, Step};

impl Expression {
    /// Whether the result depends on the focus: a path starts with a name, a function or `$this`.
    #[must_use]
    pub fn reads_focus(&self) -> bool {
        reads_focus(self.root())
    }

    /// Whether the result depends on nothing but the focus and the variables that it names: not on the current time and its zone,
    /// other resources, value sets, or the names of other variables.
    pub(super) fn is_steady(&self) -> bool {
        let mut is_steady = true;
        visit(self.root(), &mut |expression| {
            is_steady &= match expression {
                Expr::Literal(literal) => !matches!(literal, Literal::Temporal(_)),
                Expr::Path(_, steps) => steps.iter().all(|step| match step {
                    Step::Call(function, _) => function.is_steady(),
                    Step::Define(..) => false,
                    Step::Member(_) | Step::Index(_) | Step::OfType(..) => true,
                }),
                _ => true,
            };
        });
        is_steady
    }

    /// Returns the texts with which an element is compared: `a` and `b` of `where(linkId = 'a' or linkId in ('b'))` for
    /// `linkId`.
    #[must_use]
    pub fn compared_with(&self, element: &str) -> Vec<&str> {
        let mut found = Vec::new();
        visit(self.root(), &mut |expression| {
            let Expr::Chain(first, rest) = expression else { return };
            let mut left = &**first;
            for (operator, right) in rest {
                let compares = matches!(operator, Operator::Equal | Operator::Equivalent | Operator::In);
                if compares && ends_with(left, element) {
                    texts(right, &mut found);
                } else if compares && ends_with(right, element) {
                    texts(left, &mut found);
                }
                left = right;
            }
        });
        found
    }
}

fn reads_focus(expression: &Expr) -> bool {
    match expression {
        Expr::Focus | Expr::This => true,
        // What the steps read is what the head gives.
        Expr::Path(head, _) => reads_focus(head),
        Expr::Types(inner, _) | Expr::Negated(inner) => reads_focus(inner),
        Expr::Chain(first, rest) => reads_focus(first) || rest.iter().any(|(_, right)| reads_focus(right)),
        Expr::Index | Expr::Total | Expr::Empty | Expr::Literal(_) | Expr::Variable(_) => false,
    }
}

/// Visits an expression and everything in it.
fn visit<'e>(expression: &'e Expr, to: &mut impl FnMut(&'e Expr)) {
    to(expression);
    match expression {
        Expr::Path(head, steps) => {
            visit(head, to);
            for step in steps {
                match step {
                    Step::Index(inner) | Step::Define(_, Some(inner)) => visit(inner, to),
                    Step::Call(_, arguments) => {
                        for argument in arguments {
                            visit(argument, to);
                        }
                    }
                    Step::Member(_) | Step::OfType(..) | Step::Define(_, None) => {}
                }
            }
        }
        Expr::Types(inner, _) | Expr::Negated(inner) => visit(inner, to),
        Expr::Chain(first, rest) => {
            visit(first, to);
            for (_, right) in rest {
                visit(right, to);
            }
        }
        _ => {}
    }
}

fn ends_with(expression: &Expr, element: &str) -> bool {
    let Expr::Path(_, steps) = expression else { return false };
    matches!(steps.last(), Some(Step::Member(name)) if name == element)
}

/// Adds the texts of a literal, or of the literals of a union.
fn texts<'e>(expression: &'e Expr, found: &mut Vec<&'e str>) {
    match expression {
        Expr::Literal(Literal::String(text)) => found.push(text),
        Expr::Chain(first, rest) => {
            texts(first, found);
            for (_, right) in rest {
                texts(right, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_an_expression_depends_on() {
        let parsed = |text: &str| Expression::parse(text).unwrap();
        let compared = |text: &str| {
            parsed(text).compared_with("linkId").into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(compared("%resource.item.where(linkId = 'a').answer.value + 1"), ["a"]);
        assert_eq!(
            compared("item.where(linkId in ('a' | 'b')).answer.where('c' = $this.linkId)"),
            ["a", "b", "c"]
        );
        assert!(compared("iif(value = 'a', 'b', 'c') in ('d')").is_empty());
        for (text, reads) in [
            ("%patient.name.where(use = 'official')", false),
            ("today() - 1 year", true),
            ("answer.value > 3", true),
            ("1 + -($this)", true),
            ("(%a | %b).exists(code = 'x')", false),
        ] {
            assert_eq!(parsed(text).reads_focus(), reads, "{text}");
        }
    }
}
