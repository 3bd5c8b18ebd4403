//! [`Admin`]: the service behind every administrator's command and page.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use futures_util::future::try_join_all;
use jiff::{civil::Date, tz::TimeZone};

use crate::{
    audit::{EntityNumbers, Refusals},
    catalogue::{Catalogue, Entry, Use},
    config::{PublicUrl, SessionSettings},
    db::{self, Sealer},
    delivery::Outbox,
    ehrs::{RegistrationObservers, Registry, end_late_sessions},
    ground::Ground,
    launch::store::find_suspended_in_use,
    retention::Retention,
    users::Passwords,
    web::Web,
};

/// Sentence about running servers after a change of a registration.
pub const SERVERS_FOLLOW: &str = "Running servers follow within ten seconds.";

/// Dependencies of every administrator's command and page. Cheap to clone.
#[derive(Clone)]
pub struct Admin {
    /// Database, clock, sealer and audit trail.
    pub ground: Ground,
    /// Rooms that follow changes of EHR registrations.
    pub observers: RegistrationObservers,
    /// Numbers of referrals.
    pub numbers: Arc<dyn EntityNumbers>,
    /// Forms of this installation.
    pub forms: Catalogue,
    /// Outgoing messages.
    pub outbox: Outbox,
    /// Retention by the settings.
    pub retention: Arc<Retention>,
    /// AEAD for values that travel through the browser.
    pub tickets: Sealer,
    /// Public base URL of the app.
    pub public_url: PublicUrl,
    /// Templates and messages.
    pub web: Web,
    /// Registered EHRs, as launches see them.
    pub registry: Registry,
    /// Password verification.
    pub passwords: Passwords,
    /// Rate limit for audit events of failed sign-ins.
    pub refusals: Arc<Refusals>,
    /// Limits of sessions, for counting those that are live.
    pub session_limits: SessionSettings,
    /// Time zone of displayed times.
    pub time_zone: TimeZone,
}

impl Admin {
    /// Returns the same service, acting for one administrator: its audit events name them.
    #[must_use]
    pub fn by(&self, user_id: &str, correlation_id: &str) -> Self {
        Self {
            ground: self.ground.by(user_id, correlation_id),
            outbox: self.outbox.by(user_id, correlation_id),
            ..self.clone()
        }
    }

    /// Finds the numbers that people use for entities, such as `referral/…`. Entities without a number are left out.
    pub(super) async fn numbers_of(
        &self,
        entities: impl IntoIterator<Item = String>,
    ) -> db::Result<HashMap<String, String>> {
        let entities: BTreeSet<String> = entities.into_iter().collect();
        let found = entities.into_iter().map(async |entity| {
            let number = self.numbers.find_number(&entity).await?;
            Ok::<_, db::Error>(number.map(|number| (entity, number)))
        });
        Ok(try_join_all(found).await?.into_iter().flatten().collect())
    }

    /// Returns all forms with their use today, in the time zone of the pages.
    #[must_use]
    pub fn forms_today(&self) -> Vec<(Entry, Use)> {
        self.forms.uses(self.today())
    }

    /// Returns the date at the site.
    #[must_use]
    pub fn today(&self) -> Date {
        self.ground.clock.now().to_zoned(self.time_zone.clone()).date()
    }

    /// Refreshes this node's view of the registrations and forms (other nodes follow within seconds) and ends sessions that
    /// began at an EHR after it was suspended.
    pub async fn refresh(&self) -> db::Result<()> {
        self.forms.refresh(&self.ground.db).await?;
        self.registry.refresh(&self.ground.db).await?;
        self.web.set_framing(self.registry.frame_ancestors());
        if self.registry.list().iter().any(|ehr| ehr.suspended) {
            for ehr_id in find_suspended_in_use(&self.ground.db).await? {
                end_late_sessions(&self.ground, &self.observers, &ehr_id).await?;
            }
        }
        Ok(())
    }
}
