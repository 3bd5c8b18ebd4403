//! Clock skew, read from the headers of a response.

use http::header;
use jiff::{Timestamp, fmt::rfc2822};

use crate::egress::Reply;

/// Tolerated clock skew in seconds. An id_token is checked to the minute; a client assertion is valid for 150 seconds.
pub const MAX_SKEW_SECONDS: i64 = 60;

/// Seconds by which the sender's clock is ahead of ours, from `Date` plus `Age`; `None` without a valid `Date`.
#[must_use]
pub fn seconds_ahead(reply: &Reply, now: Timestamp) -> Option<i64> {
    let header = |name| reply.headers.get(name)?.to_str().ok();
    let date = rfc2822::parse(header(header::DATE)?).ok()?;
    let age = header(header::AGE).and_then(|age| age.parse::<u32>().ok()).unwrap_or_default();
    Some(date.timestamp().as_second().saturating_add(age.into()).saturating_sub(now.as_second()))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

    use super::*;

    /// SEC-12
    #[test]
    fn reads_skew_from_date_and_age() {
        let now: Timestamp = "2026-09-14T13:30:00Z".parse().unwrap();
        for (date, age, ahead) in [
            ("Mon, 14 Sep 2026 13:30:00 GMT", "", Some(0)),
            ("Mon, 14 Sep 2026 13:34:00 GMT", "", Some(240)),
            ("Mon, 14 Sep 2026 13:20:00 GMT", "", Some(-600)),
            ("Mon, 14 Sep 2026 13:20:00 GMT", "590", Some(-10)),
            ("Mon, 14 Sep 2026 13:30:00 GMT", "-9", Some(0)),
            ("yesterday", "", None),
            ("", "", None),
        ] {
            let lines = [(header::DATE, date), (header::AGE, age)];
            let lines = lines.into_iter().filter(|(_, value)| !value.is_empty());
            let headers: HeaderMap =
                lines.map(|(name, value): (HeaderName, _)| (name, HeaderValue::from_static(value))).collect();
            let reply = Reply { status: StatusCode::OK, headers, body: Vec::new() };
            assert_eq!(seconds_ahead(&reply, now), ahead, "{date} {age}");
        }
    }
}
