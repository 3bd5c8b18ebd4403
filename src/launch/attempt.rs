//! Launch attempts, sealed in a cookie of the browser.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::{
    clock,
    db::{Cell, Sealer},
    ehrs::Ehr,
    smart::{Authorization, Endpoints, Fact, ScopeSyntax, authorization_request_facts, requested_scopes},
};

/// Lifetime of an attempt.
pub(super) const LIFETIME_SECONDS: i64 = 600;
/// Open attempts of one browser.
pub(super) const MAX_OPEN_ATTEMPTS: usize = 8;
/// Prefix of attempt cookies; the rest of the name is the start of the state's hash.
pub(super) const COOKIE_PREFIX: &str = "__Host-pw-";

/// Launch attempt of one browser at one EHR, sealed in a cookie until the callback.
pub(super) struct Attempt {
    pub(super) ehr_id: String,
    pub(super) nonce: SecretString,
    pub(super) code_verifier: SecretString,
    /// Start of the attempt, epoch milliseconds.
    pub(super) begun_at: i64,
    /// Fingerprint of the endpoints at the start: the authorization code is sent to no others.
    pub(super) endpoints: String,
    pub(super) asked: Asked,
}

/// Start of an attempt, for its trace.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Asked {
    /// Correlation id of the launch request.
    #[serde(rename = "r")]
    pub(super) reference: String,
    /// Syntax of the requested scopes.
    #[serde(rename = "x")]
    pub(super) syntax: ScopeSyntax,
    /// Whether the launch started on our own page.
    #[serde(rename = "s")]
    pub(super) standalone: bool,
}

impl Asked {
    /// Facts of the authorization request.
    pub(super) fn facts(&self, ehr: &Ehr) -> Vec<Fact> {
        let scopes = requested_scopes(&ehr.client, self.syntax, !self.standalone);
        authorization_request_facts(&ehr.client, &scopes.join(" "))
    }
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    e: String,
    n: String,
    v: String,
    t: i64,
    p: String,
    #[serde(default)]
    a: Asked,
}

impl Attempt {
    pub(super) fn new(
        ehr: &Ehr,
        authorization: &Authorization,
        endpoints: &Endpoints,
        asked: Asked,
        now: i64,
        sealer: &Sealer,
    ) -> Self {
        Self {
            ehr_id: ehr.id.clone(),
            nonce: authorization.nonce.clone(),
            code_verifier: authorization.code_verifier.clone(),
            begun_at: now,
            endpoints: fingerprint(ehr, endpoints, sealer),
            asked,
        }
    }

    /// Whether the FHIR base and the endpoints are unchanged since the attempt started.
    pub(super) fn began_with(&self, ehr: &Ehr, endpoints: &Endpoints, sealer: &Sealer) -> bool {
        self.endpoints == fingerprint(ehr, endpoints, sealer)
    }

    /// Whether the attempt is older than its lifetime, or starts in the future.
    pub(super) fn is_expired(&self, now: i64) -> bool {
        !(-clock::NODE_SKEW_MS..=LIFETIME_SECONDS * 1000).contains(&(now - self.begun_at))
    }

    pub(super) fn seal(&self, state_hash: &str, sealer: &Sealer) -> Option<String> {
        tracing::trace!(target: "walk", "seal the attempt into a cookie");
        let sealed = Sealed {
            e: self.ehr_id.clone(),
            n: self.nonce.expose_secret().to_owned(),
            v: self.code_verifier.expose_secret().to_owned(),
            t: self.begun_at,
            p: self.endpoints.clone(),
            a: self.asked.clone(),
        };
        sealer.seal_json(cell(state_hash), &sealed).ok().map(|bytes| URL_SAFE_NO_PAD.encode(bytes))
    }

    /// Opens a sealed attempt. Returns `None` unless we sealed it for this `state`.
    pub(super) fn open(text: &str, state_hash: &str, sealer: &Sealer) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let Sealed { e, n, v, t, p, a } = sealer.open_json(cell(state_hash), &bytes).ok()?;
        Some(Self {
            ehr_id: e,
            nonce: n.into(),
            code_verifier: v.into(),
            begun_at: t,
            endpoints: p,
            asked: a,
        })
    }
}

/// Returns the keyed hash of `state`; the value itself is never stored.
pub(super) fn hash_state(state: &str, sealer: &Sealer) -> String {
    sealer.lookup(&["state", state])
}

/// Returns the id of the launch context that this `state` opens. A replayed callback can then redirect to that chart.
pub(super) fn context_id(state: &str, sealer: &Sealer) -> String {
    sealer.lookup(&["context", state])
}

/// Returns the name of the cookie that binds an attempt to its browser.
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
