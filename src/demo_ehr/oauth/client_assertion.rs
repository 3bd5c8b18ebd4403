//! `private_key_jwt`: a one-time JWT that the client signs with its own key.
//!
//! SMART App Launch 2.2, client-confidential-asymmetric; RFC 7523 section 3.

use std::sync::Arc;

use actix_web::HttpRequest;
use actix_web::http::header;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::parameters::Parameters;
use crate::demo_ehr::oauth::client::{Client, Credential, KeySource};
use crate::demo_ehr::oauth::client_signature::verify;
use crate::demo_ehr::oauth::error::OAuthError;
use crate::demo_ehr::state::DemoEhr;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Maximum lifetime of an assertion, in seconds.
const MAX_LIFETIME_SECONDS: i64 = 300;

/// Description of the broken rule, sent to the client.
type Broken = &'static str;

/// Whether the request contains an assertion, valid or not.
pub(super) fn is_asserted(form: &Parameters) -> bool {
    form.get("client_assertion").is_some() || form.get("client_assertion_type").is_some()
}

/// Returns the client that signed the assertion for this `url`.
pub(super) async fn check<'a>(
    ehr: &'a DemoEhr,
    request: &HttpRequest,
    form: &Parameters,
    url: &str,
) -> Result<&'a Client, OAuthError> {
    prove(ehr, request, form, url).await.map_err(OAuthError::invalid_client)
}

async fn prove<'a>(
    ehr: &'a DemoEhr,
    request: &HttpRequest,
    form: &Parameters,
    url: &str,
) -> Result<&'a Client, Broken> {
    if form.get("client_assertion_type") != Some(JWT_BEARER) {
        return Err("client_assertion_type is not the type of JWT bearer assertions");
    }
    if request.headers().contains_key(header::AUTHORIZATION) || form.get("client_secret").is_some() {
        return Err("the request uses two methods of client authentication");
    }
    let text = form.get("client_assertion").ok_or("client_assertion is missing")?;
    let assertion = Assertion::parse(text).ok_or("client_assertion is not a signed JWT")?;
    let (alg, kid) = assertion.check_header(ehr)?;
    let (client, source) = signer(ehr, form, &assertion.claims)?;
    let jti = check_claims(ehr, &assertion.claims, url)?;
    let keys = published_keys(ehr, &client.client_id, source).await?;
    verify(&keys, alg, kid, assertion.message.as_bytes(), &assertion.signature)?;
    // After the signature check, so that an attacker cannot use up the jti of a client.
    if !ehr.locked().used_assertions.insert(&client.client_id, jti) {
        return Err("jti was used before");
    }
    Ok(client)
}

/// A compact JWS, parsed but not verified.
struct Assertion<'a> {
    header: Value,
    claims: Value,
    message: &'a str,
    signature: Vec<u8>,
}

impl<'a> Assertion<'a> {
    fn parse(text: &'a str) -> Option<Self> {
        let (message, signature) = text.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let object = |part: &str| {
            let value: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()?;
            value.is_object().then_some(value)
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        Some(Self { header: object(header)?, claims: object(claims)?, message, signature })
    }

    /// Checks the header and returns `alg` and `kid`.
    fn check_header(&self, ehr: &DemoEhr) -> Result<(&str, &str), Broken> {
        let text = |name: &str| self.header[name].as_str().filter(|value| !value.is_empty());
        let alg = text("alg").filter(|alg| signing_algs(ehr).contains(alg));
        let alg = alg.ok_or("alg is not supported by this server")?;
        if text("typ") != Some("JWT") {
            return Err("typ is not JWT");
        }
        if self.header.get("crit").is_some() {
            return Err("crit names an extension that this server does not support");
        }
        Ok((alg, text("kid").ok_or("kid is missing")?))
    }
}

/// Signature algorithms accepted for assertions.
pub(super) fn signing_algs(ehr: &DemoEhr) -> &'static [&'static str] {
    match ehr.fault() {
        Some(Fault::DiscoveryOnlyEs384) => &["ES384"],
        Some(Fault::DiscoveryOnlyRs384) => &["RS384"],
        _ => &["RS384", "ES384"],
    }
}

/// The public keys of a client. While a cached key set is fresh it is not refetched, even for an unknown `kid`: a
/// client that signs with a key it has only just published is refused until then.
async fn published_keys(
    ehr: &DemoEhr,
    client_id: &str,
    source: &KeySource,
) -> Result<Arc<Vec<Value>>, Broken> {
    if let Some(keys) = ehr.locked().client_keys.fresh(client_id, ehr.now()) {
        return Ok(keys);
    }
    let published = source.fetch().await.map_err(|error| {
        tracing::warn!(%error, client_id, "the keys of a client could not be fetched");
        "the key set of the client could not be fetched"
    })?;
    let keys = ehr.locked().client_keys.insert(client_id, &published, ehr.now());
    keys.ok_or("the key set of the client is not a JWK Set")
}

/// Finds the client named by `iss` and `sub`, and by `client_id` if the request contains it.
fn signer<'a>(
    ehr: &'a DemoEhr,
    form: &Parameters,
    claims: &Value,
) -> Result<(&'a Client, &'a KeySource), Broken> {
    let client_id = claims["iss"].as_str().ok_or("iss is not a client_id")?;
    if claims["sub"] != claims["iss"] {
        return Err("iss and sub differ");
    }
    if form.get("client_id").is_some_and(|named| named != client_id) {
        return Err("client_id differs from iss of the assertion");
    }
    let client = ehr.client(client_id).ok_or("iss is not a client of this server")?;
    match &client.credential {
        Credential::Keys(source) => Ok((client, source)),
        Credential::Secret(_) => Err("this client is registered with a secret, not with keys"),
    }
}

/// Checks audience and times, and returns the `jti`.
fn check_claims<'a>(ehr: &DemoEhr, claims: &'a Value, url: &str) -> Result<&'a str, Broken> {
    let wants_issuer = ehr.plays(Fault::TokenAssertionAudienceIsIssuer);
    let audience = if wants_issuer { ehr.issuer() } else { url.to_owned() };
    if claims["aud"].as_str() != Some(&audience) {
        return Err(if wants_issuer {
            "aud is not the issuer"
        } else {
            "aud is not one string with the URL of this endpoint"
        });
    }
    let now = ehr.now().as_second();
    let exp = claims["exp"].as_i64().ok_or("exp is not an integer")?;
    if exp <= now {
        return Err("the assertion has expired");
    }
    if exp > now + MAX_LIFETIME_SECONDS {
        return Err("exp is more than five minutes in the future");
    }
    if claims["nbf"].as_f64().is_some_and(|nbf| nbf > ehr.now().as_duration().as_secs_f64()) {
        return Err("nbf is in the future");
    }
    claims["jti"].as_str().filter(|jti| !jti.is_empty()).ok_or("jti is missing")
}
