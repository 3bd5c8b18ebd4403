//! Search among a user's own referrals: patient, health number, referral number, service.
//!
//! Why the text is sealed in the address: it is a patient's name or number, and addresses are kept in the histories of
//! browsers and in the logs of proxies. So the form is posted, and redirects to an address in which the text is sealed for
//! this user. Every page of the result still has an address of its own.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use super::store::Listed;
use crate::{
    db::{Cell, Sealer},
    directory::plain,
};

const CELL: Cell<'_> = Cell { table: "referrals", column: "search", id: "" };
/// Longest text that is searched, in characters.
const MAX_LENGTH: usize = 100;
/// Fewest letters and digits of a part of a number.
const MIN_PART: usize = 4;

/// Text that a user searches for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::referral) struct Search {
    text: String,
    terms: Vec<Term>,
    /// Letters and digits of the whole text.
    whole: String,
}

/// Part of the text that a referral must match.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    /// Words in lower case without accents.
    words: Vec<String>,
    /// Letters and digits.
    compact: String,
}

/// Content of a sealed search.
#[derive(Serialize, Deserialize)]
struct Sealed {
    user_id: String,
    text: String,
}

impl Search {
    /// Parses a text. Neighbouring words with digits are one term: numbers are read aloud in groups.
    pub(in crate::referral) fn new(text: &str) -> Self {
        let text: String = text.trim().chars().filter(|sign| !sign.is_control()).take(MAX_LENGTH).collect();
        let has_digit = |word: &str| word.chars().any(|sign| sign.is_ascii_digit());
        let mut terms: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match terms.last_mut() {
                Some(last) if has_digit(last) && has_digit(word) => last.push_str(word),
                _ => terms.push(word.to_owned()),
            }
        }
        let term = |word: &String| Term {
            words: plain(word).split_whitespace().map(str::to_owned).collect(),
            compact: compact(word),
        };
        Self { terms: terms.iter().map(term).collect(), whole: compact(&text), text }
    }

    /// Opens a search that this user sealed.
    pub(in crate::referral) fn open(sealed: &str, sealer: &Sealer, user_id: &str) -> Option<Self> {
        let opened: Sealed = sealer.open_json(CELL, &URL_SAFE_NO_PAD.decode(sealed).ok()?).ok()?;
        (opened.user_id == user_id).then(|| Self::new(&opened.text))
    }

    /// Seals the search for an address that only this user can use. Empty if there is nothing to search for.
    pub(in crate::referral) fn seal(&self, sealer: &Sealer, user_id: &str) -> String {
        if self.terms.is_empty() {
            return String::new();
        }
        let content = Sealed { user_id: user_id.to_owned(), text: self.text.clone() };
        sealer.seal_json(CELL, &content).map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
    }

    /// Returns the text as typed.
    pub(in crate::referral) fn text(&self) -> &str {
        &self.text
    }

    /// Whether a referral has the number, or matches every term by patient, form, service or number.
    pub(in crate::referral) fn matches(&self, listed: &Listed) -> bool {
        let summary = &listed.summary;
        let texts =
            [&summary.patient_name].into_iter().chain(&summary.form_title).chain(&summary.destination);
        let text = plain(&texts.map(String::as_str).collect::<Vec<_>>().join(" "));
        let begins = |word: &String| text.split_whitespace().any(|known| known.starts_with(word.as_str()));
        let fits = |term: &Term| {
            (!term.words.is_empty() && term.words.iter().all(begins)) || has_number(listed, &term.compact)
        };
        has_number(listed, &self.whole) || self.terms.iter().all(fits)
    }
}

/// Whether letters and digits are part of the referral's number, or the end of the patient's health number.
fn has_number(listed: &Listed, typed: &str) -> bool {
    typed.len() >= MIN_PART
        && (compact(&listed.number).contains(&as_read(typed))
            || listed.summary.demographics.health_number_ends_with(typed))
}

/// Reads a whole referral number as a person types it, and returns it as stored. `None` if it is not one.
pub(in crate::referral) fn as_number(typed: &str) -> Option<String> {
    let signs = as_read(&compact(typed));
    let (year, letters) = signs.strip_prefix('R')?.split_at_checked(2)?;
    let (first, last) = letters.split_at_checked(4)?;
    (last.len() == 4).then(|| format!("R{year}-{first}-{last}"))
}

