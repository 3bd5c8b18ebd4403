//! Bodies and answers that several faults share.

use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use futures_util::stream;
use serde_json::Value;

/// Two mebibytes: more than any document here has a reason to be.
pub(super) const HUGE: usize = 2 * 1024 * 1024;

/// 200 and a web page, as from a captive portal.
pub(super) fn web_page() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .body("<!doctype html><title>Hospital guest network</title><h1>Please accept the terms</h1>")
}

/// A redirect to `location`.
pub(super) fn redirect(status: StatusCode, location: &str) -> HttpResponse {
    HttpResponse::build(status).insert_header((header::LOCATION, location)).finish()
}

/// The document with a member that makes it two mebibytes longer.
pub(super) fn pad(document: &mut Value) {
    document["padding"] = Value::String("x".repeat(HUGE));
}

/// The first two thirds of the JSON text, cut between characters.
pub(super) fn cut(document: &Value) -> String {
    let text = document.to_string();
    text.chars().take(text.chars().count() * 2 / 3).collect()
}

/// The text as JSON, one byte per second.
pub(super) fn drip(text: String) -> HttpResponse {
    let bytes = stream::unfold(text.into_bytes().into_iter(), |mut rest| async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        let byte = rest.next()?;
        Some((Ok::<_, std::io::Error>(Bytes::from(vec![byte])), rest))
    });
    HttpResponse::Ok().content_type("application/json").streaming(Box::pin(bytes))
}

/// An answer that promises a body and ends before it.
pub(super) fn broken_off() -> HttpResponse {
    let nothing = stream::empty::<Result<Bytes, std::io::Error>>();
    HttpResponse::Ok().content_type("application/json").no_chunking(4096).streaming(nothing)
}

/// A JSON string that never closes.
pub(super) fn endless() -> HttpResponse {
    let chunks = stream::unfold("{\"padding\":\"".to_owned(), |chunk| async {
        tokio::task::yield_now().await;
        Some((Ok::<_, std::io::Error>(Bytes::from(chunk)), "x".repeat(16 * 1024)))
    });
    HttpResponse::Ok().content_type("application/json").streaming(Box::pin(chunks))
}
