//! Caches of rendered fragments without personal data, and of the markup around such data.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use ahash::RandomState;
use moka::sync::Cache;
use serde::Serialize;
use tera::{Value, escape_html};

use super::lang::Lang;

/// Rendered fragment of a page: the only text that a template does not escape.
#[derive(Clone, Debug, Serialize)]
#[serde(transparent)]
pub struct Html(Value);

impl Html {
    pub(super) fn new(rendered: &str) -> Self {
        Self(Value::safe_string(rendered))
    }

    pub(super) fn of_bytes(rendered: Vec<u8>) -> tera::TeraResult<Self> {
        Ok(Self::new(&String::from_utf8(rendered)?))
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

/// Adds nothing: a fragment of a page is at a mark, and no part of the markup around it.
impl Hash for Html {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

/// Cache of fragments that are the same for every user.
///
/// Why: a form has fifty questions and a launch fills a few; rendering the blank ones again for each launch was most of
/// its cost. The key contains everything a fragment depends on, so two fragments never share a key. No personal data is
/// cached: callers pass only blank questions, and texts about scopes that an EHR did not grant. Of an answered question,
/// the markup around the texts is cached: its key has everything else that the question shows, so that a page gets only
/// markup that was rendered from content equal to its own.
pub(super) struct Fragments {
    complete: Cache<Key, Html, RandomState>,
    /// Markup around texts that differ between users.
    around: Cache<Key, Arc<Markup>, RandomState>,
    /// Markup around the texts of pages; `None` for a page whose template does more with a text than to show it.
    frames: Cache<Key, Option<Arc<Markup>>, RandomState>,
}

/// First letter of the mark of a text, for private use in Unicode. The second letter is the number of the text.
const MARK: char = '\u{E000}';

/// Returns the mark that stands for the text with a number, in content that is rendered once for many texts.
#[must_use]
pub fn text_mark(number: usize) -> String {
    let number = u32::try_from(number).ok().and_then(|number| char::from_u32(0xF_0000 + number));
    [MARK, number.unwrap_or(MARK)].iter().collect()
}

/// Rendered fragment in which marks stand for texts.
struct Markup {
    /// Markup before the first text.
    first: String,
    /// Number of each text, and the markup after it.
    rest: Vec<(usize, String)>,
}

impl Markup {
    fn of(rendered: &str) -> Self {
        let mut parts = rendered.split(MARK);
        let first = parts.next().unwrap_or_default().to_owned();
        let numbered = |part: &str| {
            let mut letters = part.chars();
            let number = letters.next().map_or(0, |letter| u32::from(letter).wrapping_sub(0xF_0000));
            (usize::try_from(number).unwrap_or(usize::MAX), letters.as_str().to_owned())
        };
        Self { first, rest: parts.map(numbered).collect() }
    }

    /// Writes the texts in their places. A mark without a text is left out.
    fn around<T: AtMark>(&self, texts: &[T]) -> String {
        let around = self.rest.iter().map(|(_, markup)| markup.len()).sum::<usize>();
        let at_marks = texts.iter().map(AtMark::length).sum::<usize>();
        let mut html = String::with_capacity(self.first.len() + around + at_marks + SPARE_CAPACITY);
        html.push_str(&self.first);
        for (number, markup) in &self.rest {
            if let Some(text) = texts.get(*number) {
                text.write(&mut html);
            }
            html.push_str(markup);
        }
        html
    }
}

/// Capacity for texts that are longer when they are escaped, or that are shown twice, in bytes.
const SPARE_CAPACITY: usize = 512;

/// Text that is written at a mark.
pub(super) trait AtMark {
    /// Returns the length of the text, in bytes.
    fn length(&self) -> usize;

    /// Appends the text as it is in a page.
    fn write(&self, html: &mut String);
}

impl AtMark for String {
    fn length(&self) -> usize {
        self.len()
    }

    fn write(&self, html: &mut String) {
        let mut escaped = Vec::with_capacity(self.len());
        // Writing to memory does not fail.
        let _ = escape_html(self, &mut escaped);
        html.push_str(std::str::from_utf8(&escaped).expect("escaped text is UTF-8"));
    }
}

impl AtMark for Html {
    fn length(&self) -> usize {
        self.len()
    }

    fn write(&self, html: &mut String) {
        html.push_str(self.0.as_str().unwrap_or_default());
    }
}

#[derive(PartialEq, Eq, Hash)]
struct Key {
    template: &'static str,
    lang: Lang,
    depends_on: Vec<u8>,
}

/// Returns what is hashed of some content, instead of a hash: contents of one type have equal keys only if they are equal,
/// because a derived `Hash` writes the length or the end of each part.
pub(super) fn content_key(content: &impl Hash) -> Vec<u8> {
    let mut bytes = Bytes(Vec::with_capacity(USUAL_KEY));
    content.hash(&mut bytes);
    bytes.0
}

/// Initial capacity for a key, in bytes. Longer ones are reallocated.
const USUAL_KEY: usize = 1024;

struct Bytes(Vec<u8>);

impl Hasher for Bytes {
    fn write(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    fn finish(&self) -> u64 {
        // The bytes themselves are compared.
        0
    }
}

/// Largest number of cached fragments.
const MAX_FRAGMENTS: u64 = 2_000;
/// Largest number of cached frames, which are some kilobytes each.
const MAX_FRAMES: u64 = 500;

impl Default for Fragments {
    fn default() -> Self {
        let complete = Cache::builder().max_capacity(MAX_FRAGMENTS).build_with_hasher(RandomState::new());
        let around = Cache::builder().max_capacity(MAX_FRAGMENTS).build_with_hasher(RandomState::new());
        let frames = Cache::builder().max_capacity(MAX_FRAMES).build_with_hasher(RandomState::new());
        Self { complete, around, frames }
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
        key: Vec<u8>,
        make: impl FnOnce() -> Result<Html, E>,
    ) -> Result<Html, E> {
        let key = Key { template, lang, depends_on: key };
        if let Some(known) = self.complete.get(&key) {
            return Ok(known);
        }
        let rendered = make()?;
        self.complete.insert(key, rendered.clone());
        Ok(rendered)
    }

    /// Returns the fragment with these texts. On a cache miss, `make` renders it with their marks. `key` must
    /// contain everything the markup depends on.
    ///
    /// # Errors
    /// The error of `make`.
    pub(super) fn around<E>(
        &self,
        template: &'static str,
        lang: Lang,
        key: Vec<u8>,
        texts: &[String],
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<Html, E> {
        let key = Key { template, lang, depends_on: key };
        if let Some(known) = self.around.get(&key) {
            return Ok(Html::new(&known.around(texts)));
        }
        let markup = Markup::of(&make()?);
        let html = Html::new(&markup.around(texts));
        self.around.insert(key, Arc::new(markup));
        Ok(html)
    }

    /// Returns a page or a part of one with these texts, from the markup around them. On a cache miss, `marked` renders it with
    /// their marks, and `whole` as it is. If the two differ by more than the texts, it is rendered each time. `key` must contain
    /// everything that the markup depends on.
    ///
    /// # Errors
    /// The error of `whole`.
    pub(super) fn framed<T: AtMark, E>(
        &self,
        template: &'static str,
        lang: Lang,
        key: Vec<u8>,
        texts: &[T],
        marked: impl FnOnce() -> Option<String>,
        whole: impl FnOnce() -> Result<String, E>,
    ) -> Result<String, E> {
        let key = Key { template, lang, depends_on: key };
        match self.frames.get(&key) {
            Some(Some(frame)) => {
                let html = frame.around(texts);
                debug_assert!(whole().is_ok_and(|whole| whole == html), "a frame is that of every such page");
                return Ok(html);
            }
            Some(None) => return whole(),
            None => {}
        }
        let whole = whole()?;
        let frame = marked().map(|marked| Markup::of(&marked)).filter(|frame| frame.around(texts) == whole);
        self.frames.insert(key, frame.map(Arc::new));
        Ok(whole)
    }
}
