//! Cached answers of one terminology server. Concurrent callers share one request.

use std::{future::Future, sync::Arc, time::Duration};

use moka::future::Cache;

use super::{
    concept::{Asked, Expansion},
    error::Unavailable,
};

/// Lifetime of an answer.
const LIFETIME: Duration = Duration::from_hours(1);
/// Largest number of codes in all cached answers.
const MAX_CONCEPTS: u64 = 200_000;

/// Expansions by request; `None` for a value set that the server does not know.
#[derive(Clone)]
pub(super) struct Expansions(Cache<Asked, Option<Arc<Expansion>>>);

impl Expansions {
    pub(super) fn new() -> Self {
        let weight = |_: &Asked, found: &Option<Arc<Expansion>>| {
            let concepts = found.as_ref().map_or(0, |expansion| expansion.concepts.len());
            u32::try_from(concepts + 1).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(MAX_CONCEPTS).weigher(weight).time_to_live(LIFETIME).build())
    }

    /// Returns the cached answer, or that of `ask`. A failure is not cached.
    pub(super) async fn get(
        &self,
        asked: Asked,
        ask: impl Future<Output = Result<Option<Arc<Expansion>>, Unavailable>>,
    ) -> Result<Option<Arc<Expansion>>, Unavailable> {
        self.0.try_get_with(asked, ask).await.map_err(|failed| *failed)
    }

    /// Returns every cached expansion of a value set in a language.
    pub(super) fn of(&self, value_set: &str, lang: &str) -> Vec<Arc<Expansion>> {
        let of_set = self.0.iter().filter(|(asked, _)| asked.value_set == value_set && asked.lang == lang);
        of_set.filter_map(|(_, found)| found).collect()
    }
}
