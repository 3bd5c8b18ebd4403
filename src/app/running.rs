//! [`App`]: the wired rooms of one process.

use std::sync::Arc;

use actix_web::web::ServiceConfig;

use crate::{
    admin::Admin,
    audit::Audit,
    clock::SharedClock,
    config::Settings,
    db::{self, Db, Sealer},
    delivery::Worker,
    ehrs::RegistrationObservers,
    ground::Ground,
    launch::Launch,
    referral::Referrals,
    users::SessionRows,
    web::{Metrics, Web},
};

use super::builder::AppBuilder;

/// A wired app. Cheap to clone; every clone is the same app.
#[derive(Clone)]
pub struct App {
    pub(super) settings: Arc<Settings>,
    pub(super) ground: Ground,
    pub(super) observers: RegistrationObservers,
    pub(super) web: Web,
    pub(super) metrics: Metrics,
    pub(super) launch: Launch,
    pub(super) referrals: Referrals,
    pub(super) sessions: SessionRows,
    pub(super) worker: Worker,
    pub(super) admin: Admin,
    pub(super) routes: Arc<Vec<fn(&mut ServiceConfig)>>,
}

impl App {
    /// Begins an app with these settings.
    #[must_use]
    pub fn builder(settings: Settings) -> AppBuilder {
        AppBuilder::new(settings)
    }

    /// Reads the EHR registrations anew: another node or a command may have changed one.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn refresh_registrations(&self) -> db::Result<()> {
        self.admin.refresh().await
    }

    /// What the commands and pages of an administrator work with: one for the whole app, since what it limits is limited
    /// for all of them together.
    #[must_use]
    pub fn admin(&self) -> Admin {
        self.admin.clone()
    }

    /// Database, clock, sealer and audit trail.
    #[must_use]
    pub fn ground(&self) -> &Ground {
        &self.ground
    }

    /// Rooms that follow changes of EHR registrations.
    #[must_use]
    pub fn registration_observers(&self) -> &RegistrationObservers {
        &self.observers
    }

    /// The database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.ground.db
    }

    /// What seals columns.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.ground.sealer
    }

    /// The audit trail.
    #[must_use]
    pub fn audit(&self) -> &Audit {
        &self.ground.audit
    }

    /// The clock.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.ground.clock
    }

    /// The launch and its registrations.
    #[must_use]
    pub fn launch(&self) -> &Launch {
        &self.launch
    }

    /// The worker that delivers.
    #[must_use]
    pub fn worker(&self) -> &Worker {
        &self.worker
    }

    /// What was counted so far, as `metrics.bind` serves it.
    #[must_use]
    pub fn counted(&self) -> String {
        self.metrics.text(self.ground.db.write_count())
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}
