//! Texts with translations, and access to extensions and elements.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::fhir::TRANSLATION;

/// Text in the form's own language, with translations by language code (`fr`).
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    own: String,
    translations: BTreeMap<String, String>,
}

impl Text {
    /// Reads the text `key`, with the translations in `_key`.
    pub(super) fn of(parent: &Value, key: &str) -> Option<Self> {
        let own = parent.get(key)?.as_str()?.to_owned();
        let translations = parent.get(format!("_{key}")).map(translations).unwrap_or_default();
        Some(Self { own, translations })
    }

    pub(super) fn untranslated(own: impl Into<String>) -> Self {
        Self { own: own.into(), translations: BTreeMap::new() }
    }

    /// Returns the text in this language, else in another region's variety of it (`fr` and `fr-CA` serve each other), or
    /// else in the form's own language.
    pub(super) fn in_language(&self, lang: &str) -> &str {
        let base = |tag: &str| tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        let same_base = || self.translations.iter().find(|(tag, _)| base(tag) == base(lang));
        let translated = self.translations.get(lang).or_else(|| self.translations.get(&base(lang)));
        translated.or_else(|| same_base().map(|(_, text)| text)).unwrap_or(&self.own)
    }

    /// Returns the text in every language.
    pub(super) fn in_every_language(&self) -> impl Iterator<Item = &str> {
        std::iter::once(self.own.as_str()).chain(self.translations.values().map(String::as_str))
    }

    #[cfg(test)]
    pub(super) fn has_language(&self, lang: &str) -> bool {
        self.translations.contains_key(lang)
    }
}

fn translations(sibling: &Value) -> BTreeMap<String, String> {
    let pairs = extensions(sibling, TRANSLATION).filter_map(|extension| {
        let part = |url: &str| extensions(extension, url).next();
        let lang = value(part("lang")?)?.as_str()?;
        let content = value(part("content")?)?.as_str()?;
        Some((lang.to_owned(), content.to_owned()))
    });
    pairs.collect()
}

/// Returns the extensions with this URL.
pub(super) fn extensions<'v>(element: &'v Value, url: &str) -> impl Iterator<Item = &'v Value> {
    let all = element.get("extension").and_then(Value::as_array).into_iter().flatten();
    all.filter(move |extension| extension.get("url").and_then(Value::as_str) == Some(url))
}

/// Returns the first extension with this URL.
pub(super) fn extension<'v>(element: &'v Value, url: &str) -> Option<&'v Value> {
    extensions(element, url).next()
}

/// Returns the `value[x]` of an extension or answer.
pub(super) fn value(element: &Value) -> Option<&Value> {
    value_key(element).and_then(|key| element.get(key))
}

/// Returns the key of the `value[x]`, such as `valueString`.
pub(super) fn value_key(element: &Value) -> Option<&str> {
    element.as_object()?.keys().map(String::as_str).find(|key| key.starts_with("value"))
}

/// Returns a string element.
pub(super) fn string<'v>(element: &'v Value, key: &str) -> Option<&'v str> {
    element.get(key).and_then(Value::as_str)
}

/// Returns the members of an array element; none if it is missing.
pub(super) fn array<'v>(element: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    element.get(key).and_then(Value::as_array).into_iter().flatten()
}
