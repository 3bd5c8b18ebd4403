//! Rules about code: crates permitted only in some places, and calls, attributes and layouts permitted nowhere.

use std::collections::{BTreeMap, BTreeSet};

use crate::source::Source;

/// Crates that only the listed places may name. Unit tests may name any.
struct Confined {
    crates: &'static [&'static str],
    to: fn(&Source) -> bool,
    why: &'static str,
}

const CONFINED: &[Confined] = &[
    Confined {
        crates: &["sqlx"],
        to: may_speak_sql,
        why: "only `db/`, `store.rs`, `*_store.rs` and `store/` hold SQL; pass a `db::Tx` along",
    },
    Confined {
        crates: &["actix_web", "actix_session", "actix_multipart"],
        to: may_speak_http,
        why: "HTTP is known to `web/` and to `routes.rs`, `session.rs`, `app.rs`",
    },
    Confined { crates: &["object_store"], to: may_store, why: "files are stored by `attachments` only" },
    Confined { crates: &["reqwest"], to: may_connect, why: "the only way out is `egress`" },
];

fn may_speak_sql(source: &Source) -> bool {
    source.room() == "db"
        || source.file_name() == "store.rs"
        || source.file_name().ends_with("_store.rs")
        || source.path.contains("/store/")
}

fn may_speak_http(source: &Source) -> bool {
    // The demo EHR is a complete server of its own.
    matches!(source.room(), "web" | "app" | "main" | "testing" | "demo_ehr")
        || matches!(source.file_name(), "routes.rs" | "session.rs")
        || source.path.contains("/routes/")
        // The crate root re-exports the web framework with which vendors write their pages.
        || source.room() == "lib"
}

fn may_store(source: &Source) -> bool {
    source.room() == "attachments"
}

fn may_connect(source: &Source) -> bool {
    matches!(source.room(), "egress" | "testing")
}

pub fn foreign_crates(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    for rule in CONFINED.iter().filter(|rule| !(rule.to)(source)) {
        for name in rule.crates {
            let places = source.words(name).filter(|at| !source.is_test_code(*at));
            found.extend(places.map(|at| format!("{}: `{name}`: {}", source.place(at), rule.why)));
        }
    }
    found
}

/// Finds SQL assembled at run time. sqlx accepts only `&'static str`, which leaves two ways around it.
pub fn assembled_sql(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    if source.room() != "db" {
        found.extend(
            source
                .words("AssertSqlSafe")
                .map(|at| format!("{}: SQL put together outside `db/`", source.place(at))),
        );
    }
    if may_speak_sql(source) {
        found.extend(
            source
                .words("leak")
                .map(|at| format!("{}: a leaked text may be SQL put together", source.place(at))),
        );
    }
    found
}

/// Finds forbidden attributes and calls. `unwrap` is permitted in tests.
pub fn forbidden_code(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let say = |at: usize, what: &str| format!("{}: {what}", source.place(at));
    for at in source.words("allow").filter(|at| in_attribute(&source.code, *at)) {
        found.push(say(at, "`allow` hides a lint for good: use `expect` with a reason"));
    }
    for at in source.words("unwrap").filter(|at| is_call(&source.code, *at, "unwrap")) {
        if source.path.starts_with("src/") && !source.is_test_code(at) {
            found.push(say(at, "`unwrap` outside tests"));
        }
    }
    for name in ["todo", "unimplemented", "dbg"] {
        let macros = source.words(name).filter(|at| source.code[at + name.len()..].starts_with('!'));
        found.extend(macros.map(|at| say(at, "unfinished code")));
    }
    for name in BLIND_TLS {
        found.extend(source.words(name).map(|at| say(at, "TLS verification is never disabled")));
    }
    found
}

