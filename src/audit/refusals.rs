//! Rate limit for recorded refusals.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

const MINUTE_MS: i64 = 60_000;
/// Limits of recorded refusals for one source and reason: window in milliseconds, and events in it.
const LIMITS: [(i64, u32); 2] = [(MINUTE_MS, 100), (60 * MINUTE_MS, 300)];

/// Rate limiter for recorded refusals, so that an attacker cannot fill the audit trail with refused requests. Beyond a
/// hundred in a minute, or three hundred in an hour, refusals are only counted, and the next recorded one has the
/// count.
///
/// Each source (an EHR, an account) and each reason has a limit of its own, so that a flood hides no other refusal.
#[derive(Default)]
pub struct Refusals(Mutex<BTreeMap<(String, &'static str), Flow>>);

/// Refusals of one source for one reason.
#[derive(Default)]
struct Flow {
    windows: [Window; LIMITS.len()],
    suppressed: u32,
}

/// Start of a window in epoch milliseconds, and the refusals recorded since.
#[derive(Clone, Copy, Default)]
struct Window {
    begun_at: i64,
    recorded: u32,
}

impl Refusals {
    /// Returns the detail to record for one more refusal: `why`, with the number of refusals suppressed before it.
    /// `None` if this one is suppressed too. `now` is in epoch milliseconds.
    ///
    /// `source` is the id of an EHR or of a local account, or empty if neither is known. It is kept in memory, so it
    /// must not be a text that an attacker chooses.
    #[must_use]
    pub fn admit(&self, now: i64, source: &str, why: &'static str) -> Option<String> {
        let mut flows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let suppressed = flows.entry((source.to_owned(), why)).or_default().admit(now)?;
        Some(if suppressed == 0 { why.to_owned() } else { format!("{why}; {suppressed} more before it") })
    }
}

impl Flow {
    /// Returns the number of refusals suppressed before this one, or `None` if this one is suppressed too.
    fn admit(&mut self, now: i64) -> Option<u32> {
        for (window, (length, _)) in self.windows.iter_mut().zip(LIMITS) {
            if (now - window.begun_at).abs() >= length {
                *window = Window { begun_at: now, recorded: 0 };
            }
        }
        if self.windows.iter().zip(LIMITS).any(|(window, (_, limit))| window.recorded >= limit) {
            self.suppressed += 1;
            return None;
        }
        self.windows.iter_mut().for_each(|window| window.recorded += 1);
        Some(std::mem::take(&mut self.suppressed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LCH-14: a flood cannot fill the audit trail.
    #[test]
    fn records_the_count_of_a_flood_once() {
        let refusals = Refusals::default();
        let at = |now: i64| refusals.admit(1_000_000 + now, "", "why");
        let recorded = (0..250).filter(|n| at(*n).as_deref() == Some("why")).count();
        assert_eq!(recorded, 100);
        assert_eq!(at(MINUTE_MS).as_deref(), Some("why; 150 more before it"));
        assert_eq!(at(MINUTE_MS + 1).as_deref(), Some("why"));
        assert_eq!(at(5 * MINUTE_MS).as_deref(), Some("why"));
    }

    /// LCH-14: nor can a slow flood.
    #[test]
    fn limits_an_endless_flood_by_hour() {
        let refusals = Refusals::default();
        let a_day = (0..24 * 60).flat_map(|minute| (0..200).map(move |n| minute * MINUTE_MS + n));
        let recorded = a_day.filter(|now| refusals.admit(*now, "", "why").is_some()).count();
        assert_eq!(recorded, 24 * 300);
    }

    /// LCH-14: a flood of one source, or for one reason, does not suppress another.
    #[test]
    fn limits_each_source_and_reason_separately() {
        let refusals = Refusals::default();
        let admitted = |of, why| refusals.admit(1_000_000, of, why).is_some();
        assert_eq!((0..250).filter(|_| admitted("", "why")).count(), 100);
        assert!(!admitted("", "why"));
        assert!(admitted("riverside", "why") && admitted("lakeside", "why") && admitted("", "another"));
    }
}
