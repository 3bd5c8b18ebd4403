use std::{net::TcpListener, time::Duration};

use actix_web::{
    App as ActixApp, HttpServer,
    middleware::from_fn,
    web::{Data, ServiceConfig, scope},
};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{App, StartError, sending::watch_outbox};
use crate::{
    admin,
    config::TlsSettings,
    ehrs, launch, referral,
    users::session_middleware,
    web::{Limits, Readiness, asset_routes, guard, health_routes, load_tls, serve_metrics},
};

const REFRESH: Duration = Duration::from_secs(10);
const FORGET: Duration = Duration::from_hours(1);

impl App {
    /// Listens on `server.bind` and serves until SIGINT or SIGTERM.
    ///
    /// # Errors
    /// As [`App::serve`].
    pub async fn run(&self) -> Result<(), StartError> {
        let bind = self.settings.server.bind;
        let listener = TcpListener::bind(bind)
            .map_err(|error| StartError::File(format!("server.bind {bind}: {error}")))?;
        self.serve(listener, stop_on_signal()?).await?;
        self.ground.db.close().await;
        Ok(())
    }

    /// Answers requests on `listener` until `stop`; then it says "not ready", drains, and ends. On SQLite it also
    /// delivers.
    ///
    /// # Errors
    /// When the listener, the TLS files or the metrics address cannot be used.
    pub async fn serve(&self, listener: TcpListener, stop: CancellationToken) -> Result<(), StartError> {
        if self.ground.db.is_sqlite() {
            self.worker.hold_if_restored().await?;
        }
        let db = self.ground.db.clone();
        let metrics = self.metrics.clone();
        let readiness = Readiness::new(move || {
            let db = db.clone();
            Box::pin(async move { db.is_alive().await })
        })
        .noting(move || metrics.is_held().then_some("all sending is held"));
        let server = self.http_server(listener, readiness.clone())?;
        let handle = server.handle();
        let metrics = self.metrics_server()?;
        let background = CancellationToken::new();
        let tasks = self.spawn_background(&background);
        tracing::info!(public_url = %self.settings.server.public_url, "ready");
        let drain = self.settings.server.drain;
        let ended = async {
            stop.cancelled().await;
            readiness.drain();
            tokio::time::sleep(drain).await;
            handle.stop(true).await;
        };
        let (served, ()) = tokio::join!(server, ended);
        background.cancel();
        for task in tasks {
            // A task that panicked has said so in the log.
            let _ = task.await;
        }
        if let Some(metrics) = metrics {
            metrics.stop(false).await;
        }
        Ok(served?)
    }

    /// Delivers until `stop`, beside apps that answer requests.
    ///
    /// # Errors
    /// When the database fails at the start.
    pub async fn work(&self, stop: CancellationToken) -> Result<(), StartError> {
        self.worker.hold_if_restored().await?;
        // What is written to an EHR goes by its registration as it stands now.
        let follow = tokio::task::spawn_local(self.clone().follow_registrations(stop.clone()));
        self.worker.clone().run(stop).await;
        // A task that panicked has said so in the log.
        let _ = follow.await;
        Ok(())
    }

    fn http_server(
        &self,
        listener: TcpListener,
        readiness: Readiness,
    ) -> Result<actix_web::dev::Server, StartError> {
        let app = self.clone();
        let (launch, web, readiness) =
            (Data::new(self.launch.clone()), Data::new(self.web.clone()), Data::new(readiness));
        let (referrals, admin) = (Data::new(self.referrals.clone()), Data::new(self.admin()));
        let (registry, clock) =
            (Data::new(self.launch.registry().clone()), Data::new(self.ground.clock.clone()));
        let mut server = HttpServer::new(move || {
            let routes = app.routes.clone();
            ActixApp::new()
                .app_data(web.clone())
                .app_data(readiness.clone())
                .app_data(launch.clone())
                .app_data(referrals.clone())
                .app_data(admin.clone())
                .app_data(registry.clone())
                .app_data(clock.clone())
                .configure(Limits::apply)
                .configure(health_routes)
                .configure(asset_routes)
                .configure(ehrs::client_keys::routes)
                .configure(|config| app.admin_pages(config))
                .service(
                    scope("")
                        .wrap(session_middleware(app.sessions.clone(), &app.settings.keys))
                        .configure(|config| routes.iter().for_each(|routes| routes(config)))
                        .configure(launch::routes)
                        .configure(referral::routes),
                )
                .wrap(from_fn(guard))
        })
        .disable_signals()
        .shutdown_timeout(self.settings.server.shutdown.as_secs())
        .client_request_timeout(Duration::from_secs(10))
        .client_disconnect_timeout(Duration::from_secs(5))
        .keep_alive(Duration::from_secs(75));
        if self.settings.server.workers > 0 {
            server = server.workers(self.settings.server.workers);
        }
        let server = match &self.settings.server.tls {
            TlsSettings::Proxy => server.listen(listener)?,
            TlsSettings::Rustls { certificate, key } => {
                let tls = load_tls(certificate, key).map_err(StartError::File)?;
                server.listen_rustls_0_23(listener, tls)?
            }
        };
        Ok(server.run())
    }

