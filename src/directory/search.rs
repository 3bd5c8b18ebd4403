//! Search for a service.

use std::sync::Arc;

use serde_json::Value;

use super::service::Service;

/// Largest number of services that a search returns.
const MAX_RESULTS: usize = 50;

/// Services in memory, each with its searchable words.
#[derive(Clone, Debug)]
pub struct Directory(Arc<Vec<(Service, String)>>);

impl Directory {
    pub(super) fn new(services: Vec<Service>) -> Self {
        let indexed = services.into_iter().map(|service| {
            let words = words_of(&service);
            (service, words)
        });
        Self(Arc::new(indexed.collect()))
    }

    /// Finds a service by id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Service> {
        self.0.iter().map(|(service, _)| service).find(|service| service.id == id)
    }

    /// Returns at most fifty services whose name, specialty, organization or place contains every word of `text`.
    /// Services with a specialty in `wanted` (FHIR Codings, as a form requests them) are first.
    #[must_use]
    pub fn search(&self, text: &str, wanted: &[Value]) -> Vec<&Service> {
        let typed = fold(text);
        let words: Vec<&str> = typed.split_whitespace().collect();
        let matching = self.0.iter().filter(|(_, known)| words.iter().all(|word| known.contains(word)));
        let mut found: Vec<&Service> = matching.map(|(service, _)| service).collect();
        found.sort_by_key(|service| !offers(service, wanted));
        found.truncate(MAX_RESULTS);
        found
    }

    /// Returns the number of services.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the directory has no service.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn offers(service: &Service, wanted: &[Value]) -> bool {
    service
        .specialty_codings
        .iter()
        .any(|has| wanted.iter().any(|want| want["code"] == has["code"] && want["system"] == has["system"]))
}

fn words_of(service: &Service) -> String {
    let mut words = vec![service.name.join(" "), service.organization.clone(), service.place.clone()];
    words.extend(service.specialties.iter().map(|names| names.join(" ")));
    fold(&words.join(" "))
}

/// Converts to lower case and removes accents, which people often do not type.
fn fold(text: &str) -> String {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|c| match c {
            'à' | 'â' | 'ä' => 'a',
            'é' | 'è' | 'ê' | 'ë' => 'e',
            'î' | 'ï' => 'i',
            'ô' | 'ö' => 'o',
            'ù' | 'û' | 'ü' => 'u',
            'ç' => 'c',
            '-' | '’' | '\'' => ' ',
            c => c,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::directory::load_built_in;

    #[test]
    fn finds_by_name_and_specialty_in_both_languages() {
        let directory = load_built_in().unwrap();
        for text in ["cardiology", "CARDIOLOGIE", "civic cardio", "heart"] {
            assert!(!directory.search(text, &[]).is_empty(), "{text}");
        }
        assert!(directory.search("cardiology zebra", &[]).is_empty());
        assert!(directory.search("%", &[]).is_empty());
    }

    #[test]
    fn sorts_wanted_specialties_first() {
        let directory = load_built_in().unwrap();
        let cardiology = serde_json::json!({ "system": "http://snomed.info/sct", "code": "394579002" });
        let first = directory.search("", std::slice::from_ref(&cardiology))[0];
        assert!(first.specialty_codings.iter().any(|coding| coding["code"] == "394579002"));
    }
}
