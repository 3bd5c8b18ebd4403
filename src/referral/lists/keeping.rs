//! Time for which a draft is kept, on the pages of its owner.

use jiff::Timestamp;

use crate::{
    forms::day_of,
    referral::{service::Referrals, status::Status},
};

const DAY_MS: i64 = 24 * 3600 * 1000;
/// Days before the removal of a draft in which pages say so.
const NOTICE_DAYS: i64 = 14;

impl Referrals {
    /// Formats the day until which a draft is kept that was changed last at `updated_at`, in epoch milliseconds. Empty
    /// unless its removal is near.
    pub(in crate::referral) fn kept_until(&self, status: Status, updated_at: i64, lang: &str) -> String {
        let Some(ends_at) = self.ends_at(updated_at).filter(|_| status.is_open()) else {
            return String::new();
        };
        let now = self.ground.clock.now_ms();
        if ends_at - now > NOTICE_DAYS * DAY_MS {
            return String::new();
        }
        let last = Timestamp::from_millisecond(ends_at.max(now)).unwrap_or_default();
        day_of(&last.to_string(), lang, &self.time_zone).unwrap_or_default()
    }

    /// Returns the time, in epoch milliseconds, before which a draft was changed last that is removed soon.
    pub(super) fn ending_before(&self) -> i64 {
        let Some(days) = self.drafts_days else { return i64::MIN };
        self.ground.clock.now_ms() - (i64::from(days) - NOTICE_DAYS) * DAY_MS
    }

    fn ends_at(&self, updated_at: i64) -> Option<i64> {
        self.drafts_days.map(|days| updated_at + i64::from(days) * DAY_MS)
    }
}
