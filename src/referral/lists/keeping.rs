//! Time for which a draft is kept, on the pages of its owner.

use jiff::Timestamp;

use super::store as list_store;
use crate::{
    forms::day_of,
    referral::{error::Error, service::Referrals, status::Status, visit::Visit},
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

    /// Counts the drafts of the user's other patients that are removed soon.
    pub(super) async fn ending_elsewhere(&self, visit: &Visit) -> Result<i64, Error> {
        let Some(days) = self.drafts_days else { return Ok(0) };
        let before = self.ground.clock.now_ms() - (i64::from(days) - NOTICE_DAYS) * DAY_MS;
        let (user_id, patient_key) = (&visit.signed_in.user.id, &visit.context.patient_key);
        Ok(list_store::count_ending(&self.ground.db, user_id, patient_key, before).await?)
    }

    fn ends_at(&self, updated_at: i64) -> Option<i64> {
        self.drafts_days.map(|days| updated_at + i64::from(days) * DAY_MS)
    }
}
