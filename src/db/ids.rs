use uuid::{Builder, Uuid};

use crate::{clock::Clock, random};

/// An id for a row: a version 7 UUID, in order of creation. It may be guessed, so it gives no right to anything.
#[must_use]
pub fn row_id(clock: &dyn Clock) -> String {
    let millis = u64::try_from(clock.now_ms()).unwrap_or_default();
    let uuid: Uuid = Builder::from_unix_timestamp_millis(millis, &random::bytes()).into_uuid();
    uuid.to_string()
}
