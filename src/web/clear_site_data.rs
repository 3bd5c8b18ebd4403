//! The `Clear-Site-Data` header of a sign-out.

use actix_web::{
    HttpResponse,
    http::header::{HeaderName, HeaderValue},
};

/// Makes the browser clear its cache and storage of our pages after a sign-out. Cookies are left alone: charts and
/// administration each expire their own.
pub fn clear_site_data(response: &mut HttpResponse) {
    let cleared = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), cleared);
}
