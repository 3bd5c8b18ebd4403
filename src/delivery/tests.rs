//! Test of the table by which answers are read: each row of `docs/operate.md` is a case here, in the same order.

use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::Timestamp;

use super::{
    answer::{Answer, read_answer},
    outcome::Outcome,
    sent::Sent,
};
use crate::egress::Reply;

const ID: &str = "0198c4a0-0000-7000-8000-000000000001";
const PAYLOAD: &str = r#"{"resourceType":"Bundle","id":"0198c4a0-0000-7000-8000-000000000002","type":"message","entry":[
    {"resource":{"resourceType":"MessageHeader","id":"0198c4a0-0000-7000-8000-000000000001",
        "focus":[{"reference":"urn:uuid:0198c4a0-0000-7000-8000-000000000003"}]}},
    {"resource":{"resourceType":"ServiceRequest","identifier":[{"system":"https://us.example/id","value":"R26-1"}]}}]}"#;

/// Row of the table, with the answers that it stands for.
struct Row {
    answer: &'static str,
    read_as: &'static str,
    outcome: &'static str,
    examples: &'static [(u16, &'static str)],
}

const fn row(
    answer: &'static str,
    read_as: &'static str,
    outcome: &'static str,
    examples: &'static [(u16, &'static str)],
) -> Row {
    Row { answer, read_as, outcome, examples }
}

const DELIVERED: &str = "delivered";
const LATER: &str = "tried again";
const UNKNOWN: &str =
    "may have arrived: tried again if the destination recognises duplicates, otherwise unconfirmed";
const HANDED_OVER: &str = "handed over and unconfirmed; not sent again";
const HOUR: &str = "tried again for an hour, then not delivered";
const REFUSED: &str =
    "not delivered, with the destination's words; unconfirmed if an earlier try may have arrived";

