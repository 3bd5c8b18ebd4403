//! Text and regular expressions.

use super::*;

#[test]
fn matches_patterns() {
    gives("'abc'.matches('[a-c]+') and 'FHIR'.matches('fhir').not()", &json!([true]));
    gives("'A\\nB'.matches('A.*B')", &json!([true]));
    gives("'xLibraryx'.matches('Library') and 'xLibraryx'.matchesFull('Library').not()", &json!([true]));
    gives("'K1A 0B1'.matches('^(?!.*[DFIOQU])[A-VXY][0-9][A-Z] ?[0-9][A-Z][0-9]$')", &json!([true]));
    gives("{}.matches('a') | 'a'.matches({})", &json!([]));
    gives("name.given.where(matches('^É'))", &json!(["Éléonore", "Élé"]));
    let unbalanced = run("'a'.matches('(')").unwrap_err().to_string();
    assert!(
        unbalanced.starts_with("matches(): the pattern is not a regular expression: unclosed"),
        "{unbalanced}"
    );
}

#[test]
fn shows_no_value_of_a_chart_in_the_error_of_a_pattern() {
    let error = run("'a'.matches('(' + %patient.gender)").unwrap_err().to_string();
    assert!(!error.contains("female"), "{error}");
}

#[test]
fn replaces_matches() {
    gives("'K1A 0A1'.replaceMatches('\\\\s', '')", &json!(["K1A0A1"]));
    gives(
        "'11/30/1972'.replaceMatches('(?<m>\\\\d+)/(\\\\d+)/(\\\\d+)', '$3-${m}-$2x')",
        &json!(["1972-11-30x"]),
    );
    gives("'abc'.replaceMatches('', 'x')", &json!(["abc"]));
    gives("'123'.replaceMatches('2', {}) | {}.replaceMatches('2', 'x')", &json!([]));
    assert_eq!(run("'a'.replaceMatches('^(?!b)a', '')"), Err(Error::WrongType("replaceMatches")));
}

#[test]
fn bounds_the_cost_of_patterns() {
    let text = "a".repeat(7_000);
    assert!(run(&format!("'{text}'.matches('(a?b?){{50}}c')")).is_ok());
    assert!(matches!(run(&format!("'{text}'.matches('\\\\w{{40}}b')")), Err(Error::Budget { .. })));
    assert!(matches!(run("'a'.matches('((a{100}){100}){100}')"), Err(Error::BadPattern { .. })));
    let grows = format!("'{text}'.replaceMatches('a', '{}')", "$0".repeat(200));
    assert!(matches!(run(&grows), Err(Error::Budget { .. })), "charged before it is built");
}

#[test]
fn encodes_and_escapes() {
    gives("'subjects?_d'.encode('base64')", &json!(["c3ViamVjdHM/X2Q="]));
    gives("'subjects?_d'.encode('urlbase64').decode('urlbase64')", &json!(["subjects?_d"]));
    gives("'é'.encode('hex') | 'c3a9'.decode('hex')", &json!(["c3a9", "é"]));
    gives("'zz'.decode('hex') | 'abc'.decode('hex') | '?'.decode('base64')", &json!([]));
    gives("'\"1<2\"'.escape('html')", &json!(["&quot;1&lt;2&quot;"]));
    gives("'&amp;lt;'.unescape('html')", &json!(["&lt;"]));
    gives("'\"1<2\"'.escape('json').unescape('json')", &json!(["\"1<2\""]));
    let unknown = Error::UnknownFormat { function: "encode", format: "rot13".into() };
    assert_eq!(run("'a'.encode('rot13')"), Err(unknown));
}

#[test]
fn takes_text_apart() {
    gives("'t2é'.toChars()", &json!(["t", "2", "é"]));
    gives("'abcb'.lastIndexOf('b') | 'é-é'.lastIndexOf('é') | 'a'.lastIndexOf('x')", &json!([3, 2, -1]));
    gives("'+5.0'.toDecimal()", &json!(["5.0".parse::<serde_json::Number>().unwrap()]));
}

#[test]
fn ignores_a_backslash_that_begins_no_escape() {
    gives(
        "'\\p' | '\\\\p' | '\\3' | '\\u005' | '\\u0041' | '\\u+041'",
        &json!(["p", "\\p", "3", "u005", "A", "u+041"]),
    );
}

#[test]
fn keeps_a_plain_backslash_in_a_pattern() {
    let phone = "matches('^(\\+\\d{1,2}\\s?)?\\(?\\d{3}\\)?[\\s.-]?\\d{3}[\\s.-]?\\d{4}$')";
    gives(&format!("'(613) 555-0100'.{phone} and 'ddd'.{phone}.not()"), &json!([true]));
    gives("'a1'.replaceMatches('\\d', '\\d') | 'x'.matches('^' + '\\w')", &json!(["ad", true]));
    gives("'d'.matches('d'.replace('\\d', 'x')).not() and '1'.matches('\\\\d')", &json!([true]));
    assert!(Expression::parse("a.matches('\\d')").unwrap().has_plain_backslash());
    assert!(!Expression::parse("a.matches('\\\\d') and b = '\\d'").unwrap().has_plain_backslash());
}
