//! Conformance rules: every requirement in the table has a test, has a reason why it does not apply, or is marked as
//! waiting. The page rendered from the table is `docs/conformance.md`.

#[path = "conformance/citations.rs"]
mod citations;
#[path = "conformance/page.rs"]
mod page;
#[path = "conformance/table.rs"]
mod table;

use std::{
    collections::BTreeMap,
    path::Path,
    process::{Command, Stdio},
};

use crate::source::{Source, rust_files};
use citations::{Citation, Test, citations};
use table::{Row, Table};

pub const TABLE: &str = "docs/conformance.toml";
pub const PAGE: &str = "docs/conformance.md";

/// Tests of each row, in order.
type Proofs<'c> = BTreeMap<&'c str, Vec<&'c Test>>;

/// Requirements table and test citations of this repository.
pub struct Conformance {
    table: Table,
    citations: Vec<Citation>,
}

impl Conformance {
    pub fn read(root: &Path) -> Self {
        let text = std::fs::read_to_string(root.join(TABLE)).expect("the table is there");
        let sources: Vec<Source> =
            ["src", "tests"].iter().flat_map(|folder| rust_files(root, folder)).collect();
        Self::of(&text, &sources)
    }

    fn of(table: &str, sources: &[Source]) -> Self {
        Self { table: Table::parse(table), citations: citations(sources) }
    }

    /// Lists errors in the table and in the citations of the tests.
    pub fn violations(&self) -> Vec<String> {
        let mut found = self.table.disorder();
        found.extend(self.citations.iter().filter_map(|citation| self.wrong_citation(citation)));
        let proofs = self.proofs();
        found.extend(self.table.rows().filter_map(|row| wrong_row(row, proofs.contains_key(&*row.id))));
        found
    }

    fn wrong_citation(&self, citation: &Citation) -> Option<String> {
        let Citation { id, place, test } = citation;
        match (self.table.has(id), test) {
            (false, _) => Some(format!("{place}: {id} is not a row of {TABLE}")),
            (true, None) => Some(format!("{place}: {id} is cited above an item that is not a test")),
            (true, Some(_)) => None,
        }
    }

    fn proofs(&self) -> Proofs<'_> {
        let mut proofs = Proofs::new();
        for citation in &self.citations {
            let Some(test) = &citation.test else { continue };
            let tests = proofs.entry(&citation.id).or_default();
            if tests.last() != Some(&test) {
                tests.push(test);
            }
        }
        proofs
    }

    /// Renders the page.
    pub fn page(&self) -> String {
        page::render(&self.table, &self.proofs())
    }
}

fn wrong_row(row: &Row, is_tested: bool) -> Option<String> {
    let what = match (is_tested, row.reason.is_some(), row.waiting) {
        (false, false, false) => "has neither a test nor a reason, and is not marked as waiting",
        (true, _, true) => "has a test, so it must not be marked as waiting",
        (true, true, _) => "has a test, so it applies and its reason is wrong",
        (false, true, true) => "does not apply, so it must not be marked as waiting",
        (false, ..) if row.still.is_some() => "has no test that could still lack something",
        _ => return None,
    };
    Some(format!("{TABLE}: {} {what}", row.id))
}

#[cfg(test)]
const GOOD: &str = r#"
[[group]]
id = "AUT"
title = "A"
[[group.row]]
id = "AUT-01"
strength = "SHALL"
source = "S"
text = "T."
[[group.row]]
id = "AUT-02"
strength = "MAY"
source = "S"
text = "T."
reason = "R."
[[group]]
id = "C"
title = "C"
[[group.row]]
id = "C01"
strength = "ours, P0"
source = "S"
text = "T."
waiting = true
"#;

#[cfg(test)]
fn judged(table: &str, code: &str) -> Vec<String> {
    Conformance::of(table, &[Source::new("tests/a.rs", code)]).violations()
}

#[cfg(test)]
const CITES_THE_FIRST: &str = "/// AUT-01: so.\n#[test]\nfn a() {}\n";

#[test]
fn accepts_a_valid_table() {
    assert_eq!(judged(GOOD, CITES_THE_FIRST), Vec::<String>::new());
}

#[test]
fn catches_a_citation_without_a_row_or_above_no_test() {
    for (code, what) in [
        ("/// AUT-07: so.\n#[test]\nfn b() {}\n", "AUT-07 is not a row"),
        ("/// XYZ-01.\n#[test]\nfn b() {}\n", "XYZ-01 is not a row"),
        ("/// AUT-01..03.\n#[test]\nfn b() {}\n", "AUT-03 is not a row"),
        ("/// AUT-01: help.\nfn b() {}\n", "AUT-01 is cited above an item that is not a test"),
    ] {
        let found = judged(&GOOD.replace("reason = \"R.\"", ""), &format!("{CITES_THE_FIRST}{code}"));
        assert!(found.iter().any(|it| it.contains(what)), "{code}: {found:?}");
    }
}

#[test]
fn catches_a_row_without_test_reason_or_waiting() {
    let waiting = GOOD.replace("waiting = true", "");
    for (table, code, what) in [
        (GOOD, "", "AUT-01 has neither"),
        (&*waiting, CITES_THE_FIRST, "C01 has neither"),
        (
            GOOD,
            "/// AUT-01, C01.\n#[test]\nfn a() {}\n",
            "C01 has a test, so it must not be marked as waiting",
        ),
        (GOOD, "/// AUT-01..02.\n#[test]\nfn a() {}\n", "AUT-02 has a test, so it applies"),
        (&*GOOD.replace("reason = ", "waiting = true\nreason = "), CITES_THE_FIRST, "AUT-02 does not apply"),
        (
            &*GOOD.replace("waiting = true", "waiting = true\nstill = \"S\""),
            CITES_THE_FIRST,
            "C01 has no test",
        ),
    ] {
        let found = judged(table, code);
        assert!(found.len() == 1 && found[0].contains(what), "{what}: {found:?}");
    }
}

#[test]
fn renders_tests_reasons_and_waiting_rows() {
    let sources = [Source::new("tests/a.rs", CITES_THE_FIRST)];
    let table = GOOD.replacen("text = \"T.\"", "text = \"T.\"\nstill = \"more\"", 1);
    let page = Conformance::of(&table, &sources).page();
    for part in [
        "**3 requirements: 1 with a test (1 of them in part), 1 that does not apply, 1 waiting for a test.**",
        "| AUT-01 | SHALL | T. | S | `tests/a.rs`: a. Not shown yet: more |",
        "| AUT-02 | MAY | T. | S | Does not apply: R. |",
        "| C01 | ours, P0 | T. | S | Waiting |",
    ] {
        assert!(page.contains(part), "{part} is not in\n{page}");
    }
}

#[test]
fn command_prints_the_conformance_page() {
    let printed = Command::new(env!("CARGO_BIN_EXE_passerelle")).arg("conformance").output();
    let printed = printed.expect("the program runs");
    assert!(printed.status.success());
    assert_eq!(String::from_utf8(printed.stdout).unwrap(), include_str!("../../docs/conformance.md"));
}

/// A reader such as `| head` closes the pipe early.
#[test]
fn command_exits_cleanly_when_the_reader_closes_the_pipe() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_passerelle"));
    let piped = program.arg("conformance").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut printing = piped.spawn().expect("the program runs");
    drop(printing.stdout.take());
    let printed = printing.wait_with_output().expect("it ends");
    assert!(
        printed.status.success() && printed.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&printed.stderr)
    );
}
