use std::{sync::Arc, time::Duration};

use actix_web::web::ServiceConfig;

use super::App;
use crate::{
    admin::Office,
    audit::{Audit, AuditSink, Refusals},
    clock::{SharedClock, SystemClock},
    config::{Problems, Settings},
    db::{self, Db, Sealer},
    delivery::{Channels, DeliveryChannel, FhirMessaging, Folder, SettleObserver, Worker, WorkerSettings},
    directory::{self, Directory},
    egress::{Authorities, Networks, Outbound},
    forms::Library,
    launch::{ImportError, Landing, Launch, Registry, import_file},
    referral::{EhrOrder, NoRecentDuplicate, OrderObserver, Parts, ReferralObserver, Referrals, SubmitCheck},
    users::{OneTimeLinking, Passwords, SessionRows, UserMapper},
    web::{CsrfKey, Metrics, SiteFolder, Web},
};

const LANDING: &str = "/referrals/new";
const PAGES: [(&str, &str); 2] = [("new-referral", "/referrals/new"), ("dashboard", "/")];
/// Less than the two minutes after which another worker may try.
const LONGEST_TRY: Duration = Duration::from_secs(100);

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
            error @ (ImportError::Keys(_) | ImportError::Conflict) => Self::File(error.to_string()),
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
    checks: Vec<Box<dyn SubmitCheck>>,
    routes: Vec<fn(&mut ServiceConfig)>,
    landing: &'static str,
    pages: Vec<(&'static str, &'static str)>,
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
            checks: Vec::new(),
            routes: Vec::new(),
            landing: LANDING,
            pages: PAGES.to_vec(),
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

    /// One more check before a referral is sent.
    #[must_use]
    pub fn submit_check(mut self, check: impl SubmitCheck) -> Self {
        self.checks.push(Box::new(check));
        self
    }

    /// Pages of your own; they are looked for before ours.
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

    /// One more page that an intent of an EHR may lead to: its name, and its path below `/c/{context}`. We have
    /// `new-referral` and `dashboard`.
    #[must_use]
    pub fn page(mut self, name: &'static str, path: &'static str) -> Self {
        self.pages.insert(0, (name, path));
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
        let (audit, metrics) = (Audit::new(clock.clone(), self.sinks), Metrics::default());
        let (site, csrf) = (SiteFolder::new(settings.site.as_deref()), CsrfKey::new(&settings.keys));
        let web = Web::new(&site, csrf, settings.server.public_url.clone(), metrics.clone())
            .map_err(StartError::File)?;
        if let Some(file) = &settings.ehr_file {
            import_file(&db, &*clock, &sealer, &audit, file).await?;
        }
        let registry = Registry::new(sealer.clone(), settings.server.public_url.clone());
        let tickets = Sealer::for_tickets(&settings.keys);
        let (passwords, refusals) = (Passwords::default(), Arc::<Refusals>::default());
        let launch = Launch::new(
            (db.clone(), clock.clone()),
            (sealer.clone(), tickets.clone()),
            audit.clone(),
            registry,
            (self.mapper, passwords.clone(), refusals.clone()),
            (Landing::new(self.landing, self.pages), settings.session),
        );
        let ground = (db.clone(), clock.clone(), sealer.clone(), audit.clone());
        let limiters = (passwords, refusals);
        let office = office(&settings, (ground.clone(), tickets.clone()), (&web, &launch), limiters);
        let referrals = referrals(&settings, &ground, (tickets, launch.clone()), self.checks)?;
        let worker = Worker::new(
            db.clone(),
            clock.clone(),
            sealer.clone(),
            audit.clone(),
            channels(&settings, self.channels, &launch)?,
            observers((&clock, &sealer), &launch, &metrics),
            worker_settings(&settings),
        );
        let sessions = SessionRows::new(db.clone(), clock.clone(), sealer.clone(), settings.session);
        let (settings, routes) = (Arc::new(settings), Arc::new(self.routes));
        let app = App {
            settings,
            db,
            clock,
            sealer,
            audit,
            web,
            metrics,
            launch,
            referrals,
            sessions,
            worker,
            office,
            routes,
        };
        app.refresh_registrations().await?;
        Ok(app)
    }
}