/// Names with which HTTP and TLS libraries disable certificate verification.
const BLIND_TLS: &[&str] = &[
    "danger_accept_invalid_certs",
    "danger_accept_invalid_hostnames",
    "tls_danger_accept_invalid_certs",
    "tls_danger_accept_invalid_hostnames",
    "dangerous",
    "ServerCertVerifier",
];

fn in_attribute(code: &str, at: usize) -> bool {
    let line = &code[code[..at].rfind('\n').map_or(0, |end| end + 1)..at];
    code[at + "allow".len()..].trim_start().starts_with('(')
        && (line.trim_end().ends_with('[') || line.contains("cfg_attr"))
}

fn is_call(code: &str, at: usize, name: &str) -> bool {
    code[..at].trim_end().ends_with(['.', ':'])
        && code[at + name.len()..].trim_start().starts_with(['(', ')', ','])
}

const ROOM_DOC_LINES: usize = 15;

/// Finds logic in a `mod.rs`, which may hold only a short room description, declarations and re-exports.
pub fn logic_in_mod(source: &Source) -> Vec<String> {
    if source.file_name() != "mod.rs" {
        return Vec::new();
    }
    let doc_lines = source.text.lines().take_while(|line| line.starts_with("//!")).count();
    let mut found = Vec::new();
    if !(1..=ROOM_DOC_LINES).contains(&doc_lines) {
        found.push(format!("{}: {doc_lines} lines of docs, wanted 1 to {ROOM_DOC_LINES}", source.path));
    }
    for item in ["fn", "impl", "struct", "enum", "trait"] {
        let places = source.words(item).filter(|at| !source.is_test_code(*at));
        found.extend(
            places.map(|at| format!("{}: `{item}` in a mod.rs, which holds no logic", source.place(at))),
        );
    }
    found
}

/// Finds folders with fewer than two files or folders besides their `mod.rs`. Folders of unit tests are not counted.
pub fn thin_folders(sources: &[Source]) -> Vec<String> {
    let mut content: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in sources.iter().filter(|source| !source.is_test_code(0)) {
        let mut path = source.path.as_str();
        while let Some((folder, name)) = path.rsplit_once('/').filter(|(folder, _)| *folder != "src") {
            content.entry(folder).or_default().extend((name != "mod.rs").then_some(name));
            path = folder;
        }
    }
    let thin = content.into_iter().filter(|(_, names)| names.len() < 2);
    thin.map(|(folder, names)| format!("{folder}/ holds only {names:?}: make it one file")).collect()
}

#[cfg(test)]
fn count(rule: fn(&Source) -> Vec<String>, path: &str, text: &str) -> usize {
    rule(&Source::new(path, text)).len()
}

#[test]
fn catches_a_crate_in_the_wrong_place() {
    for (path, text) in [
        ("src/users/mapping.rs", "use sqlx::Row;"),
        ("src/users/restore.rs", "use sqlx::Row;"),
        ("src/users/storing.rs", "use sqlx::Row;"),
        ("src/users/mapping.rs", "use actix_web::web;"),
        ("src/users/mapping.rs", "fn f(s: &actix_session::Session) {}"),
        ("src/fhir/client.rs", "let c = reqwest::get(url);"),
        ("src/demo_ehr/token.rs", "use reqwest::Client;"),
    ] {
        assert_eq!(count(foreign_crates, path, text), 1, "{path}: {text}");
    }
    for (path, text) in [
        ("src/users/store.rs", "use sqlx::Row;"),
        ("src/users/session_store.rs", "use sqlx::Row;"),
        ("src/users/store/session.rs", "use sqlx::Row;"),
        ("src/db/pool.rs", "use sqlx::Row;"),
        ("src/users/routes.rs", "use actix_web::web;"),
        ("src/users/session.rs", "use actix_session::Session;"),
        ("src/demo_ehr/token.rs", "use actix_web::web;"),
        ("src/egress/client.rs", "use reqwest::Client;"),
        ("src/testing/webdriver.rs", "use reqwest::Client;"),
        ("src/users/tests.rs", "use sqlx::Row;"),
        ("src/users/mapping.rs", "/// Unlike `sqlx::Row`.\nfn f() {}"),
    ] {
        assert_eq!(count(foreign_crates, path, text), 0, "{path}: {text}");
    }
}