const ROWS: &[Row] = &[
    row(
        "2xx, response `ok` about our message",
        DELIVERED,
        "delivered",
        &[
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"0198c4a0-0000-7000-8000-000000000001","code":"ok"}}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"urn:uuid:0198c4a0-0000-7000-8000-000000000001","code":"ok"}}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"MessageHeader/0198c4a0-0000-7000-8000-000000000001","code":"ok"}}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"0198c4a0-0000-7000-8000-000000000002","code":"ok"}}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"URN:UUID:0198c4a0-0000-7000-8000-000000000002","code":"ok"}}}]}"#,
            ),
            (
                202,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"https://them.example/fhir/Bundle/0198C4A0-0000-7000-8000-000000000002/_history/1","code":"ok"}}}]}"#,
            ),
            (
                200,
                r#"{"entry":[{"resource":{"response":{"code":"ok","identifier":"0198c4a0-0000-7000-8000-000000000001"},"resourceType":"MessageHeader"}}],"resourceType":"Bundle"}"#,
            ),
            (
                200,
                "\u{feff}{\"resourceType\":\"MessageHeader\",\"response\":{\"identifier\":\"0198c4a0-0000-7000-8000-000000000001\",\"code\":\"ok\"}}",
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"informational"}]}},{"resource":{"resourceType":"MessageHeader","response":{"identifier":"0198c4a0-0000-7000-8000-000000000001","code":"ok"}}}]}"#,
            ),
        ],
    ),
    row(
        "2xx, our message itself (same Bundle id, or same focus and number), or a Task on our number",
        DELIVERED,
        "delivered",
        &[
            (
                200,
                r#"{"resourceType":"Bundle","id":"0198c4a0-0000-7000-8000-000000000002","entry":[{"resource":{"resourceType":"MessageHeader"}}]}"#,
            ),
            (
                201,
                r#"{"resourceType":"Bundle","id":"theirs","entry":[{"resource":{"resourceType":"MessageHeader","focus":[{"reference":"urn:uuid:0198c4a0-0000-7000-8000-000000000003"}]}},{"resource":{"resourceType":"ServiceRequest","identifier":[{"system":"https://us.example/id","value":"R26-1"}]}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Task","groupIdentifier":{"system":"https://us.example/id","value":"R26-1"}}"#,
            ),
            (
                200,
                r#"{"resourceType":"Parameters","parameter":[{"name":"return","resource":{"resourceType":"Task","basedOn":[{"identifier":{"value":"R26-1"}}]}}]}"#,
            ),
        ],
    ),
    row(
        "2xx, `OperationOutcome` with nothing above a warning",
        DELIVERED,
        "delivered",
        &[
            (
                200,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}"#,
            ),
            (
                201,
                r#"{"issue":[{"severity":"warning","code":"incomplete"}],"resourceType":"OperationOutcome"}"#,
            ),
            (200, r#"{"resourceType":"OperationOutcome","issue":[]}"#),
        ],
    ),
    row(
        "any status, issue code `duplicate`",
        "delivered if an earlier try may have arrived, otherwise unconfirmed: they say they have it",
        "already-has",
        &[
            (409, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"duplicate"}]}"#),
            (422, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"duplicate"}]}"#),
            (
                200,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"invalid"},{"severity":"error","code":"duplicate"}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"0198c4a0-0000-7000-8000-000000000001","code":"fatal-error"}}},{"resource":{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"duplicate"}]}}]}"#,
            ),
        ],
    ),
    row(
        "any status, issue code `transient`, `timeout`, `throttled`, `lock-error`, `no-store`, `exception` or `too-costly`, whatever its severity",
        LATER,
        "retry-later",
        &[
            (
                200,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"warning","code":"transient"}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"throttled"}]}"#,
            ),
            (
                422,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"too-costly"}]}"#,
            ),
            (
                500,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"too costly"}]}"#,
            ),
            (500, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"exception"}]}"#),
            (
                409,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"lock-error"}]}"#,
            ),
            (404, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"no-store"}]}"#),
            (504, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"timeout"}]}"#),
        ],
    ),
    row(
        "response `transient-error` about our message",
        LATER,
        "retry-later",
        &[(
            200,
            r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"0198c4a0-0000-7000-8000-000000000001","code":"transient-error"}}}]}"#,
        )],
    ),
    row("408, 425, 429, 503", LATER, "retry-later", &[(408, ""), (425, "x"), (429, "{}"), (503, "<html>")]),
    row(
        "response `fatal-error` about our message, or 2xx with an `OperationOutcome` error",
        REFUSED,
        "refused",
        &[
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"0198c4a0-0000-7000-8000-000000000001","code":"fatal-error"}}}]}"#,
            ),
            (200, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"value"}]}"#),
            (202, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"invalid"}]}"#),
        ],
    ),
    row(
        "3xx, 401, 404, 405, 407, 410, 421, and 403 without an `OperationOutcome`",
        HOUR,
        "misdirected",
        &[
            (301, ""),
            (308, ""),
            (401, ""),
            (404, "<html>"),
            (405, ""),
            (407, ""),
            (410, ""),
            (421, ""),
            (403, "<html>"),
            (401, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"login"}]}"#),
            (404, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"not-found"}]}"#),
        ],
    ),
    row(
        "400 with the page of nginx about the client certificate",
        HOUR,
        "misdirected",
        &[
            (400, "<html>\r\n<head><title>400 No required SSL certificate was sent</title></head>"),
            (400, "<html>\r\n<head><title>400 The SSL certificate error</title></head>"),
        ],
    ),
    row(
        "other 4xx",
        REFUSED,
        "refused",
        &[
            (400, ""),
            (409, ""),
            (413, ""),
            (409, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"conflict"}]}"#),
            (403, r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"forbidden"}]}"#),
            (
                422,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"required","expression":["Patient.birthDate"]}]}"#,
            ),
        ],
    ),
    row(
        "other 5xx",
        UNKNOWN,
        "unknown",
        &[
            (500, ""),
            (502, "<html>"),
            (504, ""),
            (
                500,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing"}]}"#,
            ),
        ],
    ),
    row(
        "202 or 204, or 2xx with an empty body",
        HANDED_OVER,
        "handed-over",
        &[
            (202, ""),
            (204, ""),
            (201, ""),
            (200, " "),
            (
                202,
                r#"{"resourceType":"OperationOutcome","issue":[{"severity":"information","code":"informational"}]}"#,
            ),
        ],
    ),
    row(
        "other 2xx: a response about another message, or what is not read",
        UNKNOWN,
        "unknown",
        &[
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"other","code":"ok"}}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"urn:uuid:","code":"ok"}}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{"identifier":"0198c4a0-0000-7000-8000-000000000001"}}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","id":"0198c4a0-0000-7000-8000-000000000001"}}]}"#,
            ),
            (
                200,
                r#"{"resourceType":"Task","identifier":[{"system":"https://other.example","value":"R26-1"}]}"#,
            ),
            (200, r#"{"resourceType":"OperationOutcome"}"#),
            (200, "<html>please sign in</html>"),
            (200, "null"),
            (200, "[]"),
        ],
    ),
];

