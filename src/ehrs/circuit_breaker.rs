//! Circuit breaker for the FHIR server of one EHR.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use crate::{egress, fhir};

/// Time for which the breaker opens, unless the server names one with `Retry-After`.
const OPEN_MS: i64 = 10_000;
/// Upper bound of that time, also with `Retry-After`.
const MAX_OPEN_MS: i64 = 60_000;
/// Consecutive failures that open the breaker, so that one broken chart does not.
const FAILURES_TO_OPEN: u32 = 3;

/// Circuit breaker for one EHR's FHIR server. Opens on a connection failure, on repeated 502 to 504, or on repeated
/// `Retry-After`; while it is open, launches fail at once.
#[derive(Default)]
pub(crate) struct CircuitBreaker {
    /// End of the open state, epoch milliseconds.
    open_until: AtomicI64,
    failures: AtomicU32,
}

impl CircuitBreaker {
    /// Whether the breaker is open at `now`, epoch milliseconds.
    pub(crate) fn is_open(&self, now: i64) -> bool {
        let until = self.open_until.load(Ordering::Acquire);
        // A clock that was set back must not keep the breaker open.
        now < until && until - now <= MAX_OPEN_MS
    }

    /// Closes the breaker: a chart was read.
    pub(crate) fn close(&self) {
        self.failures.store(0, Ordering::Release);
        self.open_until.store(0, Ordering::Release);
    }

    /// Counts a failed read. Timeouts, broken responses and refusals do not predict the next request and count nothing;
    /// a refused connection opens the breaker at once.
    pub(crate) fn note(&self, error: &fhir::Error, now: i64) {
        let (open_ms, needed) = match error {
            fhir::Error::Egress(egress::Error::Connect(_)) => (OPEN_MS, 1),
            fhir::Error::Busy(Some(seconds)) => {
                ((i64::from(*seconds) * 1000).min(MAX_OPEN_MS), FAILURES_TO_OPEN)
            }
            fhir::Error::Busy(None) => (OPEN_MS, FAILURES_TO_OPEN),
            fhir::Error::Status(status) if [502, 503, 504].contains(&status.as_u16()) => {
                (OPEN_MS, FAILURES_TO_OPEN)
            }
            _ => return,
        };
        let failures = self.failures.fetch_add(1, Ordering::AcqRel).saturating_add(1);
        if failures >= needed {
            self.open_until.store(now + open_ms, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use url::Url;

    use super::*;
    use crate::egress::{Limits, Networks, Outbound, Request};

    const NOW: i64 = 1_790_000_000_000;

    /// F18, API-05
    #[test]
    fn opens_after_three_failures_that_predict_the_next() {
        let status = |code: u16| fhir::Error::Status(StatusCode::from_u16(code).unwrap());
        for (error, open_ms) in [
            (fhir::Error::Busy(Some(7)), 7_000),
            (fhir::Error::Busy(Some(u32::MAX)), MAX_OPEN_MS),
            (fhir::Error::Busy(None), OPEN_MS),
            (status(503), OPEN_MS),
            (status(500), 0),
            (status(418), 0),
            (fhir::Error::Egress(egress::Error::Timeout), 0),
            (fhir::Error::NotFound, 0),
            (fhir::Error::Content("broken JSON"), 0),
        ] {
            let breaker = CircuitBreaker::default();
            for _ in 1..FAILURES_TO_OPEN {
                breaker.note(&error, NOW);
                assert!(!breaker.is_open(NOW), "{error:?}: opened too early");
            }
            breaker.note(&error, NOW);
            assert_eq!(breaker.is_open(NOW), open_ms > 0, "{error:?}");
            assert!(open_ms == 0 || breaker.is_open(NOW + open_ms - 1), "{error:?}");
            assert!(!breaker.is_open(NOW + open_ms), "{error:?}");
            assert!(!breaker.is_open(NOW - MAX_OPEN_MS), "{error:?}: the clock was set back");
            breaker.close();
            breaker.note(&error, NOW);
            assert!(!breaker.is_open(NOW), "{error:?}: not closed");
        }
    }

    /// F18
    #[actix_web::test]
    async fn opens_at_once_on_a_refused_connection() {
        let outbound = Outbound::new(Networks::new(&["127.0.0.1/32".parse().unwrap()]));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        drop(listener);
        let error = outbound.send(Request::get(url), Limits::FHIR).await.unwrap_err();
        let breaker = CircuitBreaker::default();
        breaker.note(&error.into(), NOW);
        assert!(breaker.is_open(NOW) && !breaker.is_open(NOW + OPEN_MS));
    }
}
