//! The app under test with its EHRs.

use std::{
    future::Future,
    net::TcpListener,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use jiff::SignedDuration;
use secrecy::SecretString;

use super::{Browser, Database, Engine, Scratch, Setup, TestEhr, log, node::Node, store};
use crate::{
    app::App,
    audit::Recorded,
    clock::FixedClock,
    config::Settings,
    delivery,
    ehrs::import_registration,
    users::{InvitationCode, NewUser, Passwords, Role, store as user_store},
};

/// The whole app on a free port, on a fresh database, beside a simulated EHR, with a clock that moves only on demand.
///
/// Dropping it stops everything, and panics if a delivery is left that the test did not expect.
pub struct TestApp {
    nodes: Vec<Node>,
    ehrs: Vec<TestEhr>,
    /// Clock of the app and the EHRs.
    pub clock: Arc<FixedClock>,
    setup: Setup,
    origin: String,
    settings: String,
    expected_pending: AtomicI64,
    database: Database,
    folder: Scratch,
    /// Offset in the log at which this app began.
    log_began: usize,
}

/// Parts of a test app, started.
pub(super) struct Started {
    pub(super) node: Node,
    pub(super) ehrs: Vec<TestEhr>,
    pub(super) clock: Arc<FixedClock>,
    pub(super) database: Database,
    pub(super) folder: Scratch,
    pub(super) origin: String,
    /// Settings of the app, in TOML.
    pub(super) settings: String,
}

impl TestApp {
    /// Starts an app with default options: SQLite, one EHR, accounts for unknown clinicians.
    pub async fn start() -> Self {
        Self::setup().start().await
    }

    /// Starts an app on an engine, otherwise like [`TestApp::start`].
    pub async fn on(engine: Engine) -> Self {
        Self::setup().on(engine).start().await
    }

    /// Options for an app.
    #[must_use]
    pub fn setup() -> Setup {
        Setup::default()
    }

    pub(super) fn new(setup: Setup, started: Started) -> Self {
        let Started { node, ehrs, clock, database, folder, origin, settings } = started;
        Self {
            nodes: vec![node],
            ehrs,
            clock,
            setup,
            origin,
            settings,
            expected_pending: AtomicI64::new(0),
            database,
            folder,
            log_began: log::length(),
        }
    }

    /// First EHR.
    #[must_use]
    pub fn ehr(&self) -> &TestEhr {
        &self.ehrs[0]
    }

    /// Second EHR, of [`Setup::second_ehr`].
    #[must_use]
    pub fn other_ehr(&self) -> &TestEhr {
        &self.ehrs[1]
    }

    pub(super) fn second(&self) -> Option<&TestEhr> {
        self.ehrs.get(1)
    }

    /// Origin of the app.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Port of the first node.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.nodes[0].port
    }

    /// Folder with database, keys and delivered messages.
    #[must_use]
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// Database of the app.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Creates a new browser.
    #[must_use]
    pub fn browser(&self) -> Browser {
        let mut browser = Browser::new(&self.origin, self.port(), Arc::<FixedClock>::clone(&self.clock));
        if let Some(authorities) = &self.ehr().registration.ca_certificates {
            browser.trust(authorities);
        }
        browser
    }

    /// Advances the clock.
    pub fn advance(&self, by: SignedDuration) {
        self.clock.advance(by);
    }

    /// Starts another node on the same database and returns its port.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn second_node(&mut self) -> u16 {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let builder = self.setup.builder(&self.settings, &self.clock);
        let node = Node::start(builder, listener, Arc::clone(&self.setup.serve)).await;
        let port = node.port;
        self.nodes.push(node);
        port
    }

    /// Restarts the node that listens on `port`, with the settings and files as they are now.
    ///
    /// # Panics
    /// If there is none, or it does not start.
    pub async fn restart(&mut self, port: u16) {
        let node = self.nodes.iter().position(|node| node.port == port).expect("a node listens on this port");
        // A node stops when it is dropped.
        drop(self.nodes.remove(node));
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free again");
        let builder = self.setup.builder(&self.settings, &self.clock);
        let started = Node::start(builder, listener, Arc::clone(&self.setup.serve)).await;
        self.nodes.insert(node, started);
    }

    /// Stops every node, does `work` meanwhile, and starts one again, on the port of the first.
    ///
    /// # Panics
    /// If it does not start.
    pub async fn restart_after(&mut self, work: impl AsyncFnOnce(&Self)) {
        let port = self.port();
        self.nodes.clear();
        work(self).await;
        let listener = TcpListener::bind(("127.0.0.1", port)).expect("the port is free again");
        let builder = self.setup.builder(&self.settings, &self.clock);
        self.nodes.push(Node::start(builder, listener, Arc::clone(&self.setup.serve)).await);
    }

    /// Settings of the nodes, as TOML.
    #[must_use]
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// Runs a job in the thread of the first node, with its app.
    ///
    /// # Panics
    /// If the job panics.
    pub async fn within<T, F>(&self, work: impl FnOnce(App) -> F + Send + 'static) -> T
    where
        T: Send + 'static,
        F: Future<Output = T> + 'static,
    {
        self.nodes[0].within(work).await
    }

    /// Imports the current registrations of the EHRs, and reloads them in every node.
    ///
    /// # Panics
    /// If the database refuses.
    pub async fn register(&self) {
        for ehr in &self.ehrs {
            let (registration, secret) = (ehr.registration.clone(), ehr.secret());
            let imported = self.within(async move |app| {
                let observers = app.registration_observers();
                import_registration(app.ground(), observers, &registration, secret.as_ref()).await
            });
            imported.await.expect("the registration is imported");
        }
        self.refresh().await;
    }

    /// Reloads the registrations from the database in every node.
    ///
    /// # Panics
    /// If the database refuses.
    pub async fn refresh(&self) {
        for node in &self.nodes {
            let refreshed = node.within(async |app| app.refresh_registrations().await);
            refreshed.await.expect("the registrations are read");
        }
    }

    /// Changes the registration of the EHR, as an administrator does while the app runs.
    pub async fn register_again(&mut self, tweak: impl Fn(&mut crate::ehrs::Registration)) {
        tweak(&mut self.ehrs[0].registration);
        // A change is detected by its time.
        self.advance(SignedDuration::from_secs(1));
        self.register().await;
    }

    /// Metrics as a collector reads them; needs [`Setup::metrics`].
    ///
    /// # Panics
    /// If metrics are not enabled.
    pub async fn metrics(&self) -> String {
        let settings = Settings::from_toml(&self.settings).expect("the settings of this app");
        let address = settings.metrics.expect("the app was set up with metrics");
        let origin = format!("http://{address}");
        let mut reader = Browser::new(&origin, address.port(), Arc::<FixedClock>::clone(&self.clock));
        let page = reader.get("/metrics").await;
        assert_eq!(page.status, 200, "{}", page.body);
        page.body
    }

    /// Metrics of every node, even if metrics are not enabled.
    pub(super) async fn counted(&self) -> String {
        let mut counted = String::new();
        for node in &self.nodes {
            counted.push_str(&node.within(async |app| app.counted()).await);
        }
        counted
    }

    /// Log of this process since this app began.
    pub(super) fn logged(&self) -> String {
        log::logged_from(self.log_began)
    }

    /// Audit events, oldest first.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn audit_events(&self) -> Vec<Recorded> {
        let newest = self.within(async |app| app.audit().find_newest(app.db(), 10_000).await);
        let mut events = newest.await.expect("the audit trail is read");
        events.reverse();
        events
    }

    /// Counts the rows of a table.
    ///
    /// # Panics
    /// If there is no such table.
    pub async fn count(&self, table: &'static str) -> i64 {
        let counted = self.within(async move |app| store::count(app.db(), table).await);
        counted.await.expect("the rows are counted")
    }

    /// Creates an account with a password and returns its id.
    ///
    /// # Panics
    /// If the email is taken or the password too short.
    pub async fn add_user(&self, name: &str, email: &str, password: &str, role: Role) -> String {
        let user = NewUser { name: name.to_owned(), email: Some(email.to_owned()), role };
        let password = SecretString::from(password);
        self.within(async move |app| {
            let hash = Passwords::default().hash(password).await.expect("a usable password");
            let mut tx = app.db().begin_write().await.expect("a transaction");
            let id = user_store::insert_user(&mut tx, &**app.clock(), &user, Some(&hash)).await;
            tx.commit().await.expect("the account is saved");
            id.expect("a new e-mail")
        })
        .await
    }

    /// Creates an account with an invitation that is valid for seven days; returns its id and the code.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn invite(&self, name: &str, role: Role) -> (String, String) {
        let user = NewUser { name: name.to_owned(), email: None, role };
        self.within(async move |app| {
            let (clock, code) = (app.clock().clone(), InvitationCode::random());
            let mut tx = app.db().begin_write().await.expect("a transaction");
            let id = user_store::insert_user(&mut tx, &*clock, &user, None).await.expect("a user");
            user_store::insert_invitation(&mut tx, &*clock, app.sealer(), &code, &id, 7)
                .await
                .expect("an invitation");
            tx.commit().await.expect("the account is saved");
            (id, code.expose().to_owned())
        })
        .await
    }

    /// Waits for the app's background work to make `condition` true.
    ///
    /// # Panics
    /// If it is still false after two minutes, with `what`.
    pub async fn eventually(&self, what: &str, condition: impl AsyncFn() -> bool) {
        for _ in 0..12_000 {
            if condition().await {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("waited two minutes for: {what}");
    }

    /// Delivers everything that is due, as the worker does.
    ///
    /// # Panics
    /// If the database fails.
    pub async fn deliver(&self) {
        let delivered = self.within(async |app| {
            while app.worker().run_once().await? > 0 {}
            Ok::<(), crate::db::Error>(())
        });
        delivered.await.expect("the worker runs");
    }

    /// Sets how many deliveries the test intentionally leaves waiting.
    pub fn expect_pending(&self, count: i64) {
        self.expected_pending.store(count, Ordering::Release);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        if thread::panicking() {
            return;
        }
        let pending =
            self.nodes[0].within_blocking(async |app| delivery::store::count_pending(app.db()).await);
        let pending = pending.and_then(Result::ok).unwrap_or(-1);
        let expected = self.expected_pending.load(Ordering::Acquire);
        assert_eq!(
            pending, expected,
            "deliveries are left pending; call TestApp::deliver or TestApp::expect_pending"
        );
    }
}
