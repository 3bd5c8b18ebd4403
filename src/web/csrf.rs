//! CSRF tokens.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::error::{Error, ErrorKind};
use crate::config::{Keys, Purpose};

/// Key that creates and checks CSRF tokens. A token is valid for one session and one place (a launch context) only.
pub struct CsrfKey(hmac::Key);

impl CsrfKey {
    /// Derives the key of this installation.
    #[must_use]
    pub fn new(keys: &Keys) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &keys.current(Purpose::Csrf).1))
    }

    /// Returns the token for forms shown to `session` at `place`.
    #[must_use]
    pub fn token(&self, session: &str, place: &str) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, &bound(session, place)))
    }

    /// Checks the token of a state-changing request, in constant time.
    ///
    /// # Errors
    /// [`ErrorKind::Forged`] if it is not the token of this session and place.
    pub fn check(&self, session: &str, place: &str, token: &str) -> Result<(), Error> {
        let token = URL_SAFE_NO_PAD.decode(token).unwrap_or_default();
        hmac::verify(&self.0, &bound(session, place), &token)
            .map_err(|_| Error::new(ErrorKind::Forged, "csrf token"))
    }
}

fn bound(session: &str, place: &str) -> Vec<u8> {
    [session, place].join("\0").into_bytes()
}
