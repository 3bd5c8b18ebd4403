use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use jiff::Timestamp;
use openidconnect::{
    AccessToken, AccessTokenHash, AdditionalClaims, ClaimsVerificationError, ClientId, IdToken,
    IdTokenClaims, IdTokenVerifier, IssuerUrl, JsonWebKeySet, Nonce, SignatureVerificationError,
    core::{CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm as Alg},
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::{
    ClientRegistration, Error, FhirUserClaim, Issuer, jwks::VerificationKey, no_duplicates::NoDuplicates,
};

const LONGEST: usize = 16 * 1024;
const LONGEST_SUBJECT: usize = 255;
const SKEW: TimeDelta = TimeDelta::seconds(60);
const USER_TYPES: [&str; 5] = ["Practitioner", "PractitionerRole", "Patient", "RelatedPerson", "Person"];
const OLDEST: TimeDelta = TimeDelta::hours(24);

/// What the id_token of one launch must say.
pub struct Expected<'a> {
    /// Who must have signed it.
    pub issuer: &'a Issuer,
    /// Whom it must be for, and whether the nonce comes back.
    pub registration: &'a ClientRegistration,
    /// The nonce of this launch.
    pub nonce: &'a SecretString,
    /// Whether it came with a refresh, where the nonce is not repeated (OpenID Connect Core 12.2).
    pub refreshed: bool,
    /// The access token that came with it.
    pub access_token: &'a SecretString,
    /// The present moment.
    pub now: Timestamp,
}

/// Who is there, as the EHR vouches for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Who vouches.
    pub issuer: Issuer,
    /// Who it is, for that issuer. Compared byte by byte.
    pub subject: String,
    /// The FHIR resource of the user, as the claim has it; not yet trusted to lie anywhere.
    pub fhir_user: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
struct SmartClaims {
    #[serde(rename = "fhirUser", skip_serializing_if = "Option::is_none")]
    fhir_user: Option<String>,
    #[serde(rename = "fhiruser", skip_serializing_if = "Option::is_none")]
    lower_case_fhir_user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<serde_json::Number>,
}

impl AdditionalClaims for SmartClaims {}

/// What the library reads too kindly: the times that count may be numbers only, though it takes some others as texts, and
/// a name that ends with the sign before a language tag is not the name without it.
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

/// Why an id_token is refused for its time.
pub(super) const EXPIRED: &str = "exp has passed, or iat is not usable";
pub(super) const NOT_YET_VALID: &str = "it is not valid yet";
/// Why an id_token is refused without the nonce of this launch.
pub const NONCE_MISSING: &str = "nonce is missing";
/// Why an id_token for somebody else is refused.
pub const ANOTHER_AUDIENCE: &str = "aud is not us";
/// Why an id_token by somebody else is refused.
pub const ANOTHER_ISSUER: &str = "iss is another";

type SmartIdToken = IdToken<SmartClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Alg>;

/// Verifies an id_token by the steps of OpenID Connect Core 3.1.3.7, signature always included.
///
/// # Errors
/// [`Error::UnknownKey`] when no published key fits, so that the caller may ask for the keys again;
/// [`Error::IdToken`] with the step that failed otherwise.
pub fn verify_id_token(
    id_token: &SecretString,
    keys: JsonWebKeySet<VerificationKey>,
    expected: &Expected<'_>,
) -> Result<Identity, Error> {
    let text = id_token.expose_secret();
    check_form(text)?;
    let id_token: SmartIdToken =
        text.parse().map_err(|_| refused("it is not a JWT with the claims required"))?;
    let now = utc(expected.now)?;
    let issuer = IssuerUrl::new(expected.issuer.as_str().to_owned())
        .map_err(|_| refused("the issuer is not a URL"))?;
    let client_id = ClientId::new(expected.registration.client_id.as_str().to_owned());
    // Steps 2 to 10: issuer, audience, signature by an allowed algorithm, expiry, time of issue.
    let verifier = IdTokenVerifier::new_public_client(client_id, issuer, keys)
        .set_allowed_algs([
            Alg::RsaSsaPkcs1V15Sha256,
            Alg::RsaSsaPkcs1V15Sha384,
            Alg::EcdsaP256Sha256,
            Alg::EcdsaP384Sha384,
        ])
        .set_time_fn(move || now - SKEW)
        .set_issue_time_verifier_fn(move |iat| match iat {
            iat if iat > now + SKEW => Err("it was issued in the future".to_owned()),
            iat if iat < now - OLDEST => Err("it was issued long ago".to_owned()),
            _ => Ok(()),
        });
    // Step 11.
    let nonce = Nonce::new(expected.nonce.expose_secret().to_owned());
    let nonce_echoed = expected.registration.nonce_echoed && !expected.refreshed;
    let claims = id_token
        .claims(&verifier, |claimed: Option<&Nonce>| match claimed {
            Some(claimed) if claimed.secret() == nonce.secret() => Ok(()),
            Some(_) => Err("nonce is another".to_owned()),
            None if nonce_echoed => Err(NONCE_MISSING.to_owned()),
            None => Ok(()),
        })
        .map_err(|error| explain(&error))?;
    check_claims(claims, expected, now)?;
    if let Some(claimed) = claims.access_token_hash() {
        check_access_token_hash(&id_token, &verifier, claimed, expected.access_token)?;
    }
    Ok(Identity {
        issuer: expected.issuer.clone(),
        subject: claims.subject().as_str().to_owned(),
        fhir_user: fhir_user(claims, expected.registration.fhir_user_claim),
    })
}

