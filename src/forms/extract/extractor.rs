//! The three ways of extraction, one after the other.

use serde_json::Value;

use super::super::questionnaire::Form;
use super::definition::by_definitions;
use super::extraction::{Extraction, ExtractionInput};
use super::observation::observations;
use super::run::Run;
use super::template::by_templates;

/// Extracts the resources that a form asks for from a response to it.
#[must_use]
pub fn extract(form: &Form, response: &Value, given: &ExtractionInput<'_>) -> Extraction {
    let mut env = form.environment(given.chart, given.now).refusing_missing();
    env.set_response(response);
    env.set("context", response);
    for variable in &form.rules.variables {
        variable.define_in(&mut env, response);
    }
    let run = Run::new(form, response, given);
    let env = run.within(form.source(), response, &env);
    let mut extraction = Extraction::default();
    observations(&run, form.source(), &mut extraction);
    by_definitions(&run, form.source(), &env, &mut extraction);
    by_templates(&run, form.source(), &env, &mut extraction);
    extraction
}
