use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    clock,
    db::{Cell, Sealer},
    ehrs::Ehr,
    smart::{Authorization, Endpoints},
};

/// Seconds an attempt may take.
pub(super) const SECONDS: i64 = 600;
/// Attempts one browser may have open.
pub(super) const MOST: usize = 8;
/// Start of the names of attempt cookies; the name ends with a part of the state's hash.
pub(super) const COOKIE_PREFIX: &str = "__Host-pw-";

/// One try by one browser to launch from one EHR, sealed in that browser until it comes back.
pub(super) struct Attempt {
    pub(super) ehr_id: String,
    pub(super) nonce: SecretString,
    pub(super) code_verifier: SecretString,
    pub(super) begun_at: i64,
    /// Where the code may go: the endpoints this attempt began with.
    pub(super) endpoints: String,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    e: String,
    n: String,
    v: String,
    t: i64,
    p: String,
}

impl Attempt {
    pub(super) fn new(
        ehr: &Ehr,
        authorization: &Authorization,
        endpoints: &Endpoints,
        now: i64,
        sealer: &Sealer,
    ) -> Self {
        Self {
            ehr_id: ehr.id.clone(),
            nonce: authorization.nonce.clone(),
            code_verifier: authorization.code_verifier.clone(),
            begun_at: now,
            endpoints: fingerprint(ehr, endpoints, sealer),
        }
    }

    /// Whether the base and the endpoints are still those the attempt began with.
    pub(super) fn began_with(&self, ehr: &Ehr, endpoints: &Endpoints, sealer: &Sealer) -> bool {
        self.endpoints == fingerprint(ehr, endpoints, sealer)
    }

    /// Whether it began too long ago, or in the future.
    pub(super) fn is_expired(&self, now: i64) -> bool {
        !(-clock::NODE_SKEW_MS..=SECONDS * 1000).contains(&(now - self.begun_at))
    }

    pub(super) fn seal(&self, state_hash: &str, sealer: &Sealer) -> Option<String> {
        let sealed = Sealed {
            e: self.ehr_id.clone(),
            n: self.nonce.expose_secret().to_owned(),
            v: self.code_verifier.expose_secret().to_owned(),
            t: self.begun_at,
            p: self.endpoints.clone(),
        };
        sealer.seal_json(cell(state_hash), &sealed).ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Opens an attempt; none unless it was sealed by us for this very state.
    pub(super) fn open(text: &str, state_hash: &str, sealer: &Sealer) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let Sealed { e, n, v, t, p } = sealer.open_json(cell(state_hash), &bytes).ok()?;
        Some(Self { ehr_id: e, nonce: n.into(), code_verifier: v.into(), begun_at: t, endpoints: p })
    }
}

/// What is stored and compared instead of the state itself.
pub(super) fn hash_state(state: &str, sealer: &Sealer) -> String {
    sealer.lookup(&["state", state])
}

/// The id of the launch context that this state will open: a replayed callback then finds the page it led to.
pub(super) fn context_id(state: &str, sealer: &Sealer) -> String {
    sealer.lookup(&["context", state])
}

/// The name of the cookie that binds an attempt to its browser.
pub(super) fn cookie_name(state_hash: &str) -> String {
    format!("{COOKIE_PREFIX}{}", &state_hash[..12])
}

fn fingerprint(ehr: &Ehr, endpoints: &Endpoints, sealer: &Sealer) -> String {
    let base = ehr.client.base.canonical();
    let parts = [base, endpoints.token.as_str(), endpoints.jwks.as_str(), endpoints.issuer.as_str()];
    let mut hash = sealer.lookup(&parts);
    hash.truncate(22);
    hash
}

fn cell(state_hash: &str) -> Cell<'_> {
    Cell { table: "launch_attempts", column: "cookie", id: state_hash }
}
