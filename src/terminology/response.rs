//! Answers of a terminology server.

use http::StatusCode;
use serde_json::Value;

use super::concept::{Concept, Expansion};
use crate::egress::Reply;

/// Extensions of an expansion that is not complete: it costs too much, or has no end.
const PARTIAL: [&str; 2] = [
    "http://hl7.org/fhir/StructureDefinition/valueset-toocostly",
    "http://hl7.org/fhir/StructureDefinition/valueset-unclosed",
];

/// Meaning of an answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Answer<T> {
    /// The server knows it.
    Known(T),
    /// The server does not know the value set, or cannot expand it.
    Unknown,
    /// The answer cannot be used: the server fails, or it is none of a terminology server.
    Unusable(&'static str),
}

/// Judges the answer to a request for at most `count` codes. Never returns more than these.
pub(super) fn process_expand(reply: &Reply, count: usize) -> Answer<Expansion> {
    let resource = match resource(reply, "ValueSet") {
        Answer::Known(resource) => resource,
        Answer::Unknown => return Answer::Unknown,
        Answer::Unusable(why) => return Answer::Unusable(why),
    };
    let Some(expansion) = resource.get("expansion").filter(|expansion| expansion.is_object()) else {
        return Answer::Unusable("a ValueSet without an expansion");
    };
    let mut concepts = Vec::new();
    let mut entries = 0_u64;
    let mut pending: Vec<&Value> = contained(expansion).collect();
    pending.reverse();
    while let Some(entry) = pending.pop() {
        entries += 1;
        concepts.extend(concept(entry));
        pending.extend(contained(entry).collect::<Vec<_>>().into_iter().rev());
    }
    let extensions = expansion.get("extension").and_then(Value::as_array).into_iter().flatten();
    let is_marked = extensions.filter_map(|it| it.get("url")?.as_str()).any(|url| PARTIAL.contains(&url));
    let total = expansion.get("total").and_then(Value::as_u64);
    let is_part = match total {
        Some(total) => total > entries,
        // A server that does not count may have stopped at the limit.
        None => concepts.len() >= count,
    };
    let is_complete = !is_marked && !is_part && concepts.len() <= count;
    concepts.truncate(count);
    Answer::Known(Expansion { concepts, is_complete })
}

/// Judges the answer whether a code belongs to a value set: the code with its text, or `None` if it does not.
pub(super) fn process_validate(reply: &Reply, asked: &Concept) -> Answer<Option<Concept>> {
    let resource = match resource(reply, "Parameters") {
        Answer::Known(resource) => resource,
        Answer::Unknown => return Answer::Unknown,
        Answer::Unusable(why) => return Answer::Unusable(why),
    };
    let parameters = || resource.get("parameter").and_then(Value::as_array).into_iter().flatten();
    let parameter = |name: &str, kind: &str| {
        parameters().find(|it| it.get("name").and_then(Value::as_str) == Some(name))?.get(kind)
    };
    let text = |name: &str| parameter(name, "valueString").and_then(Value::as_str);
    match parameter("result", "valueBoolean").and_then(Value::as_bool) {
        None => Answer::Unusable("Parameters without a result"),
        Some(false) => Answer::Known(None),
        Some(true) => Answer::Known(Some(Concept {
            display: text("display").unwrap_or(&asked.code).to_owned(),
            version: text("version").unwrap_or_default().to_owned(),
            ..asked.clone()
        })),
    }
}

/// Returns the resource of an answer. A refusal is that of a value set that the server does not know; a server asks for
/// credentials, or fails, with another status.
fn resource(reply: &Reply, resource_type: &str) -> Answer<Value> {
    match reply.status {
        StatusCode::OK => {}
        StatusCode::BAD_REQUEST | StatusCode::NOT_FOUND | StatusCode::UNPROCESSABLE_ENTITY => {
            return Answer::Unknown;
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            return Answer::Unusable("it does not accept our credentials");
        }
        _ => return Answer::Unusable("it answers with an error"),
    }
    if !reply.may_be_json() {
        return Answer::Unusable("an answer that is not JSON");
    }
    match serde_json::from_slice::<Value>(reply.json()) {
        Ok(found) if found["resourceType"] == resource_type => Answer::Known(found),
        Ok(_) => Answer::Unusable("an answer of another type"),
        Err(_) => Answer::Unusable("an answer that is not JSON"),
    }
}

