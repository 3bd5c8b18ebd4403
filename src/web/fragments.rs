//! Cache of rendered fragments without personal data.

use moka::sync::Cache;
use serde::Serialize;
use tera::Value;

use super::lang::Lang;

/// Rendered fragment of a page: the only text that a template does not escape.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Html(Value);

impl Html {
    pub(super) fn new(rendered: &str) -> Self {
        Self(Value::safe_string(rendered))
    }

    /// Returns markup that is part of the program.
    #[must_use]
    pub fn literal(markup: &'static str) -> Self {
        Self::new(markup)
    }

    pub(super) fn len(&self) -> usize {
        self.0.as_str().map_or(0, str::len)
    }

    /// Returns the fragment as a template value, without copying its text.
    pub(super) fn value(&self) -> Value {
        self.0.clone()
    }
}

/// Cache of fragments that are the same for every user.
///
/// Why: a form has fifty questions and a launch fills a few; rendering the blank ones again for each launch was most of
/// its cost. The key contains everything a fragment depends on, so two fragments never share a key. No personal data is
/// cached: callers pass only blank questions, and texts about scopes that an EHR did not grant.
pub(super) struct Fragments(Cache<Key, Html>);

#[derive(PartialEq, Eq, Hash)]
struct Key {
    template: &'static str,
    lang: Lang,
    depends_on: String,
}

/// Largest number of cached fragments.
const MAX_FRAGMENTS: u64 = 2_000;

impl Default for Fragments {
    fn default() -> Self {
        Self(Cache::new(MAX_FRAGMENTS))
    }
}

impl Fragments {
    /// Returns the fragment for this key, rendered by `make` on a cache miss.
    ///
    /// # Errors
    /// The error of `make`.
    pub(super) fn get<E>(
        &self,
        template: &'static str,
        lang: Lang,
        key: String,
        make: impl FnOnce() -> Result<Html, E>,
    ) -> Result<Html, E> {
        let key = Key { template, lang, depends_on: key };
        if let Some(known) = self.0.get(&key) {
            return Ok(known);
        }
        let rendered = make()?;
        self.0.insert(key, rendered.clone());
        Ok(rendered)
    }
}
