//! Health checks for a load balancer.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use actix_web::{
    HttpResponse,
    web::{self, Data, ServiceConfig},
};
use futures_util::future::LocalBoxFuture;

/// Readiness of this node. Withdrawn before shutdown, so that a load balancer drains the node.
#[derive(Clone)]
pub struct Readiness {
    probe: Probe,
    draining: Arc<AtomicBool>,
    note: Note,
}

/// Returns what an operator should know of a node that is ready.
type Note = Arc<dyn Fn() -> Option<&'static str> + Send + Sync>;

type Probe = Arc<dyn Fn() -> LocalBoxFuture<'static, bool> + Send + Sync>;

impl Readiness {
    /// Returns a readiness that follows `probe`, which checks our dependencies.
    #[must_use]
    pub fn new(probe: impl Fn() -> LocalBoxFuture<'static, bool> + Send + Sync + 'static) -> Self {
        Self { probe: Arc::new(probe), draining: Arc::default(), note: Arc::new(|| None) }
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

    async fn is_ready(&self) -> bool {
        !self.draining.load(Ordering::Acquire) && (self.probe)().await
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
    if readiness.is_ready().await {
        let body = (readiness.note)().map_or_else(|| "ok".to_owned(), |note| format!("ok: {note}"));
        HttpResponse::Ok().content_type("text/plain").body(body)
    } else {
        HttpResponse::ServiceUnavailable().content_type("text/plain").body("not ready")
    }
}
