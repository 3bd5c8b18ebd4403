//! Cacheable documents, and 304 for a client whose copy is current (RFC 9110 section 13.1.2).

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

/// Answers with a cacheable JSON document.
pub(in crate::demo_ehr) fn cached_json(request: &HttpRequest, document: &Value) -> HttpResponse {
    cached(request, "application/json", document.to_string())
}

/// Answers with a text that is fresh for five minutes and is revalidated by its `ETag` afterwards.
pub(in crate::demo_ehr) fn cached(
    request: &HttpRequest,
    content_type: &'static str,
    text: String,
) -> HttpResponse {
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&digest(&SHA256, text.as_bytes()).as_ref()[..16]));
    let is_known = names(request, &etag);
    let mut answer = HttpResponse::build(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    answer.insert_header((header::CACHE_CONTROL, "max-age=300")).insert_header((header::ETAG, etag));
    if is_known { answer.finish() } else { answer.content_type(content_type).body(text) }
}

/// Whether `If-None-Match` contains the `ETag`, compared weakly.
fn names(request: &HttpRequest, etag: &str) -> bool {
    let known = request.headers().get_all(header::IF_NONE_MATCH).filter_map(|value| value.to_str().ok());
    known
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == etag)
}
