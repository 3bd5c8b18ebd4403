//! Rows of a list that entries of the chart fill.

use aws_lc_rs::digest::{SHA256, digest};

use super::reference::reference_to;
use crate::fhirpath::Item;

/// Returns the ids of the rows of these entries, in order. The row of an entry is the same whenever the chart is read.
pub(super) fn row_ids(entries: &[Item<'_>]) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    for entry in entries {
        let json = entry.to_json();
        let named = reference_to(&json).unwrap_or_else(|| json.to_string());
        let hash = digest(&SHA256, named.as_bytes());
        let number = hash.as_ref().iter().take(6).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        let id = format!("c{number:012x}");
        let same = ids.iter().filter(|other| other.starts_with(&id)).count();
        ids.push(if same == 0 { id } else { format!("{id}x{same}") });
    }
    ids
}
