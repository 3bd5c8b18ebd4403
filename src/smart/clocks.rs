use http::header;
use jiff::{Timestamp, fmt::rfc2822};

use crate::egress::Reply;

/// Seconds that the clock of an EHR and ours may be apart. An id_token is judged to the minute, and an assertion is good
/// for two and a half.
pub const APART: i64 = 60;

/// How many seconds the clock of who answered is ahead of ours; none when it does not say. What a cache kept is older
/// than it says.
#[must_use]
pub fn seconds_ahead(reply: &Reply, now: Timestamp) -> Option<i64> {
    let header = |name| reply.headers.get(name)?.to_str().ok();
    let date = rfc2822::parse(header(header::DATE)?).ok()?;
    let kept = header(header::AGE).and_then(|age| age.parse::<u32>().ok()).unwrap_or_default();
    Some(date.timestamp().as_second().saturating_add(kept.into()).saturating_sub(now.as_second()))
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

    use super::*;

    /// SEC-12: by the Date of an answer, and the Age of one that was kept.
    #[test]
    fn an_answer_tells_how_far_the_clocks_are_apart() {
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
