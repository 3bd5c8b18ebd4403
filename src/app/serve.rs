//! The HTTP servers of an app: pages, and metrics on an address of their own.

use std::{io, net::TcpListener, sync::Arc, time::Duration};

use actix_web::{
    App as ActixApp, HttpServer,
    dev::{Server, ServerHandle},
    middleware::from_fn,
};
use socket2::SockRef;
use tokio::{
    signal::unix::{Signal, SignalKind, signal},
    task::spawn_local,
};
use tokio_util::sync::CancellationToken;

use super::{App, errors::StartError, running::database_use};
use crate::{
    config::TlsSettings,
    db::Unready,
    ground::Ground,
    web::{Readiness, ServedCertificate, guard, serve_metrics},
};

const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// Longest time for which sent data may stay unread by a client, before the kernel closes the connection.
const UNREAD_TIMEOUT: Duration = Duration::from_secs(30);
/// Interval at which the certificate is read again.
const CERTIFICATE_INTERVAL: Duration = Duration::from_mins(1);

impl App {
    /// Listens on `server.bind` and serves until SIGINT or SIGTERM.
    ///
    /// # Errors
    /// [`StartError`] if `server.bind` or anything that [`App::serve`] needs cannot be used.
    pub async fn run(&self) -> Result<(), StartError> {
        let bind = self.settings.server.bind;
        let listener = TcpListener::bind(bind)
            .map_err(|error| StartError::File(format!("server.bind {bind}: {error}")))?;
        self.serve(listener, stop_on_signal()?).await?;
        self.ground.db.close().await;
        Ok(())
    }

    /// Serves requests on `listener` until `stop`; then reports "not ready", drains and returns. On SQLite, also delivers.
    ///
    /// # Errors
    /// [`StartError`] if the listener, the TLS files or the metrics address cannot be used.
    pub async fn serve(&self, listener: TcpListener, stop: CancellationToken) -> Result<(), StartError> {
        limit_unread(&listener).map_err(|error| StartError::File(format!("server.bind: {error}")))?;
        self.hold_if_restored().await?;
        let (ground, metrics) = (self.ground.clone(), self.metrics.clone());
        let attachments = self.referrals.attachments().clone();
        let readiness = Readiness::new(move || {
            let Ground { db, clock, sealer, .. } = ground.clone();
            Box::pin(async move { db.check_ready(&sealer, &*clock).await.map_err(Unready::as_str) })
        })
        .noting(move || match (metrics.is_held(), attachments.store_fails()) {
            (true, true) => Some("all sending is held, and the store of attachments cannot be used"),
            (true, false) => Some("all sending is held"),
            (false, true) => Some("the store of attachments cannot be used"),
            (false, false) => None,
        });
        let certificate = self.certificate()?;
        let server = self.http_server(listener, &readiness, certificate.as_ref())?;
        let handle = server.handle();
        let metrics = self.metrics_server()?;
        let background = CancellationToken::new();
        let mut tasks = self.spawn_background(&background);
        if let Some(certificate) = certificate {
            tasks.push(spawn_local(reload_certificate(certificate, background.clone())));
        }
        tracing::info!(public_url = %self.settings.server.public_url, "ready");
        let drain = self.settings.server.drain;
        let ended = async {
            stop.cancelled().await;
            readiness.drain();
            // Attempts of the worker are finished meanwhile.
            background.cancel();
            tokio::time::sleep(drain).await;
            handle.stop(true).await;
        };
        let (served, ()) = tokio::join!(server, ended);
        background.cancel();
        for task in tasks {
            // A panic of the task is in the log already.
            let _ = task.await;
        }
        if let Some(metrics) = metrics {
            metrics.stop(false).await;
        }
        Ok(served?)
    }

    /// Reads the certificate, if this process serves TLS.
    fn certificate(&self) -> Result<Option<Arc<ServedCertificate>>, StartError> {
        match &self.settings.server.tls {
            TlsSettings::Proxy => Ok(None),
            TlsSettings::Rustls { certificate, key } => {
                ServedCertificate::load(certificate, key).map(Some).map_err(StartError::File)
            }
        }
    }

    fn http_server(
        &self,
        listener: TcpListener,
        readiness: &Readiness,
        certificate: Option<&Arc<ServedCertificate>>,
    ) -> Result<Server, StartError> {
        let (app, readiness) = (self.clone(), readiness.clone());
        let mut server = HttpServer::new(move || {
            ActixApp::new().configure(|config| app.configure(config, &readiness)).wrap(from_fn(guard))
        })
        .disable_signals()
        .shutdown_timeout(self.settings.server.shutdown.as_secs())
        .client_request_timeout(REQUEST_TIMEOUT)
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .keep_alive(KEEP_ALIVE);
        if self.settings.server.workers > 0 {
            server = server.workers(self.settings.server.workers);
        }
        let server = match certificate {
            None => server.listen(listener)?,
            Some(certificate) => {
                let tls = certificate.config().map_err(StartError::File)?;
                server.listen_rustls_0_23(listener, tls)?
            }
        };
        Ok(server.run())
    }

    /// Starts the server of `metrics.bind`, if configured.
    fn metrics_server(&self) -> Result<Option<ServerHandle>, StartError> {
        let Some(address) = self.settings.metrics else {
            return Ok(None);
        };
        let listener = TcpListener::bind(address)
            .map_err(|error| StartError::File(format!("metrics.bind {address}: {error}")))?;
        let db = self.ground.db.clone();
        let server = serve_metrics(listener, self.metrics.clone(), move || database_use(&db))?;
        let handle = server.handle();
        spawn_local(server);
        Ok(Some(handle))
    }
}

/// Limits the time for which a client may leave a response unread. Connections inherit the option from their listener.
/// Only Linux has it; elsewhere a proxy in front limits slow clients.
fn limit_unread(listener: &TcpListener) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    SockRef::from(listener).set_tcp_user_timeout(Some(UNREAD_TIMEOUT))?;
    Ok(())
}

/// Reads the certificate again every minute until `stop`, so that a renewed one is served without a restart.
async fn reload_certificate(certificate: Arc<ServedCertificate>, stop: CancellationToken) {
    while tokio::time::timeout(CERTIFICATE_INTERVAL, stop.cancelled()).await.is_err() {
        match certificate.reload() {
            Ok(true) => tracing::info!("the renewed certificate is served"),
            Ok(false) => {}
            Err(error) => {
                tracing::error!(error, "the certificate could not be read again; the old one is served");
            }
        }
    }
}

/// Returns a token that SIGINT, SIGTERM and SIGHUP cancel, the last one unless it is ignored at start, as with `nohup`.
pub(super) fn stop_on_signal() -> std::io::Result<CancellationToken> {
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    let hang_up = if ignores_hang_up() { None } else { Some(signal(SignalKind::hangup())?) };
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    spawn_local(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            () = hung_up(hang_up) => {}
        }
        stopped.cancel();
    });
    Ok(stop)
}

async fn hung_up(signal: Option<Signal>) {
    match signal {
        Some(mut signal) => drop(signal.recv().await),
        None => std::future::pending().await,
    }
}

/// Whether this process was started with SIGHUP ignored.
fn ignores_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn closes_connections_whose_client_stops_reading() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        limit_unread(&listener).unwrap();
        let _client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let (accepted, _) = listener.accept().unwrap();
        assert_eq!(SockRef::from(&accepted).tcp_user_timeout().unwrap(), Some(UNREAD_TIMEOUT));
    }
}
