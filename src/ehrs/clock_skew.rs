//! Clock skew of one EHR, updated with every response.

use std::sync::atomic::{AtomicI64, Ordering};

use jiff::Timestamp;

use crate::{
    egress::Reply,
    smart::{MAX_SKEW_SECONDS, seconds_ahead},
};

/// Clock skew between one EHR and this machine, from the `Date` header of the EHR's last response.
#[derive(Default)]
pub(crate) struct ClockSkew(AtomicI64);

impl ClockSkew {
    /// Updates the skew from a response. Logs an excessive skew once, until it has been normal again.
    pub(crate) fn note(&self, ehr_id: &str, reply: &Reply, now: Timestamp) {
        let Some(ahead) = seconds_ahead(reply, now) else { return };
        let before = self.0.swap(ahead, Ordering::AcqRel);
        if is_excessive(ahead) && !is_excessive(before) {
            tracing::warn!(
                ehr = ehr_id,
                seconds = ahead,
                "clock skew between this EHR and this machine exceeds a minute"
            );
        }
    }

    /// Skew in seconds; positive if the EHR's clock is ahead.
    pub(crate) fn seconds(&self) -> i64 {
        self.0.load(Ordering::Acquire)
    }

    /// Skew in seconds, if it exceeds the tolerance.
    pub(crate) fn excessive(&self) -> Option<i64> {
        Some(self.seconds()).filter(|ahead| is_excessive(*ahead))
    }
}

fn is_excessive(ahead: i64) -> bool {
    ahead.unsigned_abs() > MAX_SKEW_SECONDS.unsigned_abs()
}

/// Describes a clock skew in English for log and trace, such as `240 seconds behind ours`.
pub(crate) fn describe_skew(ahead: i64) -> String {
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    format!("{} seconds {direction} ours", ahead.unsigned_abs())
}
