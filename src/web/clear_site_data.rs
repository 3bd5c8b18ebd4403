use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
};

/// Asks the browser to throw away what it kept of our pages, now that somebody signed out. Cookies are none of it: each
/// part takes its own away.
pub fn clear_site_data(response: &mut HttpResponse) {
    let kept = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), kept);
}
