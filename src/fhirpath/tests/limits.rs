//! Refused expressions, and limits of parsing and evaluation.

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[test]
fn refuses_unknown_names_and_wrong_types() {
    assert_eq!(run("%stranger.id"), Err(Error::UnknownVariable("stranger".into())));
    assert_eq!(run("name.subsumes('x')"), Err(Error::UnknownFunction("subsumes".into())));
    assert_eq!(run("name.where()"), Err(Error::ArgumentCount("where")));
    assert_eq!(run("name.given.upper()"), Err(Error::NotSingleton("upper")));
    assert_eq!(run("name.given < 'x'"), Err(Error::NotSingleton("<")));
    assert_eq!(run("1 + 'a'"), Err(Error::WrongType("+")));
    assert_eq!(run("1 < 'a'"), Err(Error::WrongType("<")));
    assert_eq!(run("name.first() is Name"), Err(Error::UnknownType("Name".into())));
    assert_eq!(run("170141183460469231731.0 * 170141183460469231731.0"), Err(Error::OutOfRange("*")));
    assert_eq!(run("@9999-01-01 + 1 year"), Err(Error::OutOfRange("+")));
    assert_eq!(run("birthDate - 1 'mo'"), Err(Error::WrongType("-")));
    for text in
        ["", "name.", "name..given", "(1", "'open", "1 +", "@2026-13-01", "%", "a b", "$x", "/* x", "name['"]
    {
        assert!(matches!(run(text), Err(Error::Syntax { .. })), "{text}: {:?}", run(text));
    }
}

#[test]
fn stays_within_its_limits() {
    let deep = format!("{}1{}", "(".repeat(100), ")".repeat(100));
    assert!(matches!(run(&deep), Err(Error::TooDeep { .. })));
    assert!(matches!(run(&"a".repeat(9_000)), Err(Error::TooLong { .. })));
    let long = vec!["1"; 4_000].join("+");
    gives(&long, &json!([4_000]));
    gives(&format!("{}1", "-".repeat(8_000)), &json!([1]));
    let grows = format!("'x'{}", ".replace('x', 'xxxxxxxxxxxxxxxx')".repeat(30));
    assert!(matches!(run(&grows), Err(Error::Budget { .. })));
    let (text, by) = ("x".repeat(3_000), "y".repeat(3_000));
    let at_once = format!("'{text}'.replace('', '{by}')");
    assert!(matches!(run(&at_once), Err(Error::Budget { .. })), "charged before it is built");
    let explodes = format!("(1|2|3|4|5|6|7|8){}", ".select(%patient.telecom)".repeat(20));
    assert!(matches!(run(&explodes), Err(Error::Budget { .. })));
    assert!(matches!(run("name.repeat(%patient | $this.toString())"), Err(Error::Budget { .. }) | Ok(_)));
}

#[test]
fn evaluates_the_deepest_accepted_expression_without_stack_overflow() {
    let levels = Expression::MAX_DEPTH - 1;
    for (open, core, close) in [
        ("(", "1", ")"),
        ("-(1 + ", "1", ")"),
        ("iif(true, ", "1", ")"),
        ("name.select(", "1", ")"),
        ("name.where(true and ", "true", ").exists()"),
        ("telecom.sort(-", "rank", ").select(rank)"),
        ("(1 | 2).aggregate($total + ", "1", ", 0)"),
        ("1.coalesce(", "1", ")"),
        ("name.trace('x', ", "1", ")"),
        ("1.sort(-", "$this", " desc)"),
        ("2.power(1 / ", "2", ")"),
    ] {
        let text = format!("{}{core}{}", open.repeat(levels), close.repeat(levels));
        let outcome = run(&text);
        assert!(
            matches!(outcome, Ok(_) | Err(Error::Budget { .. } | Error::NotSingleton(_))),
            "{text}: {outcome:?}"
        );
        let deeper = format!("{}{core}{}", open.repeat(levels + 1), close.repeat(levels + 1));
        assert!(matches!(run(&deeper), Err(Error::TooDeep { .. })), "{deeper}");
    }
}

/// Copies of large collections and texts cost as much as they take.
#[test]
fn charges_copies() {
    let many = format!("(1|2|3|4|5|6|7|8|9|10){}", ".select(%patient.telecom)".repeat(4));
    let copies = vec!["$this.count()"; 300].join("+");
    assert!(matches!(run(&format!("{many}.defineVariable('n', {copies})")), Err(Error::Budget { .. })));
    let copies = vec!["%n.count()"; 300].join("+");
    assert!(matches!(
        run(&format!("{many}.defineVariable('n').first().select({copies})")),
        Err(Error::Budget { .. })
    ));
    let text = "x".repeat(3_000);
    let long = format!("'{text}'.replace('x', 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx')");
    assert!(run(&format!("{long}.select($this.empty())")).is_ok());
    let copies = vec!["%n.empty()"; 120].join(" or ");
    assert!(matches!(
        run(&format!("{long}.defineVariable('n').select({copies})")),
        Err(Error::Budget { .. })
    ));
}

