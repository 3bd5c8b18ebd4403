use fluent_bundle::FluentArgs;

use super::line::{Level, Line, Remedy, Topic};
use crate::web::{Lang, Words};

/// A line in a language.
#[derive(Clone, Debug)]
pub struct Told {
    /// How much it matters.
    pub level: Level,
    /// What it is about.
    pub topic: String,
    /// What was found, and what Passerelle does about it.
    pub text: String,
    /// What to do; empty where there is nothing to do.
    pub fix: String,
    /// What can be done here.
    pub remedies: Vec<Remedy>,
}

/// A line in words.
#[must_use]
pub fn tell(line: &Line, words: &Words, lang: Lang) -> Told {
    let key = format!("check-{}", line.code);
    Told {
        level: line.level,
        topic: topic(line.topic, words, lang),
        text: say(words, lang, &key, &line.values),
        fix: find(words, lang, &format!("{key}-fix"), &line.values).unwrap_or_default(),
        remedies: line.remedies.clone(),
    }
}

fn topic(topic: Topic, words: &Words, lang: Lang) -> String {
    let name = serde_json::to_value(topic).unwrap_or_default();
    say(words, lang, &format!("check-topic-{}", name.as_str().unwrap_or_default()), &[])
}

/// A message with its values; its key when there is none, which a test prevents.
#[must_use]
pub fn say(words: &Words, lang: Lang, key: &str, values: &[(&'static str, String)]) -> String {
    find(words, lang, key, values).unwrap_or_else(|| key.to_owned())
}

fn find(words: &Words, lang: Lang, key: &str, values: &[(&'static str, String)]) -> Option<String> {
    let mut args = FluentArgs::new();
    for (name, value) in values {
        // A number is written as a number, so that its language chooses the plural.
        match (*name, value.parse::<i64>()) {
            ("why", _) => args.set(*name, why(words, lang, value)),
            (_, Ok(number)) => args.set(*name, number),
            (_, Err(_)) => args.set(*name, value.clone()),
        }
    }
    words.find(lang, key, Some(&args))
}

/// What a function of discovery says in English, in the language of the page: messages `why-…`, named after its words.
fn why(words: &Words, lang: Lang, what: &str) -> String {
    let letters = what
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() { letter.to_ascii_lowercase() } else { '-' });
    let slug: String = letters.collect();
    let parts: Vec<&str> = slug.split('-').filter(|part| !part.is_empty()).collect();
    words.find(lang, &format!("why-{}", parts.join("-")), None).unwrap_or_else(|| what.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::SiteFolder;

    /// What discovery may say, as it stands in its source.
    const SOURCES: [&str; 6] = [
        include_str!("../../smart/authorize.rs"),
        include_str!("../../smart/capability_statement.rs"),
        include_str!("../../smart/contradiction.rs"),
        include_str!("../../smart/discovery.rs"),
        include_str!("../../smart/documents.rs"),
        include_str!("../../smart/jwks.rs"),
    ];

    fn reasons() -> Vec<String> {
        let code = SOURCES.map(|source| source.split("#[cfg(test)]").next().unwrap_or_default()).concat();
        let after = |start: &str| {
            let pieces = code.split(start).skip(1);
            pieces.filter_map(|piece| piece.split('"').next().map(str::to_owned)).collect::<Vec<_>>()
        };
        [after("what: \""), after("refuse(\""), after("required(\"authorization_endpoint\", \"")].concat()
    }

    /// A reason that is new has words in French, too.
    #[test]
    fn every_reason_of_discovery_has_words() {
        let (words, reasons) = (Words::load(&SiteFolder::new(None)).unwrap(), reasons());
        assert!(reasons.len() > 15, "{reasons:?}");
        for reason in reasons {
            let said = why(&words, Lang::Fr, &reason);
            assert_ne!(said, reason, "it has no words in French");
        }
    }
}
