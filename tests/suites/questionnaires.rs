//! Expressions of published Questionnaires.

use passerelle::fhirpath::Expression;
use serde_json::Value;

/// Largest share of refused expressions, in thousandths.
const MAX_REFUSED: usize = 9;

#[test]
fn parses_the_expressions_of_published_questionnaires() {
    let Some(folder) = super::suite("questionnaires") else { return };
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(&folder).expect("the suite is a folder") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_some_and(|ending| ending == "json") {
            collect(&super::json(&path), &mut texts);
        }
    }
    let refused: Vec<_> =
        texts.iter().filter_map(|text| Some((text, Expression::parse(text).err()?))).collect();
    println!("{} of {} expressions are refused: {refused:#?}", refused.len(), texts.len());
    assert!(!texts.is_empty(), "the suite has expressions");
    assert!(refused.len() * 1_000 <= texts.len() * MAX_REFUSED, "{} of {}", refused.len(), texts.len());
}

fn collect(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str);
            if let (Some("text/fhirpath"), Some(expression)) = (text("language"), text("expression")) {
                into.push(expression.to_owned());
            }
            members.values().for_each(|member| collect(member, into));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
        _ => {}
    }
}
