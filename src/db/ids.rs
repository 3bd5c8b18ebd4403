//! Row ids.

use uuid::{Builder, Uuid};

use crate::{clock::Clock, random};

/// Returns an id for a new row: a version 7 UUID, ordered by creation. It can be guessed, so it must not grant access.
#[must_use]
pub fn row_id(clock: &dyn Clock) -> String {
    let millis = u64::try_from(clock.now_ms()).unwrap_or_default();
    let uuid: Uuid = Builder::from_unix_timestamp_millis(millis, &random::bytes()).into_uuid();
    uuid.to_string()
}
