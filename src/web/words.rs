//! Localized messages.

use fluent_bundle::{FluentArgs, FluentResource, concurrent::FluentBundle};
use unic_langid::LanguageIdentifier;

use super::{
    files::{Folder, SiteFolder},
    lang::Lang,
};

/// Messages in both languages, from `locales/en/*.ftl` and `locales/fr/*.ftl`.
pub struct Words {
    en: FluentBundle<FluentResource>,
    fr: FluentBundle<FluentResource>,
}

impl Words {
    /// Loads the messages.
    ///
    /// # Errors
    /// A message that names the file that cannot be parsed.
    pub fn load(site: &SiteFolder) -> Result<Self, String> {
        let mut words = Self {
            en: FluentBundle::new_concurrent(vec![locale(Lang::En)]),
            fr: FluentBundle::new_concurrent(vec![locale(Lang::Fr)]),
        };
        // HTML isolates values by itself; invisible isolation marks would end up in copied text.
        words.en.set_use_isolating(false);
        words.fr.set_use_isolating(false);
        for (name, data) in site.files(Folder::Locales).map_err(|error| error.to_string())? {
            let text =
                String::from_utf8(data.into_owned()).map_err(|_| format!("locales/{name} is not UTF-8"))?;
            let resource =
                FluentResource::try_new(text).map_err(|(_, errors)| format!("locales/{name}: {errors:?}"))?;
            let bundle = if name.starts_with("fr/") { &mut words.fr } else { &mut words.en };
            bundle.add_resource_overriding(resource);
        }
        Ok(words)
    }

    /// The shipped messages.
    ///
    /// # Panics
    /// Never: tests load the shipped messages.
    #[must_use]
    pub fn built_in() -> Self {
        Self::load(&SiteFolder::new(None)).expect("the shipped messages are valid, as tests prove")
    }

    /// A message, or none when this language does not have it.
    #[must_use]
    pub fn find(&self, lang: Lang, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        let bundle = match lang {
            Lang::En => &self.en,
            Lang::Fr => &self.fr,
        };
        let pattern = bundle.get_message(key)?.value()?;
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, args, &mut errors).into_owned();
        errors.is_empty().then_some(text)
    }

    /// A message with these values; the key itself when it is missing, which a test prevents.
    #[must_use]
    pub fn message(&self, lang: Lang, key: &str, values: &[(&str, &str)]) -> String {
        let args = values.iter().map(|(name, value)| (*name, *value)).collect();
        self.find(lang, key, Some(&args)).unwrap_or_else(|| key.to_owned())
    }

    /// Whether a message exists, whatever arguments it takes.
    #[must_use]
    pub fn has(&self, lang: Lang, key: &str) -> bool {
        match lang {
            Lang::En => self.en.has_message(key),
            Lang::Fr => self.fr.has_message(key),
        }
    }

    /// Text of an error, by its code: the message `error-{code}`. Returns the code if there is none, which tests prevent.
    #[must_use]
    pub fn error(&self, lang: Lang, code: &str) -> String {
        self.find(lang, &format!("error-{code}"), None).unwrap_or_else(|| code.to_owned())
    }

    /// A message without arguments; the key itself when it is missing, which a test prevents.
    #[must_use]
    pub fn say(&self, lang: Lang, key: &str) -> String {
        self.find(lang, key, None).unwrap_or_else(|| key.to_owned())
    }
}

fn locale(lang: Lang) -> LanguageIdentifier {
    lang.tag().parse().unwrap_or_default()
}
