//! Verification of an id_token (OpenID Connect Core 3.1.3.7).

use std::{cell::Cell, sync::Arc};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jiff::Timestamp;
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, ClaimsVerificationError, ClientId, IdToken,
    IdTokenClaims, IdTokenVerifier, IssuerUrl, JsonWebKey as _, JsonWebKeySet, Nonce,
    SignatureVerificationError,
    core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Alg},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize, de::IgnoredAny};
use serde_json::{Map, Value};

use super::endpoints::Endpoints;
use super::{
    error::{Error, IdTokenError},
    jwks::{KeyCache, VerificationKey},
    no_duplicates::NoDuplicates,
    registration::{ClientRegistration, FhirUserClaim},
    types::Issuer,
};
use crate::egress::Outbound;

const MAX_BYTES: usize = 16 * 1024;
const MAX_SUBJECT_BYTES: usize = 255;
const MAX_SKEW: TimeDelta = TimeDelta::seconds(60);
const USER_TYPES: [&str; 5] = ["Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Person"];
const MAX_AGE: TimeDelta = TimeDelta::hours(24);

/// Expected values of an id_token.
pub struct Expected<'a> {
    /// Required issuer.
    pub issuer: &'a Issuer,
    /// Registration, with the required audience and whether the nonce is required.
    pub registration: &'a ClientRegistration,
    /// The nonce of this launch.
    pub nonce: &'a SecretString,
    /// Whether it was returned by a refresh, which does not repeat the nonce (OpenID Connect Core 12.2).
    pub refreshed: bool,
    /// Access token of the same response.
    pub access_token: &'a SecretString,
    /// Current time.
    pub now: Timestamp,
}

/// Verified identity of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Issuer that authenticated the user.
    pub issuer: Issuer,
    /// Subject, unique for that issuer. Compared byte by byte.
    pub subject: String,
    /// FHIR resource of the user as in the claim; its URL is not yet trusted.
    pub fhir_user: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
struct SmartClaims {
    #[serde(
        rename = "fhirUser",
        default,
        deserialize_with = "one_text",
        skip_serializing_if = "Option::is_none"
    )]
    fhir_user: Option<String>,
    #[serde(
        rename = "fhiruser",
        default,
        deserialize_with = "one_text",
        skip_serializing_if = "Option::is_none"
    )]
    lower_case_fhir_user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<serde_json::Number>,
}

impl AdditionalClaims for SmartClaims {}

/// Parses a text, or a list of one text, as mappers of several values write it. Anything else is an error.
fn one_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum OneText {
        Text(Option<String>),
        List([String; 1]),
    }
    Ok(match OneText::deserialize(deserializer)? {
        OneText::Text(text) => text,
        OneText::List([text]) => Some(text),
    })
}

/// Claims that the library parses too leniently: times must be numbers although it also accepts strings, and a name with an
/// empty language tag (`sub#`) is not the name without it.
#[derive(Deserialize)]
struct Strict {
    #[serde(rename = "exp")]
    _exp: Option<serde_json::Number>,
    #[serde(rename = "iat")]
    _iat: Option<serde_json::Number>,
    #[serde(rename = "sub#")]
    tagged_subject: Option<IgnoredAny>,
    #[serde(rename = "profile#")]
    tagged_profile: Option<IgnoredAny>,
}

/// Header and claims of an id_token as received, which its signature covers.
type SignedText = Arc<[u8]>;
type SmartIdToken = IdToken<SmartClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Alg>;

/// Verifies an id_token by the steps of OpenID Connect Core 3.1.3.7, signature always included.
///
/// # Errors
/// [`IdTokenError`] of the step that failed. [`IdTokenError::KeyUnknown`] means that the cached keys may be outdated: see
/// [`verify_with_published_keys`](super::verify_with_published_keys).
pub fn verify_id_token(
    id_token: &SecretString,
    keys: JsonWebKeySet<VerificationKey>,
    expected: &Expected<'_>,
) -> Result<Identity, IdTokenError> {
    tracing::trace!(target: "walk", "verify the id_token");
    let text = id_token.expose_secret();
    check_form(text)?;
    let (id_token, received) = parse(text)?;
    let keys = candidates(keys, text, received.as_ref());
    let verified = keys.into_iter().map(|keys| verify_with(&id_token, keys, expected));
    let unknown = Err(IdTokenError::KeyUnknown);
    verified.reduce(|first, next| if first == unknown { next } else { first }).unwrap_or(unknown)
}