#[test]
fn catches_assembled_sql() {
    assert_eq!(count(assembled_sql, "src/users/store.rs", "query(AssertSqlSafe(format!(\"\")))"), 1);
    assert_eq!(count(assembled_sql, "src/users/store.rs", "query(format!(\"\").leak())"), 1);
    assert_eq!(count(assembled_sql, "src/db/migrate.rs", "query(AssertSqlSafe(text))"), 0);
}

#[test]
fn catches_forbidden_code() {
    for text in [
        "#[allow(dead_code)]\nfn f() {}",
        "#![allow(dead_code)]",
        "#[cfg_attr(x, allow(dead_code))]\nfn f() {}",
        "fn f() { x().unwrap() }",
        "fn f() { x.map(Option::unwrap) }",
        "fn f() { todo!() }",
        "fn f() { unimplemented!() }",
        "fn f() { dbg!(1); }",
        "fn f() { builder.tls_danger_accept_invalid_certs(true) }",
        "fn f() { config.dangerous(); }",
    ] {
        assert_eq!(count(forbidden_code, "src/users/mapping.rs", text), 1, "{text}");
    }
    for text in [
        "#[cfg(test)]\nmod tests { fn f() { x().unwrap() } }",
        "fn f() { gate.allow(x); x.unwrap_or(1); say(\"todo!() .unwrap() #[allow(x)]\") } // .unwrap()",
        "#[expect(dead_code, reason = \"shown\")]\nfn f() {}",
    ] {
        assert_eq!(count(forbidden_code, "src/users/mapping.rs", text), 0, "{text}");
    }
}

#[test]
fn catches_logic_in_a_mod_file() {
    let faults = ["//! Users.\npub fn f() {}", "pub mod a;", &format!("{}pub mod a;", "//! x\n".repeat(16))];
    for text in faults {
        assert_eq!(count(logic_in_mod, "src/users/mod.rs", text), 1, "{text}");
    }
    assert_eq!(
        count(logic_in_mod, "src/users/mod.rs", "//! Users: who `fn` is.\npub mod a;\npub use a::B;"),
        0
    );
    assert_eq!(count(logic_in_mod, "src/users/a.rs", "pub fn f() {}"), 0);
}

#[test]
fn catches_a_folder_of_one_file() {
    let folders = |paths: &[&str]| {
        thin_folders(&paths.iter().map(|path| Source::new(path, "")).collect::<Vec<_>>()).len()
    };
    for paths in [
        ["src/users/mod.rs", "src/users/user.rs", "src/users/session.rs", "src/users/session/store.rs"],
        ["src/users/mod.rs", "src/users/user.rs", "src/users/links/mod.rs", "src/users/links/store.rs"],
        ["src/users/mod.rs", "src/users/user.rs", "src/users/links/store.rs", "src/users/links/tests.rs"],
        ["src/users/mod.rs", "src/main.rs", "src/app.rs", "src/users/store.rs"],
    ] {
        assert_eq!(folders(&paths), 1, "{paths:?}");
    }
    for paths in [
        ["src/users/mod.rs", "src/users/user.rs", "src/users/session.rs", "src/users/session/tests.rs"],
        ["src/users/links.rs", "src/users/user.rs", "src/users/tests.rs", "src/users/tests/limits.rs"],
        ["src/users/mod.rs", "src/users/user.rs", "src/users/store/links.rs", "src/users/store/sessions.rs"],
        ["src/main.rs", "src/clock.rs", "src/users/store.rs", "src/users/user.rs"],
    ] {
        assert_eq!(folders(&paths), 0, "{paths:?}");
    }
}
