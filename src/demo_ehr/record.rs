//! The request log: what the other side really sent.

use std::collections::VecDeque;
use std::sync::Arc;

use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header;
use actix_web::middleware::Next;
use actix_web::{Error, body::MessageBody, web};
use jiff::fmt::rfc2822::DateTimePrinter;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use super::DemoEhr;
use super::fault::Fault;
use super::parameters::pairs;

/// Requests kept; older ones are forgotten.
const KEPT: usize = 10_000;
/// How far behind a wrong clock is.
const BEHIND: SignedDuration = SignedDuration::from_mins(10);

/// One request as it arrived. It may hold secrets: it is for tests and for the demo page only.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// When it arrived, by the EHR's clock.
    pub at: Timestamp,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, percent-encoded as it was sent.
    pub path: String,
    /// The query, decoded, in the order sent.
    pub query: Vec<(String, String)>,
    /// Every header line, names in lower case, in no particular order.
    pub headers: Vec<(String, String)>,
    /// The body; bytes that are not UTF-8 are replaced.
    pub body: String,
}

impl Recorded {
    /// The first header called `name` (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The first query parameter called `name`.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The body read as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(self.body.as_bytes())
    }

    fn new(request: &ServiceRequest, body: &[u8], at: Timestamp) -> Self {
        let header = |(name, value): (&header::HeaderName, &header::HeaderValue)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        Self {
            at,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: pairs(request.query_string().as_bytes()),
            headers: request.headers().iter().map(header).collect(),
            body: String::from_utf8_lossy(body).into_owned(),
        }
    }
}

/// The last [`KEPT`] requests, oldest first.
#[derive(Debug, Default)]
pub(super) struct RequestLog(VecDeque<Recorded>);

impl RequestLog {
    fn push(&mut self, recorded: Recorded) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(recorded);
    }

    pub(super) fn all(&self) -> Vec<Recorded> {
        self.0.iter().cloned().collect()
    }

    pub(super) fn latest(&self, count: usize) -> Vec<Recorded> {
        self.0.iter().rev().take(count).cloned().collect()
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

/// Writes every request down before it is answered, hands its body on, and dates the answer by the EHR's clock.
pub(super) async fn record(
    ehr: Arc<DemoEhr>,
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let body = request.extract::<web::Bytes>().await?;
    let recorded = Recorded::new(&request, &body, ehr.now());
    ehr.locked().log.push(recorded);
    request.set_payload(body.into());
    let mut response = next.call(request).await?;
    if let Some(date) = date(&ehr) {
        response.headers_mut().insert(header::DATE, date);
    }
    Ok(response)
}

fn date(ehr: &DemoEhr) -> Option<header::HeaderValue> {
    let behind = if ehr.plays(Fault::ClockBehind) { BEHIND } else { SignedDuration::ZERO };
    let date = DateTimePrinter::new().timestamp_to_rfc9110_string(&(ehr.now() - behind)).ok()?;
    date.parse().ok()
}
