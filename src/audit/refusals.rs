use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

/// Refusals recorded one by one in a minute, of one source and for one reason.
const EACH_MINUTE: u32 = 100;
const MINUTE_MS: i64 = 60_000;

/// Keeps strangers from filling the audit trail: anybody may send what is refused. Beyond a hundred in a minute they are
/// counted, and the first one of a later minute records how many there were.
///
/// Each source (an EHR, an account) and each reason has a budget of its own, so that a flood hides nothing else.
#[derive(Default)]
pub struct Refusals(Mutex<BTreeMap<(String, &'static str), Window>>);

#[derive(Default)]
struct Window {
    begun_at: i64,
    recorded: u32,
    left_out: u32,
}

impl Refusals {
    /// What to record of one more, `why` with how many were left out before it; nothing when this one is left out, too.
    ///
    /// `of` is the id of an EHR or of an account of ours, and empty for everything that is of none: it is kept, and must
    /// not be a text that strangers choose.
    #[must_use]
    pub fn admit(&self, now: i64, of: &str, why: &'static str) -> Option<String> {
        let mut windows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry((of.to_owned(), why)).or_default();
        let left_out = window.left_out;
        if (now - window.begun_at).abs() >= MINUTE_MS {
            *window = Window { begun_at: now, recorded: 0, left_out: 0 };
        } else if window.recorded >= EACH_MINUTE {
            window.left_out += 1;
            return None;
        }
        window.recorded += 1;
        Some(if left_out == 0 { why.to_owned() } else { format!("{why}; {left_out} more before it") })
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
