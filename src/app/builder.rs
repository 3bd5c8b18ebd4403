//! Builder of an app: settings, the parts that a vendor supplies, and how they are wired together.

use std::sync::Arc;

use actix_web::web::ServiceConfig;

use super::{
    App, attachment_store::attachments, errors::StartError, from_settings, sealed_columns::sealed_columns,
    sendable::unsendable, sending, terminology::terminology_server,
};
use crate::{
    admin::Admin,
    audit::{Audit, AuditSink, Refusals},
    catalogue::{Base, Catalogue},
    clock::{SharedClock, SystemClock},
    config::Settings,
    db::Sealer,
    delivery::{DeliveryChannel, Outbox, Worker},
    directory::{self, Directory},
    ehrs::{RegistrationObserver, RegistrationObservers, Registry, import_file},
    forms::SearchedSets,
    ground::Ground,
    launch::{Landing, Launch, LaunchObserver, LaunchParts, PreviewCharts},
    referral::{
        FittingSpecialty, NoRecentDuplicate, NotSentSinceBackup, Parts, ReferralNumbers, Referrals,
        SubmitCheck, WatchedForm,
    },
    retention::Retention,
    terminology::TerminologyServer,
    users::{OneTimeLinking, Passwords, SessionRows, UserMapper},
    web::{Metrics, Web},
};

/// Default page after a launch, below `/c/{context}`.
const LANDING: &str = "/referrals/new";
/// Pages that an intent of an EHR may name, with their paths below `/c/{context}`.
const PAGES: [(&str, &str); 2] = [("new-referral", "/referrals/new"), ("dashboard", "/")];

/// Builder of an [`App`]: settings, and the parts that a vendor supplies.
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
    administers: bool,
    previews: Option<Arc<dyn PreviewCharts>>,
    watched: Option<Arc<WatchedForm>>,
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
            administers: false,
            previews: None,
            watched: None,
        }
    }

    /// Replaces the clock of the machine.
    #[must_use]
    pub fn clock(mut self, clock: SharedClock) -> Self {
        self.clock = clock;
        self
    }

    /// Replaces the rule that maps users of EHRs to accounts. Default: one-time linking.
    #[must_use]
    pub fn user_mapper(mut self, mapper: impl UserMapper) -> Self {
        self.mapper = Arc::new(mapper);
        self
    }

    /// Adds a delivery channel, which replaces one of the same name.
    #[must_use]
    pub fn delivery_channel(mut self, channel: impl DeliveryChannel) -> Self {
        self.channels.push(Arc::new(channel));
        self
    }

    /// Adds a second audit trail.
    #[must_use]
    pub fn audit_sink(mut self, sink: impl AuditSink) -> Self {
        self.sinks.push(Box::new(sink));
        self
    }

    /// Adds a check before a referral is sent.
    #[must_use]
    pub fn submit_check(mut self, check: impl SubmitCheck) -> Self {
        self.checks.push(Box::new(check));
        self
    }

    /// Adds routes, which take precedence over the shipped pages.
    #[must_use]
    pub fn routes(mut self, routes: fn(&mut ServiceConfig)) -> Self {
        self.routes.push(routes);
        self
    }

    /// Sets the page after a launch, by its path below `/c/{context}`.
    #[must_use]
    pub fn landing(mut self, path: &'static str) -> Self {
        self.landing = path;
        self
    }

    /// Adds a page that an intent of an EHR may name, with its path below `/c/{context}`. The shipped pages are
    /// `new-referral` and `dashboard`.
    #[must_use]
    pub fn page(mut self, name: &'static str, path: &'static str) -> Self {
        self.pages.insert(0, (name, path));
        self
    }

    /// Creates a missing SQLite file and updates the schema at start.
    #[must_use]
    pub fn migrate(mut self) -> Self {
        self.create = true;
        self
    }

    /// Skips the check that every form and service can be sent, for commands that send nothing.
    #[must_use]
    pub(super) fn for_commands(mut self) -> Self {
        self.administers = true;
        self
    }

    /// Fills previews of forms from the charts of a simulated EHR.
    #[must_use]
    pub(super) fn previews(mut self, charts: impl PreviewCharts + 'static) -> Self {
        self.previews = Some(Arc::new(charts));
        self
    }

    /// Serves the preview of a form whose file is watched, to every client.
    #[must_use]
    pub(super) fn watched(mut self, form: Option<Arc<WatchedForm>>) -> Self {
        self.watched = form;
        self
    }

    /// Opens the database, reads templates, forms, directory and registrations, and wires the rooms together.
    ///
    /// # Errors
    /// [`StartError`]: for settings, registrations, and forms and services that can never be sent, every problem with
    /// its fix.
    pub async fn build(self) -> Result<App, StartError> {
        // The future is large: it holds every part of the app.
        Box::pin(self.wire()).await
    }

    async fn wire(self) -> Result<App, StartError> {
        let settings = self.settings;
        let shared = Shared::open(&settings, self.clock, self.sinks, self.create).await?;
        let Shared { ground, registry, .. } = &shared;
        let channels = sending::channels(&settings, self.channels, ground, registry)?;
        let (base, directory) = (from_settings::forms(&settings)?, from_settings::directory(&settings)?);
        let library = from_settings::offered(&base);
        let terminology = terminology_server(&settings, &ground.clock)?;
        let (forms, searched_sets) = catalogue(base, &directory, terminology.as_ref());
        if !self.administers {
            unsendable(&settings, &library, &directory, |name| channels.find(name).is_some()).or(())?;
        }
        let launch = Launch::new(LaunchParts {
            mapper: self.mapper,
            landing: Landing::new(self.landing, self.pages),
            previews: self.previews,
            ..shared.launch_parts(&settings)
        });
        let referrals = Referrals::new(Parts {
            ground: ground.clone(),
            tickets: shared.tickets.clone(),
            launch: launch.clone(),
            attachments: attachments(&settings, ground, &library, !self.administers)?,
            forms: forms.clone(),
            terminology,
            searched_sets,
            directory,
            messages: settings.messages.clone(),
            checks: submit_checks(ground, self.checks),
            time_zone: settings.time_zone.clone(),
            limits: settings.session,
            drafts_days: settings.retention.drafts,
        });
        let worker = Worker::new(
            ground.clone(),
            channels,
            sending::settle_observers(ground, registry, &shared.metrics),
            sending::worker_settings(&settings),
        )
        .marking(sending::sent_mark(&settings));
        let app = App {
            admin: shared.admin(&settings, worker.outbox().clone(), forms),
            sessions: shared.sessions(&settings),
            ground: shared.ground,
            observers: shared.observers,
            web: shared.web,
            metrics: shared.metrics,
            launch,
            referrals,
            worker,
            routes: Arc::new(self.routes),
            watched: self.watched,
            settings: Arc::new(settings),
        };
        app.refresh_registrations().await?;
        if !self.administers {
            app.referrals.store_forms().await?;
        }
        Ok(app)
    }
}

