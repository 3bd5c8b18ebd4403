use std::sync::Arc;

use actix_web::web::ServiceConfig;

use super::App;
use crate::{
    audit::{Audit, AuditSink},
    clock::{SharedClock, SystemClock},
    config::{Problems, Settings},
    db::{self, Db, Sealer},
    delivery::{Channels, DeliveryChannel, FhirMessaging, Folder, SettleObserver, Worker, WorkerSettings},
    egress::{Networks, Outbound},
    launch::{ImportError, Launch, Registry, import_file},
    users::{OneTimeLinking, SessionRows, UserMapper},
    web::{CsrfKey, Metrics, SiteFolder, Web},
};

const LANDING: &str = "/referrals/new";

/// Why an app cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings or registrations.
    #[error(transparent)]
    Problems(#[from] Problems),
    /// The database.
    #[error("{0}")]
    Db(#[from] db::Error),
    /// A template, message, form or directory file.
    #[error("{0}")]
    File(String),
    /// An address to listen on, or another thing of the machine.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

impl From<ImportError> for StartError {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Problems(problems) => Self::Problems(problems),
            ImportError::Db(error) => Self::Db(error),
        }
    }
}

/// Settings, and what a vendor supplies.
pub struct AppBuilder {
    settings: Settings,
    clock: SharedClock,
    mapper: Arc<dyn UserMapper>,
    channels: Vec<Arc<dyn DeliveryChannel>>,
    sinks: Vec<Box<dyn AuditSink>>,
    routes: Vec<fn(&mut ServiceConfig)>,
    landing: &'static str,
    create: bool,
}

impl AppBuilder {
    pub(super) fn new(settings: Settings) -> Self {
        Self {
            settings,
            clock: Arc::new(SystemClock),
            mapper: Arc::new(OneTimeLinking),
            channels: Vec::new(),
            sinks: Vec::new(),
            routes: Vec::new(),
            landing: LANDING,
            create: false,
        }
    }

    /// Another clock than the machine's.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Another rule for who is who.
    #[must_use]
    pub fn user_mapper(mut self, mapper: impl UserMapper) -> Self {
        self.mapper = Arc::new(mapper);
        self
    }

    /// One more way to deliver; it replaces one of the same name.
    #[must_use]
    pub fn delivery_channel(mut self, channel: impl DeliveryChannel) -> Self {
        self.channels.push(Arc::new(channel));
        self
    }

    /// A second audit trail.
    #[must_use]
    pub fn audit_sink(mut self, sink: impl AuditSink) -> Self {
        self.sinks.push(Box::new(sink));
        self
    }

    /// Pages of your own.
    #[must_use]
    pub fn routes(mut self, routes: fn(&mut ServiceConfig)) -> Self {
        self.routes.push(routes);
        self
    }

    /// The page a launch leads to, below `/c/{context}`.
    #[must_use]
    pub fn landing(mut self, path: &'static str) -> Self {
        self.landing = path;
        self
    }

    /// Makes an SQLite file that is missing, and brings the schema up to date.
    #[must_use]
    pub fn migrate(mut self) -> Self {
        self.create = true;
        self
    }

    /// Opens the database, reads templates and registrations, and puts everything together.
    ///
    /// # Errors
    /// Everything that keeps the app from starting, each with what to do about it.
    pub async fn build(self) -> Result<App, StartError> {
        let settings = self.settings;
        let db = Db::open(&settings.database, self.create).await?;
        if self.create {
            db.migrate().await?;
        }
        db.check_schema().await?;
        let clock = self.clock;
        let sealer = Sealer::new(&settings.keys);
        let audit = Audit::new(clock.clone(), self.sinks);
        let metrics = Metrics::default();
        let site = SiteFolder::new(settings.site.as_deref());
        let csrf = CsrfKey::new(&settings.keys);
        let web = Web::new(&site, csrf, settings.server.public_url.clone(), metrics.clone())
            .map_err(StartError::File)?;
        if let Some(file) = &settings.ehr_file {
            import_file(&db, &*clock, &sealer, &audit, file).await?;
        }
        let registry = Registry::new(sealer.clone(), settings.server.public_url.clone());
        registry.refresh(&db).await?;
        let tickets = Sealer::for_tickets(&settings.keys);
        let launch = Launch::new(
            (db.clone(), clock.clone()),
            (sealer.clone(), tickets),
            audit.clone(),
            registry,
            self.mapper,
            self.landing,
        );
        let worker = Worker::new(
            (db.clone(), clock.clone(), sealer.clone(), audit.clone()),
            channels(&settings, self.channels)?,
            observers(),
            worker_settings(&settings),
        );
        let sessions = SessionRows::new(db.clone(), clock.clone(), sealer.clone(), settings.session);
        let (settings, routes) = (Arc::new(settings), Arc::new(self.routes));
        Ok(App {
            settings,
            db,
            clock,
            sealer,
            audit,
            web,
            metrics,
            launch,
            sessions,
            worker,
            routes,
        })
    }
}

fn observers() -> Vec<Arc<dyn SettleObserver>> {
    Vec::new()
}

fn channels(settings: &Settings, own: Vec<Arc<dyn DeliveryChannel>>) -> Result<Channels, StartError> {
    let mut channels = Channels::default();
    if let Some(folder) = &settings.delivery.folder {
        channels.add(Arc::new(Folder::new(folder)));
    }
    let outbound = Outbound::new(Networks::new(&settings.delivery.allowed_networks));
    outbound
        .prepare()
        .map_err(|error| StartError::File(error.to_string()))?;
    channels.add(Arc::new(FhirMessaging::new(Arc::new(outbound))));
    own.into_iter().for_each(|channel| channels.add(channel));
    Ok(channels)
}

fn worker_settings(settings: &Settings) -> WorkerSettings {
    let delivery = &settings.delivery;
    WorkerSettings {
        attempts: delivery.attempts,
        retry: delivery.retry,
        poll: delivery.poll,
    }
}
