//! Lookup of items of a response by `linkId`.

use super::error::Error;
use super::evaluate::{Items, Run, Scope};
use super::function::Function;
use super::syntax::{Expr, Literal, Operator, Step};

impl<'a> Run<'_, 'a> {
    /// Returns the items that `%resource.descendants().where(linkId = 'x')` or `%resource.repeat(item).where(linkId = 'x')`
    /// finds, and the steps after that. `None` if a path does not begin so, or the response was not given as such.
    pub(super) fn response_items(
        &self,
        head: &'a Expr,
        steps: &'a [Step],
        scope: Scope<'_, 'a>,
    ) -> Option<Result<(Items<'a>, &'a [Step]), Error>> {
        let Expr::Variable(name) = head else { return None };
        let [Step::Call(function, arguments), Step::Call(Function::Where, condition), rest @ ..] = steps
        else {
            return None;
        };
        let items = self.env.response_items(name).filter(|_| scope.defined(name).is_none())?;
        let link_id = link_id(condition)?;
        let found = match (function, arguments.as_slice()) {
            (Function::Descendants, []) => items.all.get(link_id),
            // Equal items are one item for `repeat`.
            (Function::Repeat, [item]) if is_member(item, "item") => {
                let found = items.below_items.get(link_id);
                if found.is_some_and(|found| found.len() > 1) {
                    return None;
                }
                found
            }
            (Function::RepeatAll, [item]) if is_member(item, "item") => items.below_items.get(link_id),
            _ => return None,
        };
        let found = found.cloned().unwrap_or_default();
        Some(self.charge(1 + found.len()).map(|()| (found, rest)))
    }
}

/// Returns the `linkId` of the condition `linkId = 'x'`.
fn link_id(condition: &[Expr]) -> Option<&str> {
    let [Expr::Chain(left, right)] = condition else { return None };
    match right.as_slice() {
        [(Operator::Equal, Expr::Literal(Literal::String(link_id)))] if is_member(left, "linkId") => {
            Some(link_id)
        }
        _ => None,
    }
}

fn is_member(expression: &Expr, member: &str) -> bool {
    let Expr::Path(head, steps) = expression else { return false };
    matches!((&**head, steps.as_slice()), (Expr::Focus, [Step::Member(name)]) if name == member)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::TimeZone;
    use serde_json::json;

    use super::super::{Environment, Expression, Item};

    #[test]
    fn finds_what_a_search_through_all_elements_finds() {
        let row =
            |n: u8| json!({"linkId": "row", "item": [{"linkId": "n", "answer": [{"valueInteger": n}]}]});
        let response = json!({"resourceType": "QuestionnaireResponse", "item": [
            {"linkId": "g", "item": [row(1), row(2), row(1), {"linkId": "a", "answer": [
                {"valueBoolean": true, "item": [{"linkId": "below", "answer": [{"valueString": "x"}]}]}]}]}]});
        let env = |indexed: bool| {
            let mut env = Environment::new(Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC));
            if indexed {
                env.set_response(&response);
            } else {
                env.set("resource", &response);
            }
            env
        };
        let (plain, indexed) = (env(false), env(true));
        for search in ["descendants()", "repeat(item)", "repeatAll(item)"] {
            for rest in ["", ".answer.value", ".item.answer.value", ".count()"] {
                for link_id in ["row", "n", "a", "below", "none"] {
                    let text = format!("%resource.{search}.where(linkId = '{link_id}'){rest}");
                    let expression = Expression::parse(&text).unwrap();
                    let found = |env: &Environment<'_>| {
                        let items = expression.evaluate(env, &response).unwrap();
                        items.iter().map(Item::to_json).collect::<Vec<_>>()
                    };
                    assert_eq!(found(&indexed), found(&plain), "{text}");
                }
            }
        }
    }
}
