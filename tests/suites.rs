//! Published suites, read from the folder that `PASSERELLE_SUITES` names: `fhirpath-r4/tests-r4.json` with `inputs/`, and
//! `questionnaires/*.json`. Without the variable these tests print a line and end.

#[path = "suites/extraction.rs"]
mod extraction;
#[path = "suites/fhirpath.rs"]
mod fhirpath;
#[path = "suites/questionnaires.rs"]
mod questionnaires;

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Returns a folder of the suites, or `None` (and prints a line) if there are no suites here.
fn suite(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("PASSERELLE_SUITES") else {
        println!("skipped: PASSERELLE_SUITES names no folder with the suite {name}");
        return None;
    };
    Some(PathBuf::from(folder).join(name))
}

#[track_caller]
fn json(path: &Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
