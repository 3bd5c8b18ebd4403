//! Health checks for a load balancer.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::{
    HttpResponse,
    web::{self, Data, ServiceConfig},
};
use futures_util::future::LocalBoxFuture;
use tokio::{sync::Mutex, time::Instant};

/// Readiness of this node. Withdrawn before shutdown, so that a load balancer drains the node.
#[derive(Clone)]
pub struct Readiness {
    probe: Probe,
    last: Arc<Mutex<Option<(Instant, State)>>>,
    draining: Arc<AtomicBool>,
    note: Note,
}

/// Returns what an operator should know of a node that is ready.
type Note = Arc<dyn Fn() -> Option<&'static str> + Send + Sync>;

type Probe = Arc<dyn Fn() -> LocalBoxFuture<'static, State> + Send + Sync>;

/// `Err` with the reason if the node cannot serve.
type State = Result<(), &'static str>;

/// Time for which the result of a probe is valid, so that requests cannot load the database with probes.
const PROBE_VALIDITY: Duration = Duration::from_secs(2);

impl Readiness {
    /// Returns a readiness that follows `probe`, which checks our dependencies.
    #[must_use]
    pub fn new(probe: impl Fn() -> LocalBoxFuture<'static, State> + Send + Sync + 'static) -> Self {
        Self {
            probe: Arc::new(probe),
            last: Arc::default(),
            draining: Arc::default(),
            note: Arc::new(|| None),
        }
    }

    /// Adds a note to the answer of a node that is ready.
    #[must_use]
    pub fn noting(self, note: impl Fn() -> Option<&'static str> + Send + Sync + 'static) -> Self {
        Self { note: Arc::new(note), ..self }
    }

    /// Makes the node report "not ready" from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Returns the state now. Concurrent callers share one probe.
    async fn state(&self) -> State {
        if self.draining.load(Ordering::Acquire) {
            return Err("the node is stopping");
        }
        let mut last = self.last.lock().await;
        if let Some((_, state)) = last.filter(|(at, _)| at.elapsed() < PROBE_VALIDITY) {
            return state;
        }
        let state = (self.probe)().await;
        *last = Some((Instant::now(), state));
        state
    }
}

/// Registers `GET /health/live` and `GET /health/ready`, which reveal nothing but the state.
pub fn routes(config: &mut ServiceConfig) {
    config.route("/health/live", web::get().to(live)).route("/health/ready", web::get().to(ready));
}

async fn live() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok")
}

async fn ready(readiness: Data<Readiness>) -> HttpResponse {
    match readiness.state().await {
        Ok(()) => {
            let body = (readiness.note)().map_or_else(|| "ok".to_owned(), |note| format!("ok: {note}"));
            HttpResponse::Ok().content_type("text/plain").body(body)
        }
        Err(reason) => {
            let body = format!("not ready: {reason}");
            HttpResponse::ServiceUnavailable().content_type("text/plain").body(body)
        }
    }
}