/// Claims about the user that are not used. One of a shape that the library does not know is no reason to refuse a user.
const UNUSED_CLAIMS: [&str; 20] = [
    "acr",
    "address",
    "amr",
    "auth_time",
    "birthdate",
    "email",
    "email_verified",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "phone_number_verified",
    "picture",
    "preferred_username",
    "updated_at",
    "zoneinfo",
];

/// Parses an id_token. If its claims do not parse, parses it again without those that are not used; then returns also the
/// signed text as received, which is the one to verify.
fn parse(text: &str) -> Result<(SmartIdToken, Option<SignedText>), IdTokenError> {
    if let Ok(id_token) = text.parse() {
        return Ok((id_token, None));
    }
    let missing = || IdTokenError::ClaimsMissing;
    let (message, signature) = text.rsplit_once('.').ok_or_else(missing)?;
    let (header, claims) = message.split_once('.').ok_or_else(missing)?;
    let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| missing())?;
    let mut claims: Map<String, Value> = serde_json::from_slice(&claims).map_err(|_| missing())?;
    claims.retain(|name, _| !UNUSED_CLAIMS.contains(&name.split('#').next().unwrap_or_default()));
    let claims = serde_json::to_vec(&claims).map_err(|_| missing())?;
    let shortened = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims));
    Ok((shortened.parse().map_err(|_| missing())?, Some(message.as_bytes().into())))
}

/// Returns the key sets to try: the published one, or, if several of its keys have the `kid` of the token, each of these
/// alone.
fn candidates(
    keys: JsonWebKeySet<VerificationKey>,
    text: &str,
    received: Option<&SignedText>,
) -> Vec<JsonWebKeySet<VerificationKey>> {
    let keys = match received {
        Some(message) => JsonWebKeySet::new(keys.keys().iter().map(|key| key.over(message)).collect()),
        None => keys,
    };
    let header = text.split('.').next().and_then(|header| URL_SAFE_NO_PAD.decode(header).ok());
    let header: Option<Value> = header.and_then(|header| serde_json::from_slice(&header).ok());
    let kid = header.as_ref().and_then(|header| header.get("kid")?.as_str());
    let has_kid = |key: &&VerificationKey| kid.is_some() && key.key_id().map(|id| id.as_str()) == kid;
    let same: Vec<VerificationKey> = keys.keys().iter().filter(has_kid).cloned().collect();
    if same.len() > 1 {
        same.into_iter().map(|key| JsonWebKeySet::new(vec![key])).collect()
    } else {
        vec![keys]
    }
}

