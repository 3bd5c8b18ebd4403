//! A simulated EHR under test, with its registration.

use std::{
    net::{SocketAddr, TcpListener},
    ops::Deref,
    sync::Arc,
    thread,
};

use actix_web::rt::System;
use rustls::ServerConfig;
use secrecy::SecretString;
use url::Url;

use super::{Browser, Relay};
use crate::{
    clock::FixedClock,
    demo_ehr::{self, Credential, DemoEhr, KeySource, PublishedKeys, Shape},
    ehrs::{ClientAuthMethod, Registration},
    random,
    users::Linking,
};

/// Options of the simulated EHRs of one test.
#[derive(Clone, Default)]
pub(super) struct EhrOptions {
    pub(super) shape: Shape,
    /// Whether the app authenticates with keys instead of a client secret.
    pub(super) keys: bool,
    pub(super) connection: Connection,
}

/// Address of the app under test, as an EHR sees it.
#[derive(Clone)]
pub(super) struct AppAddress {
    pub(super) origin: String,
    /// Port that the app listens on, over plain HTTP also if the origin is https.
    pub(super) port: u16,
}

/// A simulated EHR on its own port, with its registration in the app. Dereferences to [`DemoEhr`].
pub struct TestEhr {
    /// Id of the registration.
    pub id: String,
    /// Client secret, unlike any other text.
    pub client_secret: String,
    /// Registration in the app.
    pub registration: Registration,
    ehr: Arc<DemoEhr>,
    relay: Option<Relay>,
    server: actix_web::dev::ServerHandle,
    thread: Option<thread::JoinHandle<()>>,
}

/// Connection of the app to an EHR.
#[derive(Clone, Default)]
pub(super) enum Connection {
    /// Direct, over plain http.
    #[default]
    Direct,
    /// Through a relay, with TLS if configured.
    Relayed(Option<Arc<ServerConfig>>),
}

impl Connection {
    fn scheme(&self) -> &'static str {
        if matches!(self, Self::Relayed(Some(_))) { "https" } else { "http" }
    }
}

impl TestEhr {
    /// Starts an EHR that launches `app`, and registers the app there.
    pub(super) async fn start(
        id: &str,
        app: &AppAddress,
        options: &EhrOptions,
        clock: Arc<FixedClock>,
    ) -> Self {
        let origin = &app.origin;
        let (listener, own) = bind();
        let (relay, address) = match &options.connection {
            Connection::Direct => (None, own),
            Connection::Relayed(tls) => {
                let (front, address) = bind();
                (Some(Relay::start(front, own, tls.clone())), address)
            }
        };
        // With characters that have several encodings.
        let (client_id, client_secret) =
            (format!("passerelle-at-{id}"), format!("{}+%2F =&é:", random::id()));
        let ehr = DemoEhr::new(demo_ehr::Settings {
            base_url: Url::parse(&format!("{}://localhost:{}", options.connection.scheme(), address.port()))
                .expect("an address"),
            idp_base_url: None,
            shape: options.shape,
            app_launch_url: format!("{origin}/launch"),
            clients: vec![demo_ehr::Client {
                client_id: client_id.clone(),
                credential: match options.keys {
                    true => Credential::Keys(published(id, app, clock.clone())),
                    false => Credential::Secret(client_secret.clone()),
                },
                redirect_uris: vec![format!("{origin}/callback/{id}")],
            }],
            clock,
        })
        .expect("the simulated EHR has an address and keys");
        let (started, starting) = tokio::sync::oneshot::channel();
        let served = Arc::clone(&ehr);
        let thread = thread::spawn(move || {
            System::new().block_on(async move {
                let server = demo_ehr::start(listener, served).expect("the listener serves");
                drop(started.send(server.handle()));
                server.await.expect("the simulated EHR serves");
            });
        });
        let registration = registration(id, &client_id, &ehr, options.keys);
        Self {
            id: id.to_owned(),
            client_secret,
            registration,
            ehr,
            relay,
            server: starting.await.expect("the thread of the EHR answers"),
            thread: Some(thread),
        }
    }

    /// Client secret, or `None` if the app uses keys.
    pub(super) fn secret(&self) -> Option<SecretString> {
        let has_keys = self.registration.client_auth == ClientAuthMethod::PrivateKeyJwt;
        (!has_keys).then(|| SecretString::from(self.client_secret.as_str()))
    }

    /// Relay in front of the EHR, of [`Setup::relayed`](super::Setup::relayed).
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn relay(&self) -> &Relay {
        self.relay.as_ref().expect("the EHR is reached through a relay")
    }

    /// Requests to a path, oldest first.
    #[must_use]
    pub fn requests_to(&self, path: &str) -> Vec<demo_ehr::Recorded> {
        self.recorded().into_iter().filter(|request| request.path == path).collect()
    }

    /// Token requests, oldest first.
    #[must_use]
    pub fn token_requests(&self) -> Vec<demo_ehr::Recorded> {
        self.requests_to("/auth/token")
    }

    /// Requests of the app, without those of browsers.
    #[must_use]
    pub fn requests_of_app(&self) -> Vec<demo_ehr::Recorded> {
        let browser = |request: &demo_ehr::Recorded| request.path == "/auth/authorize";
        self.recorded().into_iter().filter(|request| !browser(request)).collect()
    }
}

/// Key set of the app, fetched over HTTP as an EHR does.
fn published(id: &str, app: &AppAddress, clock: Arc<FixedClock>) -> KeySource {
    let (app, path) = (app.clone(), format!("/jwks/{id}.json"));
    KeySource::new(move || {
        let mut browser = Browser::new(&app.origin, app.port, clock.clone());
        let path = path.clone();
        async move {
            let page = browser.get(&path).await;
            if page.status != 200 {
                return Err(format!("{path} answers {}", page.status));
            }
            let max_age =
                page.header("cache-control").split("max-age=").nth(1).and_then(|age| age.parse().ok());
            Ok(PublishedKeys { body: page.body, max_age })
        }
    })
}

fn bind() -> (TcpListener, SocketAddr) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("a bound listener has an address");
    (listener, address)
}

fn registration(id: &str, client_id: &str, ehr: &DemoEhr, keys: bool) -> Registration {
    let name = format!("Test EHR {id}");
    Registration {
        issuer: Some(ehr.issuer()),
        client_auth: match keys {
            true => ClientAuthMethod::PrivateKeyJwt,
            false => ClientAuthMethod::ClientSecretBasic,
        },
        // The EHR itself, and canaries, which an unguarded app would reach.
        allowed_networks: vec!["127.0.0.0/30".parse().expect("a range")],
        linking: Linking::Provision,
        ..Registration::new(id, &name, &ehr.fhir_base_url(), client_id, &demo_ehr::SCOPES)
    }
}

impl Deref for TestEhr {
    type Target = DemoEhr;

    fn deref(&self) -> &DemoEhr {
        &self.ehr
    }
}

impl Drop for TestEhr {
    fn drop(&mut self) {
        // The stop command is sent by the call; its result is not needed.
        drop(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}
