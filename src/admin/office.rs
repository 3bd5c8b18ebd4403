use std::sync::Arc;

use jiff::tz::TimeZone;

use super::ehr_changes::end_late_sessions;
use crate::{
    audit::{Audit, Refusals},
    clock::SharedClock,
    config::PublicUrl,
    db::{self, Db, Sealer},
    launch::{Registry, store::find_suspended_in_use},
    users::Passwords,
    web::Web,
};

/// What every command and every page of an administrator works with. Cheap to clone.
#[derive(Clone)]
pub struct Office {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: SharedClock,
    /// What seals columns.
    pub sealer: Sealer,
    /// What seals values that travel through the browser.
    pub tickets: Sealer,
    /// The audit trail.
    pub audit: Audit,
    /// Where the app is reached.
    pub public_url: PublicUrl,
    /// Words and pages.
    pub web: Web,
    /// The EHRs as launches see them.
    pub registry: Registry,
    /// Checks passwords.
    pub passwords: Passwords,
    /// Keeps wrong sign-ins of strangers from filling the audit trail.
    pub refusals: Arc<Refusals>,
    /// Where people read times.
    pub time_zone: TimeZone,
}

impl Office {
    /// The same office at work for one administrator: what it does is recorded as theirs.
    #[must_use]
    pub fn by(&self, user_id: &str, correlation_id: &str) -> Self {
        Self { audit: self.audit.by(user_id, correlation_id), ..self.clone() }
    }

    /// Lets this node see the registrations as they stand now; the others follow within seconds. Ends what began at
    /// suspended EHRs meanwhile.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn follow(&self) -> db::Result<()> {
        self.registry.refresh(&self.db).await?;
        self.web.set_framing(self.registry.frame_ancestors());
        if self.registry.list().iter().any(|ehr| ehr.suspended) {
            for ehr_id in find_suspended_in_use(&self.db).await? {
                end_late_sessions(self, &ehr_id).await?;
            }
        }
        Ok(())
    }
}
