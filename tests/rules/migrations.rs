//! Rule for migrations: what a database may have applied is never edited.

use aws_lc_rs::digest::{SHA256, digest};

use crate::files::Tracked;

/// Frozen migrations with their digest. A new migration is added here with the release that contains it.
const FROZEN: &[(&str, &str)] = &[
    ("migrations/0001_init.sql", "SHA256:1009f176d447ac4e2fe581a364f7584feba807445be4ab432086e5f7f97c5988"),
    (
        "migrations/0002_operations.sql",
        "SHA256:7d21a5766373e3fc122ccea8f0d1d0ec4fad29757275a6005f9a0b3fffb8bec8",
    ),
    (
        "migrations/0003_sent_records.sql",
        "SHA256:946a616189f210f55e21fc0559d64c79e617a28a5d59502d9941a9af06b67625",
    ),
    (
        "migrations/0004_retention.sql",
        "SHA256:04b3dd885436702be50d5be19654a3b288a469ba1197947d2e790362fe44f6b3",
    ),
    (
        "migrations/0005_operations.sql",
        "SHA256:8ee85fa1aa051818e73d8f85d99ae46efbf90070c02f7bf13ccafd6e0516989b",
    ),
    (
        "migrations/0006_form_versions.sql",
        "SHA256:5e31f4a9f9c91a52c2a6eedacbbf796f7e9af111015741579acb21a78ec98a1e",
    ),
];

/// Finds frozen migrations that were changed or removed.
pub fn edited(files: &[Tracked]) -> Vec<String> {
    let state = |path: &str, frozen: &str| match files.iter().find(|file| file.path == path) {
        None => Some(format!("{path} was removed")),
        Some(file) if shown_digest(&file.text) == frozen => None,
        Some(_) => Some(format!("{path} was edited; write a new migration instead")),
    };
    FROZEN.iter().filter_map(|(path, frozen)| state(path, frozen)).collect()
}

fn shown_digest(text: &str) -> String {
    format!("{:?}", digest(&SHA256, text.as_bytes()))
}

#[test]
fn catches_an_edited_and_a_removed_migration() {
    let edited_file =
        Tracked { path: FROZEN[0].0.to_owned(), text: "CREATE TABLE other (id TEXT);".to_owned() };
    assert!(edited(&[edited_file])[0].contains("was edited"));
    assert!(edited(&[])[0].contains("was removed"));
}