/// Returns the forms, which know the specialties of the directory and the value sets of the folder and the server, and those of the
/// folder that are searched.
fn catalogue(
    mut base: Base,
    directory: &Directory,
    server: Option<&TerminologyServer>,
) -> (Catalogue, Arc<SearchedSets>) {
    base.specialties = Some(directory.specialties().cloned().collect());
    let members = server.map(|server| Arc::new(server.members()) as _);
    let sets = Arc::new(SearchedSets::new(base.terminology.clone(), directory::plain, members));
    base.value_sets = Some(Arc::clone(&sets) as _);
    (Catalogue::new(base), sets)
}

/// Parts that several rooms use.
struct Shared {
    ground: Ground,
    observers: RegistrationObservers,
    tickets: Sealer,
    metrics: Metrics,
    web: Web,
    registry: Registry,
    passwords: Passwords,
    refusals: Arc<Refusals>,
}

impl Shared {
    /// Opens the database, imports the registrations of `ehr.file`, and reads templates and messages.
    async fn open(
        settings: &Settings,
        clock: SharedClock,
        sinks: Vec<Box<dyn AuditSink>>,
        create: bool,
    ) -> Result<Self, StartError> {
        let ground = Ground {
            db: from_settings::open_database(settings, create).await?,
            clock: clock.clone(),
            sealer: Sealer::new(&settings.keys),
            audit: Audit::new(clock, sinks),
        };
        ground.db.check_keys(&ground.sealer, &*ground.clock, sealed_columns()).await?;
        let metrics = Metrics::default();
        let web = from_settings::web(settings, &metrics)?;
        let observers = registration_observers(&ground);
        if let Some(file) = &settings.ehr_file {
            import_file(&ground, &observers, file).await?;
        }
        Ok(Self {
            registry: Registry::new(ground.sealer.clone(), settings.server.public_url.clone()),
            ground,
            observers,
            tickets: Sealer::for_tickets(&settings.keys),
            metrics,
            web,
            passwords: Passwords::default(),
            refusals: Arc::default(),
        })
    }

    /// Returns the parts of the launch with the mapper and the landing page that ship.
    fn launch_parts(&self, settings: &Settings) -> LaunchParts {
        LaunchParts {
            ground: self.ground.clone(),
            tickets: self.tickets.clone(),
            registry: self.registry.clone(),
            mapper: Arc::new(OneTimeLinking),
            passwords: self.passwords.clone(),
            refusals: self.refusals.clone(),
            landing: Landing::new(LANDING, PAGES.to_vec()),
            limits: settings.session,
            retention: settings.retention,
            previews: None,
        }
    }

    fn admin(&self, settings: &Settings, outbox: Outbox, forms: Catalogue) -> Admin {
        Admin {
            forms,
            outbox,
            numbers: Arc::new(ReferralNumbers { db: self.ground.db.clone() }),
            retention: Arc::new(Retention::new(self.ground.clone(), settings.retention)),
            ground: self.ground.clone(),
            observers: self.observers.clone(),
            tickets: self.tickets.clone(),
            public_url: settings.server.public_url.clone(),
            web: self.web.clone(),
            registry: self.registry.clone(),
            passwords: self.passwords.clone(),
            refusals: self.refusals.clone(),
            session_limits: settings.session,
            time_zone: settings.time_zone.clone(),
        }
    }

    fn sessions(&self, settings: &Settings) -> SessionRows {
        let Ground { db, clock, sealer, .. } = &self.ground;
        SessionRows::new(db.clone(), clock.clone(), sealer.clone(), settings.session)
    }
}

/// Rooms that follow changes of EHR registrations.
fn registration_observers(ground: &Ground) -> RegistrationObservers {
    let launch: Arc<dyn RegistrationObserver> = Arc::new(LaunchObserver { clock: ground.clock.clone() });
    RegistrationObservers::new([launch])
}

/// Checks before a referral is sent: the shipped ones, then the vendor's.
fn submit_checks(ground: &Ground, vendor: Vec<Box<dyn SubmitCheck>>) -> Vec<Box<dyn SubmitCheck>> {
    let duplicates: Box<dyn SubmitCheck> = Box::new(NoRecentDuplicate { clock: ground.clock.clone() });
    let shipped =
        [Box::new(FittingSpecialty) as Box<dyn SubmitCheck>, duplicates, Box::new(NotSentSinceBackup)];
    shipped.into_iter().chain(vendor).collect()
}
