//! Comparison of typed words with the words of a service: accents, ligatures, endings, initials, one typo.

use strsim::osa_distance;
use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Fewest letters of a typed word in which a typo is forgiven.
const MIN_LETTERS_WITH_TYPO: usize = 5;
/// Fewest letters that remain of a word without its ending.
const MIN_STEM: usize = 4;

/// Endings of a specialty and of the people who practise it, in English and French, the longest first. Without them,
/// cardiology, cardiologist, cardiologie and cardiologue are one word.
const ENDINGS: [&str; 27] = [
    "iciennes", "icienne", "iciens", "icians", "icien", "ician", "iennes", "iques", "istes", "ienne", "iens",
    "ical", "ique", "iste", "ists", "eons", "ien", "ics", "ies", "ist", "eon", "ery", "ues", "ic", "ie",
    "ue", "y",
];

/// Quality of a match, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Match {
    /// A word begins with the typed one.
    Exact,
    /// A word has the same stem, or the initials of a name are the typed word.
    Related,
    /// A word begins like the typed word, except for one typo.
    Typo,
}

/// Searchable text of a service.
#[derive(Clone, Debug)]
pub(super) struct Words {
    text: String,
    stems: Vec<String>,
    /// Initials of each name, such as `rahfc`.
    initials: Vec<String>,
}

impl Words {
    /// Indexes names, of which the initials also match, and other texts.
    pub(super) fn new<'t>(names: &'t [String], others: impl Iterator<Item = &'t str>) -> Self {
        let initials = names.iter().map(|name| fold(name).split_whitespace().filter_map(first).collect());
        let initials = initials.collect();
        let mut text = String::new();
        for part in names.iter().map(String::as_str).chain(others) {
            text.push_str(&fold(part));
            text.push(' ');
        }
        let stems = text.split_whitespace().map(|word| stem(word).to_owned()).collect();
        Self { text, stems, initials }
    }

    /// Compares with every word of a folded text. Returns the quality of the worst match, or `None` unless all match.
    pub(super) fn matches(&self, typed: &str) -> Option<Match> {
        let mut words = typed.split_whitespace().map(|word| self.match_word(word));
        words.try_fold(Match::Exact, |worst, found| found.map(|found| worst.max(found)))
    }

    fn match_word(&self, typed: &str) -> Option<Match> {
        if self.text.split_whitespace().any(|word| word.starts_with(typed)) {
            return Some(Match::Exact);
        }
        let (stem, letters) = (stem(typed), typed.chars().count());
        let is_initials = letters >= 2 && self.initials.iter().any(|initials| initials.contains(typed));
        if is_initials || self.stems.iter().any(|known| known == stem) {
            return Some(Match::Related);
        }
        let is_near = letters >= MIN_LETTERS_WITH_TYPO
            && (self.text.split_whitespace().any(|word| begins_like(word, typed))
                || self.stems.iter().any(|known| osa_distance(known, stem) <= 1 && known.len() > MIN_STEM));
        is_near.then_some(Match::Typo)
    }
}

/// Converts to lower case, without accents, ligatures and signs. `ae` and `oe` become `e`, so that orthopaedics is
/// orthopédie's neighbour.
pub(super) fn fold(text: &str) -> String {
    plain(text).replace("ae", "e").replace("oe", "e")
}

/// Converts to lower case, without accents, ligatures and signs, so that coeur is cœur.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for letter in text.nfkd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'ß' => plain.push_str("ss"),
            letter if letter.is_alphanumeric() => plain.push(letter),
            _ => plain.push(' '),
        }
    }
    plain
}

fn first(word: &str) -> Option<char> {
    word.chars().next()
}

/// Removes the ending of a word, unless too little would remain.
fn stem(word: &str) -> &str {
    let word =
        word.strip_suffix('s').filter(|rest| !rest.ends_with('s') && rest.len() > MIN_STEM).unwrap_or(word);
    let mut stems = ENDINGS.iter().filter_map(|ending| word.strip_suffix(ending));
    let stem = stems.find(|stem| stem.len() >= MIN_STEM).unwrap_or(word);
    // Psychiatre is to psychiatrie what cardiologue is to cardiologie.
    stem.strip_suffix('e').filter(|rest| rest.len() >= MIN_STEM).unwrap_or(stem)
}

/// Whether a word begins with the typed one, except for one letter that is wrong, missing, added or swapped.
fn begins_like(word: &str, typed: &str) -> bool {
    let letters = typed.chars().count();
    (letters - 1..=letters + 1).any(|taken| {
        let beginning: String = word.chars().take(taken).collect();
        beginning.chars().count() == taken && osa_distance(&beginning, typed) <= 1
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(name: &str) -> Words {
        Words::new(&[name.to_owned()], std::iter::empty())
    }

    #[test]
    fn folds_accents_and_ligatures() {
        for (typed, same) in [
            ("Cœur", "coeur"),
            ("COEUR", "cœur"),
            ("Québec", "quebec"),
            ("Ægis", "aegis"),
            ("hôpital", "HOPITAL"),
            ("ﬁbrillation", "fibrillation"),
            ("c\u{0153}ur", "c\u{6f}eur"),
            ("e\u{301}cho", "écho"),
            ("orthopaedics", "orthopedics"),
        ] {
            assert_eq!(fold(typed), fold(same), "{typed}");
        }
    }

    #[test]
    fn relates_a_specialty_to_the_people_who_practise_it() {
        for group in [
            &["cardiology", "cardiologist", "cardiologists", "cardiologie", "cardiologue", "cardiologues"][..],
            &["dermatology", "dermatologist", "dermatologie", "dermatologue", "dermatologique"],
            &["psychiatry", "psychiatrist", "psychiatrie", "psychiatre", "psychiatres"],
            &["orthopaedics", "orthopaedist", "orthopedie", "orthopediste", "orthopédique"],
            &["surgery", "surgeon", "surgeons"],
            &["chirurgie", "chirurgien", "chirurgiens"],
            &["obstetrics", "obstetrician", "obstétrique", "obstétricien"],
            &["pediatrics", "pediatrician", "pédiatrie", "pédiatre", "paediatrics"],
            &["radiology", "radiologist", "radiologie", "radiologue"],
        ] {
            for typed in group {
                for known in group {
                    let found = words(known).matches(&fold(typed));
                    assert!(found.is_some_and(|found| found < Match::Typo), "{typed} in {known}");
                }
            }
        }
        assert_eq!(words("Dermatology").matches("cardiologist"), None);
        assert_eq!(words("Neurology").matches("urologist"), None);
        assert_eq!(words("Neurology").matches("urology"), None);
    }

    #[test]
    fn forgives_one_typo_in_a_long_word() {
        for typed in
            ["cardiolgy", "cardioology", "cradiology", "cardeology", "ardiology", "cardiolgie", "cardiolgist"]
        {
            assert_eq!(words("Cardiology").matches(typed), Some(Match::Typo), "{typed}");
        }
        for typed in ["cradiolgy", "zebra", "mri", "crdi"] {
            assert_eq!(words("Cardiology").matches(typed), None, "{typed}");
        }
    }

    #[test]
    fn knows_initials() {
        assert_eq!(words("Rapid Access Heart Failure Clinic").matches("hf"), Some(Match::Related));
        assert_eq!(words("Rapid Access Heart Failure Clinic").matches("fh"), None);
    }
}