/// Reads a part of a referral number as a person types it: letters and digits without separators. `None` if it is too short, or
/// has other signs than a number and its separators.
pub(in crate::referral) fn as_part(typed: &str) -> Option<String> {
    let separates = |sign: char| sign.is_whitespace() || matches!(sign, '-' | '\u{2010}'..='\u{2015}');
    let is_plain = typed.chars().all(|sign| sign.is_ascii_alphanumeric() || separates(sign));
    let part = as_read(&compact(typed));
    (is_plain && part.len() >= MIN_PART).then_some(part)
}

/// Letters and digits in capitals.
fn compact(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).map(|sign| sign.to_ascii_uppercase()).collect()
}

/// Letters that referral numbers do not have, as the digits that they look like.
fn as_read(compact: &str) -> String {
    compact
        .chars()
        .map(|sign| match sign {
            'O' => '0',
            'I' | 'L' => '1',
            sign => sign,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use serde_json::json;

    use super::*;
    use crate::{
        fhir::{Demographics, PatientView},
        referral::{draft::Summary, status::Status},
    };

    fn listed() -> Listed {
        let patient = json!({
            "name": [{ "family": "Tremblay-Singh", "given": ["Éléonore"] }], "birthDate": "1961-03-14",
            "identifier": [{
                "system": "https://fhir.infoway-inforoute.ca/NamingSystem/ca-qc-patient-healthcare-id",
                "value": "TREE 6103 1412",
            }],
        });
        let patient = PatientView::on(&patient, date(2026, 11, 28));
        Listed {
            id: "1".into(),
            number: "R26-7Q01-92MD".into(),
            status: Status::Sent,
            summary: Summary {
                patient_name: patient.name.for_chart(),
                form_title: ["Cardiology consultation".into(), "Consultation en cardiologie".into()],
                destination: ["Heart Clinic".into(), "Clinique du cœur".into()],
                demographics: Demographics::of(&patient),
                ..Summary::default()
            },
            updated_at: 0,
            submitted_at: None,
        }
    }

    #[test]
    fn finds_by_name_service_and_numbers() {
        for text in [
            "tremblay",
            "SINGH",
            "eleonore",
            "éléonore tremblay",
            "Tremblay-Singh, Éléonore",
            "trem hear",
            "cœur",
            "coeur",
            "cardiologie",
            "1412",
            "6103 1412",
            "TREE 6103 1412",
            "tree61031412",
            "tremblay 1412",
            "R26-7Q01-92MD",
            "r26 7q01 92md",
            "R 26 7 Q O I 92 M D",
            "7qol92md",
            "92md",
            "singh 7Q01 92MD",
            "",
        ] {
            assert!(Search::new(text).matches(&listed()), "{text}");
        }
        for text in [
            "remblay",
            "marc",
            "tremblay marc",
            "412",
            "6103",
            "tremblay 1413",
            "R25-7Q01-92MD",
            "92",
            "%",
            "heart zebra",
            "tremblay 7Q02",
        ] {
            assert!(!Search::new(text).matches(&listed()), "{text}");
        }
    }

    #[test]
    fn reads_a_whole_number_as_typed() {
        for typed in ["R26-7Q01-92MD", "r26 7qo1 92md", " R267QOI92MD "] {
            assert_eq!(as_number(typed).as_deref(), Some("R26-7Q01-92MD"), "{typed}");
        }
        for typed in ["", "R26-7Q01-92M", "7Q01-92MD", "R26-7Q01-92MDX", "X26-7Q01-92MD"] {
            assert_eq!(as_number(typed), None, "{typed}");
        }
    }

    #[test]
    fn reads_a_part_of_a_number_as_typed() {
        for typed in ["7Q01", "7q o1", " 7QO\u{2011}1 "] {
            assert_eq!(as_part(typed).as_deref(), Some("7Q01"), "{typed}");
        }
        assert_eq!(as_part("01-92md").as_deref(), Some("0192MD"));
        for typed in ["", "7Q0", "- 7Q0 -", "7Q01%", "heart.example.ca", "clinique été"] {
            assert_eq!(as_part(typed), None, "{typed}");
        }
    }

    #[test]
    fn limits_the_text() {
        assert_eq!(Search::new(&"é".repeat(500)).text().chars().count(), MAX_LENGTH);
        assert_eq!(Search::new("a\u{0}b\n").text(), "ab");
    }
}
