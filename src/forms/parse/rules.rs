//! Reading of the rules of an item or form.

use serde_json::{Value, json};

use super::super::error::Error;
use super::super::item::ItemType;
use super::super::query::Query;
use super::super::remark::RemarkKind;
use super::super::rules::{Constraint, ForeignVariable, Limit, Rule, Rules, Toggle, Variable};
use super::super::translation::{Text, extension, extensions, string, value, value_key};
use super::expression::{
    QUERY_LANGUAGE, SDC, expression, fhirpath_text, other_language, parsed, resources, stated,
};
use super::findings::Findings;
use super::options::choice;
use crate::fhirpath;

const CORE: &str = "http://hl7.org/fhir/StructureDefinition/";
const CALCULATED_VALUE: &str = "http://hl7.org/fhir/StructureDefinition/cqf-calculatedValue";
const EXPRESSION: &str = "http://hl7.org/fhir/StructureDefinition/cqf-expression";

/// Constraints of a form or item.
#[derive(Default)]
struct Constraints {
    checked: Vec<Constraint>,
    /// Texts of those that are no `FHIRPath`.
    unchecked: Vec<Text>,
}

/// Reads the rules of an item, or of a form.
pub(super) fn rules(json: &Value, place: &str, findings: &mut Findings) -> Rules {
    let text =
        json.get("_text").and_then(|text| extension(text, EXPRESSION).or(extension(text, CALCULATED_VALUE)));
    let (variables, foreign_variables) = variables(json, place, findings);
    let constraints = constraints(json, place, findings);
    Rules {
        variables,
        foreign_variables,
        enabling: expression(json, place, "enableWhenExpression", findings).map(Rule::new),
        calculation: expression(json, place, "calculatedExpression", findings).map(Rule::new),
        offer: resources(json, place, "answerExpression", findings),
        text: text.and_then(|found| stated(found, place, "cqf-expression", findings)),
        constraints: constraints.checked,
        unchecked: constraints.unchecked,
        toggles: toggles(json, place, findings),
    }
}

/// Reads the variables, and those in another language. Those that are searches become queries of the form, wherever they
/// are declared.
fn variables(json: &Value, place: &str, findings: &mut Findings) -> (Vec<Variable>, Vec<ForeignVariable>) {
    let (mut variables, mut foreign) = (Vec::new(), Vec::new());
    for found in extensions(json, &format!("{CORE}variable")) {
        let Some(expression) = found.get("valueExpression") else {
            findings.missing(place, "variable");
            continue;
        };
        if string(expression, "language") == Some(QUERY_LANGUAGE) {
            let query = findings.take(Query::parse(expression));
            findings.queries.extend(query);
            continue;
        }
        let Some(name) = string(expression, "name") else {
            findings.missing(place, "variable");
            continue;
        };
        if let Some(language) = other_language(found) {
            let (name, language) = (name.to_owned(), language.to_owned());
            foreign.push(ForeignVariable { name, language });
            continue;
        }
        let text = fhirpath_text(expression, place, "variable", findings);
        let expression = text.and_then(|text| parsed(text, place, "variable", findings));
        variables.extend(expression.map(|expression| Variable::new(name, expression)));
    }
    (variables, foreign)
}

/// Reads the constraints of a form or item: `targetConstraint`, and `questionnaire-constraint`, which it replaces.
fn constraints(json: &Value, place: &str, findings: &mut Findings) -> Constraints {
    let named = |name: &'static str| {
        let url = format!("{CORE}{name}");
        extensions(json, &url).map(|found| (found, name)).collect::<Vec<_>>()
    };
    let mut constraints = Constraints::default();
    for (found, name) in named("targetConstraint").into_iter().chain(named("questionnaire-constraint")) {
        let human = extension(found, "human")
            .and_then(|human| Text::of(human, "valueString").or_else(|| Text::of(human, "valueMarkdown")));
        let Some(expression) = extension(found, "expression") else {
            findings.missing(place, name);
            continue;
        };
        let errors = findings.errors.len();
        if let Some(expression) = stated(expression, place, name, findings) {
            let severity = extension(found, "severity").and_then(value).and_then(Value::as_str);
            let is_error = severity != Some("warning");
            constraints.checked.push(Constraint { expression, is_error, human: human.unwrap_or_default() });
        } else if let (Some(human), true) = (human, is_no_fhirpath(json, &findings.errors[errors..])) {
            findings.errors.truncate(errors);
            findings.remark(place, name, RemarkKind::Unchecked);
            constraints.unchecked.push(human);
        }
    }
    constraints
}

/// Whether the constraint of a question is no `FHIRPath`: no engine can check it, so that no receiver relies on it. One in
/// another language or with an unknown function is checked by other engines, and refused here.
fn is_no_fhirpath(json: &Value, errors: &[Error]) -> bool {
    let is_syntax =
        |error: &Error| matches!(error, Error::Expression { source: fhirpath::Error::Syntax { .. }, .. });
    let kind = string(json, "type").and_then(ItemType::read);
    kind.is_some_and(ItemType::is_question) && !errors.is_empty() && errors.iter().all(is_syntax)
}

fn toggles(json: &Value, place: &str, findings: &mut Findings) -> Vec<Toggle> {
    let mut toggles = Vec::new();
    for found in extensions(json, &format!("{SDC}answerOptionsToggleExpression")) {
        let key = |option: &Value| {
            let (kind, written) = (value_key(option)?, value(option)?);
            choice(&json!({ kind: written }), false).map(|choice| choice.key)
        };
        let options: Vec<String> = extensions(found, "option").filter_map(key).collect();
        let stated = extension(found, "expression")
            .and_then(|it| stated(it, place, "answerOptionsToggleExpression", findings));
        match stated {
            Some(expression) if !options.is_empty() => toggles.push(Toggle { options, expression }),
            _ => findings.missing(place, "answerOptionsToggleExpression"),
        }
    }
    toggles
}

/// Reads a limit of an item: the value or quantity of an extension, or the expression that computes it.
pub(super) fn limit(
    json: &Value,
    place: &str,
    (name, of_quantity): (&'static str, &str),
    findings: &mut Findings,
) -> Option<Limit> {
    let found =
        extension(json, &format!("{SDC}{of_quantity}")).or(extension(json, &format!("{CORE}{name}")))?;
    let siblings = found.as_object().into_iter().flatten().filter(|(key, _)| key.starts_with("_value"));
    let computed = siblings
        .map(|(_, sibling)| sibling)
        .find_map(|sibling| extension(sibling, CALCULATED_VALUE).or(extension(sibling, EXPRESSION)));
    match computed {
        Some(computed) => stated(computed, place, name, findings).map(Limit::Computed),
        None => value(found).cloned().map(Limit::Fixed),
    }
}
