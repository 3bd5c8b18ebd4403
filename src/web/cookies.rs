use actix_web::{
    cookie::{Cookie, SameSite, time::Duration},
    http::header::{COOKIE, HeaderMap, HeaderValue, SET_COOKIE},
};

/// A short-lived cookie that binds something pending to this browser. The guard completes its `SameSite`.
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

/// Takes a binding cookie away again.
#[must_use]
pub fn expired_cookie(name: String) -> Cookie<'static> {
    binding_cookie(name, String::new(), 0)
}

/// Gives every cookie the attributes its response needs.
///
/// In a frame: `SameSite=None; Partitioned`, the only kind browsers keep there. Else `SameSite=Lax`. Done on the
/// header because the cookie crate that actix-web uses does not know `Partitioned`.
pub(super) fn complete(headers: &mut HeaderMap, framed: bool) {
    let cookies: Vec<HeaderValue> = headers.remove(SET_COOKIE).collect();
    for cookie in cookies {
        let text = cookie.to_str().unwrap_or_default();
        let text = match framed {
            true if text.contains("; SameSite=None") => format!("{text}; Partitioned"),
            true => text.to_owned(),
            false => text.replace("; SameSite=None", "; SameSite=Lax"),
        };
        if let Ok(value) = HeaderValue::from_str(&text) {
            headers.append(SET_COOKIE, value);
        }
    }
}

/// Forgets every cookie of a request in which one of ours stands twice: one of the two was planted, and nobody can
/// tell which.
pub(super) fn drop_doubles(headers: &mut HeaderMap) {
    let mut names: Vec<&str> = headers
        .get_all(COOKIE)
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .filter_map(|pair| pair.trim().split('=').next())
        .filter(|name| name.starts_with("__Host-"))
        .collect();
    let all = names.len();
    names.sort_unstable();
    names.dedup();
    if names.len() < all {
        headers.remove(COOKIE);
    }
}
