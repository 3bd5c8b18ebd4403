//! Attributes of cookies, and removal of duplicate ones.

use actix_web::{
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE},
};

/// Returns a short-lived cookie that binds a pending action to this browser. The guard sets its final `SameSite`.
#[must_use]
pub fn binding_cookie(name: String, value: String, seconds: i64) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::None)
        .max_age(Duration::seconds(seconds))
        .finish()
}

/// Name of the cookie with the EHR of the last launch of this browser, or of this frame.
pub(super) const FRAME_COOKIE: &str = "__Host-passerelle-frame";

/// Returns the cookie by which error pages know which EHR may frame them. It proves nothing.
#[must_use]
pub fn frame_cookie(ehr_id: &str) -> Cookie<'static> {
    Cookie::build(FRAME_COOKIE, ehr_id.to_owned())
        .path("/")
        .secure(true)
        .http_only(true)
        .same_site(SameSite::None)
        .finish()
}

/// Returns a cookie that removes a binding cookie.
#[must_use]
pub fn expired_cookie(name: String) -> Cookie<'static> {
    binding_cookie(name, String::new(), 0)
}

/// Sets the attributes of every cookie in a response, and expires duplicate cookies in both of their kinds.
///
/// If an EHR may frame us: `SameSite=None; Partitioned`, the only kind that browsers keep in a frame. Otherwise
/// `SameSite=Lax`. Edits the header because the cookie crate of actix-web does not know `Partitioned`.
pub(super) fn complete(headers: &mut HeaderMap, framed: bool, duplicates: &[String]) {
    let cookies: Vec<HeaderValue> = headers.remove(SET_COOKIE).collect();
    for name in duplicates {
        let expired = expired_cookie(name.clone()).to_string();
        append(headers, &format!("{expired}; Partitioned"));
        append(headers, &expired);
    }
    for cookie in cookies {
        let text = cookie.to_str().unwrap_or_default();
        match framed {
            true if text.contains("; SameSite=None") => append(headers, &format!("{text}; Partitioned")),
            true => append(headers, text),
            false => append(headers, &text.replace("; SameSite=None", "; SameSite=Lax")),
        }
    }
}

fn append(headers: &mut HeaderMap, cookie: &str) {
    if let Ok(value) = HeaderValue::from_str(cookie) {
        headers.append(SET_COOKIE, value);
    }
}

/// Removes every cookie of ours that a request contains twice, and returns their names. One of the two is planted or
/// left over, and the request does not show which.
pub(super) fn drop_duplicates(headers: &mut HeaderMap) -> Vec<String> {
    let sent: Vec<String> = headers
        .get_all(COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .map(|pair| pair.trim().to_owned())
        .collect();
    let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
    let mut names: Vec<String> =
        sent.iter().map(|pair| name(pair)).filter(|name| name.starts_with("__Host-")).collect();
    names.sort_unstable();
    let mut duplicates: Vec<String> =
        names.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0].clone()).collect();
    duplicates.dedup();
    if !duplicates.is_empty() {
        let kept: Vec<String> = sent.into_iter().filter(|pair| !duplicates.contains(&name(pair))).collect();
        headers.remove(COOKIE);
        if let Ok(value) = HeaderValue::from_str(&kept.join("; ")) {
            headers.insert(COOKIE, value);
        }
    }
    duplicates
}