/// Verifies a parsed id_token with one set of keys.
fn verify_with(
    id_token: &SmartIdToken,
    keys: JsonWebKeySet<VerificationKey>,
    expected: &Expected<'_>,
) -> Result<Identity, IdTokenError> {
    let now = utc(expected.now)?;
    let issuer =
        IssuerUrl::new(expected.issuer.as_str().to_owned()).map_err(|_| IdTokenError::IssuerMismatch)?;
    let client_id = ClientId::new(expected.registration.client_id.as_str().to_owned());
    // Steps 2 to 10: issuer, audience, signature by an allowed algorithm, expiry, time of issue.
    let verifier = IdTokenVerifier::new_public_client(client_id, issuer, keys)
        .set_allowed_algs([
            Alg::RsaSsaPkcs1V15Sha256,
            Alg::RsaSsaPkcs1V15Sha384,
            Alg::EcdsaP256Sha256,
            Alg::EcdsaP384Sha384,
        ])
        .set_time_fn(move || now - MAX_SKEW)
        .set_issue_time_verifier_fn(move |iat| match iat {
            iat if iat > now + MAX_SKEW => Err("iat is in the future".to_owned()),
            iat if iat < now - MAX_AGE => Err("iat is more than 24 hours old".to_owned()),
            _ => Ok(()),
        });
    // Step 11.
    let nonce = Nonce::new(expected.nonce.expose_secret().to_owned());
    let nonce_echoed = expected.registration.nonce_echoed && !expected.refreshed;
    let nonce_error = Cell::new(None);
    let claims = id_token
        .claims(&verifier, |claimed: Option<&Nonce>| {
            nonce_error.set(match claimed {
                Some(claimed) if claimed.secret() == nonce.secret() => None,
                Some(_) => Some(IdTokenError::NonceMismatch),
                None => nonce_echoed.then_some(IdTokenError::NonceMissing),
            });
            nonce_error.get().map_or(Ok(()), |error| Err(error.to_string()))
        })
        .map_err(|error| failed_check(&error, nonce_error.get()))?;
    check_claims(claims, expected, now)?;
    if let Some(claimed) = claims.access_token_hash() {
        check_access_token_hash(id_token, &verifier, claimed, expected.access_token)?;
    }
    Ok(Identity {
        issuer: expected.issuer.clone(),
        subject: claims.subject().as_str().to_owned(),
        fhir_user: fhir_user(claims, expected.registration.fhir_user_claim),
    })
}

/// Verifies an id_token with the EHR's published keys, cached ones first. If none of them verifies the signature, the
/// key set is fetched again, at most once a minute: the EHR may have rotated its keys.
///
/// # Errors
/// [`Error::IdToken`] with the step that failed, or the error of fetching the key set.
pub async fn verify_with_published_keys(
    id_token: &SecretString,
    keys: &KeyCache,
    outbound: &Outbound,
    endpoints: &Endpoints,
    expected: &Expected<'_>,
) -> Result<Identity, Error> {
    let cached = keys.keys(outbound, endpoints, expected.now).await?;
    match verify_id_token(id_token, cached, expected) {
        Err(IdTokenError::KeyUnknown) => {
            let fetched = keys.refetch_keys(outbound, endpoints, expected.now).await?;
            Ok(verify_id_token(id_token, fetched, expected)?)
        }
        verified => Ok(verified?),
    }
}

/// Returns the user's resource: `fhirUser`, or the claim that the registration names. A `profile` that is no resource of a
/// person is ignored as a web page.
fn fhir_user(claims: &IdTokenClaims<SmartClaims, CoreGenderClaim>, claim: FhirUserClaim) -> Option<String> {
    let own = claims.additional_claims();
    if own.fhir_user.is_some() {
        return own.fhir_user.clone();
    }
    match claim {
        FhirUserClaim::FhirUser => None,
        FhirUserClaim::LowerCase => own.lower_case_fhir_user.clone(),
        FhirUserClaim::Profile => {
            let profile = claims.profile()?.get(None)?.as_str();
            let resource_type = profile.rsplit('/').nth(1)?;
            USER_TYPES.contains(&resource_type).then(|| profile.to_owned())
        }
    }
}

/// Checks the claims that the library does not: `sub` (OIDC Core 2), `azp` (step 5), `nbf`.
fn check_claims(
    claims: &IdTokenClaims<SmartClaims, CoreGenderClaim>,
    expected: &Expected<'_>,
    now: DateTime<Utc>,
) -> Result<(), IdTokenError> {
    let subject = claims.subject().as_str();
    if subject.is_empty()
        || subject.len() > MAX_SUBJECT_BYTES
        || !subject.bytes().all(|b| (0x20..0x7f).contains(&b))
    {
        return Err(IdTokenError::SubjectUnusable);
    }
    if claims.authorized_party().is_some_and(|azp| azp.as_str() != expected.registration.client_id.as_str()) {
        return Err(IdTokenError::AuthorizedPartyMismatch);
    }
    if let Some(nbf) = &claims.additional_claims().nbf {
        #[expect(clippy::cast_possible_truncation, reason = "the cast saturates")]
        let begins = nbf.as_f64().and_then(|seconds| DateTime::from_timestamp(seconds.floor() as i64, 0));
        if begins.is_none_or(|begins| begins > now + MAX_SKEW) {
            return Err(IdTokenError::NotYetValid);
        }
    }
    Ok(())
}

