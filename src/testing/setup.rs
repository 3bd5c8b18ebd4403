//! Options of a test app, and its start.

use std::{net::TcpListener, path::Path, sync::Arc};

use jiff::Timestamp;
use rustls::ServerConfig;

use super::{
    Database, Engine, Scratch, TestApp, TestEhr,
    log::start_log,
    node::{Node, Serve},
    receiver::Receiver,
    routes,
    test_app::Started,
    test_ehr::{AppAddress, Connection, EhrOptions},
};
use crate::{
    app::{App, AppBuilder},
    clock::FixedClock,
    config::{KeysFile, Settings},
    demo_ehr::Shape,
    ehrs::Registration,
    users::Linking,
};

/// Start time of every test.
const BEGINS: &str = "2026-09-14T13:30:00Z";

type Tweak = Box<dyn Fn(&mut Registration) + Send>;
type Extend = Box<dyn Fn(AppBuilder) -> AppBuilder + Send>;

/// Options of a [`TestApp`]. The defaults are those of a careful operator.
pub struct Setup {
    engine: Engine,
    ehrs: Vec<&'static str>,
    delivery: String,
    settings: String,
    framed: bool,
    metrics: bool,
    connections: u8,
    ehr_options: EhrOptions,
    https: bool,
    tweaks: Vec<Tweak>,
    pub(super) extend: Vec<Extend>,
    pub(super) serve: Serve,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            engine: Engine::Sqlite,
            ehrs: vec!["riverside"],
            delivery: String::new(),
            settings: String::new(),
            framed: false,
            metrics: false,
            connections: 4,
            ehr_options: EhrOptions::default(),
            https: false,
            tweaks: Vec::new(),
            extend: Vec::new(),
            serve: Arc::new(|app, listener, stop| {
                Box::pin(async move { app.serve(listener, stop).await.expect("the test app serves") })
            }),
        }
    }
}

