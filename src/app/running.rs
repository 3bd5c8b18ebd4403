//! [`App`]: the wired rooms of one process, and access to them.

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
    referral::{Referrals, WatchedForm},
    users::SessionRows,
    web::{DatabaseUse, Metrics, Web},
};

use super::builder::AppBuilder;

/// Wired app. Cheap to clone; clones share everything.
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
    pub(super) watched: Option<Arc<WatchedForm>>,
}

impl App {
    /// Returns a builder with these settings.
    #[must_use]
    pub fn builder(settings: Settings) -> AppBuilder {
        AppBuilder::new(settings)
    }

    /// Reloads the EHR registrations and the imported forms, which another node or a command may have changed.
    pub async fn refresh_registrations(&self) -> db::Result<()> {
        self.admin.refresh().await
    }

    /// Admin service behind the commands and the admin pages. Clones share its limits.
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

    /// Database.
    #[must_use]
    pub fn db(&self) -> &Db {
        &self.ground.db
    }

    /// Sealer of database columns.
    #[must_use]
    pub fn sealer(&self) -> &Sealer {
        &self.ground.sealer
    }

    /// Audit trail.
    #[must_use]
    pub fn audit(&self) -> &Audit {
        &self.ground.audit
    }

    /// Clock.
    #[must_use]
    pub fn clock(&self) -> &SharedClock {
        &self.ground.clock
    }

    /// Launch service, with the registry of EHRs.
    #[must_use]
    pub fn launch(&self) -> &Launch {
        &self.launch
    }

    /// Delivery worker.
    #[must_use]
    pub fn worker(&self) -> &Worker {
        &self.worker
    }

    /// Metrics in the text format that `metrics.bind` serves.
    #[must_use]
    pub fn counted(&self) -> String {
        self.metrics.text(database_use(&self.ground.db))
    }

    /// Settings.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

/// Returns what the metrics say of the use of the database.
pub(super) fn database_use(db: &Db) -> DatabaseUse {
    DatabaseUse { reads: db.read_count(), writes: db.write_count() }
}
