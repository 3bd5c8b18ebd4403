use moka::sync::Cache;
use tera::Value;

use super::Lang;

/// A rendered piece of a page, to stand in another as it is: the only text a template does not escape.
#[derive(Clone, Debug)]
pub struct Html(Value);

impl Html {
    pub(super) fn new(rendered: &str) -> Self {
        Self(Value::safe_string(rendered))
    }

    /// Markup that stands in the source, for samples.
    #[must_use]
    pub fn literal(markup: &'static str) -> Self {
        Self::new(markup)
    }

    pub(super) fn len(&self) -> usize {
        self.0.as_str().map_or(0, str::len)
    }

    /// Shared, not copied.
    pub(super) fn value(&self) -> Value {
        self.0.clone()
    }
}

/// Pieces of pages that look the same for everyone, rendered once.
///
/// Why: a form has fifty questions and a launch fills a few; rendering the others anew for each launch was most of
/// its cost. The key is all of what a piece depends on, so two pieces never meet. Nothing about a person is kept:
/// callers hand in only what is blank, or about what EHRs grant.
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
