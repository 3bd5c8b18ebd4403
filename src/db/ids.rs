//! Row ids.

use uuid::{Builder, Uuid};

use crate::{clock::Clock, random};

/// Returns an id for a new row: a version 7 UUID, ordered by creation. It can be guessed, so it must not grant access.
#[must_use]
pub fn row_id(clock: &dyn Clock) -> String {
    version_7(clock.now_ms(), &random::bytes())
}

/// Returns the smallest id of a row made at `at` or later, in epoch milliseconds, for queries by time that use the index of
/// the ids.
#[must_use]
pub fn first_row_id(at: i64) -> String {
    version_7(at, &[0; 10])
}

fn version_7(at: i64, random: &[u8; 10]) -> String {
    let millis = u64::try_from(at).unwrap_or_default();
    let uuid: Uuid = Builder::from_unix_timestamp_millis(millis, random).into_uuid();
    uuid.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::FixedClock;

    #[test]
    fn orders_ids_by_time() {
        let clock = FixedClock::at("2026-09-14T13:30:00Z".parse().unwrap());
        let (id, now) = (row_id(&clock), clock.now_ms());
        assert!(first_row_id(now) <= id && id < first_row_id(now + 1), "{id}");
    }
}
