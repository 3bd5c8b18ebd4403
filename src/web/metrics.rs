//! Counters in `OpenMetrics` format.

use std::{net::TcpListener, sync::Arc};

use actix_web::{
    App, HttpResponse, HttpServer,
    http::{Method, StatusCode},
    web,
};
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

use super::allocations::Allocations;

/// Counters and gauges. Labels are route patterns, fixed words and slugs of EHRs, never values of a request.
#[derive(Clone, Default)]
pub struct Metrics {
    requests: Family<RequestLabels, Counter>,
    launches: Family<OutcomeLabels, Counter>,
    launches_sent: Family<EhrLabels, Counter>,
    launches_back: Family<EhrLabels, Counter>,
    deliveries: Family<OutcomeLabels, Counter>,
    clocks: Family<EhrLabels, Gauge>,
    outbox: Family<StatusLabels, Gauge>,
    outbox_oldest: Family<StatusLabels, Gauge>,
    outbox_held: Gauge,
    attachments_usable: Gauge,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: String,
    route: String,
    status: u16,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct EhrLabels {
    ehr: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct StatusLabels {
    status: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OutcomeLabels {
    outcome: &'static str,
}

impl Metrics {
    pub(super) fn count_request(&self, method: &Method, route: &str, status: StatusCode) {
        let method = if [Method::GET, Method::POST, Method::HEAD].contains(method) {
            method.as_str()
        } else {
            "other"
        };
        let labels =
            RequestLabels { method: method.to_owned(), route: route.to_owned(), status: status.as_u16() };
        self.requests.get_or_create(&labels).inc();
    }

    /// Counts a launch by its outcome, one of a few fixed words.
    pub fn count_launch(&self, outcome: &'static str) {
        self.launches.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// Counts a launch that is sent to an EHR, named by its slug.
    pub fn count_sent(&self, ehr: &str) {
        self.launches_sent.get_or_create(&EhrLabels { ehr: ehr.to_owned() }).inc();
    }

    /// Counts a launch that came back from an EHR, named by its slug.
    pub fn count_back(&self, ehr: &str) {
        self.launches_back.get_or_create(&EhrLabels { ehr: ehr.to_owned() }).inc();
    }

    /// Counts a delivery attempt by its outcome, one of a few fixed words.
    pub fn count_delivery(&self, outcome: &'static str) {
        self.deliveries.get_or_create(&OutcomeLabels { outcome }).inc();
    }

    /// Sets the clock skew of an EHR, named by its slug: seconds that its clock is ahead of ours.
    pub fn note_clock(&self, ehr: &str, ahead: i64) {
        self.clocks.get_or_create(&EhrLabels { ehr: ehr.to_owned() }).set(ahead);
    }

    /// Sets the number of deliveries in one status, one of a few fixed words, and the age of the oldest in seconds.
    pub fn note_outbox(&self, status: &'static str, count: i64, oldest_seconds: i64) {
        self.outbox.get_or_create(&StatusLabels { status }).set(count);
        self.outbox_oldest.get_or_create(&StatusLabels { status }).set(oldest_seconds);
    }

    /// Sets whether all sending is held.
    pub fn note_held(&self, held: bool) {
        self.outbox_held.set(held.into());
    }

    /// Sets whether the store of attachments answered the last request.
    pub fn note_attachments(&self, usable: bool) {
        self.attachments_usable.set(usable.into());
    }

    /// Whether all sending is held, as last set.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.outbox_held.get() == 1
    }

    /// Returns all metrics in `OpenMetrics` text format.
    #[must_use]
    pub fn text(&self, database: DatabaseUse) -> String {
        let mut registry = Registry::with_prefix("passerelle");
        let (reads, writes) = (Counter::<u64>::default(), Counter::<u64>::default());
        reads.inc_by(database.reads);
        writes.inc_by(database.writes);
        registry.register("http_requests", "Requests by route and status", self.requests.clone());
        registry.register("launches", "Launches by outcome", self.launches.clone());
        registry.register("launches_sent", "Launches sent to an EHR", self.launches_sent.clone());
        registry.register("launches_back", "Launches back from an EHR", self.launches_back.clone());
        registry.register("deliveries", "Deliveries by outcome", self.deliveries.clone());
        registry.register("outbox_deliveries", "Deliveries in the outbox by status", self.outbox.clone());
        let oldest = self.outbox_oldest.clone();
        registry.register("outbox_oldest_seconds", "Age of the oldest delivery by status", oldest);
        registry.register("outbox_held", "1 while all sending is held", self.outbox_held.clone());
        let usable = self.attachments_usable.clone();
        registry.register("attachments_usable", "1 while the store of attachments can be used", usable);
        let clocks = self.clocks.clone();
        registry.register(
            "ehr_clock_ahead_seconds",
            "Seconds that the clock of an EHR is ahead of ours",
            clocks,
        );
        registry.register("database_reads", "Statements since start that only read", reads);
        registry.register("write_transactions", "Write transactions since start", writes);
        if let Some(allocations) = Allocations::read() {
            register_allocations(&mut registry, allocations);
        }
        let mut text = String::new();
        // Writing to a String does not fail.
        let _ = encode(&mut text, &registry);
        text
    }
}

fn register_allocations(registry: &mut Registry, allocations: Allocations) {
    let (count, bytes) = (Counter::<u64>::default(), Counter::<u64>::default());
    count.inc_by(allocations.count);
    bytes.inc_by(allocations.bytes);
    registry.register("allocations", "Memory allocations since start", count);
    registry.register("allocated_bytes", "Bytes of memory allocated since start", bytes);
}

/// Use of the database since start.
#[derive(Clone, Copy, Debug, Default)]
pub struct DatabaseUse {
    /// Statements that only read, outside of write transactions.
    pub reads: u64,
    /// Write transactions.
    pub writes: u64,
}

/// Serves `GET /metrics` on an address of its own. Calls `database` for each scrape.
///
/// # Errors
/// The I/O error if the listener cannot be used.
pub fn serve(
    listener: TcpListener,
    metrics: Metrics,
    database: impl Fn() -> DatabaseUse + Send + Sync + 'static,
) -> std::io::Result<actix_web::dev::Server> {
    let shared = Arc::new((metrics, database));
    let server = HttpServer::new(move || {
        let shared = Arc::clone(&shared);
        App::new().route(
            "/metrics",
            web::get().to(move || {
                let shared = Arc::clone(&shared);
                async move {
                    HttpResponse::Ok()
                        .content_type("application/openmetrics-text; version=1.0.0; charset=utf-8")
                        .body(shared.0.text((shared.1)()))
                }
            }),
        )
    });
    Ok(server.workers(1).disable_signals().listen(listener)?.run())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_allocations_only_where_they_are_counted() {
        let shown = Metrics::default().text(DatabaseUse::default());
        assert_eq!(shown.contains("passerelle_allocations_total"), cfg!(feature = "count-allocations"));

        let mut registry = Registry::with_prefix("passerelle");
        register_allocations(&mut registry, Allocations { count: 7, bytes: 4096 });
        let mut text = String::new();
        encode(&mut text, &registry).unwrap();
        assert!(text.contains("\npasserelle_allocations_total 7\n"), "{text}");
        assert!(text.contains("\npasserelle_allocated_bytes_total 4096\n"), "{text}");
    }
}
