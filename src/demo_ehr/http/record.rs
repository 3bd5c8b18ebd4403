//! Request log: the requests that the app and the browser really sent.

use std::collections::VecDeque;

use actix_web::dev::ServiceRequest;
use actix_web::http::header;
use jiff::Timestamp;
use serde::Serialize;

use crate::demo_ehr::http::parameters::pairs;

/// Number of requests kept; older ones are dropped.
const MAX_REQUESTS: usize = 10_000;

/// A received request. It may contain secrets: for tests and the demo page only.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// Time of arrival, by the EHR's clock.
    pub at: Timestamp,
    /// HTTP method, such as `GET`.
    pub method: String,
    /// Path, percent-encoded as it was sent.
    pub path: String,
    /// Decoded query parameters, in the order sent.
    pub query: Vec<(String, String)>,
    /// Header lines, names in lower case, in no particular order.
    pub headers: Vec<(String, String)>,
    /// Body; bytes that are not UTF-8 are replaced.
    pub body: String,
}

impl Recorded {
    /// Finds the first header `name` (lower case).
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Finds the first query parameter `name`.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Parses the body as `application/x-www-form-urlencoded`.
    #[must_use]
    pub fn form(&self) -> Vec<(String, String)> {
        pairs(self.body.as_bytes())
    }

    pub(super) fn new(request: &ServiceRequest, body: &[u8], at: Timestamp) -> Self {
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

/// The last [`MAX_REQUESTS`] requests, oldest first.
#[derive(Debug, Default)]
pub(in crate::demo_ehr) struct RequestLog(VecDeque<Recorded>);

impl RequestLog {
    pub(super) fn push(&mut self, recorded: Recorded) {
        if self.0.len() == MAX_REQUESTS {
            self.0.pop_front();
        }
        self.0.push_back(recorded);
    }

    pub(in crate::demo_ehr) fn all(&self) -> Vec<Recorded> {
        self.0.iter().cloned().collect()
    }

    pub(in crate::demo_ehr) fn latest(&self, count: usize) -> Vec<Recorded> {
        self.0.iter().rev().take(count).cloned().collect()
    }

    pub(in crate::demo_ehr) fn clear(&mut self) {
        self.0.clear();
    }
}