fn office(
    settings: &Settings,
    ((db, clock, sealer, audit), tickets): ((Db, SharedClock, Sealer, Audit), Sealer),
    (web, launch): (&Web, &Launch),
    (passwords, refusals): (Passwords, Arc<Refusals>),
) -> Office {
    Office {
        db,
        clock,
        sealer,
        tickets,
        audit,
        public_url: settings.server.public_url.clone(),
        web: web.clone(),
        registry: launch.registry().clone(),
        passwords,
        refusals,
        time_zone: settings.time_zone.clone(),
    }
}

fn referrals(
    settings: &Settings,
    (db, clock, sealer, audit): &(Db, SharedClock, Sealer, Audit),
    (tickets, launch): (Sealer, Launch),
    own: Vec<Box<dyn SubmitCheck>>,
) -> Result<Referrals, StartError> {
    let mut checks: Vec<Box<dyn SubmitCheck>> = vec![Box::new(NoRecentDuplicate { clock: clock.clone() })];
    checks.extend(own);
    Ok(Referrals::new(Parts {
        ground: (db.clone(), clock.clone()),
        sealers: (sealer.clone(), tickets),
        audit: audit.clone(),
        launch,
        forms: read_forms(settings)?,
        directory: read_directory(settings)?,
        messages: settings.messages.clone(),
        checks,
        time_zone: settings.time_zone.clone(),
        limits: settings.session,
    }))
}

fn read_forms(settings: &Settings) -> Result<Library, StartError> {
    let read = settings.forms.as_deref().map_or_else(Library::built_in, Library::load);
    read.map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        StartError::File(format!("forms: {}", lines.join("; ")))
    })
}

fn read_directory(settings: &Settings) -> Result<Directory, StartError> {
    let read = settings.directory.as_deref().map_or_else(directory::load_built_in, directory::load_file);
    read.map_err(|error| StartError::File(error.to_string()))
}

fn channels(
    settings: &Settings,
    own: Vec<Arc<dyn DeliveryChannel>>,
    launch: &Launch,
) -> Result<Channels, StartError> {
    let mut channels = Channels::default();
    if let Some(folder) = &settings.delivery.folder {
        channels.add(Arc::new(Folder::new(folder)));
    }
    let networks = Networks::new(&settings.delivery.allowed_networks);
    let outbound = Outbound::new(networks).trusting(authorities(settings)?);
    outbound.prepare().map_err(|error| StartError::File(error.to_string()))?;
    channels.add(Arc::new(FhirMessaging::new(Arc::new(outbound))));
    let system = settings.server.public_url.join("/referrals");
    channels.add(Arc::new(EhrOrder { launch: launch.clone(), system }));
    for channel in own {
        channels.add(channel);
    }
    Ok(channels)
}

/// Who hears how deliveries end.
fn observers(
    (clock, sealer): (&SharedClock, &Sealer),
    launch: &Launch,
    metrics: &Metrics,
) -> Vec<Arc<dyn SettleObserver>> {
    let ground = (clock.clone(), sealer.clone());
    let registry = launch.registry().clone();
    vec![
        Arc::new(ReferralObserver { ground, registry, metrics: metrics.clone() }),
        Arc::new(OrderObserver { clock: clock.clone() }),
    ]
}

fn authorities(settings: &Settings) -> Result<Authorities, StartError> {
    let Some(file) = &settings.delivery.ca_file else { return Ok(Authorities::default()) };
    let problem = |what: String| StartError::File(format!("delivery.ca_file {}: {what}", file.display()));
    let text = std::fs::read_to_string(file).map_err(|error| problem(error.to_string()))?;
    Authorities::from_pem(&text).map_err(|what| problem(what.to_owned()))
}

fn worker_settings(settings: &Settings) -> WorkerSettings {
    let delivery = &settings.delivery;
    WorkerSettings {
        attempts: delivery.attempts,
        retry: delivery.retry,
        poll: delivery.poll,
        attempt_timeout: LONGEST_TRY,
    }
}
