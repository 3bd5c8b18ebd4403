//! `error_description` of an EHR, reduced to words that cannot be personal data.

/// Words of OAuth and of the sentences in which servers explain an error. A name or number is none of them.
const WORDS: [&str; 118] = [
    "a",
    "access",
    "access_token",
    "algorithm",
    "allowed",
    "already",
    "an",
    "and",
    "application",
    "are",
    "assertion",
    "at",
    "aud",
    "audience",
    "authentication",
    "authorization",
    "authorization_code",
    "authorized",
    "bad",
    "be",
    "been",
    "but",
    "by",
    "callback",
    "cannot",
    "client",
    "client_assertion",
    "client_assertion_type",
    "client_credentials",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "configured",
    "could",
    "credentials",
    "denied",
    "did",
    "disabled",
    "does",
    "enabled",
    "endpoint",
    "error",
    "exp",
    "expired",
    "failed",
    "field",
    "for",
    "found",
    "grant",
    "grant_type",
    "has",
    "header",
    "iat",
    "in",
    "incorrect",
    "invalid",
    "is",
    "iss",
    "issuer",
    "jti",
    "jwks",
    "jwt",
    "key",
    "kid",
    "launch",
    "mismatch",
    "missing",
    "must",
    "no",
    "not",
    "of",
    "one",
    "or",
    "parameter",
    "permitted",
    "pkce",
    "present",
    "provided",
    "redirect",
    "redirect_uri",
    "refresh",
    "registered",
    "request",
    "requested",
    "required",
    "resource",
    "response",
    "response_mode",
    "response_type",
    "scope",
    "scopes",
    "secret",
    "server",
    "signature",
    "state",
    "supported",
    "the",
    "this",
    "to",
    "token",
    "type",
    "unable",
    "unauthorized",
    "unknown",
    "unregistered",
    "unsupported",
    "uri",
    "url",
    "used",
    "valid",
    "value",
    "verification",
    "was",
    "with",
    "wrong",
];

/// Returns a description with every other word replaced by `…`, in lower case and without punctuation.
pub(super) fn known_words(text: &str) -> String {
    let mut shown: Vec<&str> = Vec::new();
    let lower = text.to_lowercase();
    for word in lower.split(|letter: char| !(letter.is_alphanumeric() || letter == '_')) {
        match WORDS.iter().find(|known| **known == word) {
            Some(known) => shown.push(known),
            None if word.is_empty() || shown.last() == Some(&"…") => {}
            None => shown.push("…"),
        }
    }
    shown.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_the_cause_without_unknown_words() {
        for (text, shown) in [
            (
                "redirect_uri did not match any of the client's registered redirect_uris",
                "redirect_uri did not … of the client … registered …",
            ),
            ("Unknown client Eleonore Tremblay (9512345670)", "unknown client …"),
            ("", ""),
        ] {
            assert_eq!(known_words(text), shown);
        }
    }

    #[test]
    fn lists_each_word_once_in_order() {
        assert!(WORDS.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
