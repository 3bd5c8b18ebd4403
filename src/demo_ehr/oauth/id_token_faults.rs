//! Faults of the `id_token`: claims, header, payload text, signature.

use std::sync::{Arc, Mutex, PoisonError};

use aws_lc_rs::error::Unspecified;
use aws_lc_rs::hmac;
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use crate::demo_ehr::clinicians::CLINICIANS;
use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::oauth::callback::other_last_character;
use crate::demo_ehr::oauth::client::Client;
use crate::demo_ehr::oauth::grants::Tokens;
use crate::demo_ehr::oauth::keys::{KeySet, SigningAlg};
use crate::demo_ehr::state::DemoEhr;

/// Applies the fault to the claims.
pub(super) fn spoil_claims(ehr: &DemoEhr, fault: Fault, claims: &mut Map<String, Value>) {
    spoil_times(ehr, fault, claims);
    spoil_fhir_user(ehr, fault, claims);
    let client_id = claims.get("aud").cloned().unwrap_or_default();
    let nonce = claims.get("nonce").and_then(Value::as_str).map(other_last_character);
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    match fault {
        Fault::DiscoveryImpostor => set("iss", json!(ehr.canary())),
        Fault::IdTokenWrongIssuer => set("iss", json!(format!("{}/another", ehr.issuer()))),
        Fault::IdTokenWrongAudience => set("aud", json!("some-other-app")),
        Fault::IdTokenAudienceArray => set("aud", json!([client_id])),
        Fault::IdTokenSeveralAudiencesWithoutAzp => set("aud", json!([client_id, "some-other-app"])),
        Fault::IdTokenSeveralAudiencesWithAzp => {
            set("aud", json!([client_id, "some-other-app"]));
            set("azp", client_id);
        }
        Fault::IdTokenWrongAzp => set("azp", json!("some-other-app")),
        Fault::IdTokenNonceWrong => set("nonce", json!(nonce)),
        Fault::IdTokenSubEmpty => set("sub", json!("")),
        Fault::IdTokenSubNumber => set("sub", json!(42)),
        Fault::IdTokenSubTooLong => set("sub", json!("s".repeat(300))),
        Fault::IdTokenWrongAtHash => set("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA")),
        Fault::IdTokenHuge => set("padding", json!("x".repeat(150 * 1024))),
        Fault::IdTokenAudienceMissing => drop(claims.remove("aud")),
        Fault::IdTokenAtHashMissing => drop(claims.remove("at_hash")),
        Fault::IdTokenNonceMissing => drop(claims.remove("nonce")),
        Fault::IdTokenSubMissing => drop(claims.remove("sub")),
        _ => {}
    }
}

fn spoil_times(ehr: &DemoEhr, fault: Fault, claims: &mut Map<String, Value>) {
    let at = |offset: SignedDuration| (ehr.now() + offset).as_second();
    let mut set = |name: &str, value: Value| {
        claims.insert(name.to_owned(), value);
    };
    match fault {
        Fault::IdTokenExpired => {
            set("iat", json!(at(SignedDuration::from_mins(-7))));
            set("exp", json!(at(SignedDuration::from_mins(-2))));
        }
        Fault::IdTokenExpString => set("exp", json!(at(SignedDuration::from_mins(5)).to_string())),
        Fault::IdTokenIatFuture => {
            set("iat", json!(at(SignedDuration::from_mins(10))));
            set("exp", json!(at(SignedDuration::from_mins(15))));
        }
        Fault::IdTokenIatOld => set("iat", json!(at(SignedDuration::from_hours(-7 * 24)))),
        Fault::IdTokenNbfFuture => set("nbf", json!(at(SignedDuration::from_mins(10)))),
        Fault::IdTokenExpMissing => drop(claims.remove("exp")),
        Fault::IdTokenIatMissing => drop(claims.remove("iat")),
        _ => {}
    }
}

fn spoil_fhir_user(ehr: &DemoEhr, fault: Fault, claims: &mut Map<String, Value>) {
    let base = ehr.fhir_base_url();
    let honest = claims.get("fhirUser").and_then(Value::as_str).unwrap_or_default().to_owned();
    let relative = honest.trim_start_matches(&base).trim_start_matches('/').to_owned();
    let played = match fault {
        Fault::IdTokenFhirUserRelative => relative,
        Fault::IdTokenFhirUserForeignHost => format!("{}/fhir/{relative}", ehr.canary()),
        Fault::IdTokenFhirUserPathTraversal => format!("{base}/Practitioner/../../auth/introspect"),
        Fault::IdTokenFhirUserJavascript => "javascript:alert('demo-ehr')".to_owned(),
        Fault::IdTokenFhirUserPatient => format!("{base}/Patient/eleonore"),
        Fault::IdTokenFhirUserMissing => return drop(claims.remove("fhirUser")),
        Fault::IdTokenFhirUserInProfile => {
            claims.remove("fhirUser");
            claims.insert("profile".into(), json!(honest));
            return;
        }
        _ => return,
    };
    claims.insert("fhirUser".into(), json!(played));
}

