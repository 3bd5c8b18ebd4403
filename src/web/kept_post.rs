//! Post of a chart's page that failed, kept on the page that says so: its user can repeat it.

use std::time::Duration;

use actix_multipart::Multipart;
use actix_web::{
    dev::ServiceRequest,
    http::{Method, header::HeaderMap},
    web::Bytes,
};
use futures_util::{StreamExt as _, stream};
use serde::Serialize;

use super::{
    request::{is_background, is_multipart},
    unread_body::HeldBody,
};

/// Paths whose posts are kept: the pages of a chart, which ask for no password.
const KEPT_PATHS: &str = "/c/";
/// Largest body that is kept, in bytes: the text of a form, with some photos.
const MAX_BYTES: usize = 4_000_000;
/// Time for the rest of a body that no handler read.
const PATIENCE: Duration = Duration::from_secs(10);

/// Post that failed, for a form that repeats it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptPost {
    /// Path and query to which it was sent.
    pub path: String,
    /// Fields in the order of the page.
    pub fields: Vec<PostedField>,
    /// Whether it had files, which are not kept.
    pub had_files: bool,
}

/// A field that a page posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PostedField {
    /// Name of the field.
    pub name: String,
    /// Text of the field.
    pub value: String,
}

/// Request whose post is kept if it fails.
pub(super) struct Keeping {
    path: String,
    headers: HeaderMap,
}

impl Keeping {
    /// Decides whether a post is kept: one that a person made, on a page of a chart.
    pub(super) fn of(request: &ServiceRequest) -> Option<Self> {
        let is_kept = *request.method() == Method::POST
            && request.path().starts_with(KEPT_PATHS)
            && !is_background(request.headers());
        let path = request.uri().path_and_query().map_or(request.path(), |path| path.as_str());
        is_kept.then(|| Self { path: path.to_owned(), headers: request.headers().clone() })
    }

    /// Bytes of the body to record.
    pub(super) fn max_bytes(keeping: Option<&Self>) -> usize {
        keeping.map_or(0, |_| MAX_BYTES)
    }

    /// Returns what the post carried. `None` if its body is too large, or cannot be read.
    pub(super) async fn read(self, body: &HeldBody) -> Option<KeptPost> {
        let body = tokio::time::timeout(PATIENCE, body.whole()).await.ok()??;
        let mut kept = KeptPost { path: self.path, fields: Vec::new(), had_files: false };
        if is_multipart(&self.headers) {
            let parts = Multipart::new(&self.headers, stream::iter([Ok(Bytes::from(body))]));
            kept.take_parts(parts).await?;
        } else {
            let fields = url::form_urlencoded::parse(&body).into_owned();
            kept.fields = fields.map(|(name, value)| PostedField { name, value }).collect();
        }
        Some(kept)
    }
}

impl KeptPost {
    async fn take_parts(&mut self, mut parts: Multipart) -> Option<()> {
        while let Some(part) = parts.next().await {
            let mut part = part.ok()?;
            let file = part.content_disposition().and_then(|it| it.get_filename()).map(str::to_owned);
            let name = part.name().unwrap_or_default().to_owned();
            let mut value = Vec::new();
            while let Some(chunk) = part.next().await {
                value.extend_from_slice(&chunk.ok()?);
            }
            match file {
                // A field without a chosen file is sent as an empty file without a name.
                Some(file) => self.had_files |= !(file.is_empty() && value.is_empty()),
                None => self.fields.push(PostedField { name, value: String::from_utf8(value).ok()? }),
            }
        }
        Some(())
    }

    /// Returns the language of the page, which its form names.
    pub(super) fn lang(&self) -> Option<&str> {
        self.fields.iter().find(|field| field.name == "lang").map(|field| &*field.value)
    }
}