/// A search that looks at the whole text for each short match is not linear in any engine.
#[test]
fn charges_the_searches_of_a_replacement() {
    let text = "A".repeat(7_500);
    let slow = format!("'{text}'.replaceMatches('.*[^A-Z]|[A-Z]', 'b')");
    assert!(matches!(run(&slow), Err(Error::Budget { .. })));
    assert!(run(&format!("'{}'.replaceMatches('A', 'b')", "A b".repeat(200))).is_ok());
}

/// Every step after a definition is evaluated inside of it.
#[test]
fn bounds_the_number_of_defined_variables() {
    let define = |count: usize| {
        (0..count).map(|at| format!("defineVariable('v{at}', {at})")).collect::<Vec<_>>().join(".")
    };
    assert_eq!(run(&format!("{}.select(%v0 + %v23)", define(Expression::MAX_DEPTH))), Ok(json!([23])));
    assert!(matches!(run(&define(Expression::MAX_DEPTH + 1)), Err(Error::TooDeep { .. })));
}

#[test]
fn lists_its_variables() {
    let expression = Expression::parse("%patient.id & %user.id & %patient.gender").unwrap();
    assert_eq!(expression.variables(), ["patient", "user"]);
}

#[test]
fn is_shared_between_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Expression>();
    shared::<Environment<'static>>();
}

#[test]
fn evaluates_malformed_resources_without_panic() {
    let odd = json!({"name": [null, 5, [["x"]], {"given": {"a": 1}}], "_name": "x", "birthDate": {"x": []}, "n": 1e300});
    let environment = environment(&odd);
    for text in [
        "name.given",
        "name.family.extension('x')",
        "birthDate < today()",
        "n + 1",
        "name = name",
        "children()",
    ] {
        let expression = Expression::parse(text).unwrap();
        let _ = expression.evaluate(&environment, &odd);
    }
}

/// Words of which expressions are made.
const WORDS: &[&str] = &[
    "name",
    "given",
    "telecom",
    "birthDate",
    "%patient",
    "$this",
    "$index",
    "'é'",
    "1",
    "2.5",
    "3 'kg'",
    "1 year",
    "@2026-01",
    "true",
    "{}",
    "(",
    ")",
    ".",
    "[",
    "]",
    ",",
    "+",
    "-",
    "*",
    "/",
    "|",
    "&",
    "=",
    "~",
    "<",
    ">=",
    " and ",
    " or ",
    " is ",
    " in ",
    " div ",
    " mod ",
    ".where(",
    ".select(",
    ".repeat(",
    ".exists()",
    ".first()",
    ".replace('a','bbbb')",
    ".sort(-$this)",
    ".join(',')",
    ".upper()",
    "today()",
    ".toString()",
    "iif(",
    ".count()",
    ".substring(1)",
    ".children()",
    ".extension('x')",
    ".ofType(string)",
    ".aggregate(",
    "$total",
    ".distinct()",
    "@T14:30",
    "@2026-01-01T10:30:00.000-04:00",
    "5 'mg'",
    "2 'h'",
    "9223372036854775807",
    "0.00000000000000000001",
    ".descendants()",
    ".defineVariable('v')",
    "%v",
    ".matches('^(a|b)+$')",
    ".replaceMatches('(.)', '$1$1')",
    ".power(",
    ".log(",
    ".exp()",
    ".sqrt()",
    ".toQuantity()",
    ".lowBoundary(",
    ".highBoundary()",
    ".repeatAll(",
    ".sort(-$this, $index desc)",
    ".weight()",
    ".memberOf('x')",
    ".encode('hex')",
    ".unescape('json')",
    ".type().name",
    ".sum()",
    ".min()",
    ".yearOf()",
    ".as(Quantity)",
    ".value",
];

fn fragment() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS.to_vec()), 1..14).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn never_panics_on_any_text(text in "\\PC{0,80}") {
        let _ = run(&text);
    }

    #[test]
    fn never_panics_and_never_exceeds_its_budget(text in fragment()) {
        let patient = patient();
        let environment = environment(&patient).with_budget(2_000);
        if let Ok(expression) = Expression::parse(&text) {
            let started = crate::fhirpath::evaluate::Run::new(&environment, &patient);
            let _ = started.whole(expression.root());
            prop_assert!(started.spent() <= 2_000);
            if let Ok(items) = expression.evaluate(&environment, &patient) {
                prop_assert!(items.len() <= 2_000);
            }
        }
    }
}
