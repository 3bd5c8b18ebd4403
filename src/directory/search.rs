//! Search for a service.

use std::sync::Arc;

use serde_json::Value;

use super::{
    matching::{Match, Words, fold},
    service::Service,
};

/// Largest number of services that a search returns.
const MAX_RESULTS: usize = 50;

/// Services in memory, each with its searchable words.
#[derive(Clone, Debug)]
pub struct Directory(Arc<Vec<(Service, Words)>>);

/// Result of a search: services in the order of the directory.
#[derive(Clone, Debug, Default)]
pub struct Found<'d> {
    /// Services with a wanted specialty.
    pub fitting: Vec<&'d Service>,
    /// All other services.
    pub others: Vec<&'d Service>,
}

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
        self.services().find(|service| service.id == id)
    }

    /// Iterates over all services.
    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.0.iter().map(|(service, _)| service)
    }

    /// Iterates over the specialties of all services, as FHIR Codings.
    pub fn specialties(&self) -> impl Iterator<Item = &Value> {
        self.services().flat_map(|service| &service.specialty_codings)
    }

    /// Returns at most fifty services whose name, specialty, organization or place has words that begin with those of `text`.
    /// If there is none, words with the same stem count, such as cardiologist for cardiology, and then words with a typo.
    /// Services with a specialty in `wanted` (FHIR Codings, as a form requests them) are apart from the others.
    #[must_use]
    pub fn search(&self, text: &str, wanted: &[Value]) -> Found<'_> {
        let typed = fold(text);
        if typed.trim().is_empty() && !text.trim().is_empty() {
            return Found::default();
        }
        let matching: Vec<(Match, &Service)> =
            self.0.iter().filter_map(|(service, known)| Some((known.matches(&typed)?, service))).collect();
        let best = matching.iter().map(|(quality, _)| *quality).min();
        let best = matching.iter().filter(|(quality, _)| Some(*quality) == best).map(|(_, service)| *service);
        let (mut fitting, mut others): (Vec<_>, Vec<_>) = best.partition(|service| service.fits(wanted));
        fitting.truncate(MAX_RESULTS);
        others.truncate(MAX_RESULTS - fitting.len());
        Found { fitting, others }
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

fn words_of(service: &Service) -> Words {
    let specialties = service.specialties.iter().flatten().map(String::as_str);
    let codings = service.specialty_codings.iter().filter_map(|coding| coding["display"].as_str());
    let places = [service.organization.as_str(), service.place.as_str()];
    Words::new(&service.name, specialties.chain(codings).chain(places))
}

#[cfg(test)]
mod tests {
    use crate::directory::load_built_in;

    fn cardiology() -> serde_json::Value {
        serde_json::json!({ "system": "http://snomed.info/sct", "code": "394579002" })
    }

    #[test]
    fn finds_by_name_and_specialty_in_both_languages() {
        let directory = load_built_in().unwrap();
        for text in
            ["cardiology", "CARDIOLOGIE", "civic cardio", "heart", "coeur", "cœur", "Quebec", "civic, cardio"]
        {
            assert!(!directory.search(text, &[]).others.is_empty(), "{text}");
        }
        for text in
            ["cardiologue", "cardiologist", "cardiolgy", "HF", "dermatologist", "orthopedist", "psychiatre"]
        {
            assert!(!directory.search(text, &[]).others.is_empty(), "{text}");
        }
        assert!(directory.search("cardiology zebra", &[]).others.is_empty());
        assert!(directory.search("%", &[]).others.is_empty(), "a sign matches nothing");
        assert_eq!(directory.search(" ", &[]).others.len(), directory.len());
    }

    #[test]
    fn prefers_exact_words_to_typos() {
        let directory = load_built_in().unwrap();
        let found = directory.search("derm", &[cardiology()]);
        assert!(found.fitting.is_empty());
        assert_eq!(found.others.len(), 1);
    }

    #[test]
    fn separates_wanted_specialties_from_the_others() {
        let directory = load_built_in().unwrap();
        let found = directory.search("", &[cardiology()]);
        let is_cardiology = |service: &crate::directory::Service| service.fits(&[cardiology()]);
        assert!(!found.fitting.is_empty() && found.fitting.iter().all(|service| is_cardiology(service)));
        assert!(!found.others.is_empty() && !found.others.iter().any(|service| is_cardiology(service)));
        assert!(directory.search("", &[]).fitting.is_empty());
    }
}
