//! Texts that are in English whatever the language of the page.

/// Beginnings of the code systems whose texts are published in English.
const ENGLISH_SYSTEMS: [&str; 6] = [
    "http://terminology.hl7.org/",
    "http://hl7.org/fhir/",
    "http://loinc.org",
    "http://snomed.info/sct",
    "http://unitsofmeasure.org",
    "https://ehealthontario.ca/",
];
/// Words and endings by which a French text without accents is recognized.
const FRENCH: [&str; 9] = [" de ", " du ", " des ", " la ", " le ", "d'", "l'", "d’", "logie"];

/// Whether the text of a code is in English. `language` is that of the resource; a chart in French has French texts.
pub(super) fn is_english(system: &str, text: &str, language: &str) -> bool {
    let is_published = ENGLISH_SYSTEMS.iter().any(|known| system.starts_with(known));
    let lower = text.to_lowercase();
    let is_french = language.starts_with("fr")
        || !text.is_ascii()
        || FRENCH.iter().any(|part| format!(" {lower}").contains(part));
    is_published && !is_french
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recognizes_the_texts_of_published_code_systems() {
        for (system, text, language, english) in [
            ("http://loinc.org", "Tobacco smoking status", "", true),
            ("http://snomed.info/sct", "Maladie du coeur", "", false),
            ("http://snomed.info/sct", "Hypertension artérielle", "", false),
            ("http://snomed.info/sct", "Hypertension", "fr-CA", false),
            ("https://example.ca/codes", "Heart", "", false),
        ] {
            assert_eq!(is_english(system, text, language), english, "{text}");
        }
    }
}
