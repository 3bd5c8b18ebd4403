//! Redaction of launch traces: the members that may be shown, and the shape their values must have.

use std::borrow::Cow;

use super::fact::Fact;
use crate::{fhir::is_resource_type, smart::scope::Scope};

/// Members of a message that are named, and the shape that lets a value be seen; what no shape fits is struck out.
/// Values of others are struck out, and their names as well: who sends a secret sends it under any name.
pub(super) type Known = [(&'static str, Shape)];

/// What a value must look like to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// Never shown.
    Redacted,
    /// An http address without user information, query, fragment or anything that reads like a further parameter.
    Address,
    /// An id of software: letters, digits and a few signs, or an address.
    Id,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// Words that scopes are made of.
    Scopes,
    /// One of these words.
    Among(&'static [&'static str]),
}

use Shape::{Address, Among, Flag, Id, Number, Redacted, Scopes};

/// RFC 6749 and OpenID Connect Core.
const ERRORS: Shape = Among(&[
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
]);

/// The query of a launch.
pub(super) const LAUNCH: &Known = &[("iss", Address), ("launch", Redacted)];

/// What the browser comes back with.
pub(super) const CALLBACK: &Known =
    &[("state", Redacted), ("code", Redacted), ("error", ERRORS), ("iss", Address)];

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
    ("error_description", Redacted),
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

/// No token: those are longer, or have dots in them.
fn is_id(value: &str) -> bool {
    value.len() <= 40
        && !value.starts_with("ey")
        && value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:+=".contains(&b))
}

/// A word that SMART or OpenID Connect knows as a scope, whatever its case.
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

/// The type is one of the standard: anything else may be a name or a number of somebody.
fn is_resource_scope(word: &str) -> bool {
    let Ok(Scope::Resource { level, resource, .. }) = word.parse() else { return false };
    let is_known = resource == "*" || is_resource_type(&resource);
    is_known && word.starts_with(&level) && word.len() <= 200
}

/// The words of a list that are scopes; what else stands there is left out, and so is what a scope is narrowed to: an EHR
/// may name the patient there.
fn known_scopes(value: &str) -> String {
    let shown = |word: &str| match word.split_once('?') {
        _ if !is_scope(word) => "…".to_owned(),
        Some((scope, _)) => format!("{scope}?…"),
        None => word.to_owned(),
    };
    value.split(' ').map(shown).collect::<Vec<_>>().join(" ")
}

/// The facts of a message: what is known and looks as it should, what is known, and how much else there was.
pub(super) fn facts<'a>(known: &Known, members: impl Iterator<Item = (&'a str, Cow<'a, str>)>) -> Vec<Fact> {
    let (mut facts, mut others) = (Vec::new(), 0_usize);
    for (name, value) in members {
        match known.iter().find(|(known, _)| *known == name) {
            Some((name, Shape::Scopes)) => facts.push(Fact::own(name, &known_scopes(&value))),
            Some((name, shape)) if shape.fits(&value) => facts.push(Fact::own(name, &value)),
            Some((name, _)) => facts.push(Fact::redacted(name)),
            None => others += 1,
        }
    }
    if others > 0 {
        facts.push(Fact::own("others", &others.to_string()));
    }
    facts
}
