//! Claims, header and signature of the `id_token`.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::error::Unspecified;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use crate::demo_ehr::account::Account;
use crate::demo_ehr::clinicians::CLINICIANS;
use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::oauth::grants::Tokens;
use crate::demo_ehr::oauth::id_token_faults::{sign_as_played, spoil_claims, spoil_header, spoil_payload};
use crate::demo_ehr::state::DemoEhr;

/// Lifetime of an `id_token`.
const LIFETIME: SignedDuration = SignedDuration::from_mins(5);

/// Builds the `id_token` as a compact JWS, with the active fault applied.
pub(super) fn id_token(ehr: &DemoEhr, tokens: &Tokens) -> Result<String, Unspecified> {
    let fault = ehr.fault();
    if fault == Some(Fault::IdTokenNotAJwt) {
        return Ok("not.a-jwt".to_owned());
    }
    if fault == Some(Fault::IdTokenRotatedJustBeforeSigning) {
        ehr.rotate_keys().map_err(|_| Unspecified)?;
    }
    if fault == Some(Fault::IdTokenSignedByWithdrawnKey) && ehr.locked().keyring.withdrawn().is_none() {
        ehr.rotate_keys().map_err(|_| Unspecified)?;
        ehr.withdraw_old_keys();
    }
    let mut claims = claims(ehr, tokens);
    if let Some(fault) = fault {
        spoil_claims(ehr, fault, &mut claims);
    }
    let payload = spoil_payload(fault, Value::Object(claims).to_string());
    let (alg, keys) = {
        let state = ehr.locked();
        let withdrawn =
            state.keyring.withdrawn().filter(|_| fault == Some(Fault::IdTokenSignedByWithdrawnKey));
        (state.signing_alg, withdrawn.unwrap_or(&state.keyring.current).clone())
    };
    let mut header = Map::new();
    header.insert("alg".into(), json!(alg.name()));
    header.insert("kid".into(), json!(keys.kid(alg)));
    header.insert("typ".into(), json!("JWT"));
    spoil_header(ehr, fault, &mut header)?;
    let signing_input = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(Value::Object(header).to_string()),
        URL_SAFE_NO_PAD.encode(payload)
    );
    let signature = match sign_as_played(ehr, fault, tokens, &signing_input)? {
        Some(signature) => signature,
        None => keys.sign(alg, signing_input.as_bytes())?,
    };
    Ok(format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

fn claims(ehr: &DemoEhr, tokens: &Tokens) -> Map<String, Value> {
    let grant = &tokens.grant;
    let now = ehr.now();
    let mut claims = Map::new();
    claims.insert("iss".into(), json!(ehr.issuer()));
    claims.insert("aud".into(), json!(grant.client_id));
    claims.insert("iat".into(), json!(now.as_second()));
    claims.insert("exp".into(), json!((now + LIFETIME).as_second()));
    claims.insert("at_hash".into(), json!(at_hash(&tokens.access_token)));
    if let Some(nonce) = &grant.nonce {
        claims.insert("nonce".into(), json!(nonce));
    }
    if let Some(user) = subject(ehr, tokens) {
        claims.insert("sub".into(), json!(user.sub));
        if grant.has_scope("fhirUser") {
            let fhir_user = format!("{}/{}", ehr.fhir_base_url(), user.fhir_user);
            claims.insert(ehr.shape().user_claim().into(), json!(fhir_user));
        }
    }
    claims
}

/// Account that the `id_token` is about: the signed-in user, or another user if `RefreshOtherUser` is active.
fn subject(ehr: &DemoEhr, tokens: &Tokens) -> Option<Account> {
    let honest = tokens.grant.signed_in();
    if ehr.plays(Fault::RefreshOtherUser) && tokens.refreshed {
        let own = honest.map(|user| user.sub).unwrap_or_default();
        return CLINICIANS.iter().find(|other| other.sub != own).map(Account::from);
    }
    honest
}

/// Left half of the SHA-256 of the access token (`OpenID` Connect Core 3.1.3.6).
fn at_hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(&digest(&SHA256, access_token.as_bytes()).as_ref()[..16])
}