/// The user's resource: `fhirUser`, or what the registration says the server calls it. A `profile` that is no resource
/// of a person is a web page.
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

/// What the library leaves to us: `sub` (OIDC Core 2), `azp` (step 5), `nbf`.
fn check_claims(
    claims: &IdTokenClaims<SmartClaims, CoreGenderClaim>,
    expected: &Expected<'_>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let subject = claims.subject().as_str();
    if subject.is_empty()
        || subject.len() > LONGEST_SUBJECT
        || !subject.bytes().all(|b| (0x20..0x7f).contains(&b))
    {
        return Err(refused("sub is empty, too long or not ASCII"));
    }
    if claims.authorized_party().is_some_and(|azp| azp.as_str() != expected.registration.client_id.as_str()) {
        return Err(refused("azp is not us"));
    }
    if let Some(nbf) = &claims.additional_claims().nbf {
        let begins = nbf.as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
        if begins.is_none_or(|begins| begins > now + SKEW) {
            return Err(refused(NOT_YET_VALID));
        }
    }
    Ok(())
}

fn check_access_token_hash(
    id_token: &SmartIdToken,
    verifier: &IdTokenVerifier<'_, VerificationKey>,
    claimed: &AccessTokenHash,
    access_token: &SecretString,
) -> Result<(), Error> {
    let alg = id_token.signing_alg().map_err(|_| refused("at_hash has no algorithm"))?;
    let key = id_token.signing_key(verifier).map_err(|_| Error::UnknownKey)?;
    let access_token = AccessToken::new(access_token.expose_secret().to_owned());
    match AccessTokenHash::from_token(&access_token, alg, key) {
        Ok(actual) if actual == *claimed => Ok(()),
        _ => Err(refused("at_hash is not that of the access token")),
    }
}

/// Length, three parts that are written in one way only, and a header and claims that every JSON reader reads the same.
fn check_form(text: &str) -> Result<(), Error> {
    if text.len() > LONGEST {
        return Err(refused("it is too long"));
    }
    let parts: Vec<&str> = text.split('.').collect();
    let [header, claims, signature] = parts[..] else {
        return Err(refused("it has not three parts"));
    };
    // The library takes a signature with stray bits at its end.
    let decode = |part| URL_SAFE_NO_PAD.decode(part).map_err(|_| refused("it is not base64url"));
    let (header, claims, signature) = (decode(header)?, decode(claims)?, decode(signature)?);
    if signature.is_empty() {
        return Err(refused("it is not signed"));
    }
    for json in [&header, &claims] {
        serde_json::from_slice::<NoDuplicates>(json)
            .map_err(|_| refused("it is not JSON, or a member stands twice"))?;
    }
    let strict: Strict =
        serde_json::from_slice(&claims).map_err(|_| refused("exp or iat is not a number"))?;
    if strict.tagged_subject.is_some() || strict.tagged_profile.is_some() {
        return Err(refused("a claim has an empty language tag"));
    }
    let header: serde_json::Value = serde_json::from_slice(&header).map_err(|_| refused("it is not JSON"))?;
    if ["crit", "jwk", "jku", "x5u", "x5c"].iter().any(|name| header.get(name).is_some()) {
        return Err(refused("its header brings a key or a demand of its own"));
    }
    Ok(())
}

fn explain(error: &ClaimsVerificationError) -> Error {
    match error {
        ClaimsVerificationError::SignatureVerification(
            SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
        ) => Error::UnknownKey,
        other => Error::IdToken(step(other).to_owned()),
    }
}

/// The step that failed, without the values of the token.
fn step(error: &ClaimsVerificationError) -> &'static str {
    use SignatureVerificationError as Signature;
    match error {
        ClaimsVerificationError::Expired(_) => EXPIRED,
        ClaimsVerificationError::InvalidAudience(_) => ANOTHER_AUDIENCE,
        ClaimsVerificationError::InvalidIssuer(_) => ANOTHER_ISSUER,
        ClaimsVerificationError::InvalidNonce(why) if why == NONCE_MISSING => NONCE_MISSING,
        ClaimsVerificationError::InvalidNonce(_) => "nonce is another",
        ClaimsVerificationError::SignatureVerification(Signature::DisallowedAlg(_)) => "alg is not allowed",
        ClaimsVerificationError::SignatureVerification(Signature::AmbiguousKeyId(_)) => {
            "kid is missing and several keys fit"
        }
        ClaimsVerificationError::SignatureVerification(_) => "the signature is not valid",
        _ => "it is not the kind of token it must be",
    }
}

fn utc(now: Timestamp) -> Result<DateTime<Utc>, Error> {
    DateTime::from_timestamp(now.as_second(), 0).ok_or_else(|| refused("the clock shows no time"))
}

fn refused(what: &str) -> Error {
    Error::IdToken(what.to_owned())
}

#[cfg(test)]
mod tests;
