//! Rendering of `docs/conformance.md` from the table and its tests.

use std::fmt::Write as _;

use super::{
    Proofs,
    citations::Test,
    table::{Row, Table},
};

const ABOUT: &str = "\
Requirements of SMART App Launch, OAuth 2.0, OpenID Connect, CA:SoF and the Ontario eReferral guide for a confidential
app launched from an EHR, paraphrased; the OpenID Foundation's tests of relying parties; and attacks and faults that an
EHR, browser, network or receiver can produce. A strength of `ours` marks a requirement that no specification states.
Some of these have a priority, by the harm that a violation can do. P0: another person's record is shown or changed, an
account is taken over, a referral is lost, duplicated or sent to the wrong place, or a long-lived secret leaks. P1: such
harm under a further condition, or harm to safety or availability. P2: hardening.

The doc comment of a test names the requirements it proves: the test would fail if one of them were violated. A check
compares these citations with `docs/conformance.toml`. It fails if a requirement has no test, no reason why it does not
apply, and is not marked as waiting, or if this page is out of date. `PASSERELLE_WRITE=1 cargo test --test rules
conformance` writes the page; `passerelle conformance` prints it.
";

pub fn render(table: &Table, proofs: &Proofs<'_>) -> String {
    let mut page = format!("# Conformance\n\n**{}**\n\n{}", summary(table, proofs), ABOUT);
    for group in &table.groups {
        let _ = write!(page, "\n## {}: {}\n\n", group.id, group.title);
        page.push_str("| Id | Strength | Requirement | Source | Test |\n|---|---|---|---|---|\n");
        for row in &group.rows {
            let Row { id, strength, text, source, .. } = row;
            let proof = proof(row, proofs.get(&**id).map_or(&[], Vec::as_slice));
            let _ = writeln!(page, "| {id} | {strength} | {text} | {source} | {proof} |");
        }
    }
    page
}

fn summary(table: &Table, proofs: &Proofs<'_>) -> String {
    let count = |which: &dyn Fn(&Row) -> bool| table.rows().filter(|row| which(row)).count();
    let tested = count(&|row| proofs.contains_key(&*row.id));
    let in_part = count(&|row| row.still.is_some());
    let (not_ours, waiting) = (count(&|row| row.reason.is_some()), count(&|row| row.waiting));
    let apply = if not_ours == 1 { "that does not apply" } else { "that do not apply" };
    let all = table.rows().count();
    format!(
        "{all} requirements: {tested} with a test ({in_part} of them in part), {not_ours} {apply}, \
         {waiting} waiting for a test."
    )
}

/// Renders the last cell of a row: its tests, the reason why it does not apply, or that it waits for a test.
fn proof(row: &Row, tests: &[&Test]) -> String {
    if let Some(reason) = &row.reason {
        return format!("Does not apply: {reason}");
    }
    let mut text = String::new();
    let mut last = "";
    for Test { path, name } in tests {
        let _ = match (text.is_empty(), last == path) {
            (true, _) => write!(text, "`{path}`: {name}"),
            (false, true) => write!(text, ", {name}"),
            (false, false) => write!(text, "; `{path}`: {name}"),
        };
        last = path;
    }
    match &row.still {
        _ if text.is_empty() => "Waiting".to_owned(),
        Some(still) => format!("{text}. Not shown yet: {still}"),
        None => text,
    }
}
