//! Tests of token lifetime and media type.

use http::{HeaderMap, HeaderValue, header};
use serde_json::json;

use super::*;

/// TRS-03, T10: values of real servers and invalid ones. At most a day; five minutes for an invalid value.
#[test]
fn limits_the_lifetime_of_an_access_token_to_a_day() {
    for (expires_in, seconds) in [
        (json!(3600), 3600),
        (json!("3600"), 3600),
        (json!(" 600 "), 600),
        (json!(600.5), 600),
        (json!("600.5"), 600),
        (json!(1), 1),
        (json!(86_400), 86_400),
        (json!(86_401), 86_400),
        (json!("31536000"), 86_400),
        (json!(9_223_372_036_854_775_808_u64), 86_400),
        (json!(1e300), 86_400),
        (json!("1e400"), 86_400),
        (json!(0), 300),
        (json!(0.5), 300),
        (json!(-1), 300),
        (json!("-1"), 300),
        (json!(-1e300), 300),
        (json!("NaN"), 300),
        (json!("an hour"), 300),
        (json!(""), 300),
        (json!(null), 300),
        (json!(true), 300),
        (json!([3600]), 300),
    ] {
        assert_eq!(lifetime(Some(&expires_in)), SignedDuration::from_secs(seconds), "{expires_in}");
    }
    assert_eq!(lifetime(None), SignedDuration::from_mins(5));
}

/// TRS-08: a response with another media type is not parsed.
#[test]
fn refuses_a_response_whose_media_type_is_not_json() {
    let body = json!({"access_token": "a", "id_token": "i", "token_type": "Bearer"}).to_string();
    let verdict = |kind: Option<&'static str>| {
        let kind = kind.map(|kind| (header::CONTENT_TYPE, HeaderValue::from_static(kind)));
        let reply =
            Reply { status: StatusCode::OK, headers: HeaderMap::from_iter(kind), body: body.clone().into() };
        let response = process_token_response(&reply, &ClientRegistration::sample(), Timestamp::UNIX_EPOCH);
        response.map(drop).map_err(|error| error.code())
    };
    for json in [Some("application/json"), Some("Application/JSON;charset=UTF-8"), Some("text/plain"), None] {
        assert_eq!(verdict(json), Ok(()), "{json:?}");
    }
    for other in
        ["text/html", "text/html; charset=utf-8", "application/xml", "application/x-www-form-urlencoded"]
    {
        assert_eq!(verdict(Some(other)), Err(TokenResponseError::NotJsonMedia.code()), "{other}");
    }
}
