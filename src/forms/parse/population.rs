//! Reading of what fills a form: batches of searches, contexts of groups, and linked Observations.

use serde_json::{Value, json};

use super::super::item::ItemType;
use super::super::query::Query;
use super::super::rules::Variable;
use super::super::translation::{array, extension, extensions, string};
use super::expression::{QUERY_LANGUAGE, SDC, other_language, resources};
use super::findings::Findings;
use super::text::parse_expression;
use crate::fhirpath::Expression;

/// Place of a problem that is about no item.
const FORM: &str = "form";
/// Panels that hold an Observation as a component, as charts have it: a search by the code of the component does not find
/// them everywhere.
const PANELS: &[(&[&str], &[&str])] = &[
    // Systolic, diastolic and mean blood pressure.
    (&["8480-6", "8462-4", "8478-0"], &["85354-9", "55284-4"]),
    // Inhaled oxygen, in pulse oximetry.
    (&["3150-6", "3151-8"], &["59408-5", "2708-6"]),
];
const LOINC: &str = "http://loinc.org";
/// Largest number of codes in one search.
const MAX_CODES: usize = 40;

/// Reads the batches of searches that the form contains. Each search is a query of its own, and `%batch.entry[2].resource`
/// is its result.
pub(super) fn source_queries(json: &Value, findings: &mut Findings) {
    for found in extensions(json, &format!("{SDC}sourceQueries")) {
        let reference =
            found.get("valueReference").and_then(|it| string(it, "reference")).unwrap_or_default();
        let batch = array(json, "contained")
            .find(|it| reference.strip_prefix('#').is_some_and(|id| string(it, "id") == Some(id)));
        let Some((batch, name)) = batch.and_then(|batch| Some((batch, string(batch, "id")?))) else {
            findings.missing(FORM, "sourceQueries");
            continue;
        };
        for (number, entry) in array(batch, "entry").enumerate() {
            let request = entry.get("request").unwrap_or(&Value::Null);
            let query = json!({ "name": entry_name(name, number), "expression": request["url"] });
            if string(request, "method").unwrap_or("GET") == "GET" {
                let query = findings.take(Query::parse(&query));
                findings.queries.extend(query);
            } else {
                findings.unsupported(FORM, "an entry of sourceQueries other than a search");
            }
        }
        findings.batches.push(name.to_owned());
    }
}

fn entry_name(batch: &str, number: usize) -> String {
    format!("{batch} {number}")
}

/// Names the entries of a batch as queries: `%batch.entry[2].resource` is the result of one.
pub(super) fn with_entries_named(text: &str, batches: &[String]) -> String {
    let mut text = text.to_owned();
    for batch in batches {
        let start = format!("%{batch}.entry[");
        let mut named = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = rest.split_once(&start) {
            let entry = after.split_once("].resource");
            let entry = entry.and_then(|(number, rest)| Some((number.trim().parse().ok()?, rest)));
            named.push_str(before);
            if let Some((number, after)) = entry {
                named.extend(["%`", &entry_name(batch, number), "`"]);
                rest = after;
            } else {
                named.push_str(&start);
                rest = after;
            }
        }
        named.push_str(rest);
        text = named;
    }
    text
}

/// Reads the context of a group: the name of what fills it, and the expression that finds it.
pub(super) fn population(
    json: &Value,
    link_id: &str,
    kind: ItemType,
    findings: &mut Findings,
) -> Option<Variable> {
    const NAME: &str = "itemPopulationContext";
    let found = extension(json, &format!("{SDC}{NAME}"))?;
    if let Some(language) = other_language(found).filter(|language| *language != QUERY_LANGUAGE) {
        findings.not_filled(link_id, &format!("{NAME} in the language {language}"));
        return None;
    }
    let expression = resources(json, link_id, NAME, findings)?;
    let name = found.get("valueExpression").and_then(|it| string(it, "name"));
    if kind != ItemType::Group {
        findings.unsupported(link_id, "an itemPopulationContext on a question");
    }
    if name.is_none() {
        findings.missing(link_id, NAME);
    }
    Some(Variable::new(name?, expression))
}

