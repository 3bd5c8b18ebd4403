//! Options of a question that have one code.

use std::collections::HashSet;

use serde_json::Value;

use super::super::error::Error;
use super::super::options::Choice;
use super::super::remark::RemarkKind;
use super::super::translation::string;
use super::findings::Findings;

/// Greatest number of codes of one question that several options have. For each, the whole form is searched.
const MAX_SHARED: usize = 100;

/// Returns the options without those that are written twice. Options with one code and several texts are answered with
/// their texts alone: a receiver that reads the code would read another answer than the one that was chosen. The form is
/// refused if it uses that code anywhere else.
pub(super) fn told_apart(
    options: Vec<Choice>,
    form: &Value,
    link_id: &str,
    findings: &mut Findings,
) -> Vec<Choice> {
    let (mut distinct, mut keys) = (Vec::<Choice>::with_capacity(options.len()), HashSet::new());
    for option in options {
        let is_known = !keys.insert(option.key.clone());
        if is_known && distinct.iter().any(|known| known.key == option.key && known.answer == option.answer) {
            findings.remark(link_id, &option.key, RemarkKind::OptionTwice);
        } else {
            distinct.push(option);
        }
    }
    let shared = shared(&distinct);
    if let Some(key) = shared.get(MAX_SHARED) {
        findings.errors.push(Error::DuplicateOption { link_id: link_id.to_owned(), option: key.clone() });
        return distinct;
    }
    for key in shared {
        let with_key = || distinct.iter().filter(|option| option.key == key);
        let texts: Option<Vec<String>> = with_key().map(text).collect();
        let own_texts = texts.filter(|texts| {
            texts.iter().all(|text| distinct.iter().filter(|other| is_called(other, text)).count() == 1)
        });
        if own_texts.is_none() || uses_of(form, &key) > with_key().count() {
            findings.errors.push(Error::DuplicateOption { link_id: link_id.to_owned(), option: key });
            continue;
        }
        distinct.iter_mut().filter(|option| option.key == key).for_each(by_text);
        findings.remark(link_id, &key, RemarkKind::SharedCode);
    }
    distinct
}

/// Keys that several options have.
fn shared(options: &[Choice]) -> Vec<String> {
    let mut keys: Vec<&str> = options.iter().map(|option| option.key.as_str()).collect();
    keys.sort_unstable();
    let mut twice: Vec<String> =
        keys.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].to_owned()).collect();
    twice.dedup();
    twice
}

fn text(option: &Choice) -> Option<String> {
    string(option.answer.get("valueCoding")?, "display").map(str::to_owned)
}

/// Whether a text is the key of an option, or becomes it.
fn is_called(option: &Choice, text: &str) -> bool {
    option.key == text || self::text(option).as_deref() == Some(text)
}

fn by_text(option: &mut Choice) {
    if let Some(display) = text(option) {
        option.answer = serde_json::json!({ "valueCoding": { "display": display } });
        option.key = display;
    }
}

/// Number of texts of the form in which a code occurs.
fn uses_of(json: &Value, code: &str) -> usize {
    match json {
        Value::String(text) => usize::from(text.contains(code)),
        Value::Array(items) => items.iter().map(|item| uses_of(item, code)).sum(),
        Value::Object(members) => members.values().map(|member| uses_of(member, code)).sum(),
        _ => 0,
    }
}
