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

/// Members as gateways and older servers write them: an empty refresh token, scopes as a list, the type of an Apigee token, 201,
/// and a byte order mark.
#[test]
fn reads_members_as_gateways_write_them() {
    let sent = |status: StatusCode, change: fn(&mut serde_json::Value), mark: &str| {
        let mut body = json!({ "access_token": "a", "id_token": "i", "token_type": "Bearer", "patient": "p1",
            "refresh_token": "r", "scope": "openid fhirUser patient/Patient.rs" });
        change(&mut body);
        let reply = Reply { status, headers: HeaderMap::new(), body: format!("{mark}{body}").into_bytes() };
        process_token_response(&reply, &ClientRegistration::sample(), Timestamp::UNIX_EPOCH)
            .map_err(|error| error.code())
    };
    let ok = |change| sent(StatusCode::OK, change, "");
    let plain = ok(|_| {}).unwrap();
    assert!(plain.refresh_token.is_some());
    assert!(ok(|it| it["refresh_token"] = json!("")).unwrap().refresh_token.is_none());
    let listed = ok(|it| it["scope"] = json!(["openid", "fhirUser", "patient/Patient.rs"])).unwrap();
    assert_eq!(listed.grant, plain.grant);
    assert!(ok(|it| it["token_type"] = json!("BearerToken")).is_ok());
    assert!(ok(|it| it["token_type"] = json!("bearertoken")).is_ok());
    assert!(sent(StatusCode::CREATED, |_| {}, "").is_ok());
    assert!(sent(StatusCode::OK, |_| {}, "\u{feff}").is_ok());
    assert!(ok(|it| it["token_type"] = json!("mac")).is_err());
    assert!(ok(|it| it["scope"] = json!([1])).is_err());
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
