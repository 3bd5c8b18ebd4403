//! Every sealed column of the database.

use crate::{attachments, db::SealedColumn, delivery, ehrs, launch, referral};

/// Returns every sealed column, for sealing its values again with another key.
pub(super) fn sealed_columns() -> impl Iterator<Item = SealedColumn> {
    let columns = ehrs::store::SEALED.into_iter().chain(launch::store::SEALED);
    let columns = columns.chain(referral::store::SEALED).chain(attachments::store::SEALED);
    columns.chain(delivery::store::SEALED)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reads `table.column` of every `BYTEA` column from the migrations, except the proof of a key, which is sealed with
    /// that key only.
    fn declared() -> Vec<String> {
        let mut declared = Vec::new();
        for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations")).unwrap() {
            let (text, mut table) = (std::fs::read_to_string(file.unwrap().path()).unwrap(), "");
            for line in text.lines().filter(|line| !line.starts_with("--")) {
                let words: Vec<&str> = line.split_whitespace().collect();
                match words[..] {
                    ["CREATE" | "ALTER", "TABLE", name, ..] => table = name,
                    [column, "BYTEA", ..] | [column, "BYTEA,"] => declared.push(format!("{table}.{column}")),
                    _ => {}
                }
            }
        }
        declared.retain(|column| column != "sealing_keys.proof");
        declared.sort();
        declared
    }

    #[test]
    fn lists_every_sealed_column() {
        let mut listed: Vec<String> = sealed_columns().map(|column| column.name()).collect();
        listed.sort();
        assert!(listed.len() > 10, "{listed:?}");
        assert_eq!(listed, declared());
    }
}
