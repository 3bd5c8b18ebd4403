//! Words of the EHR check, in one language.

use fluent_bundle::FluentArgs;

use super::line::{Level, Line, Remedy, Topic};
use crate::web::{Lang, Words};

/// Line of a check in one language.
#[derive(Clone, Debug)]
pub struct LocalizedLine {
    /// Severity.
    pub level: Level,
    /// Localized topic.
    pub topic: String,
    /// Finding, and what Passerelle does about it.
    pub text: String,
    /// Fix; empty if nothing needs fixing.
    pub fix: String,
    /// Remedies that can be applied here.
    pub remedies: Vec<Remedy>,
}

/// Localizes a line of a check.
#[must_use]
pub fn localize(line: &Line, words: &Words, lang: Lang) -> LocalizedLine {
    let key = format!("check-{}", line.code());
    let topic = topic(line.topic, words, lang);
    LocalizedLine {
        level: line.level,
        text: without_topic(&message(words, lang, &key, &line.values), &topic),
        topic,
        fix: find(words, lang, &format!("{key}-fix"), &line.values).unwrap_or_default(),
        remedies: line.remedies.clone(),
    }
}

/// Removes the name of the document from the start of a text, if it is the topic, which is shown before the text.
fn without_topic(text: &str, topic: &str) -> String {
    let rest = text.strip_prefix(topic).map(|rest| rest.trim_start_matches('\u{a0}'));
    rest.and_then(|rest| rest.strip_prefix(": ")).unwrap_or(text).to_owned()
}

fn topic(topic: Topic, words: &Words, lang: Lang) -> String {
    let name = serde_json::to_value(topic).unwrap_or_default();
    message(words, lang, &format!("check-topic-{}", name.as_str().unwrap_or_default()), &[])
}

/// Formats a message with its values. Returns the key if the message is missing, which tests prevent.
#[must_use]
pub fn message(words: &Words, lang: Lang, key: &str, values: &[(&'static str, String)]) -> String {
    find(words, lang, key, values).unwrap_or_else(|| key.to_owned())
}

fn find(words: &Words, lang: Lang, key: &str, values: &[(&'static str, String)]) -> Option<String> {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        // Numbers stay numbers, so that the language selects the plural form.
        match (*name, value.parse::<i64>()) {
            ("why", _) => args.set(*name, words.error(lang, value)),
            (_, Ok(number)) => args.set(*name, number),
            (_, Err(_)) => args.set(*name, value.clone()),
        }
    }
    words.find(lang, key, Some(&args))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ehrs::check::Finding, web::SiteFolder};

    #[test]
    fn names_a_document_once() {
        let topic = "smart-configuration";
        assert_eq!(without_topic("smart-configuration: the host is down", topic), "the host is down");
        assert_eq!(without_topic("smart-configuration\u{a0}: le serveur", topic), "le serveur");
        assert_eq!(without_topic("jwks: the host is down", topic), "jwks: the host is down");
    }

    #[test]
    fn has_words_for_every_finding() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        for (lang, finding) in
            Lang::ALL.into_iter().flat_map(|lang| Finding::ALL.iter().map(move |it| (lang, it)))
        {
            let key = format!("check-{}", finding.code());
            assert!(words.has(lang, &key), "{key} in {lang}");
        }
    }
}
