//! Calculated answers.

use jiff::Zoned;
use serde_json::Value;

use super::answers::Answers;
use super::chart::{Chart, ScreenedChart};
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::response::items_of;
use super::typed;
use crate::fhirpath::Environment;

/// Evaluates every `calculatedExpression` on the current response (`%resource`, with enabled items only) until no answer
/// changes, so that a calculation may use the result of another wherever it is in the form. A calculation without a
/// result clears its answer. Candidates picked from the chart are not in `%resource`.
///
/// Expressions see the screened chart, as those that fill the form. Calculations that depend on each other in a circle
/// end after one pass for each of them.
pub fn calculate(form: &Form, answers: &mut Answers, chart: &Chart, now: &Zoned) {
    let calculated: Vec<_> = form
        .questions()
        .into_iter()
        .filter_map(|item| Some((item, item.calculated_expression.as_ref()?)))
        .collect();
    if calculated.is_empty() {
        return;
    }
    let screened = ScreenedChart::of(chart, now.date());
    let env = form.environment(&screened, now);
    for _ in &calculated {
        let before = answers.clone();
        for (item, expression) in &calculated {
            let response = response(form, answers);
            let texts = texts(form, expression, &env, &response, |value| typed::text_of(item, value));
            answers.set(&item.link_id, texts);
        }
        if *answers == before {
            break;
        }
    }
}

/// Builds the response that calculations see.
fn response(form: &Form, answers: &Answers) -> Value {
    let items = items_of(form, answers, &Prefill::default(), None);
    serde_json::json!({ "resourceType": "QuestionnaireResponse", "item": items })
}

fn texts(
    form: &Form,
    expression: &crate::fhirpath::Expression,
    env: &Environment<'_>,
    response: &Value,
    text: impl Fn(&Value) -> Option<String>,
) -> Vec<String> {
    let mut env: Environment<'_> = env.clone();
    for name in form.source_names() {
        if !env.defines(name) {
            env.set_items(name.to_owned(), Vec::new());
        }
    }
    env.set("resource", response);
    let used = form.names_used(std::iter::once(expression));
    for (name, variable) in form.variables.iter().filter(|(name, _)| used.contains(name.as_str())) {
        let items = variable.evaluate(&env, response).unwrap_or_default();
        env.set_items(name.clone(), items);
    }
    // A calculation that fails on incomplete answers has no result yet.
    let results = expression.evaluate(&env, response).unwrap_or_default();
    results.iter().filter_map(|found| text(&found.to_json())).take(1).collect()
}