fn contained(parent: &Value) -> impl Iterator<Item = &Value> {
    parent.get("contains").and_then(Value::as_array).into_iter().flatten()
}

/// Returns the code of an entry. `None` for one that only groups others, is inactive, or has no code system.
fn concept(entry: &Value) -> Option<Concept> {
    let text = |name: &str| entry.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
    let is = |name: &str| entry.get(name).and_then(Value::as_bool) == Some(true);
    if is("abstract") || is("inactive") {
        return None;
    }
    let (system, code) = text("system").zip(text("code"))?;
    Some(Concept {
        system: system.to_owned(),
        version: text("version").unwrap_or_default().to_owned(),
        code: code.to_owned(),
        display: text("display").unwrap_or(code).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;
    use serde_json::json;

    use super::*;

    fn reply(status: u16, body: &Value) -> Reply {
        let status = StatusCode::from_u16(status).unwrap();
        Reply { status, headers: HeaderMap::new(), body: body.to_string().into_bytes() }
    }

    fn entry(code: &str) -> Value {
        json!({"system": "urn:s", "code": code, "display": code.to_uppercase()})
    }

    fn expansion(expansion: &Value) -> Answer<Expansion> {
        process_expand(&reply(200, &json!({"resourceType": "ValueSet", "expansion": expansion})), 3)
    }

    fn codes(answer: Answer<Expansion>) -> (String, bool) {
        let Answer::Known(Expansion { concepts, is_complete }) = answer else { panic!("{answer:?}") };
        (concepts.iter().map(|it| it.code.as_str()).collect::<Vec<_>>().join(" "), is_complete)
    }

    #[test]
    fn reads_expansions_and_whether_they_are_complete() {
        let [a, b, c, d] = ["a", "b", "c", "d"].map(entry);
        let costly = json!([{"url": PARTIAL[0], "valueBoolean": true}]);
        for (given, wanted, complete) in [
            (json!({"total": 2, "contains": [a, b]}), "a b", true),
            (json!({"total": 9, "contains": [a, b]}), "a b", false),
            (json!({"contains": [a, b]}), "a b", true),
            (json!({"contains": [a, b, c]}), "a b c", false),
            (json!({"total": 3, "contains": [a, b, c]}), "a b c", true),
            (json!({"total": 4, "contains": [a, b, c, d]}), "a b c", false),
            (json!({"total": 1, "extension": costly, "contains": [a]}), "a", false),
            (json!({"total": 0}), "", true),
            (
                json!({"total": 4, "contains": [
                {"system": "urn:s", "code": "group", "abstract": true, "contains": [a]},
                {"system": "urn:s", "code": "old", "inactive": true}, {"code": "no system"}]}),
                "a",
                true,
            ),
        ] {
            assert_eq!(codes(expansion(&given)), (wanted.to_owned(), complete), "{given}");
        }
    }

    #[test]
    fn judges_every_other_answer() {
        let unknown = json!({"resourceType": "OperationOutcome"});
        assert_eq!(process_expand(&reply(404, &unknown), 3), Answer::Unknown);
        assert_eq!(process_expand(&reply(422, &unknown), 3), Answer::Unknown);
        for (status, body) in [
            (200, unknown.clone()),
            (200, json!({"resourceType": "ValueSet"})),
            (200, json!("text")),
            (401, unknown.clone()),
            (302, unknown.clone()),
            (500, unknown),
        ] {
            let judged = process_expand(&reply(status, &body), 3);
            assert!(matches!(judged, Answer::Unusable(_)), "{status} {body}: {judged:?}");
        }
    }

    #[test]
    fn reads_whether_a_code_belongs_to_a_value_set() {
        let asked = Concept { system: "urn:s".into(), code: "a".into(), ..Concept::default() };
        let answer = |parameters: &Value| {
            process_validate(
                &reply(200, &json!({"resourceType": "Parameters", "parameter": parameters})),
                &asked,
            )
        };
        let result = |result: bool| json!({"name": "result", "valueBoolean": result});
        let display = json!({"name": "display", "valueString": "Apple"});
        let known = Concept { display: "Apple".into(), ..asked.clone() };
        assert_eq!(answer(&json!([result(true), display])), Answer::Known(Some(known)));
        assert_eq!(answer(&json!([result(false), display])), Answer::Known(None));
        assert!(matches!(answer(&json!([display])), Answer::Unusable(_)));
    }
}
