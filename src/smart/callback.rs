//! Callback of the authorization request: a code or an error.

use secrecy::SecretString;
use url::form_urlencoded;

use crate::error_codes::error_codes;

/// Maximum length of `code`, `state` and other values.
const MAX_VALUE_BYTES: usize = 8 * 1024;

/// Parameters of a callback.
pub struct CallbackParameters {
    /// Our `state`, returned.
    pub state: String,
    /// Authorization code, or the error code of the EHR.
    pub outcome: Result<SecretString, String>,
    /// Explanation of an error, for the trace only.
    pub error_description: Option<String>,
    /// Issuer, if the EHR sends it (RFC 9207). Only compared, never used as a URL.
    pub iss: Option<String>,
}

error_codes! {
    /// Reason to refuse a callback before its launch attempt is looked up.
    pub enum CallbackError {
        NoState = "callback-no-state", "state is missing";
        Duplicate = "callback-duplicate-parameter", "a parameter occurs twice";
        Neither = "callback-neither-code-nor-error", "neither code nor error, or both";
        Token = "callback-token-in-url", "a token in the URL: only the code flow is supported";
        Length = "callback-value-length", "a value is empty or longer than 8 KiB";
    }
}

/// Parses the query of a callback, each value decoded once. Unknown parameters are ignored (RFC 6749 4.1.2).
///
/// # Errors
/// [`CallbackError`] with the rule that the query breaks.
pub fn process_callback(query: &str) -> Result<CallbackParameters, CallbackError> {
    tracing::trace!(target: "walk", "read code or error");
    let (mut state, mut code, mut error, mut iss) = (None, None, None, None);
    let mut error_description = None;
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let slot = match &*name {
            "state" => &mut state,
            "code" => &mut code,
            "error" => &mut error,
            "iss" => &mut iss,
            "error_description" if value.len() <= MAX_VALUE_BYTES => {
                error_description = Some(value.into_owned());
                continue;
            }
            "access_token" | "id_token" => return Err(CallbackError::Token),
            _ => continue,
        };
        if slot.is_some() {
            return Err(CallbackError::Duplicate);
        }
        if value.is_empty() || value.len() > MAX_VALUE_BYTES {
            return Err(CallbackError::Length);
        }
        *slot = Some(value.into_owned());
    }
    let outcome = match (code, error) {
        (Some(code), None) => Ok(SecretString::from(code)),
        (None, Some(error)) => Err(error),
        _ => return Err(CallbackError::Neither),
    };
    Ok(CallbackParameters { state: state.ok_or(CallbackError::NoState)?, outcome, error_description, iss })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    /// CBK-06, C11, C12.
    #[test]
    fn refuses_malformed_callbacks() {
        use CallbackError::{Duplicate, Length, Neither, NoState, Token};
        for (query, error) in [
            ("", Neither),
            ("code=a", NoState),
            ("state=s", Neither),
            ("code=a&error=b&state=s", Neither),
            ("code=a&code=b&state=s", Duplicate),
            ("code=a&state=s&state=t", Duplicate),
            ("code=&state=s", Length),
            ("code=a&state=s&iss=x&iss=y", Duplicate),
            ("code=a&state=s&id_token=x", Token),
            ("access_token=x&state=s", Token),
        ] {
            assert_eq!(process_callback(query).err(), Some(error), "{query}");
        }
    }

    /// CBK-09, CBK-10.
    #[test]
    fn accepts_long_codes_and_ignores_unknown_parameters() {
        let code = "a+b/c=%d".repeat(500);
        let encoded: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
        let read =
            process_callback(&format!("session_state=x&code={encoded}&state=s&iss=https%3A%2F%2Fi")).unwrap();
        assert_eq!(read.outcome.unwrap().expose_secret(), code);
        assert_eq!(read.iss.as_deref(), Some("https://i"));
    }
}
