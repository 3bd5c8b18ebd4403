//! Rule for migrations: what a database may have applied is never edited.

use aws_lc_rs::digest::{SHA256, digest};

use crate::files::Tracked;

/// Frozen migrations with their digest. A new migration is added here with the release that contains it.
const FROZEN: &[(&str, &str)] = &[(
    "migrations/0001_init.sql",
    "SHA256:1009f176d447ac4e2fe581a364f7584feba807445be4ab432086e5f7f97c5988",
)];

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
