//! Documents that an EHR publishes, fetched without credentials.

use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Map, Value};
use url::Url;

use super::{
    finding::Finding,
    line::{Line, Topic},
};
use crate::{
    egress::{self, Limits, Outbound, Reply, Request},
    smart::{MAX_SKEW_SECONDS, freshness, seconds_ahead},
};

/// Response to the request for a document, whatever its status and content.
pub(super) struct Fetched {
    pub(super) reply: Reply,
    /// Members of the JSON object; empty if the body is something else.
    pub(super) members: Map<String, Value>,
}

/// Fetches a document without credentials.
pub(super) async fn fetch(
    outbound: &Outbound,
    address: &str,
    accept: &'static str,
    limits: Limits,
) -> Result<Fetched, egress::Error> {
    let url = Url::parse(address).map_err(|_| egress::Error::Url("not a URL"))?;
    let request = Request::get(url).header(header::ACCEPT, HeaderValue::from_static(accept));
    let reply = outbound.send(request, limits).await?;
    let members = match serde_json::from_slice(&reply.body) {
        Ok(Value::Object(members)) if reply.may_be_json() => members,
        _ => Map::new(),
    };
    Ok(Fetched { reply, members })
}

impl Fetched {
    /// Whether the document is a JSON object with status 200.
    pub(super) fn is_found(&self) -> bool {
        self.reply.status == StatusCode::OK && !self.members.is_empty()
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.as_str()
    }

    /// Texts of a member that is a list, or `None` if it is missing or no list.
    pub(super) fn texts(&self, name: &str) -> Option<Vec<&str>> {
        Some(self.members.get(name)?.as_array()?.iter().filter_map(Value::as_str).collect())
    }

    fn header(&self, name: header::HeaderName) -> Option<&str> {
        self.reply.headers.get(name)?.to_str().ok()
    }

    pub(super) fn location(&self) -> Option<&str> {
        self.header(header::LOCATION).filter(|_| self.reply.status.is_redirection())
    }

    /// Status and media type, such as `200 text/html`.
    pub(super) fn answer(&self) -> String {
        format!("{} {}", self.reply.status.as_u16(), self.reply.media_type()).trim().to_owned()
    }

    /// Line for a document that was found, with its cache lifetime.
    pub(super) fn found(&self) -> Line {
        let tagged = self.reply.headers.contains_key(header::ETAG);
        Line::good(Topic::Smart, Finding::SmartFound)
            .with("media_type", self.reply.media_type())
            .with("minutes", freshness(&self.reply).as_mins())
            .with("etag", if tagged { "yes" } else { "no" })
    }

    /// Line about the clock skew.
    pub(super) fn clock(&self, now: Timestamp) -> Line {
        let Some(ahead) = seconds_ahead(&self.reply, now) else {
            return Line::note(Topic::Clock, Finding::ClockUnsaid);
        };
        let skew = ahead.unsigned_abs();
        if skew <= MAX_SKEW_SECONDS.unsigned_abs() {
            return Line::good(Topic::Clock, Finding::ClockGood).with("seconds", skew);
        }
        let direction = if ahead > 0 { "ahead" } else { "behind" };
        Line::problem(Topic::Clock, Finding::ClockOff).with("seconds", skew).with("direction", direction)
    }
}
