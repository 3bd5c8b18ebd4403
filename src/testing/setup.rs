use std::{net::TcpListener, path::Path, sync::Arc};

use jiff::Timestamp;

use super::{
    Database, Engine, Scratch, TestApp, TestEhr, log::start_log, node::Node, routes, test_ehr::Kind,
};
use crate::{
    app::{App, AppBuilder},
    clock::FixedClock,
    config::{Keys, Settings},
    demo_ehr::Shape,
    launch::Registration,
    users::Linking,
};

/// When every test begins.
const BEGINS: &str = "2026-09-14T13:30:00Z";

type Tweak = Box<dyn Fn(&mut Registration) + Send>;
type Extend = Box<dyn Fn(AppBuilder) -> AppBuilder + Send>;

/// How a [`TestApp`] is to be. What is not said stays as a careful operator would have it.
pub struct Setup {
    engine: Engine,
    ehrs: Vec<&'static str>,
    toml: String,
    framed: bool,
    kind: Kind,
    tweaks: Vec<Tweak>,
    pub(super) extend: Vec<Extend>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            engine: Engine::Sqlite,
            ehrs: vec!["riverside"],
            toml: String::new(),
            framed: false,
            kind: Kind::default(),
            tweaks: Vec::new(),
            extend: Vec::new(),
        }
    }
}

impl Setup {
    /// On this engine.
    #[must_use]
    pub fn on(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// What happens to people the app does not know. They get an account unless said otherwise.
    #[must_use]
    pub fn linking(self, linking: Linking) -> Self {
        self.registration(move |registration| registration.linking = linking)
    }

    /// With EHRs that are like a kind of server in the world.
    #[must_use]
    pub fn shape(mut self, shape: Shape) -> Self {
        self.kind.shape = shape;
        self
    }

    /// With EHRs at which the app proves itself with keys.
    #[must_use]
    pub fn keys(mut self) -> Self {
        self.kind.keys = true;
        self
    }

    /// With the EHR allowed to show the app in a frame.
    #[must_use]
    pub fn framed(mut self) -> Self {
        self.framed = true;
        self
    }

    /// With a second EHR, `lakeside`: [`TestApp::other_ehr`].
    #[must_use]
    pub fn second_ehr(mut self) -> Self {
        self.ehrs.push("lakeside");
        self
    }

    /// With registrations that differ in this.
    #[must_use]
    pub fn registration(mut self, tweak: impl Fn(&mut Registration) + Send + 'static) -> Self {
        self.tweaks.push(Box::new(tweak));
        self
    }

    /// With more settings, written in TOML below the test's own; whole sections only.
    #[must_use]
    pub fn settings(mut self, toml: &str) -> Self {
        self.toml.push_str(toml);
        self
    }

    /// With what a vendor supplies.
    #[must_use]
    pub fn extend(mut self, extend: impl Fn(AppBuilder) -> AppBuilder + Send + 'static) -> Self {
        self.extend.push(Box::new(extend));
        self
    }

    /// Starts the EHRs and the app.
    ///
    /// # Panics
    /// When anything of it does not start.
    pub async fn start(self) -> TestApp {
        start_log();
        let begins: Timestamp = BEGINS.parse().expect("a time");
        let (clock, folder) = (Arc::new(FixedClock::at(begins)), Scratch::new());
        let database = Database::new(self.engine, folder.path().to_owned()).await;
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("a bound listener has an address").port();
        let origin = format!("http://localhost:{port}");
        let mut ehrs = Vec::new();
        for id in &self.ehrs {
            let mut ehr = TestEhr::start(id, (&origin, port), self.kind, Arc::clone(&clock)).await;
            if self.framed {
                ehr.registration.frame_ancestors =
                    vec![ehr.fhir_base_url().trim_end_matches("/fhir").to_owned()];
            }
            self.tweaks.iter().for_each(|tweak| tweak(&mut ehr.registration));
            ehrs.push(ehr);
        }
        Keys::write_new(&folder.path().join("keys.toml")).expect("the folder can be written");
        let text = settings(&origin, database.url(), folder.path(), &self.toml);
        let node = Node::start(self.builder(&text, &clock), listener).await;
        let app = TestApp::new(self, (node, ehrs), (clock, database, folder), (origin, text));
        app.register().await;
        app
    }

    pub(super) fn builder(&self, settings: &str, clock: &Arc<FixedClock>) -> AppBuilder {
        let settings = Settings::from_toml(settings).unwrap_or_else(|problems| panic!("{problems}"));
        let builder =
            App::builder(settings).clock(Arc::<FixedClock>::clone(clock)).routes(routes::routes).migrate();
        self.extend.iter().fold(builder, |builder, extend| extend(builder))
    }
}

fn settings(origin: &str, database: &str, folder: &Path, more: &str) -> String {
    let path = |name: &str| format!("{:?}", folder.join(name).to_string_lossy());
    // Nothing is delivered by itself: a test says when.
    format!(
        "[server]\nbind = \"127.0.0.1:0\"\npublic_url = \"{origin}\"\nworkers = 2\nshutdown_seconds = 1\n\
         [metrics]\nbind = \"\"\n[database]\nurl = {database:?}\nconnections = 4\n[keys]\nfile = {keys}\n\
         [delivery]\nfolder = {delivered}\npoll_seconds = 300\n{more}",
        keys = path("keys.toml"),
        delivered = path("delivered"),
    )
}
