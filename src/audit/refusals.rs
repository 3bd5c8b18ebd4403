use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

const MINUTE_MS: i64 = 60_000;
/// Refusals of one source and for one reason that are recorded one by one: within how many milliseconds, how many.
const BUDGETS: [(i64, u32); 2] = [(MINUTE_MS, 100), (60 * MINUTE_MS, 300)];

/// Keeps strangers from filling the audit trail: anybody may send what is refused. Beyond a hundred in a minute, or three
/// hundred in an hour, they are counted, and the first one after that records how many there were.
///
/// Each source (an EHR, an account) and each reason has a budget of its own, so that a flood hides nothing else.
#[derive(Default)]
pub struct Refusals(Mutex<BTreeMap<(String, &'static str), Flow>>);

/// What came of one source for one reason.
#[derive(Default)]
struct Flow {
    spans: [Span; BUDGETS.len()],
    left_out: u32,
}

/// Since when, and how many were recorded since.
#[derive(Clone, Copy, Default)]
struct Span {
    begun_at: i64,
    recorded: u32,
}

impl Refusals {
    /// What to record of one more, `why` with how many were left out before it; nothing when this one is left out, too.
    ///
    /// `of` is the id of an EHR or of an account of ours, and empty for everything that is of none: it is kept, and must
    /// not be a text that strangers choose.
    #[must_use]
    pub fn admit(&self, now: i64, of: &str, why: &'static str) -> Option<String> {
        let mut flows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left_out = flows.entry((of.to_owned(), why)).or_default().admit(now)?;
        Some(if left_out == 0 { why.to_owned() } else { format!("{why}; {left_out} more before it") })
    }
}

impl Flow {
    /// How many were left out before this one; none when it is left out itself.
    fn admit(&mut self, now: i64) -> Option<u32> {
        for (span, (length, _)) in self.spans.iter_mut().zip(BUDGETS) {
            if (now - span.begun_at).abs() >= length {
                *span = Span { begun_at: now, recorded: 0 };
            }
        }
        if self.spans.iter().zip(BUDGETS).any(|(span, (_, most))| span.recorded >= most) {
            self.left_out += 1;
            return None;
        }
        self.spans.iter_mut().for_each(|span| span.recorded += 1);
        Some(std::mem::take(&mut self.left_out))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// LCH-14: the audit trail does not fill.
    #[test]
    fn a_flood_is_counted_and_told_once() {
        let refusals = Refusals::default();
        let at = |now: i64| refusals.admit(1_000_000 + now, "", "why");
        let recorded = (0..250).filter(|n| at(*n).as_deref() == Some("why")).count();
        assert_eq!(recorded, 100);
        assert_eq!(at(MINUTE_MS).as_deref(), Some("why; 150 more before it"));
        assert_eq!(at(MINUTE_MS + 1).as_deref(), Some("why"));
        assert_eq!(at(5 * MINUTE_MS).as_deref(), Some("why"));
    }

    /// LCH-14: nor does it fill slowly.
    #[test]
    fn a_flood_that_does_not_end_is_recorded_now_and_then() {
        let refusals = Refusals::default();
        let a_day = (0..24 * 60).flat_map(|minute| (0..200).map(move |n| minute * MINUTE_MS + n));
        let recorded = a_day.filter(|now| refusals.admit(*now, "", "why").is_some()).count();
        assert_eq!(recorded, 24 * 300);
    }

    /// LCH-14: a flood of one source, or for one reason, hides nothing of another.
    #[test]
    fn a_flood_hides_nothing_else() {
        let refusals = Refusals::default();
        let admitted = |of, why| refusals.admit(1_000_000, of, why).is_some();
        assert_eq!((0..250).filter(|_| admitted("", "why")).count(), 100);
        assert!(!admitted("", "why"));
        assert!(admitted("riverside", "why") && admitted("lakeside", "why") && admitted("", "another"));
    }
}
