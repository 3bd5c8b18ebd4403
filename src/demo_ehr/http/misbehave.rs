//! Malformed bodies and responses that several faults share.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use futures_util::stream;
use serde_json::Value;

/// Size in bytes beyond any reasonable document: 2 MiB.
pub(in crate::demo_ehr) const HUGE: usize = 2 * 1024 * 1024;

/// Responds with 200 and a web page, like a captive portal.
pub(in crate::demo_ehr) fn web_page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body("<!doctype html><title>Hospital guest network</title><h1>Please accept the terms</h1>")
}

/// Redirects to `location`.
pub(in crate::demo_ehr) fn redirect(status: StatusCode, location: &str) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::LOCATION, location)).finish()
}

/// Adds a member of 2 MiB to the document.
pub(in crate::demo_ehr) fn pad(document: &mut Value) {
    document["padding"] = Value::String("x".repeat(HUGE));
}

/// Returns the first two thirds of the JSON text.
pub(in crate::demo_ehr) fn cut(document: &Value) -> String {
    let text = document.to_string();
    text.chars().take(text.chars().count() * 2 / 3).collect()
}

/// Responds with the JSON text, one byte per second.
pub(in crate::demo_ehr) fn drip(text: String) -> HttpResponse {
    let bytes = stream::unfold(text.into_bytes().into_iter(), |mut rest| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let byte = rest.next()?;
        Some((Ok::<_, std::io::Error>(Bytes::from(vec![byte])), rest))
    });
    HttpResponse::Ok().content_type("application/json").streaming(Box::pin(bytes))
}

/// Responds with headers that announce a body, then closes the connection.
pub(in crate::demo_ehr) fn broken_off() -> HttpResponse {
    let nothing = stream::empty::<Result<Bytes, std::io::Error>>();
    HttpResponse::Ok().content_type("application/json").no_chunking(4096).streaming(nothing)
}

/// Responds with a JSON string that never ends.
pub(in crate::demo_ehr) fn endless() -> HttpResponse {
    let chunks = stream::unfold("{\"padding\":\"".to_owned(), |chunk| async {
        tokio::task::yield_now().await;
        Some((Ok::<_, std::io::Error>(Bytes::from(chunk)), "x".repeat(16 * 1024)))
    });
    HttpResponse::Ok().content_type("application/json").streaming(Box::pin(chunks))
}
