//! Value sets of the folder that are too large for a list: they are searched, as those of a terminology server are.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use serde_json::Value;

use super::super::prefill::Candidate;
use super::super::translation::{Text, string};
use super::folder::Terminology;
use crate::fhirpath::ValueSets;

/// Returns a text as it is compared: in lower case, without accents and signs.
pub type Fold = fn(&str) -> String;

/// Code of a value set.
struct Code {
    system: String,
    version: String,
    /// The code itself.
    own: String,
    display: Text,
    /// Words of its display in every language, and the code itself, as they are compared.
    words: Vec<String>,
}

/// Value sets of the folder that are searched. Each is read at first use.
pub struct SearchedSets {
    terminology: Terminology,
    fold: Fold,
    /// Value sets of a source that is asked for the others.
    others: Option<Arc<dyn ValueSets>>,
    sets: RwLock<HashMap<String, Option<Arc<Vec<Code>>>>>,
}

/// Matches of a search.
#[derive(Debug, Default)]
pub struct Matches {
    /// Codes, those first whose display begins with the text.
    pub codes: Vec<Candidate>,
    /// Whether there are more.
    pub more: bool,
}

impl SearchedSets {
    /// Returns the value sets of a terminology that are too large for a list. `others` knows further ones, for expressions.
    #[must_use]
    pub fn new(terminology: Terminology, fold: Fold, others: Option<Arc<dyn ValueSets>>) -> Self {
        Self { terminology, fold, others, sets: RwLock::default() }
    }

    /// Whether a value set is searched here.
    #[must_use]
    pub fn has(&self, value_set: &str) -> bool {
        self.codes(value_set).is_some()
    }

    /// Returns the codes that have all words of a text, at the beginning of theirs. `None` for a value set that is not searched
    /// here.
    #[must_use]
    pub fn search(&self, value_set: &str, text: &str, most: usize, lang: &str) -> Option<Matches> {
        let codes = self.codes(value_set)?;
        let typed = (self.fold)(text);
        let typed: Vec<&str> = typed.split_whitespace().collect();
        let matches =
            |code: &&Code| typed.iter().all(|typed| code.words.iter().any(|word| word.starts_with(typed)));
        let mut found: Vec<(bool, String, &Code)> = codes
            .iter()
            .filter(|code| !typed.is_empty() && matches(code))
            .map(|code| {
                let display = (self.fold)(code.display.in_language(lang));
                (!display.starts_with(typed[0]), display, code)
            })
            .collect();
        found.sort_by(|left, right| (left.0, &left.1).cmp(&(right.0, &right.1)));
        let more = found.len() > most;
        Some(Matches {
            codes: found.into_iter().take(most).map(|(_, _, code)| code.candidate(lang)).collect(),
            more,
        })
    }

    /// Finds a code of a value set that is searched here.
    #[must_use]
    pub fn find(&self, value_set: &str, system: &str, code: &str, lang: &str) -> Option<Candidate> {
        let codes = self.codes(value_set)?;
        let found = codes.iter().find(|known| known.system == system && known.own == code)?;
        Some(found.candidate(lang))
    }

    fn codes(&self, value_set: &str) -> Option<Arc<Vec<Code>>> {
        let known = self.sets.read().unwrap_or_else(PoisonError::into_inner).get(value_set).cloned();
        known.unwrap_or_else(|| {
            let read = self.terminology.searched(value_set).map(|codes| {
                Arc::new(codes.iter().filter_map(|coding| Code::of(coding, self.fold)).collect::<Vec<_>>())
            });
            let mut sets = self.sets.write().unwrap_or_else(PoisonError::into_inner);
            sets.entry(value_set.to_owned()).or_insert(read).clone()
        })
    }
}

