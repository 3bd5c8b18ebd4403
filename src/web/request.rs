//! State of one request.

use std::{
    cell::{Cell, RefCell},
    future::{Ready, ready},
    rc::Rc,
};

use actix_web::{FromRequest, HttpMessage as _, HttpRequest, dev::Payload, http::header};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::{cookies::FRAME_COOKIE, lang::Lang};
use crate::random;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// State of one request, shared by the guard and the handlers.
#[derive(Clone)]
pub struct RequestState(Rc<Inner>);

struct Inner {
    correlation_id: String,
    nonce: String,
    lang: Cell<Lang>,
    /// Language that the query asks for.
    asked: Option<Lang>,
    /// EHR of the last launch of this browser, as its cookie says.
    framed_by: Option<String>,
    frame_ancestors: RefCell<Option<Vec<String>>>,
    form_action: Cell<&'static str>,
}

impl RequestState {
    pub(super) fn new(accept_language: &str, query: &str, framed_by: Option<String>) -> Self {
        let asked =
            query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(|lang| lang.parse().ok());
        let lang = asked.unwrap_or_else(|| Lang::from_accept_language(accept_language));
        Self(Rc::new(Inner {
            correlation_id: correlation_id(),
            nonce: STANDARD.encode(random::bytes::<16>()),
            lang: Cell::new(lang),
            asked,
            framed_by,
            frame_ancestors: RefCell::default(),
            form_action: Cell::new("'self'"),
        }))
    }

    pub(super) fn of(headers: &header::HeaderMap, query: &str) -> Self {
        let accept_language = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let cookies = headers.get_all(header::COOKIE).filter_map(|value| value.to_str().ok());
        let mut pairs =
            cookies.flat_map(|text| text.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let framed_by = pairs.find(|(name, _)| *name == FRAME_COOKIE).map(|(_, ehr)| ehr.to_owned());
        Self::new(accept_language.unwrap_or_default(), query, framed_by)
    }

    /// Returns the correlation id, such as `7Q4K-92MD`, which a user reads out and an administrator finds in log and
    /// audit.
    #[must_use]
    pub fn correlation_id(&self) -> &str {
        &self.0.correlation_id
    }

    /// Returns the CSP nonce of this response.
    #[must_use]
    pub fn nonce(&self) -> &str {
        &self.0.nonce
    }

    /// Returns the language of the response.
    #[must_use]
    pub fn lang(&self) -> Lang {
        self.0.lang.get()
    }

    /// Returns the language that the query asks for with `lang=fr`, or `None`. Any other value is ignored.
    #[must_use]
    pub fn asked_lang(&self) -> Option<Lang> {
        self.0.asked
    }

    /// Sets the language of the response.
    pub fn set_lang(&self, lang: Lang) {
        self.0.lang.set(lang);
    }

    /// Allows only these origins to frame the response.
    pub fn set_frame_ancestors(&self, origins: &[String]) {
        *self.0.frame_ancestors.borrow_mut() = Some(origins.to_vec());
    }

    /// Allows a form of the response to redirect to an EHR's sign-in and back. Browsers apply the `form-action` of the
    /// first page to every redirect, and only the EHR knows all of them. Plain http is allowed only if the EHR uses it.
    pub fn let_forms_lead_away(&self, plain_http: bool) {
        self.0.form_action.set(if plain_http { "'self' https: http:" } else { "'self' https:" });
    }

    pub(super) fn form_action(&self) -> &'static str {
        self.0.form_action.get()
    }

    /// Sets the frame ancestors, unless they are already set.
    pub(super) fn default_frame_ancestors(&self, origins: &[String]) {
        self.0.frame_ancestors.borrow_mut().get_or_insert_with(|| origins.to_vec());
    }

    /// Returns the EHR of the last launch of this browser, as its cookie says.
    pub(super) fn framed_by(&self) -> Option<&str> {
        self.0.framed_by.as_deref()
    }

    pub(super) fn frame_ancestors(&self) -> String {
        let origins = self.0.frame_ancestors.borrow();
        origins
            .as_deref()
            .filter(|origins| !origins.is_empty())
            .map_or("'none'".to_owned(), |origins| origins.join(" "))
    }
}

impl FromRequest for RequestState {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, Self::Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let state = req.extensions().get::<Self>().cloned();
        ready(Ok(state.unwrap_or_else(|| Self::of(req.headers(), req.query_string()))))
    }
}

/// Whether the body of a request is a form that may have files.
#[must_use]
pub fn is_multipart(headers: &header::HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    content_type.is_some_and(|content_type| content_type.starts_with("multipart/form-data"))
}

/// Whether the script of a page sent a request by itself: the page, with its text, stays.
#[must_use]
pub fn is_background(headers: &header::HeaderMap) -> bool {
    headers.contains_key("x-background")
}

/// Normalizes a correlation id as a user reads it out: case, blanks and hyphens of any kind do not matter, O is read as
/// 0, I and L as 1. Other text is returned in capitals.
#[must_use]
pub fn typed_reference(text: &str) -> String {
    let letters: String = (text.chars().filter(char::is_ascii_alphanumeric))
        .map(|letter| match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            letter => letter,
        })
        .collect();
    if letters.len() == 8 {
        format!("{}-{}", &letters[..4], &letters[4..])
    } else {
        text.trim().to_ascii_uppercase()
    }
}

fn correlation_id() -> String {
    let letters: String =
        random::bytes::<8>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    format!("{}-{}", &letters[..4], &letters[4..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_reference_as_it_is_read_out() {
        for typed in [
            "P5HS-FSRD",
            "p5hs-fsrd",
            "p5hsfsrd",
            "P5HS FSRD",
            "P5HS\u{2013}FSRD",
            "P5HS\u{2011}FSRD",
            " p5hs - fsrd. ",
            "P 5 H S F S R D",
        ] {
            assert_eq!(typed_reference(typed), "P5HS-FSRD", "{typed}");
        }
        assert_eq!(typed_reference("oil0 lo1i"), "0110-1011");
        assert_eq!(typed_reference(" x "), "X");
        let made = correlation_id();
        assert_eq!(typed_reference(&made.replace('-', " ").to_lowercase()), made);
    }
}
