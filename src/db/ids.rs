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

/// Returns the time at which a row id was made, in epoch milliseconds, or `None` if it is not one of [`row_id`].
#[must_use]
pub fn row_id_time(id: &str) -> Option<i64> {
    let uuid = Uuid::parse_str(id).ok().filter(|uuid| uuid.get_version_num() == 7)?;
    let (seconds, nanos) = uuid.get_timestamp()?.to_unix();
    i64::try_from(seconds * 1000 + u64::from(nanos) / 1_000_000).ok()
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

    #[test]
    fn contains_the_time_at_which_it_was_made() {
        let clock = FixedClock::at("2026-09-14T13:30:00.123Z".parse().unwrap());
        assert_eq!(row_id_time(&row_id(&clock)), Some(clock.now_ms()));
        for other in ["", "mine", "0198c4a0", "8c2f2f9c-5b1e-4b1e-9b1e-8c2f2f9c5b1e"] {
            assert_eq!(row_id_time(other), None, "{other}");
        }
    }
}
