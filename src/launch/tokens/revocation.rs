//! Revocation of the tokens of ended contexts.

use std::time::Duration;

use futures_util::future::join_all;

use super::{
    Tokens,
    store::{self, EndedContext},
};
use crate::{
    db,
    egress::Limits,
    ehrs::{Ehr, origins::endpoints},
    launch::{error::Error, service::Launch},
    smart::{self, TokenKind, build_revocation_request, process_revocation_response},
};

/// Delay before retrying a failed revocation.
const RETRY_DELAY_MS: i64 = 5 * 60_000;
/// Age at which tokens are wiped even if revocation has failed.
const GIVE_UP_AFTER_MS: i64 = 24 * 3600 * 1000;

/// Result of a revocation.
enum Revoked {
    /// The EHR revoked the tokens, or refused to.
    Done,
    /// There is no endpoint to revoke them at.
    Nowhere,
    /// The EHR did not answer.
    Later,
}

impl Launch {
    /// Notifies the worker that contexts have ended, so that it revokes their tokens at once.
    pub fn note_ended(&self) {
        self.ended.notify_one();
    }

    /// Waits until contexts have ended, or for `wait`.
    pub async fn ended_within(&self, wait: Duration) {
        // The worker runs in either case.
        let _ = tokio::time::timeout(wait, self.ended.notified()).await;
    }

    /// Revokes the tokens of ended contexts at their EHRs, then wipes them. Retries for a day if an EHR does not answer.
    /// Returns the number of contexts handled.
    pub async fn revoke_ended(&self) -> db::Result<usize> {
        let now = self.ground.clock.now_ms();
        let ended =
            store::claim_ended(&self.ground.db, &self.ground.sealer, now, now + RETRY_DELAY_MS).await?;
        let revoked = join_all(ended.iter().map(|ended| self.revoke(ended))).await;
        for (ended, revoked) in ended.iter().zip(revoked) {
            let outcome = match revoked {
                Revoked::Done => "revoked",
                Revoked::Nowhere => "nowhere",
                Revoked::Later if now - ended.ended_at >= GIVE_UP_AFTER_MS => "given-up",
                Revoked::Later => "later",
            };
            tracing::info!(ehr = ended.ehr_id, outcome, "handled the tokens of an ended context");
            if outcome != "later" {
                store::wipe(&self.ground.db, &ended.id).await?;
            }
        }
        Ok(ended.len())
    }

    async fn revoke(&self, ended: &EndedContext) -> Revoked {
        // No request goes to a suspended or removed EHR.
        let Some(ehr) = self.registry.find(&ended.ehr_id).filter(|ehr| !ehr.suspended) else {
            return Revoked::Nowhere;
        };
        match self.revoke_tokens(&ehr, &ended.tokens).await {
            Ok(true) => Revoked::Done,
            Ok(false) => Revoked::Nowhere,
            Err(error) => {
                tracing::warn!(ehr = ehr.id, cause = %error, "could not revoke tokens; retrying later");
                Revoked::Later
            }
        }
    }

    /// Revokes the refresh token first: most servers then revoke the access token as well. Returns false, without a
    /// request, if the registration now names another server than the one that issued the tokens.
    async fn revoke_tokens(&self, ehr: &Ehr, tokens: &Tokens) -> Result<bool, Error> {
        let now = self.ground.clock.now();
        if tokens.base != ehr.client.base.canonical() {
            return Ok(false);
        }
        let endpoints = endpoints(&self.ground, ehr).await?;
        if tokens.issuer != endpoints.issuer {
            return Ok(false);
        }
        let Some(revocation) = endpoints.revocation.as_ref() else { return Ok(false) };
        let refresh = tokens.refresh_token().map(|token| (TokenKind::Refresh, token));
        let access = Some((TokenKind::Access, tokens.access_token())).filter(|_| tokens.is_good(now));
        for (kind, token) in [refresh, access].into_iter().flatten() {
            let request = build_revocation_request(revocation, &endpoints, &ehr.client, kind, &token, now)?;
            let reply = ehr.outbound.send(request, Limits::TOKEN).await;
            let reply = reply.map_err(|source| smart::Error::Egress { document: "revocation", source })?;
            if !process_revocation_response(&reply) {
                return Err(smart::Error::TokenRefused { status: reply.status, code: None }.into());
            }
        }
        Ok(true)
    }
}
