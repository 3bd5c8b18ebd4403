//! Parameters of a query string or a form body.

use actix_web::{HttpMessage, HttpRequest};
use url::form_urlencoded;

/// Decodes name and value pairs, in the order sent.
pub(in crate::demo_ehr) fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

/// Parameters of one request.
pub(in crate::demo_ehr) struct Parameters(Vec<(String, String)>);

impl Parameters {
    pub(in crate::demo_ehr) fn parse(encoded: &[u8]) -> Self {
        Self(pairs(encoded))
    }

    /// Finds a parameter. A parameter without a value is treated as omitted (RFC 6749 section 3.1).
    pub(in crate::demo_ehr) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Name of the first repeated parameter, which RFC 6749 section 3.1 forbids.
    pub(in crate::demo_ehr) fn repeated(&self) -> Option<&str> {
        let names = || self.0.iter().map(|(name, _)| name.as_str());
        names()
            .enumerate()
            .find(|(at, name)| names().take(*at).any(|earlier| earlier == *name))
            .map(|(_, name)| name)
    }
}

/// Whether the content type of the request is a form.
pub(in crate::demo_ehr) fn is_form(request: &HttpRequest) -> bool {
    request.content_type().eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
