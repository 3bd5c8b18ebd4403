use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use crate::{egress, fhir};

/// Milliseconds that a FHIR server is left alone that is down.
const DOWN: i64 = 10_000;
/// At most, whatever it asks for.
const LONGEST: i64 = 60_000;
/// Launches in a row that must have ended so; one chart or one person alone keeps nobody out.
const SEVERAL: u32 = 3;

/// Until when the FHIR server of an EHR is left alone: it was not reached, or it asked for it. So nobody signs in there
/// and waits, to be told the same.
#[derive(Default)]
pub(crate) struct Rest {
    until: AtomicI64,
    in_a_row: AtomicU32,
}

impl Rest {
    /// Whether it is left alone at `now`.
    pub(crate) fn is_on(&self, now: i64) -> bool {
        let until = self.until.load(Ordering::Acquire);
        // A clock that was set back must not keep anybody out.
        now < until && until - now <= LONGEST
    }

    /// A chart came.
    pub(crate) fn end(&self) {
        self.in_a_row.store(0, Ordering::Release);
        self.until.store(0, Ordering::Release);
    }

    /// Looks at why nothing came. A single answer that is late, broken or a refusal says nothing of the next one; that
    /// nobody listens does.
    pub(crate) fn note(&self, error: &fhir::Error, now: i64) {
        let (rest, needed) = match error {
            fhir::Error::Egress(egress::Error::Connect(_)) => (DOWN, 1),
            fhir::Error::Busy(Some(seconds)) => ((i64::from(*seconds) * 1000).min(LONGEST), SEVERAL),
            fhir::Error::Busy(None) => (DOWN, SEVERAL),
            fhir::Error::Status(status) if [502, 503, 504].contains(&status.as_u16()) => (DOWN, SEVERAL),
            _ => return,
        };
        let in_a_row = self.in_a_row.fetch_add(1, Ordering::AcqRel).saturating_add(1);
        if in_a_row >= needed {
            self.until.store(now + rest, Ordering::Release);
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

    /// F18, API-05: what says that a server is down, or asks for rest, and for how long.
    #[test]
    fn a_server_that_is_down_or_asks_for_it_is_left_alone() {
        let status = |code: u16| fhir::Error::Status(StatusCode::from_u16(code).unwrap());
        for (error, rest) in [
            (fhir::Error::Busy(Some(7)), 7_000),
            (fhir::Error::Busy(Some(u32::MAX)), LONGEST),
            (fhir::Error::Busy(None), DOWN),
            (status(503), DOWN),
            (status(500), 0),
            (status(418), 0),
            (fhir::Error::Egress(egress::Error::Timeout), 0),
            (fhir::Error::NotFound, 0),
            (fhir::Error::Content("broken JSON"), 0),
        ] {
            let watch = Rest::default();
            for _ in 1..SEVERAL {
                watch.note(&error, NOW);
                assert!(!watch.is_on(NOW), "{error:?}: one alone says little");
            }
            watch.note(&error, NOW);
            assert_eq!(watch.is_on(NOW), rest > 0, "{error:?}");
            assert!(rest == 0 || watch.is_on(NOW + rest - 1), "{error:?}");
            assert!(!watch.is_on(NOW + rest), "{error:?}");
            assert!(!watch.is_on(NOW - LONGEST), "{error:?}: the clock was set back");
            watch.end();
            watch.note(&error, NOW);
            assert!(!watch.is_on(NOW), "{error:?}: a chart came meanwhile");
        }
    }

    /// F18: nobody listens there.
    #[actix_web::test]
    async fn a_server_that_nobody_can_connect_to_is_left_alone() {
        let outbound = Outbound::new(Networks::new(&["127.0.0.1/32".parse().unwrap()]));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://{}/", listener.local_addr().unwrap())).unwrap();
        drop(listener);
        let error = outbound.send(Request::get(url), Limits::FHIR).await.unwrap_err();
        let watch = Rest::default();
        watch.note(&error.into(), NOW);
        assert!(watch.is_on(NOW) && !watch.is_on(NOW + DOWN));
    }
}
