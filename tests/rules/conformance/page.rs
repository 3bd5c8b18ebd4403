//! `docs/conformance.md`: the table and its tests, for people.

use std::fmt::Write as _;

use super::{
    Proofs,
    citations::Test,
    table::{Row, Table},
};

const ABOUT: &str = "\
What SMART App Launch, OAuth 2.0, OpenID Connect, CA:SoF and the Ontario eReferral guide require of a confidential app
that an EHR launches, what the OpenID Foundation tries with relying parties, and what a hostile or faulty other side
does, in our own words. A strength of `ours` is what no specification says: P0 harms a person or loses a referral, P1
takes some more to do harm, P2 hardens.

The doc comment of a test names the requirements it proves: the test would fail if one of them were broken. A check
reads them and `docs/conformance.toml`. It fails when a requirement has neither a test nor a reason and does not wait,
and when this page is not current. `PASSERELLE_WRITE=1 cargo test --test rules conformance` writes the page, and
`passerelle conformance` prints it.
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

/// What stands beside a requirement: its tests, why it does not apply, or that it waits.
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