fn reply(status: u16, body: &str) -> Reply {
    let status = StatusCode::from_u16(status).unwrap();
    Reply { status, headers: HeaderMap::new(), body: body.as_bytes().to_vec() }
}

fn read(reply: &Reply) -> Answer {
    let now: Timestamp = "2026-09-14T13:30:00Z".parse().unwrap();
    read_answer(reply, &Sent::read(ID, PAYLOAD.as_bytes()), now)
}

#[test]
fn reads_every_answer_as_its_row_of_the_table() {
    for row in ROWS {
        for (status, body) in row.examples {
            let outcome = read(&reply(*status, body)).outcome;
            assert_eq!(outcome.as_str(), row.outcome, "{}: {status} {body} is {outcome:?}", row.answer);
        }
    }
}

/// The documented table is this one.
#[test]
fn documents_every_row_of_the_table() {
    let docs = include_str!("../../docs/operate.md");
    let (_, section) = docs.split_once("### How answers are read").unwrap();
    let table: Vec<&str> = section
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'))
        .collect();
    let rows: Vec<String> = ROWS.iter().map(|row| format!("| {} | {} |", row.answer, row.read_as)).collect();
    assert_eq!(table[2..], rows, "the table should be:\n{}", rows.join("\n"));
}

#[test]
fn notes_a_message_header_that_is_not_first() {
    let second = ROWS[0].examples.last().unwrap().1;
    assert!(read(&reply(200, second)).note.is_some());
    assert_eq!(read(&reply(200, ROWS[0].examples[0].1)).note, None);
}

#[test]
fn keeps_the_destinations_words_with_code_and_path() {
    let body = r#"{"resourceType":"OperationOutcome","issue":[
        {"severity":"error","code":"required","details":{"text":"A birth date is needed"},"expression":["Patient.birthDate"]},
        {"severity":"error","code":"value","diagnostics":"Postal code\u0007"}]}"#;
    let outcome = read(&reply(422, body)).outcome;
    assert_eq!(outcome.reason(), Some("status 422 (required)"));
    let words = "A birth date is needed (required) [Patient.birthDate]\nPostal code  (value)";
    assert_eq!(outcome.words(), Some(words));
    assert!(!format!("{outcome:?}").contains("birth"), "{outcome:?}");
    let fatal = r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"MessageHeader","response":{
        "identifier":"0198c4a0-0000-7000-8000-000000000001","code":"fatal-error","details":{"reference":"urn:uuid:x"}}}},
        {"fullUrl":"urn:uuid:x","resource":{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"invalid","diagnostics":"No such clinic"}]}}]}"#;
    assert_eq!(read(&reply(200, fatal)).outcome.words(), Some("No such clinic (invalid)"));
}

#[test]
fn obeys_retry_after_in_seconds_and_as_a_date_up_to_a_day() {
    let asked = |value: &str| {
        let mut reply = reply(503, "");
        reply.headers.insert(header::RETRY_AFTER, HeaderValue::from_str(value).unwrap());
        let Answer { outcome, note } = read(&reply);
        assert!(matches!(outcome, Outcome::RetryLater(..)), "{value}");
        (outcome.asked_delay().map(|delay| delay.as_secs()), note.is_some())
    };
    assert_eq!(asked("120"), (Some(120), false));
    assert_eq!(asked("Mon, 14 Sep 2026 14:30:00 GMT"), (Some(3600), false));
    assert_eq!(asked("Monday, 14-Sep-26 14:30:00 GMT"), (Some(3600), false));
    assert_eq!(asked("Wed, 21 Oct 2099 07:28:00 GMT"), (Some(24 * 3600), true));
    assert_eq!(asked("99999999999999999999999"), (Some(24 * 3600), true));
    for own_wait in ["0", "-1", "soon", "", "Mon, 14 Sep 2026 13:29:00 GMT"] {
        assert_eq!(asked(own_wait), (None, false), "{own_wait}");
    }
}
