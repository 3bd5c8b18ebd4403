//! Redaction of launch traces: the members that may be shown, and the shape their values must have.

use std::borrow::Cow;

use super::{description::known_words, fact::Fact};
use crate::{fhir::is_resource_type, smart::scope::Scope};

/// Known members of a message, each with the shape that a value must have to be shown; otherwise the value is redacted.
/// Unknown members are only counted, because a name may be a secret too.
pub(super) type Known = [(&'static str, Shape)];

/// Shape that a value must have to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Never shown.
    Redacted,
    /// An http or https URL without user information, query, fragment, percent-encoding or `&`, `;`, `=`.
    Address,
    /// An id of software: up to 40 letters, digits and `-._:+=`, or an [`Address`](Self::Address).
    Id,
    /// A number of up to 12 digits.
    Number,
    /// `true` or `false`.
    Flag,
    /// Scopes, separated by blanks.
    Scopes,
    /// A sentence, of which only known words are shown.
    Description,
    /// One of these words.
    Among(&'static [&'static str]),
}

use Shape::{Address, Among, Description, Flag, Id, Number, Redacted, Scopes};

/// Error codes of RFC 6749, OpenID Connect Core, RFC 8707 and RFC 9449.
const ERROR_CODES: &[&str] = &[
    "access_denied",
    "consent_required",
    "interaction_required",
    "invalid_client",
    "invalid_dpop_proof",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_target",
    "login_required",
    "server_error",
    "temporarily_unavailable",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
];
const ERRORS: Shape = Among(ERROR_CODES);

/// Finds an error code of a standard. Other codes may be personal data.
#[must_use]
pub fn known_error_code(code: &str) -> Option<&'static str> {
    ERROR_CODES.iter().copied().find(|known| *known == code)
}

/// Query of a launch request.
pub(super) const LAUNCH: &Known = &[("iss", Address), ("launch", Redacted)];

/// Query of a callback.
pub(super) const CALLBACK: &Known = &[
    ("state", Redacted),
    ("code", Redacted),
    ("error", ERRORS),
    ("error_description", Description),
    ("iss", Address),
];

/// Members of a token response.
pub(super) const TOKEN_RESPONSE: &Known = &[
    ("access_token", Redacted),
    ("refresh_token", Redacted),
    ("id_token", Redacted),
    ("token_type", Among(&["Bearer", "bearer", "BEARER", "DPoP", "mac"])),
    ("expires_in", Number),
    ("scope", Scopes),
    ("patient", Redacted),
    ("encounter", Redacted),
    ("fhirContext", Redacted),
    ("fhirUser", Redacted),
    ("intent", Redacted),
    ("tenant", Redacted),
    ("need_patient_banner", Flag),
    ("smart_style_url", Redacted),
    ("error", ERRORS),
    ("error_description", Description),
    ("error_uri", Redacted),
];

/// Header of an id_token.
pub(super) const HEADER: &Known = &[
    (
        "alg",
        Among(&["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "HS256", "HS384", "none"]),
    ),
    ("kid", Id),
    ("typ", Among(&["JWT", "jwt", "at+jwt", "JOSE"])),
    ("x5t", Redacted),
    ("jku", Redacted),
    ("jwk", Redacted),
    ("crit", Redacted),
];

/// Claims of an id_token.
pub(super) const CLAIMS: &Known = &[
    ("iss", Address),
    ("aud", Id),
    ("azp", Id),
    ("exp", Number),
    ("iat", Number),
    ("nbf", Number),
    ("auth_time", Number),
    ("sub", Redacted),
    ("nonce", Redacted),
    ("at_hash", Redacted),
    ("fhirUser", Redacted),
    ("profile", Redacted),
    ("name", Redacted),
    ("email", Redacted),
    ("jti", Redacted),
    ("sid", Redacted),
    ("acr", Redacted),
    ("amr", Redacted),
];

impl Shape {
    fn fits(self, value: &str) -> bool {
        match self {
            Self::Redacted => false,
            Self::Address => is_address(value),
            Self::Id => is_id(value) || is_address(value),
            Self::Number => {
                !value.is_empty() && value.len() <= 12 && value.bytes().all(|b| b.is_ascii_digit())
            }
            Self::Flag => value == "true" || value == "false",
            Self::Scopes => value.split(' ').all(is_scope),
            Self::Description => true,
            Self::Among(words) => words.contains(&value),
        }
    }
}

fn is_address(value: &str) -> bool {
    let alone = !value.contains(['%', '&', ';', '=']);
    alone
        && url::Url::parse(value).is_ok_and(|url| {
            matches!(url.scheme(), "https" | "http")
                && url.username().is_empty()
                && url.password().is_none()
                && url.query().is_none()
                && url.fragment().is_none()
        })
}

/// Whether a value is short and plain enough to be an id. Tokens are longer, or begin with `ey`.
fn is_id(value: &str) -> bool {
    value.len() <= 40
        && !value.starts_with("ey")
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:+=".contains(&b))
}

/// Whether a word is a scope of SMART or OpenID Connect, in any letter case. An empty word counts as one.
fn is_scope(word: &str) -> bool {
    const WORDS: [&str; 10] = [
        "openid",
        "fhiruser",
        "profile",
        "email",
        "launch",
        "online_access",
        "offline_access",
        "smart/orchestrate_launch",
        "launch/patient",
        "launch/encounter",
    ];
    word.is_empty() || WORDS.contains(&&*word.to_ascii_lowercase()) || is_resource_scope(word)
}

/// Whether a word is a resource scope of a FHIR resource type or `*`. Any other word may be a patient's name or number.
fn is_resource_scope(word: &str) -> bool {
    let Ok(Scope::Resource { level, resource, .. }) = word.parse() else { return false };
    let is_known = resource == "*" || is_resource_type(&resource);
    is_known && word.starts_with(&level) && word.len() <= 200
}

/// Returns a list of scopes, with words that are not scopes replaced by `…`, and queries too: an EHR may name the patient
/// there.
fn known_scopes(value: &str) -> String {
    let shown = |word: &str| match word.split_once('?') {
        _ if !is_scope(word) => "…".to_owned(),
        Some((scope, _)) => format!("{scope}?…"),
        None => word.to_owned(),
    };
    value.split(' ').map(shown).collect::<Vec<_>>().join(" ")
}

/// Returns the facts of a message: known members, with values of the wrong shape redacted, and the number of unknown
/// members.
pub(super) fn facts<'a>(known: &Known, members: impl Iterator<Item = (&'a str, Cow<'a, str>)>) -> Vec<Fact> {
    let (mut facts, mut others) = (Vec::new(), 0_usize);
    for (name, value) in members {
        match known.iter().find(|(known, _)| *known == name) {
            Some((name, Shape::Scopes)) => facts.push(Fact::shown(name, &known_scopes(&value))),
            Some((name, Shape::Description)) => facts.push(Fact::shown(name, &known_words(&value))),
            Some((name, shape)) if shape.fits(&value) => facts.push(Fact::shown(name, &value)),
            Some((name, _)) => facts.push(Fact::redacted(name)),
            None => others += 1,
        }
    }
    if others > 0 {
        facts.push(Fact::shown("others", &others.to_string()));
    }
    facts
}
