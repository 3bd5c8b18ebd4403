//! Layering rule: the rooms that each room may use.

use crate::source::{Source, is_word_byte};

/// Rooms, each with the rooms it may use. A new room needs a line here.
const ROOMS: &[(&str, &str)] = &[
    ("config", ""),
    ("clock", ""),
    ("random", ""),
    ("error_codes", ""),
    ("fhirpath", ""),
    ("db", "config clock random"),
    ("web", "config clock random"),
    ("pdf", "random"),
    ("egress", "error_codes config clock"),
    ("fhir", "egress"),
    ("smart", "fhir egress clock random error_codes"),
    ("audit", "db clock"),
    ("ground", "audit db clock"),
    ("attachments", "error_codes ground audit config db egress clock random"),
    ("forms", "error_codes fhir fhirpath clock"),
    ("catalogue", "ground audit db forms clock"),
    ("users", "ground audit config db fhir smart web clock random"),
    ("delivery", "error_codes ground audit db egress fhir smart clock random"),
    ("terminology", "clock delivery egress fhirpath"),
    ("directory", "db egress fhir users web clock"),
    ("ehrs", "error_codes ground audit config db egress fhir smart users web clock random"),
    ("launch", "error_codes ehrs ground audit config db egress fhir smart users web clock random"),
    (
        "referral",
        "attachments catalogue ehrs ground audit config db delivery directory fhir forms launch pdf smart terminology users web clock random",
    ),
    ("retention", "ground audit config db launch referral users clock random"),
    (
        "admin",
        "catalogue ehrs forms ground audit config db delivery directory launch retention smart users web clock random",
    ),
    ("demo_ehr", "clock"),
];

/// Rooms that may use every room: they wire the others together or test them.
const UNRESTRICTED: &[&str] = &["app", "lib", "main", "testing"];

/// Use of a name at the crate root.
struct Reach {
    name: String,
    at: usize,
}

pub fn violations(source: &Source) -> Vec<String> {
    let room = source.room();
    if UNRESTRICTED.contains(&room) {
        return Vec::new();
    }
    let Some((_, allowed)) = ROOMS.iter().find(|(name, _)| *name == room) else {
        return vec![format!(
            "{}: room `{room}` has no line in the table of tests/rules/rooms.rs",
            source.path
        )];
    };
    let forbidden = |reach: &Reach| {
        let tested = reach.name == "testing" && source.is_test_code(reach.at);
        reach.name != room && !tested && !allowed.split(' ').any(|room| room == reach.name)
    };
    let say = |reach: Reach| format!("{}: `{room}` may not use `{}`", source.place(reach.at), reach.name);
    reaches(source).into_iter().filter(forbidden).map(say).collect()
}

/// Lists names used directly below the crate root: `crate::x`, `crate::{x, y::z}`, and `super::` chains that reach it.
fn reaches(source: &Source) -> Vec<Reach> {
    let mut found = Vec::new();
    for at in source.words("crate") {
        after_root(&source.code, at, at + "crate".len(), &mut found);
    }
    for at in source.words("super") {
        let continues = source.code[..at].trim_end().ends_with("::");
        let (steps, end) = super_chain(&source.code[at..]);
        if !continues && steps >= source.depth(at) {
            after_root(&source.code, at, at + end, &mut found);
        }
    }
    found
}

/// Counts consecutive `super` segments and returns the end offset of the last one.
fn super_chain(code: &str) -> (usize, usize) {
    let (mut steps, mut end) = (0, 0);
    while let Some(rest) =
        code[end..].trim_start().trim_start_matches("::").trim_start().strip_prefix("super")
    {
        steps += 1;
        end = code.len() - rest.len();
    }
    (steps, end)
}

fn after_root(code: &str, at: usize, from: usize, found: &mut Vec<Reach>) {
    let Some(rest) = code[from..].trim_start().strip_prefix("::") else {
        return;
    };
    let rest = rest.trim_start();
    let names = if let Some(group) = rest.strip_prefix('{') { group_heads(group) } else { vec![head(rest)] };
    found.extend(names.into_iter().filter(|name| !name.is_empty()).map(|name| Reach { name, at }));
}

fn head(code: &str) -> String {
    if code.starts_with('*') {
        return "*".to_owned();
    }
    code.bytes().take_while(|b| is_word_byte(*b)).map(char::from).collect()
}

/// Lists the first name of each part of `{a, b::{c, d}, e}`. The opening brace is already consumed.
fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut names, mut start) = (1_usize, Vec::new(), 0);
    for (at, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && byte == b',') {
            names.push(head(group[start..at].trim_start()));
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    names
}

#[test]
fn catches_each_syntax_that_names_a_forbidden_room() {
    let faults = [
        ("src/smart/token.rs", "use crate::db::Tx;", 1),
        ("src/smart/token.rs", "use crate::{clock::Clock, db::{Db, Tx}, users};", 2),
        ("src/smart/token.rs", "fn f() { crate :: db::open() }", 1),
        ("src/smart/token.rs", "use super::super::db;", 1),
        ("src/smart/mod.rs", "use super::db;", 1),
        ("src/smart/mod.rs", "mod inner { use super::super::{db, web}; }", 2),
        ("src/smart/token.rs", "use crate::*;", 1),
        ("src/smart/token.rs", "use crate::testing::TestApp;", 1),
        ("src/demo_ehr/token.rs", "use crate::smart::pkce;", 1),
        ("src/db/sql.rs", "macro_rules! m { () => { $crate::web::x() } }", 1),
        ("src/helpers/mod.rs", "", 1),
        ("src/misc.rs", "", 1),
    ];
    for (path, text, expected) in faults {
        assert_eq!(violations(&Source::new(path, text)).len(), expected, "{path}: {text}");
    }
}

#[test]
fn permits_rooms_in_the_table() {
    let fine = [
        ("src/smart/token.rs", "use crate::{clock::Clock, fhir::FhirBaseUrl, smart::x};\nuse super::jwks;"),
        ("src/smart/token.rs", "// crate::db\nconst A: &str = \"crate::db\";"),
        ("src/smart/tests.rs", "use crate::testing::TestApp;"),
        (
            "src/smart/token.rs",
            "#[cfg(test)]\nmod tests { use super::super::jwks; use crate::testing::TestApp; }",
        ),
        ("src/db/sql.rs", "pub(crate) fn f() {}\nmacro_rules! m { () => { $crate::db::x() } }"),
        ("src/app.rs", "use crate::{db, web};"),
    ];
    for (path, text) in fine {
        assert_eq!(violations(&Source::new(path, text)), Vec::<String>::new(), "{path}: {text}");
    }
}
