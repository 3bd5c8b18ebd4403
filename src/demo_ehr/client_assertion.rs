//! `private_key_jwt`: a one-time JWT that the client signs with its own key.
//!
//! SMART App Launch 2.2, client-confidential-asymmetric; RFC 7523 section 3.

use actix_web::HttpRequest;
use actix_web::http::header;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::DemoEhr;
use super::client::{Client, Credential, KeySource};
use super::client_keys::published_keys;
use super::client_signature::verify;
use super::fault::Fault;
use super::oauth_error::OAuthError;
use super::parameters::Parameters;

const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far ahead `exp` may be, in seconds.
const LONGEST: i64 = 300;

/// The rule that was broken, as the client is told.
type Broken = &'static str;

/// Whether the request brings an assertion, good or bad.
pub(super) fn is_asserted(form: &Parameters) -> bool {
    form.get("client_assertion").is_some() || form.get("client_assertion_type").is_some()
}

/// The client that signed the assertion for this `url`.
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
        return Err("client_assertion_type is not the one of JWT bearer assertions");
    }
    if request.headers().contains_key(header::AUTHORIZATION) || form.get("client_secret").is_some() {
        return Err("client authentication came twice");
    }
    let text = form.get("client_assertion").ok_or("client_assertion is missing")?;
    let assertion = Assertion::parse(text).ok_or("client_assertion is no signed JWT")?;
    let (alg, kid) = assertion.check_header(ehr)?;
    let (client, source) = signer(ehr, form, &assertion.claims)?;
    let jti = check_claims(ehr, &assertion.claims, url)?;
    let keys = published_keys(ehr, &client.client_id, source).await?;
    verify(&keys, alg, kid, assertion.message.as_bytes(), &assertion.signature)?;
    // Only now, so that nobody can use up what somebody else will send.
    if !ehr.locked().used_assertions.insert(&client.client_id, jti) {
        return Err("jti was used before");
    }
    Ok(client)
}

/// A JWS in compact form, taken apart and not believed yet.
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

    /// `alg` and `kid`.
    fn check_header(&self, ehr: &DemoEhr) -> Result<(&str, &str), Broken> {
        let text = |name: &str| self.header[name].as_str().filter(|value| !value.is_empty());
        let alg = text("alg").filter(|alg| signing_algs(ehr).contains(alg));
        let alg = alg.ok_or("alg is not one of those this server takes")?;
        if text("typ") != Some("JWT") {
            return Err("typ is not JWT");
        }
        if self.header.get("crit").is_some() {
            return Err("crit names what this server does not understand");
        }
        Ok((alg, text("kid").ok_or("kid is missing")?))
    }
}

/// The algorithms that assertions may be signed with.
pub(super) fn signing_algs(ehr: &DemoEhr) -> &'static [&'static str] {
    match ehr.fault() {
        Some(Fault::DiscoveryOnlyEs384) => &["ES384"],
        Some(Fault::DiscoveryOnlyRs384) => &["RS384"],
        _ => &["RS384", "ES384"],
    }
}

/// The client that `iss` and `sub` name, and `client_id` where it is there.
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
        return Err("client_id is not the one in the assertion");
    }
    let client = ehr.client(client_id).ok_or("iss is no client of this server")?;
    match &client.credential {
        Credential::Keys(source) => Ok((client, source)),
        Credential::Secret(_) => Err("this client is registered with a secret, not with keys"),
    }
}

/// The `jti`, when audience and times are right too.
fn check_claims<'a>(ehr: &DemoEhr, claims: &'a Value, url: &str) -> Result<&'a str, Broken> {
    let wants_issuer = ehr.plays(Fault::TokenAssertionAudienceIsIssuer);
    let audience = if wants_issuer { ehr.issuer() } else { url.to_owned() };
    if claims["aud"].as_str() != Some(&audience) {
        return Err(if wants_issuer {
            "aud is not the issuer"
        } else {
            "aud is not the URL posted to, as one string"
        });
    }
    let now = ehr.now().as_second();
    let exp = claims["exp"].as_i64().ok_or("exp is not an integer")?;
    if exp <= now {
        return Err("exp is over");
    }
    if exp > now + LONGEST {
        return Err("exp is more than five minutes ahead");
    }
    if claims["nbf"].as_f64().is_some_and(|nbf| nbf > ehr.now().as_duration().as_secs_f64()) {
        return Err("nbf is still to come");
    }
    claims["jti"].as_str().filter(|jti| !jti.is_empty()).ok_or("jti is missing")
}
