//! Binary operators.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::call::text;
use super::decimal::Decimal;
use super::error::Error;
use super::evaluate::{Items, Run, boolean, single, truth};
use super::item::Item;
use super::quantity::{Quantity, number as as_quantity};
use super::scalar::{Scalar, as_temporal, scalar};
use super::syntax::Operator;

impl Operator {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Times => "*",
            Self::Divide => "/",
            Self::Div => "div",
            Self::Mod => "mod",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Concatenate => "&",
            Self::Union => "|",
            Self::Greater => ">",
            Self::Less => "<",
            Self::AtLeast => ">=",
            Self::AtMost => "<=",
            Self::Equal => "=",
            Self::Equivalent => "~",
            Self::NotEqual => "!=",
            Self::NotEquivalent => "!~",
            Self::In => "in",
            Self::Contains => "contains",
            Self::And => "and",
            Self::Or => "or",
            Self::Xor => "xor",
            Self::Implies => "implies",
        }
    }
}

impl<'a> Run<'_, 'a> {
    pub(super) fn binary(
        &self,
        operator: Operator,
        left: Items<'a>,
        right: Items<'a>,
    ) -> Result<Items<'a>, Error> {
        let what = operator.name();
        match operator {
            Operator::Union => self.union(left, right),
            Operator::Equal => Ok(boolean(self.equal_collections(&left, &right)?)),
            Operator::NotEqual => Ok(boolean(self.equal_collections(&left, &right)?.map(|equal| !equal))),
            Operator::Equivalent => Ok(boolean(Some(self.equivalent_collections(&left, &right)?))),
            Operator::NotEquivalent => Ok(boolean(Some(!self.equivalent_collections(&left, &right)?))),
            Operator::In => self.membership(left, &right, what),
            Operator::Contains => self.membership(right, &left, what),
            Operator::And | Operator::Or | Operator::Xor | Operator::Implies => {
                Ok(boolean(logic(operator, truth(left, what)?, truth(right, what)?)))
            }
            Operator::Greater | Operator::Less | Operator::AtLeast | Operator::AtMost => {
                let (Some(left), Some(right)) = (single(left, what)?, single(right, what)?) else {
                    return Ok(Vec::new());
                };
                Ok(boolean(self.order(&left, &right, what)?.map(|order| holds(operator, order))))
            }
            Operator::Concatenate => self.concatenate(left, right),
            _ => self.arithmetic(operator, left, right),
        }
    }

    fn membership(
        &self,
        item: Items<'a>,
        items: &[Item<'a>],
        what: &'static str,
    ) -> Result<Items<'a>, Error> {
        match single(item, what)? {
            Some(item) => Ok(boolean(Some(self.has(items, &item)?))),
            None => Ok(Vec::new()),
        }
    }

    fn concatenate(&self, left: Items<'a>, right: Items<'a>) -> Result<Items<'a>, Error> {
        let text = |items: Items<'a>| text(items, "&").map(Option::unwrap_or_default);
        let (left, right) = (text(left)?, text(right)?);
        self.charge_text(left.len() + right.len())?;
        Ok(vec![Item::String(left + right)])
    }

    fn arithmetic(&self, operator: Operator, left: Items<'a>, right: Items<'a>) -> Result<Items<'a>, Error> {
        let what = operator.name();
        let (Some(left), Some(right)) = (single(left, what)?, single(right, what)?) else {
            return Ok(Vec::new());
        };
        let result = match (scalar(&left)?, scalar(&right)?) {
            (Scalar::Nothing, _) | (_, Scalar::Nothing) => None,
            (Scalar::Number(left, whole), Scalar::Number(right, other_whole)) => {
                numbers(operator, left, right)?.map(|value| number(value, whole && other_whole, operator))
            }
            (Scalar::Text(left, _), Scalar::Text(right, _)) if operator == Operator::Plus => {
                self.charge_text(left.len() + right.len())?;
                Some(Item::String(Cow::Owned([left, right].concat())))
            }
            (Scalar::Quantity(left, unit), Scalar::Quantity(right, other)) => {
                self.quantities(operator, (left, unit), (right, other))?
            }
            (Scalar::Quantity(left, unit), Scalar::Number(right, _)) if scales(operator) => {
                self.quantities(operator, (left, unit), as_quantity(right))?
            }
            (Scalar::Number(left, _), Scalar::Quantity(right, unit)) if scales(operator) => {
                self.quantities(operator, as_quantity(left), (right, unit))?
            }
            (left @ (Scalar::Temporal(_) | Scalar::Text(_, true)), Scalar::Quantity(amount, unit)) => {
                shifted(operator, &left, (amount, unit))?
            }
            _ => return Err(Error::WrongType(what)),
        };
        Ok(result.into_iter().collect())
    }

    /// Evaluates `-` before a number or quantity.
    pub(super) fn negated(&self, operand: Items<'a>) -> Result<Items<'a>, Error> {
        self.charge(1)?;
        let Some(item) = single(operand, "-")? else {
            return Ok(Vec::new());
        };
        let out_of_range = Error::OutOfRange("-");
        let negated = match scalar(&item)? {
            Scalar::Nothing => return Ok(Vec::new()),
            Scalar::Number(value, whole) => {
                number(value.negated().ok_or(out_of_range)?, whole, Operator::Minus)
            }
            Scalar::Quantity(value, unit) => {
                let code = Cow::Owned(unit.code.to_owned());
                Item::Quantity(value.negated().ok_or(out_of_range)?, code)
            }
            _ => return Err(Error::WrongType("-")),
        };
        Ok(vec![negated])
    }
}

