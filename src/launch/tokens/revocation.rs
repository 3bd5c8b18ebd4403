use std::time::Duration;

use futures_util::future::join_all;

use super::{
    Tokens,
    store::{self, Ended},
};
use crate::{
    db,
    egress::Limits,
    ehrs::{Ehr, origins::endpoints},
    launch::{error::Error, service::Launch},
    smart::{self, TokenKind, build_revocation_request, process_revocation_response},
};

/// Milliseconds until tokens that could not be given back are offered again.
const RETRY_DELAY_MS: i64 = 5 * 60_000;
/// Milliseconds after which they are forgotten all the same.
const GIVE_UP_AFTER_MS: i64 = 24 * 3600 * 1000;

/// How giving tokens back ended.
enum Revoked {
    /// The EHR has them back, or will not take them.
    Done,
    /// There is nowhere to give them back.
    Nowhere,
    /// The EHR is down.
    Later,
}

impl Launch {
    /// Says that contexts have just ended, so that their tokens are given back now and not at the next look.
    pub fn note_ended(&self) {
        self.ended.notify_one();
    }

    /// Returns when contexts have ended, or after `wait`.
    pub async fn ended_within(&self, wait: Duration) {
        // Whichever comes first, there is a look to be taken.
        let _ = tokio::time::timeout(wait, self.ended.notified()).await;
    }

    /// Gives the tokens of ended contexts back to their EHRs, and wipes them. An EHR that is down is asked again for a
    /// day; nobody waits for it.
    pub async fn revoke_ended(&self) -> db::Result<usize> {
        let now = self.ground.clock.now_ms();
        let ended =
            store::claim_ended(&self.ground.db, &self.ground.sealer, now, now + RETRY_DELAY_MS).await?;
        let revoked = join_all(ended.iter().map(|ended| self.revoke(ended))).await;
        for (ended, revoked) in ended.iter().zip(revoked) {
            let outcome = match revoked {
                Revoked::Done => "revoked",
                Revoked::Nowhere => "nowhere",
                Revoked::Later if now - ended.since >= GIVE_UP_AFTER_MS => "given-up",
                Revoked::Later => "later",
            };
            tracing::info!(ehr = ended.ehr_id, outcome, "tokens given back");
            if outcome != "later" {
                store::wipe(&self.ground.db, &ended.id).await?;
            }
        }
        Ok(ended.len())
    }

    async fn revoke(&self, ended: &Ended) -> Revoked {
        // Nothing is sent to an EHR that was suspended or removed.
        let Some(ehr) = self.registry.find(&ended.ehr_id).filter(|ehr| !ehr.suspended) else {
            return Revoked::Nowhere;
        };
        match self.revoke_tokens(&ehr, &ended.tokens).await {
            Ok(true) => Revoked::Done,
            Ok(false) => Revoked::Nowhere,
            Err(error) => {
                tracing::warn!(ehr = ehr.id, cause = %error, "tokens could not be given back now");
                Revoked::Later
            }
        }
    }

    /// The refresh token first: with it, most servers end the access token as well. What stands registered now may be
    /// another server than the one that gave them; that one gets none of them.
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
