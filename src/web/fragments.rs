use std::sync::Arc;

use moka::sync::Cache;
use serde::{Serialize, Serializer};

use super::Lang;

/// A rendered piece of a page, to stand in another as it is.
#[derive(Clone, Debug)]
pub struct Html(Arc<str>);

impl Html {
    pub(super) fn new(rendered: String) -> Self {
        Self(rendered.into())
    }

    /// Markup that stands in the source, for samples.
    #[must_use]
    pub fn literal(markup: &'static str) -> Self {
        Self(markup.into())
    }
}

impl Serialize for Html {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// Pieces of pages that look the same for everyone, rendered once.
///
/// Why: a form has fifty questions and a launch fills a few; rendering the others anew for each launch was most of
/// its cost. The key is all of what a piece depends on, so two pieces never meet. Nothing about a person is kept:
/// callers hand in only what is blank.
pub(super) struct Fragments(Cache<Key, Html>);

#[derive(PartialEq, Eq, Hash)]
struct Key {
    template: &'static str,
    lang: Lang,
    depends_on: String,
}

const MOST: u64 = 2_000;

impl Default for Fragments {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Fragments {
    /// The piece for this key, made by `make` the first time.
    ///
    /// # Errors
    /// Those of `make`.
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