fn check_access_token_hash(
    id_token: &SmartIdToken,
    verifier: &IdTokenVerifier<'_, VerificationKey>,
    claimed: &AccessTokenHash,
    access_token: &SecretString,
) -> Result<(), IdTokenError> {
    let alg = id_token.signing_alg().map_err(|_| IdTokenError::AccessTokenHashMismatch)?;
    let key = id_token.signing_key(verifier).map_err(|_| IdTokenError::KeyUnknown)?;
    let access_token = AccessToken::new(access_token.expose_secret().to_owned());
    match AccessTokenHash::from_token(&access_token, alg, key) {
        Ok(actual) if actual == *claimed => Ok(()),
        _ => Err(IdTokenError::AccessTokenHashMismatch),
    }
}

/// Checks the length, the canonical encoding of the three parts, and that header and claims have no duplicate members.
fn check_form(text: &str) -> Result<(), IdTokenError> {
    if text.len() > MAX_BYTES {
        return Err(IdTokenError::TooLong);
    }
    let parts: Vec<&str> = text.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err(IdTokenError::NotCompact);
    };
    // The library accepts a signature with nonzero trailing bits.
    let decode = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| IdTokenError::NotBase64url);
    let (header, claims, signature) = (decode(header)?, decode(claims)?, decode(signature)?);
    if signature.is_empty() {
        return Err(IdTokenError::Unsigned);
    }
    for json in [&header, &claims] {
        serde_json::from_slice::<NoDuplicates>(json).map_err(|_| IdTokenError::NotJson)?;
    }
    let strict: Strict = serde_json::from_slice(&claims).map_err(|_| IdTokenError::TimeNotNumber)?;
    if strict.tagged_subject.is_some() || strict.tagged_profile.is_some() {
        return Err(IdTokenError::EmptyLanguageTag);
    }
    let header: Value = serde_json::from_slice(&header).map_err(|_| IdTokenError::NotJson)?;
    if ["crit", "jwk", "jku", "x5u", "x5c"].iter().any(|name| header.get(name).is_some()) {
        return Err(IdTokenError::HeaderBringsKey);
    }
    Ok(())
}

/// Maps an error of the library to the check that failed, without any value of the token.
fn failed_check(error: &ClaimsVerificationError, nonce: Option<IdTokenError>) -> IdTokenError {
    use ClaimsVerificationError as Claims;
    use SignatureVerificationError as Signature;
    match error {
        Claims::Expired(_) => IdTokenError::Expired,
        Claims::InvalidAudience(_) => IdTokenError::AudienceMismatch,
        Claims::InvalidIssuer(_) => IdTokenError::IssuerMismatch,
        Claims::InvalidNonce(_) => nonce.unwrap_or(IdTokenError::NonceMismatch),
        Claims::SignatureVerification(Signature::NoMatchingKey | Signature::CryptoError(_)) => {
            IdTokenError::KeyUnknown
        }
        Claims::SignatureVerification(Signature::DisallowedAlg(_)) => IdTokenError::AlgorithmNotAllowed,
        Claims::SignatureVerification(Signature::AmbiguousKeyId(_)) => IdTokenError::KeyAmbiguous,
        Claims::SignatureVerification(_) => IdTokenError::SignatureInvalid,
        _ => IdTokenError::Unverifiable,
    }
}

fn utc(now: Timestamp) -> Result<DateTime<Utc>, IdTokenError> {
    DateTime::from_timestamp(now.as_second(), 0).ok_or(IdTokenError::Expired)
}

#[cfg(test)]
mod tests;