impl Code {
    fn of(coding: &Value, fold: Fold) -> Option<Self> {
        let part = |name: &str| string(coding, name).unwrap_or_default().to_owned();
        let own = string(coding, "code")?.to_owned();
        let display = Text::of(coding, "display").unwrap_or_else(|| Text::untranslated(own.as_str()));
        let folded =
            display.in_every_language().chain([own.as_str()]).map(fold).collect::<Vec<_>>().join(" ");
        let words = folded.split_whitespace().map(str::to_owned).collect();
        Some(Self { system: part("system"), version: part("version"), own, display, words })
    }

    fn candidate(&self, lang: &str) -> Candidate {
        Candidate::coding(&self.system, &self.version, &self.own, self.display.in_language(lang))
    }
}

impl ValueSets for SearchedSets {
    fn contains(&self, value_set: &str, system: Option<&str>, code: &str) -> Option<bool> {
        let Some(codes) = self.codes(value_set) else {
            return self.others.as_ref()?.contains(value_set, system, code);
        };
        Some(
            codes.iter().any(|known| known.own == code && system.is_none_or(|system| known.system == system)),
        )
    }
}

impl fmt::Debug for SearchedSets {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.sets.read().unwrap_or_else(PoisonError::into_inner).len();
        write!(text, "SearchedSets({count})")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn sets() -> SearchedSets {
        let mut terminology = Terminology::default();
        let french = json!([{"language": "fr", "value": "Douleur, genou"}]);
        let mut concepts: Vec<Value> = (0..600)
            .map(|number| json!({"code": format!("c{number}"), "display": format!("Finding {number}")}))
            .collect();
        concepts.push(json!({"code": "knee", "display": "Pain, knee", "designation": french}));
        concepts.push(json!({"code": "hip", "display": "Knee and hip pain"}));
        terminology.add(json!({"resourceType": "ValueSet", "url": "urn:large", "compose": {"include": [
            {"system": "urn:s", "concept": concepts}]}}));
        terminology.add(json!({"resourceType": "ValueSet", "url": "urn:small", "compose": {"include": [
            {"system": "urn:s", "concept": [{"code": "a"}]}]}}));
        SearchedSets::new(terminology, str::to_lowercase, None)
    }

    fn labels(found: &Matches) -> Vec<&str> {
        found.codes.iter().map(|code| code.label.as_str()).collect()
    }

    #[test]
    fn finds_codes_by_the_beginnings_of_their_words() {
        let sets = sets();
        assert_eq!(
            labels(&sets.search("urn:large", "KNEE", 20, "en").unwrap()),
            ["Knee and hip pain", "Pain, knee"]
        );
        assert_eq!(
            labels(&sets.search("urn:large", "kn pai", 20, "fr").unwrap()),
            ["Knee and hip pain", "Douleur, genou"]
        );
        assert_eq!(labels(&sets.search("urn:large", "genou", 20, "fr").unwrap()), ["Douleur, genou"]);
        assert_eq!(labels(&sets.search("urn:large", "c599", 20, "en").unwrap()), ["Finding 599"]);
        let many = sets.search("urn:large", "finding", 20, "en").unwrap();
        assert!(many.codes.len() == 20 && many.more);
        for nothing in ["zzz", "", " "] {
            let found = sets.search("urn:large", nothing, 20, "en").unwrap();
            assert!(found.codes.is_empty() && !found.more, "{nothing:?}");
        }
        assert!(sets.search("urn:small", "a", 20, "en").is_none(), "a list is part of the form");
    }

    #[test]
    fn knows_the_members_of_a_set_that_is_searched() {
        let sets = sets();
        let found = sets.find("urn:large", "urn:s", "knee", "fr").unwrap();
        assert_eq!(found.answer["valueCoding"]["display"], "Douleur, genou");
        assert!(sets.find("urn:large", "urn:t", "knee", "fr").is_none());
        for (set, system, code, wanted) in [
            ("urn:large", Some("urn:s"), "knee", Some(true)),
            ("urn:large", None, "none", Some(false)),
            ("urn:unknown", None, "knee", None),
        ] {
            assert_eq!(sets.contains(set, system, code), wanted, "{set} {code}");
        }
    }
}
