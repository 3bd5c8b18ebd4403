//! Redirects within the app and to an EHR.

use actix_web::{
    HttpResponseBuilder,
    http::{StatusCode, header},
};

/// Starts a `303 See Other` response to a path or URL.
#[must_use]
pub fn see_other(location: &str) -> HttpResponseBuilder {
    let mut response = HttpResponseBuilder::new(StatusCode::SEE_OTHER);
    response.insert_header((header::LOCATION, location));
    response
}