/// Applies faults that need text: a member that appears twice.
pub(super) fn spoil_payload(fault: Option<Fault>, payload: String) -> String {
    if fault != Some(Fault::IdTokenDuplicateSub) {
        return payload;
    }
    let own = |sub: &str| payload.contains(sub);
    let other = CLINICIANS.iter().map(|it| it.sub).find(|sub| !own(sub)).unwrap_or_default();
    format!(r#"{},"sub":"{other}"}}"#, payload.trim_end_matches('}'))
}

/// Applies the fault to the header.
pub(super) fn spoil_header(
    ehr: &DemoEhr,
    fault: Option<Fault>,
    header: &mut Map<String, Value>,
) -> Result<(), Unspecified> {
    let mut set = |name: &str, value: Value| {
        header.insert(name.to_owned(), value);
    };
    match fault {
        Some(Fault::IdTokenAlgNone) => set("alg", json!("none")),
        Some(Fault::IdTokenAlgNoneMixedCase) => set("alg", json!("nOnE")),
        Some(Fault::IdTokenRs384) => set("alg", json!("RS384")),
        Some(Fault::IdTokenHs256WithClientSecret | Fault::IdTokenHs256WithPublicKey) => {
            set("alg", json!("HS256"));
        }
        Some(Fault::IdTokenUnknownKid) => set("kid", json!("no-such-key")),
        Some(Fault::IdTokenEmbeddedJwk) => set("jwk", foreign_keys()?.rsa_jwk()),
        Some(Fault::IdTokenJkuOnCanary) => set("jku", json!(format!("{}/jwks.json", ehr.canary()))),
        Some(Fault::IdTokenCritHeader) => {
            set("crit", json!(["urn:example:must-understand"]));
            set("urn:example:must-understand", json!(true));
        }
        Some(Fault::IdTokenTypAtJwt) => set("typ", json!("at+jwt")),
        Some(Fault::IdTokenNoKidSingleKey | Fault::IdTokenNoKidSeveralKeys) => drop(header.remove("kid")),
        _ => {}
    }
    if has_foreign_signature(fault) {
        header.insert("alg".into(), json!("RS256"));
        header.insert("kid".into(), json!(ehr.locked().keyring.current.kid(SigningAlg::Rs256)));
    }
    Ok(())
}

fn has_foreign_signature(fault: Option<Fault>) -> bool {
    use Fault::{IdTokenEmbeddedJwk, IdTokenJkuOnCanary, IdTokenSignedByForeignKeySameKid};
    matches!(fault, Some(IdTokenSignedByForeignKeySameKid | IdTokenEmbeddedJwk | IdTokenJkuOnCanary))
}

/// Signature of the active fault, or `None` if the signature is to be valid.
pub(super) fn sign_as_played(
    ehr: &DemoEhr,
    fault: Option<Fault>,
    tokens: &Tokens,
    signing_input: &str,
) -> Result<Option<Vec<u8>>, Unspecified> {
    let message = signing_input.as_bytes();
    let hs256 = |secret: &[u8]| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret);
        hmac::sign(&key, message).as_ref().to_vec()
    };
    let (alg, keys) = {
        let state = ehr.locked();
        (state.signing_alg, state.keyring.current.clone())
    };
    Ok(match fault {
        Some(Fault::IdTokenAlgNone | Fault::IdTokenAlgNoneMixedCase | Fault::IdTokenSignatureMissing) => {
            Some(Vec::new())
        }
        Some(Fault::IdTokenRs384) => Some(keys.sign_rs384(message)?),
        Some(Fault::IdTokenHs256WithClientSecret) => {
            let secret = ehr.client(&tokens.grant.client_id).and_then(Client::secret);
            Some(hs256(secret.unwrap_or_default().as_bytes()))
        }
        Some(Fault::IdTokenHs256WithPublicKey) => Some(hs256(keys.rsa_public_pem()?.as_bytes())),
        Some(Fault::IdTokenSignatureFlipped) => {
            let mut signature = keys.sign(alg, message)?;
            signature[0] ^= 1;
            Some(signature)
        }
        Some(Fault::IdTokenSignatureCut) => {
            keys.sign(alg, message)?.split_last().map(|(_, rest)| rest.to_vec())
        }
        Some(Fault::IdTokenSignatureZero) => Some(vec![0; keys.sign(alg, message)?.len()]),
        Some(Fault::IdTokenSignatureDer) => Some(in_der(&keys.sign(alg, message)?)),
        fault if has_foreign_signature(fault) => Some(foreign_keys()?.sign(SigningAlg::Rs256, message)?),
        _ => None,
    })
}

/// Encodes a signature as `SEQUENCE { INTEGER, INTEGER }` of its two halves (RFC 3279 2.2.3).
fn in_der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let integer = |half: &[u8]| {
        let zeros = half.iter().take_while(|byte| **byte == 0).count();
        let digits = &half[zeros..];
        // A leading zero keeps the integer positive.
        let sign: &[u8] = if digits.first().is_none_or(|byte| *byte >= 0x80) { &[0] } else { &[] };
        with_length(0x02, &[sign, digits].concat())
    };
    with_length(0x30, &[integer(r), integer(s)].concat())
}

fn with_length(tag: u8, content: &[u8]) -> Vec<u8> {
    let [.., high, low] = content.len().to_be_bytes();
    let header = if content.len() < 0x80 { vec![tag, low] } else { vec![tag, 0x82, high, low] };
    [&header, content].concat()
}

/// Keys that no EHR of this process publishes. Generated once.
fn foreign_keys() -> Result<Arc<KeySet>, Unspecified> {
    static FOREIGN: Mutex<Option<Arc<KeySet>>> = Mutex::new(None);
    let mut foreign = FOREIGN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(keys) = foreign.as_ref() {
        return Ok(keys.clone());
    }
    let keys = Arc::new(KeySet::generate()?);
    *foreign = Some(keys.clone());
    Ok(keys)
}