    /// The part of administrators, unless it is switched off.
    fn admin_pages(&self, config: &mut ServiceConfig) {
        if !self.settings.admin_pages {
            return;
        }
        let sessions = self.sessions.clone().of_administrators();
        config.service(
            scope("/admin")
                .wrap(session_middleware(sessions, &self.settings.keys))
                .wrap(from_fn(admin::never_framed))
                .configure(admin::routes),
        );
    }

    fn metrics_server(&self) -> Result<Option<actix_web::dev::ServerHandle>, StartError> {
        let Some(address) = self.settings.metrics else {
            return Ok(None);
        };
        let listener = TcpListener::bind(address)
            .map_err(|error| StartError::File(format!("metrics.bind {address}: {error}")))?;
        let db = self.ground.db.clone();
        let server = serve_metrics(listener, self.metrics.clone(), move || db.write_count())?;
        let handle = server.handle();
        tokio::task::spawn_local(server);
        Ok(Some(handle))
    }

    pub(super) fn spawn_background(&self, stop: &CancellationToken) -> Vec<tokio::task::JoinHandle<()>> {
        let mut tasks = vec![
            tokio::task::spawn_local(self.clone().follow_registrations(stop.clone())),
            tokio::task::spawn_local(self.clone().forget_old(stop.clone())),
            tokio::task::spawn_local(self.clone().give_tokens_back(stop.clone())),
            tokio::task::spawn_local(self.clone().follow_outbox(stop.clone())),
        ];
        if self.ground.db.is_sqlite() {
            tasks.push(tokio::task::spawn_local(self.worker.clone().run(stop.clone())));
        }
        tasks
    }

    async fn follow_registrations(self, stop: CancellationToken) {
        while !stopped_within(&stop, REFRESH).await {
            if let Err(error) = self.refresh_registrations().await {
                tracing::error!(cause = %error, "the EHR registrations could not be read");
            }
        }
    }

    /// Keeps the metrics of the outbox current, and warns each hour while a delivery has been pending for an hour.
    async fn follow_outbox(self, stop: CancellationToken) {
        let mut warned_at = 0;
        loop {
            match watch_outbox(&self.ground, &self.metrics).await {
                Ok(oldest_seconds) => {
                    let now = self.ground.clock.now_ms();
                    if oldest_seconds > 3600 && now - warned_at > 3_600_000 {
                        warned_at = now;
                        tracing::warn!(oldest_seconds, "deliveries are pending for more than an hour");
                    }
                }
                Err(error) => tracing::error!(cause = %error, "the outbox could not be read"),
            }
            if stopped_within(&stop, REFRESH).await {
                return;
            }
        }
    }

    async fn give_tokens_back(self, stop: CancellationToken) {
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = self.launch.ended_within(REFRESH) => {}
            }
            if let Err(error) = self.launch.end_expired().await {
                tracing::error!(cause = %error, "sign-ins that nobody answered could not be ended");
            }
            if let Err(error) = self.launch.revoke_ended().await {
                tracing::error!(cause = %error, "tokens could not be given back");
            }
        }
    }

    async fn forget_old(self, stop: CancellationToken) {
        while !stopped_within(&stop, FORGET).await {
            if let Err(error) = self.launch.forget_old().await {
                tracing::error!(cause = %error, "old sign-in attempts could not be removed");
            }
            if let Err(error) = self.referrals.forget_untouched().await {
                tracing::error!(cause = %error, "untouched drafts could not be removed");
            }
        }
    }
}

/// A token that SIGINT and SIGTERM cancel.
pub(super) fn stop_on_signal() -> std::io::Result<CancellationToken> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::task::spawn_local(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        stopped.cancel();
    });
    Ok(stop)
}

async fn stopped_within(stop: &CancellationToken, wait: Duration) -> bool {
    tokio::time::timeout(wait, stop.cancelled()).await.is_ok()
}
