//! Calculated answers.

use jiff::Zoned;
use serde_json::Value;

use super::answers::Answers;
use super::chart::{Chart, ScreenedChart};
use super::fields::FIELD;
use super::occurrence::{Occurrence, Occurrences};
use super::prefill::Prefill;
use super::questionnaire::Form;
use super::response::items_of;
use super::typed;
use super::words;
use crate::fhirpath::Environment;

/// Evaluates every `calculatedExpression` on the current response (`%resource`, with enabled items only) until no answer
/// changes, so that a calculation may use the result of another wherever it is in the form. A calculation without a
/// result clears its answer. Candidates picked from the chart are not in `%resource`.
///
/// Expressions see the screened chart, as those that fill the form. Calculations that depend on each other in a circle
/// end after one pass for each of them.
pub fn calculate(form: &Form, answers: &mut Answers, chart: &Chart, now: &Zoned) {
    let mut is_calculated = false;
    form.walk(|item| is_calculated |= item.calculated_expression.is_some());
    if !is_calculated {
        return;
    }
    let screened = ScreenedChart::of(chart, now.date());
    let env = form.environment(&screened, now);
    let occurrences = Occurrences::of(form, answers);
    let calculated: Vec<_> = occurrences
        .questions()
        .filter_map(|question| Some((question, question.item.calculated_expression.as_ref()?)))
        .collect();
    for _ in &calculated {
        let before = answers.clone();
        for (question, expression) in &calculated {
            let response = response(form, answers);
            let text = |value: &Value| typed::text_of(question.item, value);
            answers.set(&question.place, texts(form, expression, &env, &response, text));
        }
        if *answers == before {
            break;
        }
    }
}

/// Returns the calculated values, by name of their field.
#[must_use]
pub fn calculated(form: &Form, answers: &Answers, lang: &str) -> Vec<(String, String)> {
    let occurrences = Occurrences::of(form, answers);
    let questions = occurrences.questions().filter(|one| one.item.calculated_expression.is_some());
    let text = |question: &Occurrence<'_>| {
        let text = answers.get(&question.place).first().map_or("", String::as_str);
        if question.item.kind.is_number() { words::number(text, lang) } else { text.to_owned() }
    };
    questions.map(|question| ([FIELD, &question.place].concat(), text(question))).collect()
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
