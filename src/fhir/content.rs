//! Content of documents: the bytes behind `Attachment.url`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::Url;

use super::{base_url::FhirBaseUrl, error::Error};
use crate::egress::Reply;

/// Largest content that is read, in bytes.
pub const MAX_CONTENT_BYTES: usize = 10 * 1024 * 1024;

/// Content of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    /// Media type as the server states it, without parameters; empty if it does not.
    pub content_type: String,
    /// Bytes, not encoded.
    pub bytes: Vec<u8>,
}

/// Returns the path of an attachment below the base, such as `Binary/1`. `None` for an address elsewhere, so that an
/// attacker's attachment cannot redirect an access token to another server.
#[must_use]
pub fn content_path(base: &FhirBaseUrl, url: &str) -> Option<String> {
    let root = Url::parse(&format!("{}/", base.canonical())).ok()?;
    let url = root.join(url.trim()).ok()?;
    let is_below = url.origin() == root.origin()
        && url.username().is_empty()
        && url.password().is_none()
        && url.fragment().is_none()
        && url.path().len() > root.path().len()
        && url.path().starts_with(root.path());
    is_below.then(|| url.as_str()[root.as_str().len()..].to_owned())
}

/// Parses the response to a read of content: a Binary resource in JSON, or the bytes themselves.
///
/// # Errors
/// [`Error::Content`] if a Binary has no data that can be decoded, or the response is an `OperationOutcome`.
pub(super) fn process_content_response(reply: Reply) -> Result<Content, Error> {
    let content_type = reply.media_type();
    if let Some(resource) = fhir_resource(&reply, &content_type) {
        if resource["resourceType"] != "Binary" {
            return Err(Error::Content("no Binary"));
        }
        let data: String = resource["data"].as_str().unwrap_or_default().split_ascii_whitespace().collect();
        let bytes = STANDARD.decode(data).map_err(|_| Error::Content("a Binary without base64 data"))?;
        let content_type = resource["contentType"].as_str().unwrap_or_default();
        let content_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        return checked(Content { content_type, bytes });
    }
    checked(Content { content_type, bytes: reply.body })
}

fn checked(content: Content) -> Result<Content, Error> {
    if content.bytes.is_empty() { Err(Error::Content("an empty Binary")) } else { Ok(content) }
}

/// The resource, if the response is FHIR JSON. A document in JSON of another kind is content.
fn fhir_resource(reply: &Reply, content_type: &str) -> Option<Value> {
    if !content_type.contains("json") {
        return None;
    }
    let resource: Value = serde_json::from_slice(reply.json()).ok()?;
    resource["resourceType"].is_string().then_some(resource)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, StatusCode, header};

    use super::*;

    fn base() -> FhirBaseUrl {
        FhirBaseUrl::parse("https://ehr.example.ca/fhir").unwrap()
    }

    #[test]
    fn accepts_addresses_below_the_base_only() {
        for (url, path) in [
            ("Binary/1", Some("Binary/1")),
            ("https://ehr.example.ca/fhir/Binary/1", Some("Binary/1")),
            ("https://EHR.example.ca:443/fhir/Binary/1/_history/2", Some("Binary/1/_history/2")),
            ("Binary/1?_format=pdf", Some("Binary/1?_format=pdf")),
            ("https://ehr.example.ca/other/1", None),
            ("https://ehr.example.ca/fhir/../other/1", None),
            ("https://evil.test/fhir/Binary/1", None),
            ("//evil.test/fhir/Binary/1", None),
            ("/Binary/1", None),
            ("https://user@ehr.example.ca/fhir/Binary/1", None),
            ("data:text/plain,x", None),
            ("", None),
        ] {
            assert_eq!(content_path(&base(), url).as_deref(), path, "{url}");
        }
    }

    fn reply(content_type: &'static str, body: &str) -> Reply {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(content_type))]);
        Reply { status: StatusCode::OK, headers, body: body.as_bytes().to_vec() }
    }

    #[test]
    fn reads_a_binary_resource_and_plain_bytes() {
        let binary = r#"{"resourceType":"Binary","contentType":"application/pdf; v=1","data":"JVBE\nRg=="}"#;
        let pdf = Content { content_type: "application/pdf".to_owned(), bytes: b"%PDF".to_vec() };
        assert_eq!(process_content_response(reply("application/fhir+json", binary)).unwrap(), pdf);
        assert_eq!(process_content_response(reply("application/pdf", "%PDF")).unwrap(), pdf);
        for body in [
            r#"{"resourceType":"Binary","data":"%%"}"#,
            r#"{"resourceType":"Binary"}"#,
            r#"{"resourceType":"OperationOutcome"}"#,
        ] {
            assert!(process_content_response(reply("application/fhir+json", body)).is_err(), "{body}");
        }
        assert!(process_content_response(reply("image/png", "")).is_err(), "no bytes");
    }
}