/// Whether the operator multiplies or divides a quantity by a number.
fn scales(operator: Operator) -> bool {
    matches!(operator, Operator::Times | Operator::Divide)
}

fn number(value: Decimal, whole: bool, operator: Operator) -> Item<'static> {
    let integer =
        (whole && operator != Operator::Divide).then(|| i64::try_from(value.truncated()).ok()).flatten();
    integer.map_or(Item::Decimal(value), Item::Integer)
}

fn numbers(operator: Operator, left: Decimal, right: Decimal) -> Result<Option<Decimal>, Error> {
    let dividing = matches!(operator, Operator::Divide | Operator::Div | Operator::Mod);
    if dividing && right.is_zero() {
        return Ok(None);
    }
    let result = match operator {
        Operator::Plus => left.plus(right),
        Operator::Minus => right.negated().and_then(|right| left.plus(right)),
        Operator::Times => left.times(right),
        Operator::Divide => left.divided_by(right),
        Operator::Div => left.div_mod(right).map(|(whole, _)| whole),
        Operator::Mod => left.div_mod(right).map(|(_, rest)| rest),
        _ => return Err(Error::WrongType(operator.name())),
    };
    result.map(Some).ok_or(Error::OutOfRange(operator.name()))
}

fn shifted<'a>(
    operator: Operator,
    date: &Scalar<'_>,
    (amount, unit): Quantity<'_>,
) -> Result<Option<Item<'a>>, Error> {
    let what = operator.name();
    let sign = match operator {
        Operator::Plus => 1,
        Operator::Minus => -1,
        _ => return Err(Error::WrongType(what)),
    };
    let unit = unit.of_duration().ok_or(Error::WrongType(what))?;
    let amount = i64::try_from(amount.truncated() * sign).map_err(|_| Error::OutOfRange(what))?;
    let Some(date) = as_temporal(date) else {
        return Ok(None);
    };
    date.plus(amount, unit).map(|moved| Some(Item::Temporal(moved))).ok_or(Error::OutOfRange(what))
}

fn holds(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Greater => order.is_gt(),
        Operator::Less => order.is_lt(),
        Operator::AtLeast => order.is_ge(),
        _ => order.is_le(),
    }
}

/// Three-valued logic: `None` is unknown.
fn logic(operator: Operator, left: Option<bool>, right: Option<bool>) -> Option<bool> {
    let not = |value: Option<bool>| value.map(|value| !value);
    match operator {
        Operator::And if left == Some(false) || right == Some(false) => Some(false),
        Operator::And => left.zip(right).map(|_| true),
        Operator::Or => not(logic(Operator::And, not(left), not(right))),
        Operator::Implies => logic(Operator::Or, not(left), right),
        _ => left.zip(right).map(|(left, right)| left != right),
    }
}
