//! Daily run of one node: logs the plan, and removes what the day before was planned as well.

use super::{
    kind::Kind,
    lease_store::{self, LastPlan},
    plan::Plan,
    removal::Removed,
    service::{DAY_MS, Retention},
};
use crate::{config::RetentionSettings, db::Result, random};

/// Age at which a plan is no longer current: nodes were stopped for days, or a clock is wrong.
const PLAN_AGE_MS: i64 = 3 * DAY_MS;

/// Result of a daily run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Daily {
    /// `retention.automatic` is false.
    Off,
    /// No run is due, or another process is removing.
    NotDue,
    /// The plan was logged and nothing removed: the settings are new, or no current plan was logged before.
    Planned(Plan),
    /// The plan was logged and removed.
    Applied(Removed),
}

impl Retention {
    /// Runs once a day on one node, if the settings say so.
    ///
    /// # Errors
    /// The error of the database. Another run follows after the lease has ended.
    pub async fn run_due(&self) -> Result<Daily> {
        if !self.settings.automatic {
            return Ok(Daily::Off);
        }
        let lease = random::id();
        let Some(last) = self.claim(&lease, false).await? else { return Ok(Daily::NotDue) };
        let (now, text) = (self.ground.clock.now_ms(), text(&self.settings));
        let plan = self.plan_of(&Kind::KEPT).await?;
        let is_current = is_current(&last, &text, now);
        log(&plan, is_current);
        let done = if is_current {
            let removed = self.remove(&plan, &lease, |_| ()).await?;
            log_removed(&removed);
            Daily::Applied(removed)
        } else {
            Daily::Planned(plan)
        };
        lease_store::finish(&self.ground.db, &lease, &text, now, now + DAY_MS).await?;
        Ok(done)
    }
}

/// Settings of the kinds that are removed by a run, as text.
fn text(settings: &RetentionSettings) -> String {
    let days = |kind: Kind| match kind.days(settings) {
        Some(days) => format!("{} {days}", kind.as_str()),
        None => format!("{} for ever", kind.as_str()),
    };
    Kind::KEPT.map(days).join(", ")
}

fn is_current(last: &LastPlan, text: &str, now: i64) -> bool {
    let is_recent = last.planned_at.is_some_and(|at| at <= now && now - at <= PLAN_AGE_MS);
    is_recent && last.plan.as_deref() == Some(text)
}

fn log(plan: &Plan, is_current: bool) {
    for planned in &plan.planned {
        let (kind, days, count) = (planned.kind.as_str(), planned.days, planned.span.count);
        if is_current {
            tracing::info!(kind, days, count, "retention: to remove");
        } else {
            tracing::warn!(
                kind,
                days,
                count,
                "retention: to remove at the next run, in a day; `passerelle retention show` lists it"
            );
        }
    }
}

fn log_removed(removed: &Removed) {
    for (kind, count) in &removed.counts {
        tracing::info!(kind = kind.as_str(), count, "retention: removed");
    }
    if removed.is_interrupted {
        tracing::warn!("retention: another process took over");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A node that was off, a clock that jumped, or other settings: the plan is logged again first.
    #[test]
    fn distrusts_a_plan_of_other_settings_or_of_another_time() {
        let last = |plan: Option<&str>, planned_at| LastPlan { plan: plan.map(str::to_owned), planned_at };
        let now = 100 * DAY_MS;
        assert!(is_current(&last(Some("drafts 90"), Some(now - DAY_MS)), "drafts 90", now));
        for (plan, planned_at) in [
            (None, None),
            (Some("drafts 60"), Some(now - DAY_MS)),
            (Some("drafts 90"), Some(now - PLAN_AGE_MS - 1)),
            (Some("drafts 90"), Some(now + 1)),
            (Some("drafts 90"), None),
        ] {
            assert!(!is_current(&last(plan, planned_at), "drafts 90", now), "{plan:?} {planned_at:?}");
        }
    }
}