impl Setup {
    /// Sets the database engine.
    #[must_use]
    pub fn on(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// Sets how unknown users are linked. Default: they get an account.
    #[must_use]
    pub fn linking(self, linking: Linking) -> Self {
        self.registration(move |registration| registration.linking = linking)
    }

    /// Sets the shape of the EHRs.
    #[must_use]
    pub fn shape(mut self, shape: Shape) -> Self {
        self.ehr_options.shape = shape;
        self
    }

    /// Registers the app with keys instead of a client secret.
    #[must_use]
    pub fn keys(mut self) -> Self {
        self.ehr_options.keys = true;
        self
    }

    /// Permits the EHR to frame the app.
    #[must_use]
    pub fn framed(mut self) -> Self {
        self.framed = true;
        self
    }

    /// Enables [`TestApp::metrics`].
    #[must_use]
    pub fn metrics(mut self) -> Self {
        self.metrics = true;
        self
    }

    /// Sets the number of database connections.
    #[must_use]
    pub fn connections(mut self, connections: u8) -> Self {
        self.connections = connections;
        self
    }

    /// Sets an https URL, as behind a proxy that terminates TLS.
    #[must_use]
    pub fn https(mut self) -> Self {
        self.https = true;
        self
    }

    /// Puts a relay in front of each EHR, which may change messages: [`TestEhr::relay`].
    #[must_use]
    pub fn relayed(mut self) -> Self {
        self.ehr_options.connection = Connection::Relayed(None);
        self
    }

    /// Puts relays with TLS in front of the EHRs, whose URLs are then https; otherwise like [`Setup::relayed`].
    #[must_use]
    pub fn relayed_over_tls(mut self, tls: Arc<ServerConfig>) -> Self {
        self.ehr_options.connection = Connection::Relayed(Some(tls));
        self
    }

    /// Replaces the EHR `riverside` by one with this id.
    #[must_use]
    pub fn only_ehr(mut self, id: &'static str) -> Self {
        self.ehrs = vec![id];
        self
    }

    /// Adds a second EHR, `lakeside`: [`TestApp::other_ehr`].
    #[must_use]
    pub fn second_ehr(mut self) -> Self {
        self.ehrs.push("lakeside");
        self
    }

    /// Changes the registrations.
    #[must_use]
    pub fn registration(mut self, tweak: impl Fn(&mut Registration) + Send + 'static) -> Self {
        self.tweaks.push(Box::new(tweak));
        self
    }

    /// Adds settings in TOML to those of the test; complete sections only. Without a section `forms`, the cardiology
    /// consultation is the only form, so that a launch opens it. `EHR_ORIGIN` becomes the origin of the first EHR.
    #[must_use]
    pub fn settings(mut self, toml: &str) -> Self {
        self.settings.push_str(toml);
        self
    }

    /// Adds settings to the section `delivery`.
    #[must_use]
    pub fn delivery(mut self, toml: &str) -> Self {
        self.delivery.push_str(toml);
        self
    }

    /// Adds a vendor's parts to the builder.
    #[must_use]
    pub fn extend(mut self, extend: impl Fn(AppBuilder) -> AppBuilder + Send + 'static) -> Self {
        self.extend.push(Box::new(extend));
        self
    }

    /// Serves the app with a vendor's own actix server instead of [`App::serve`].
    ///
    /// # Panics
    /// In the thread of the app, if the server fails.
    #[must_use]
    pub fn serve_with<F>(mut self, serve: impl Fn(App, TcpListener) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = std::io::Result<()>> + 'static,
    {
        self.serve = Arc::new(move |app, listener, stop| {
            let served = serve(app, listener);
            Box::pin(async move {
                tokio::select! {
                    () = stop.cancelled() => {}
                    served = served => served.expect("the vendor's server serves"),
                }
            })
        });
        self
    }

    /// Starts the EHRs and the app.
    ///
    /// # Panics
    /// If any of them does not start.
    pub async fn start(self) -> TestApp {
        start_log();
        let begins: Timestamp = BEGINS.parse().expect("a time");
        let (clock, folder) = (Arc::new(FixedClock::at(begins)), Scratch::new());
        let database = Database::new(self.engine, folder.path().to_owned()).await;
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let origin = format!("{}://localhost:{port}", if self.https { "https" } else { "http" });
        let address = AppAddress { origin, port };
        let mut ehrs = Vec::new();
        for id in &self.ehrs {
            let mut ehr = TestEhr::start(id, &address, &self.ehr_options, Arc::clone(&clock)).await;
            if self.framed {
                ehr.registration.frame_ancestors =
                    vec![ehr.fhir_base_url().trim_end_matches("/fhir").to_owned()];
            }
            self.tweaks.iter().for_each(|tweak| tweak(&mut ehr.registration));
            ehrs.push(ehr);
        }
        KeysFile::write_new(&folder.path().join("keys.toml")).expect("the folder can be written");
        let metrics = if self.metrics { free_address() } else { String::new() };
        let settings = self.toml(&address.origin, database.url(), &metrics, folder.path());
        let settings = settings.replace("EHR_ORIGIN", ehrs[0].fhir_base_url().trim_end_matches("/fhir"));
        let node = Node::start(self.builder(&settings, &clock), listener, Arc::clone(&self.serve)).await;
        let origin = address.origin;
        let app = TestApp::new(self, Started { node, ehrs, clock, database, folder, origin, settings });
        app.register().await;
        app
    }

    /// Settings of the app: those of every test, then those of this setup.
    fn toml(&self, origin: &str, database: &str, metrics: &str, folder: &Path) -> String {
        let Self { connections, delivery, settings, .. } = self;
        // With one form, a launch opens it.
        let forms = match settings.contains("[forms]") {
            true => "",
            false => "[forms]\noffered = [\"cardiology-consult\"]\n",
        };
        let attachments = match settings.contains("[attachments]") {
            true => String::new(),
            false => format!("[attachments]\nfolder = {:?}\n", folder.join("attachments").to_string_lossy()),
        };
        let path = |name: &str| format!("{:?}", folder.join(name).to_string_lossy());
        // The worker polls so rarely that the test decides when to deliver.
        format!(
            "[server]\nbind = \"127.0.0.1:0\"\npublic_url = \"{origin}\"\nworkers = 2\nshutdown_seconds = 1\n\
             [metrics]\nbind = {metrics:?}\n[database]\nurl = {database:?}\nconnections = {connections}\n[keys]\nfile = {keys}\n\
             [delivery]\nfolder = {delivered}\npoll_seconds = 300\n{delivery}\n{attachments}{forms}{settings}",
            keys = path("keys.toml"),
            delivered = path("delivered"),
        )
    }

    pub(super) fn builder(&self, settings: &str, clock: &Arc<FixedClock>) -> AppBuilder {
        let settings = Settings::from_toml(settings).unwrap_or_else(|problems| panic!("{problems}"));
        let receiver = settings.delivery.folder.as_deref().map(Receiver::new);
        let builder =
            App::builder(settings).clock(Arc::<FixedClock>::clone(clock)).routes(routes::routes).migrate();
        let builder = receiver.into_iter().fold(builder, AppBuilder::delivery_channel);
        self.extend.iter().fold(builder, |builder, extend| extend(builder))
    }
}

/// An address without a listener.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound listener has an address").to_string()
}
