//! Metadata documents of an EHR: conditional requests, freshness, strict JSON.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use serde_json::{Map, Value};
use url::Url;

use super::{
    error::{DocumentError, Error, NotServedReason},
    no_duplicates::NoDuplicates,
};
use crate::egress::{Limits, Outbound, Reply, Request};

pub(super) const JSON: &str = "application/json";
const MAX_FRESHNESS: SignedDuration = SignedDuration::from_hours(1);
const MIN_FRESHNESS: SignedDuration = SignedDuration::from_mins(1);
/// Documents cached for conditional requests; an EHR has three or four.
const MAX_DOCUMENTS: usize = 8;

/// Members of a JSON document.
pub type Members = Map<String, Value>;

/// Document served by an EHR.
#[derive(Clone)]
pub struct Document {
    /// Members of the document.
    pub members: Arc<Members>,
    /// Freshness lifetime set by the EHR, between a minute and an hour; an hour by default.
    pub fresh: SignedDuration,
}

/// Latest documents of one EHR, for conditional requests.
#[derive(Default)]
pub(super) struct Documents(Mutex<HashMap<String, (HeaderValue, Document)>>);

impl Documents {
    /// Fetches a document, by a conditional request if a copy is cached.
    pub(super) async fn fetch(
        &self,
        outbound: &Outbound,
        document: &'static str,
        accept: &'static str,
        address: &str,
    ) -> Result<Document, Error> {
        let url = Url::parse(address)
            .map_err(|_| Error::Document { document, error: DocumentError::AddressUnusable })?;
        let mut request = Request::get(url).header(header::ACCEPT, HeaderValue::from_static(accept));
        let known = self.known(address);
        if let Some((etag, _)) = &known {
            request = request.header(header::IF_NONE_MATCH, etag.clone());
        }
        let reply = outbound
            .send(request, Limits::DOCUMENT)
            .await
            .map_err(|source| Error::Egress { document, source })?;
        let fetched = match (reply.status, known) {
            (StatusCode::NOT_MODIFIED, Some((_, known))) => Document { fresh: freshness(&reply), ..known },
            _ => process_document(document, &reply)?,
        };
        self.keep(address, &reply, &fetched);
        Ok(fetched)
    }

    fn known(&self, address: &str) -> Option<(HeaderValue, Document)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(address).cloned()
    }

    fn keep(&self, address: &str, reply: &Reply, document: &Document) {
        let Some(etag) = reply.headers.get(header::ETAG) else { return };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MAX_DOCUMENTS {
            kept.clear();
        }
        kept.insert(address.to_owned(), (etag.clone(), document.clone()));
    }
}

/// Parses a JSON object without duplicate members. `document` is its name in errors.
///
/// # Errors
/// [`Error::NotPublished`] or [`Error::NotServed`] if the reply is no document, [`Error::Document`] if it is invalid.
pub fn process_document(document: &'static str, reply: &Reply) -> Result<Document, Error> {
    match reply.status {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Error::NotPublished { document }),
        _ => return Err(Error::NotServed { document, reason: NotServedReason::Status }),
    }
    Ok(Document { members: Arc::new(read_object(document, reply)?), fresh: freshness(reply) })
}

/// Parses the members of a JSON object, regardless of the HTTP status.
pub(super) fn read_object(document: &'static str, reply: &Reply) -> Result<Members, Error> {
    if !reply.may_be_json() {
        return Err(Error::NotServed { document, reason: NotServedReason::NotJsonMedia });
    }
    if serde_json::from_slice::<NoDuplicates>(reply.json()).is_err() {
        return Err(Error::Document { document, error: DocumentError::NotJson });
    }
    match serde_json::from_slice(reply.json()) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Error::Document { document, error: DocumentError::NotObject }),
        Err(_) => Err(Error::Document { document, error: DocumentError::NotJson }),
    }
}

/// Returns the freshness lifetime of a document: `max-age` of Cache-Control (RFC 9111 5.2.2.1), within our bounds.
#[must_use]
pub fn freshness(reply: &Reply) -> SignedDuration {
    let control = reply.headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = control.flat_map(|value| value.split(',')).map(str::trim);
    let seconds = directives.find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        name.eq_ignore_ascii_case("max-age").then(|| value.trim_matches('"').parse::<i64>().ok())?
    });
    seconds.map_or(MAX_FRESHNESS, |seconds| {
        SignedDuration::from_secs(seconds).clamp(MIN_FRESHNESS, MAX_FRESHNESS)
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn reply(control: &'static str) -> Reply {
        let headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static(control))]);
        Reply { status: StatusCode::OK, headers, body: b"{}".to_vec() }
    }

    /// DSC-09, J11: `max-age`, but at least a minute and at most an hour.
    #[test]
    fn bounds_the_freshness_set_by_the_ehr() {
        for (control, seconds) in [
            ("max-age=300", 300),
            ("public, Max-Age=\"120\"", 120),
            ("max-age=0", 60),
            ("max-age=31536000", 3600),
            ("max-age=-5", 60),
            ("max-age=99999999999999999999", 3600),
            ("no-store", 3600),
            ("max-age=soon", 3600),
        ] {
            assert_eq!(freshness(&reply(control)), SignedDuration::from_secs(seconds), "{control}");
        }
    }

    /// A hostile EHR that changes its URLs on each request cannot exhaust memory.
    #[test]
    fn caches_a_bounded_number_of_documents() {
        let documents = Documents::default();
        let mut tagged = reply("");
        tagged.headers.insert(header::ETAG, HeaderValue::from_static("\"1\""));
        let document = process_document("d", &tagged).unwrap();
        for n in 0..100 {
            documents.keep(&format!("https://ehr.example/{n}"), &tagged, &document);
        }
        assert!(documents.0.lock().unwrap().len() <= MAX_DOCUMENTS);
        assert!(documents.known("https://ehr.example/99").is_some());
    }
}
