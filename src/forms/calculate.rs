//! Calculated answers.

use serde_json::Value;

use super::answers::Answers;
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::response::items_of;
use super::typed;
use crate::fhirpath::Environment;

/// Evaluates every `calculatedExpression` on the current response (`%resource`, with enabled items only), in the order
/// of the form. A calculation without a result clears its answer. Candidates picked from the chart are not in
/// `%resource`.
pub fn calculate(form: &Form, answers: &mut Answers, env: &Environment<'_>) {
    let prefill = Prefill::default();
    for item in form.questions() {
        let Some(expression) = &item.calculated_expression else {
            continue;
        };
        let response = serde_json::json!({
            "resourceType": "QuestionnaireResponse",
            "item": items_of(form, answers, &prefill, None),
        });
        let texts = texts(form, expression, env, &response, |value| typed::text_of(item, value));
        answers.set(&item.link_id, texts);
    }
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
