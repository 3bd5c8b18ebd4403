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
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
const SHORTEST: SignedDuration = SignedDuration::from_mins(1);
/// Documents kept to be asked for conditionally; an EHR has three or four.
const MOST: usize = 8;

/// The members of a JSON document.
pub type Members = Map<String, Value>;

/// A document as an EHR serves it.
#[derive(Clone)]
pub struct Document {
    /// What stands in it.
    pub members: Arc<Members>,
    /// How long the EHR says it stays the same: between a minute and an hour, an hour where it says nothing.
    pub fresh: SignedDuration,
}

/// The documents of one EHR as it served them last, so that one that did not change need not travel again.
#[derive(Default)]
pub(super) struct Documents(Mutex<HashMap<String, (HeaderValue, Document)>>);

impl Documents {
    /// Asks for a document; for one we have, only whether it changed.
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
        if kept.len() >= MOST {
            kept.clear();
        }
        kept.insert(address.to_owned(), (etag.clone(), document.clone()));
    }
}

/// Reads a JSON object in which no member stands twice; `document` is what it is called in an error.
///
/// # Errors
/// [`Error::NotPublished`] and [`Error::NotServed`] when something else came, [`Error::Document`] when it is broken.
pub fn process_document(document: &'static str, reply: &Reply) -> Result<Document, Error> {
    match reply.status {
        StatusCode::OK => {}
        StatusCode::NOT_FOUND | StatusCode::GONE => return Err(Error::NotPublished { document }),
        _ => return Err(Error::NotServed { document, reason: NotServedReason::Status }),
    }
    Ok(Document { members: Arc::new(read_object(document, reply)?), fresh: freshness(reply) })
}

/// The members of a JSON object, whatever its status.
pub(super) fn read_object(document: &'static str, reply: &Reply) -> Result<Members, Error> {
    if !reply.may_be_json() {
        return Err(Error::NotServed { document, reason: NotServedReason::NotJsonMedia });
    }
    if serde_json::from_slice::<NoDuplicates>(&reply.body).is_err() {
        return Err(Error::Document { document, error: DocumentError::NotJson });
    }
    match serde_json::from_slice(&reply.body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(Error::Document { document, error: DocumentError::NotObject }),
        Err(_) => Err(Error::Document { document, error: DocumentError::NotJson }),
    }
}

/// How long a document is remembered: `max-age` of Cache-Control (RFC 9111 5.2.2.1), within our bounds.
#[must_use]
pub fn freshness(reply: &Reply) -> SignedDuration {
    let control = reply.headers.get_all(header::CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok());
    let mut directives = control.flat_map(|value| value.split(',')).map(str::trim);
    let seconds = directives.find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        name.eq_ignore_ascii_case("max-age").then(|| value.trim_matches('"').parse::<i64>().ok())?
    });
    seconds.map_or(LONGEST, |seconds| SignedDuration::from_secs(seconds).clamp(SHORTEST, LONGEST))
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;

    fn reply(control: &'static str) -> Reply {
        let headers = HeaderMap::from_iter([(header::CACHE_CONTROL, HeaderValue::from_static(control))]);
        Reply { status: StatusCode::OK, headers, body: b"{}".to_vec() }
    }

    /// DSC-09, J11: as the EHR says, but no shorter than a minute and no longer than an hour.
    #[test]
    fn freshness_is_what_the_ehr_says_within_bounds() {
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

    /// A hostile EHR that names another address each time fills no memory.
    #[test]
    fn only_a_few_documents_are_kept() {
        let documents = Documents::default();
        let mut tagged = reply("");
        tagged.headers.insert(header::ETAG, HeaderValue::from_static("\"1\""));
        let document = process_document("d", &tagged).unwrap();
        for n in 0..100 {
            documents.keep(&format!("https://ehr.example/{n}"), &tagged, &document);
        }
        assert!(documents.0.lock().unwrap().len() <= MOST);
        assert!(documents.known("https://ehr.example/99").is_some());
    }
}
