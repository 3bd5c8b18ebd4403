use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use crate::{
    egress::Reply,
    smart::{APART, seconds_ahead},
};

/// How far the clock of one EHR is from ours, as its last answer said: one of the two is wrong when it is far.
#[derive(Default)]
pub(crate) struct ClockWatch(AtomicI64);

impl ClockWatch {
    /// Looks at an answer of the EHR. That the clocks are too far apart is logged once, until they are right again.
    pub(crate) fn note(&self, ehr_id: &str, reply: &Reply, now: Timestamp) {
        let Some(ahead) = seconds_ahead(reply, now) else { return };
        let before = self.0.swap(ahead, Ordering::AcqRel);
        if is_off(ahead) && !is_off(before) {
            tracing::warn!(ehr = ehr_id, seconds = ahead, "the clock of this EHR is ahead of ours or behind");
        }
    }

    /// Seconds it is ahead.
    pub(crate) fn ahead(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    /// Seconds it is ahead, if that is more than may be.
    pub(crate) fn off(&self) -> Option<i64> {
        Some(self.ahead()).filter(|ahead| is_off(*ahead))
    }
}

fn is_off(ahead: i64) -> bool {
    ahead.unsigned_abs() > APART.unsigned_abs()
}

/// `240 seconds behind ours`, as an administrator reads it.
pub(crate) fn apart(ahead: i64) -> String {
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    format!("{} seconds {direction} ours", ahead.unsigned_abs())
}
