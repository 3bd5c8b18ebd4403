use std::sync::Arc;

use serde_json::Value;

use super::service::Service;

/// The longest list a search gives.
const MOST: usize = 50;

/// The services, in memory.
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

    /// The service with an id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Service> {
        self.0.iter().map(|(service, _)| service).find(|service| service.id == id)
    }

    /// Services whose name, specialty, organization or place holds every word of `text`; at most fifty. Those that
    /// offer one of `wanted` (codings, as a form asks for them) come first.
    #[must_use]
    pub fn search(&self, text: &str, wanted: &[Value]) -> Vec<&Service> {
        let typed = fold(text);
        let words: Vec<&str> = typed.split_whitespace().collect();
        let matching = self.0.iter().filter(|(_, known)| words.iter().all(|word| known.contains(word)));
        let mut found: Vec<&Service> = matching.map(|(service, _)| service).collect();
        found.sort_by_key(|service| !offers(service, wanted));
        found.truncate(MOST);
        found
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
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

/// Lower case without the accents people leave out when they type.
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
    fn puts_what_the_form_asks_for_first() {
        let directory = load_built_in().unwrap();
        let cardiology = serde_json::json!({ "system": "http://snomed.info/sct", "code": "394579002" });
        let first = directory.search("", std::slice::from_ref(&cardiology))[0];
        assert!(first.specialty_codings.iter().any(|coding| coding["code"] == "394579002"));
    }
}