/// Reads `observationLinkPeriod`: returns the expression for the value of the newest Observation of the chart with a code
/// of the item, or with a component that has it, and notes the codes for the search.
pub(super) fn linked_observation(
    json: &Value,
    link_id: &str,
    kind: ItemType,
    findings: &mut Findings,
) -> Option<Expression> {
    const NAME: &str = "observationLinkPeriod";
    let found = extension(json, &format!("{SDC}{NAME}")).filter(|_| kind.is_question())?;
    let codes: Vec<(String, String)> = array(json, "code")
        .filter_map(|it| Some((string(it, "system")?.to_owned(), string(it, "code")?.to_owned())))
        .collect();
    let (Some((amount, unit, days)), false) = (found.get("valueDuration").and_then(period), codes.is_empty())
    else {
        findings.missing(link_id, NAME);
        return None;
    };
    let text = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"));
    let coded =
        codes.iter().map(|(system, code)| format!("system = {} and code = {}", text(system), text(code)));
    let coded = coded.map(|coded| format!("({coded})")).collect::<Vec<_>>().join(" or ");
    findings.linked_days = findings.linked_days.max(days);
    let query = query_name(findings.searched(codes));
    let dated = "(effective.ofType(dateTime) | effective.ofType(Period).end | effective.ofType(Period).start | effective.ofType(instant) | issued).first()";
    let has_code = format!("code.coding.exists({coded})");
    let expression = format!(
        "%`{query}`.entry.resource.ofType(Observation).where(status in ('final' | 'amended' | 'corrected'))\
         .where({has_code} or component.exists({has_code})).where({dated} >= today() - {amount} {unit})\
         .sort(-effective).first().select(iif({has_code}, value, component.where({has_code}).first().value))"
    );
    findings.take(parse_expression(&expression, link_id, NAME))
}

impl Findings {
    /// Adds codes, and those of the panels around them, to a search for linked Observations. Returns its number.
    fn searched(&mut self, mut codes: Vec<(String, String)>) -> usize {
        for (components, panels) in PANELS {
            if codes.iter().any(|(system, code)| system == LOINC && components.contains(&code.as_str())) {
                codes.extend(panels.iter().map(|panel| (LOINC.to_owned(), (*panel).to_owned())));
            }
        }
        let has_room = |last: &Vec<(String, String)>| last.len() + codes.len() <= MAX_CODES;
        if !self.linked.last().is_some_and(has_room) {
            self.linked.push(Vec::new());
        }
        if let Some(last) = self.linked.last_mut() {
            codes.retain(|code| !last.contains(code));
            last.extend(codes);
        }
        self.linked.len() - 1
    }
}

fn query_name(number: usize) -> String {
    format!("linked observations {}", number + 1)
}

/// Adds the searches for the Observations that items are linked to.
pub(super) fn search_linked(findings: &mut Findings) {
    let searches = std::mem::take(&mut findings.linked);
    for (number, codes) in searches.iter().enumerate() {
        let query = Query::of_observations(&query_name(number), codes, findings.linked_days);
        let query = findings.take(query);
        findings.queries.extend(query);
    }
}

/// Returns a period as an amount with its unit, and as days at most.
fn period(duration: &Value) -> Option<(i64, &'static str, i64)> {
    let amount = duration.get("value").and_then(Value::as_i64).filter(|amount| (1..=999).contains(amount))?;
    let unit = string(duration, "code").or(string(duration, "unit"))?;
    let (unit, days) = match unit {
        "a" | "year" | "years" => ("years", 366),
        "mo" | "month" | "months" => ("months", 31),
        "wk" | "week" | "weeks" => ("weeks", 7),
        "d" | "day" | "days" => ("days", 1),
        _ => return None,
    };
    Some((amount, unit, amount * days))
}
