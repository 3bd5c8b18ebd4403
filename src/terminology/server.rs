//! Client of one terminology server: asks through `egress`, within a deadline, and leaves a failing server alone.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use futures_util::future::join_all;
use http::StatusCode;

use super::{
    cache::Expansions,
    concept::{Asked, Concept, Expansion},
    error::Unavailable,
    members::ServerSets,
    request::{build_expand, build_validate},
    response::{Answer, process_expand, process_validate},
};
use crate::{
    clock::SharedClock,
    delivery::Peer,
    egress::{Limits, Reply, Request},
};

/// Time for which a server that failed is not asked, in milliseconds.
const REST_MS: i64 = 30_000;
/// Largest value set that is asked for as a whole, for `memberOf()`.
const MAX_MEMBERS: usize = 2_000;

/// Terminology server of an installation.
#[derive(Clone)]
pub struct TerminologyServer(Arc<Inner>);

struct Inner {
    peer: Peer,
    clock: SharedClock,
    expansions: Expansions,
    members: ServerSets,
    /// Time until which it is not asked, epoch milliseconds.
    rests_until: AtomicI64,
}

impl TerminologyServer {
    /// Returns the server that is reached as a peer.
    #[must_use]
    pub fn new(peer: Peer, clock: SharedClock) -> Self {
        let (expansions, members) = (Expansions::new(), ServerSets::new());
        Self(Arc::new(Inner { peer, clock, expansions, members, rests_until: AtomicI64::new(0) }))
    }

    /// Returns the value sets for `memberOf()`, as far as [`TerminologyServer::prepare`] has asked for them.
    #[must_use]
    pub fn members(&self) -> ServerSets {
        self.0.members.clone()
    }

    /// Asks for codes of a value set. `None` if the server does not know the value set.
    ///
    /// # Errors
    /// [`Unavailable`] if it does not answer as a terminology server does.
    pub async fn expand(&self, asked: Asked) -> Result<Option<Arc<Expansion>>, Unavailable> {
        let inner = &*self.0;
        let ask = async {
            let request = build_expand(inner.peer.base(), &asked).ok_or(Unavailable)?;
            let reply = inner.send(request).await?;
            Ok(inner.judge(process_expand(&reply, asked.count))?.map(Arc::new))
        };
        inner.expansions.get(asked.clone(), ask).await
    }

    /// Returns a code with its text if it belongs to a value set: as an expansion has it, or as the server confirms it.
    ///
    /// # Errors
    /// [`Unavailable`] if it does not answer as a terminology server does.
    pub async fn find(
        &self,
        value_set: &str,
        code: &Concept,
        lang: &str,
    ) -> Result<Option<Concept>, Unavailable> {
        let inner = &*self.0;
        let is_it = |known: &&Concept| known.system == code.system && known.code == code.code;
        let expansions = inner.expansions.of(value_set, lang);
        let shown = expansions.iter().find_map(|expansion| expansion.concepts.iter().find(is_it));
        if let Some(shown) = shown {
            return Ok(Some(shown.clone()));
        }
        let request = build_validate(inner.peer.base(), value_set, code, lang).ok_or(Unavailable)?;
        let reply = inner.send(request).await?;
        Ok(inner.judge(process_validate(&reply, code))?.flatten())
    }

    /// Asks for all codes of value sets, so that `memberOf()` knows them. One that is not expanded completely stays unknown.
    pub async fn prepare(&self, value_sets: &[String]) {
        let unknown = value_sets.iter().filter(|value_set| !self.0.members.knows(value_set));
        let asks = unknown.map(async |value_set| {
            let asked = Asked {
                value_set: value_set.clone(),
                filter: String::new(),
                count: MAX_MEMBERS,
                lang: "en".to_owned(),
            };
            if let Ok(Some(expansion)) = self.expand(asked).await {
                self.0.members.add(value_set, &expansion);
            }
        });
        join_all(asks).await;
    }
}

impl Inner {
    async fn send(&self, request: Request) -> Result<Reply, Unavailable> {
        if self.clock.now_ms() < self.rests_until.load(Ordering::Relaxed) {
            return Err(Unavailable);
        }
        let proven = self.peer.prove(request, self.clock.now()).await;
        let request =
            proven.map_err(|outcome| self.fails(&format!("no proof of who we are: {outcome:?}")))?;
        let reply = self.peer.outbound().send(request, Limits::TERMINOLOGY).await;
        let reply = reply.map_err(|error| self.fails(&error.to_string()))?;
        if reply.status == StatusCode::UNAUTHORIZED {
            self.peer.forget_token().await;
        }
        Ok(reply)
    }

    fn judge<T>(&self, answer: Answer<T>) -> Result<Option<T>, Unavailable> {
        match answer {
            Answer::Known(found) => Ok(Some(found)),
            Answer::Unknown => Ok(None),
            Answer::Unusable(why) => Err(self.fails(why)),
        }
    }

    /// Logs a failure and leaves the server alone for a while.
    fn fails(&self, why: &str) -> Unavailable {
        self.rests_until.store(self.clock.now_ms() + REST_MS, Ordering::Relaxed);
        tracing::warn!(server = %self.peer.base(), why, "the terminology server cannot be used");
        Unavailable
    }
}
