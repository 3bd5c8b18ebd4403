//! Dates, numbers and small words in English and Canadian French.

use jiff::Zoned;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::fhirpath::Temporal;

const ENGLISH: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const FRENCH: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."];

fn is_french(lang: &str) -> bool {
    lang.starts_with("fr")
}

/// Formats a date as far as it is known: `2 Sep 2026`, `2 sept. 2026`, `Sep 2026` or `2026`.
pub(super) fn day(date: &Temporal, lang: &str) -> String {
    let (year, month, day) = date.parts();
    let names = if is_french(lang) { FRENCH } else { ENGLISH };
    let month = month.and_then(|month| usize::try_from(month - 1).ok()).and_then(|at| names.get(at));
    let day = day.map(|day| if day == 1 && is_french(lang) { "1er".to_owned() } else { day.to_string() });
    match (month, day) {
        (Some(month), Some(day)) => format!("{day} {month} {year}"),
        (Some(month), None) => format!("{month} {year}"),
        _ => year.to_string(),
    }
}

/// Formats a FHIR date or date-time, the latter in the site's local time. Returns other text unchanged.
#[must_use]
pub fn moment(text: &str, lang: &str, zone: &TimeZone) -> String {
    let Some(moment) = Temporal::parse(text) else {
        return text.to_owned();
    };
    let local = moment.local(zone);
    match local.time() {
        Some((hour, minute)) => format!("{}, {}", day(&local, lang), clock(hour, minute)),
        None => day(&local, lang),
    }
}

/// Formats the day of a FHIR date or date-time. `None` for other text.
#[must_use]
pub fn day_of(text: &str, lang: &str, zone: &TimeZone) -> Option<String> {
    Temporal::parse(text).map(|moment| day(&moment.local(zone), lang))
}

/// Formats a birth date to stand after "born": `14 Mar 1961`, in French `le 14 mars 1961`, or `en mars 1961` for a date without
/// a day. `None` if it is not a FHIR date.
#[must_use]
pub fn birth_day_of(text: &str, lang: &str, zone: &TimeZone) -> Option<String> {
    let day = day_of(text, lang, zone)?;
    let has_day = text.trim().len() >= "1961-03-14".len();
    Some(match (is_french(lang), has_day) {
        (false, _) => day,
        (true, true) => format!("le {day}"),
        (true, false) => format!("en {day}"),
    })
}

/// Formats a time of day as `09:14`.
pub(super) fn time(at: &Zoned) -> String {
    clock(at.hour(), at.minute())
}

fn clock(hour: i8, minute: i8) -> String {
    format!("{hour:02}:{minute:02}")
}

/// Formats a calendar day.
pub(super) fn date(date: Date, lang: &str) -> String {
    day(&Temporal::day(date), lang)
}

/// Replaces the decimal point by the decimal sign of the language.
#[must_use]
pub fn localized_number(text: &str, lang: &str) -> String {
    if is_french(lang) { text.replace('.', ",") } else { text.to_owned() }
}

/// Formats a size: `245 kB`, `1.4 MB`; `245 ko`, `1,4 Mo`.
#[must_use]
pub fn file_size(bytes: u64, lang: &str) -> String {
    let letter = if is_french(lang) { "o" } else { "B" };
    match bytes {
        0..1_000 => format!("1\u{a0}k{letter}"),
        1_000..1_000_000 => format!("{}\u{a0}k{letter}", bytes.div_ceil(1_000)),
        _ => {
            let tenths = bytes.div_ceil(100_000);
            let number = match tenths % 10 {
                0 => (tenths / 10).to_string(),
                rest => localized_number(&format!("{}.{rest}", tenths / 10), lang),
            };
            format!("{number}\u{a0}M{letter}")
        }
    }
}

/// Source of a value from the chart, with its clinical date.
pub(super) fn from_chart(dated: Option<&str>, old: bool, lang: &str) -> String {
    let (chart, is_old) =
        if is_french(lang) { ("dossier", "ancienne valeur") } else { ("chart", "old value") };
    let parts = [Some(chart), dated, old.then_some(is_old)];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Day on which the chart was read, for a value that was not read again later.
pub(super) fn read_on(day: Date, lang: &str) -> String {
    let read = if is_french(lang) { "tel que lu le" } else { "as read on" };
    format!("{read} {}", date(day, lang))
}

/// Source of a measurement or result that was entered, and that the chart does not have.
pub(super) fn entered(lang: &str) -> &'static str {
    if is_french(lang) { "saisi pour cette demande" } else { "entered for this referral" }
}

/// Source of a value that was entered although the chart has another one.
pub(super) fn instead_of_chart(value: &str, dated: Option<&str>, old: bool, lang: &str) -> String {
    let (entered, chart, is_old) = if is_french(lang) {
        ("saisi pour cette demande\u{202f}; dossier\u{a0}: ", value, "ancienne valeur")
    } else {
        ("entered for this referral; chart: ", value, "old value")
    };
    let parts = [Some(chart), dated, old.then_some(is_old)];
    format!("{entered}{}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

/// Remark on a list from which entries of the chart were taken out.
pub(super) fn selection(lang: &str) -> &'static str {
    if is_french(lang) {
        "(sélection\u{202f}; le dossier en contient d’autres)"
    } else {
        "(a selection; the chart has more)"
    }
}

/// Label of the questions of a section that have no answer.
pub(super) fn not_answered(lang: &str) -> &'static str {
    if is_french(lang) { "Sans réponse" } else { "Not answered" }
}

/// Heading of questions that are in no group.
pub(super) const fn questions() -> &'static str {
    // The same word in both languages.
    "Questions"
}

/// Semicolon between values.
#[must_use]
pub fn semicolon(lang: &str) -> &'static str {
    if is_french(lang) { "\u{202f}; " } else { "; " }
}

/// Colon between a label and its content, with the space after it.
#[must_use]
pub fn colon(lang: &str) -> &'static str {
    if is_french(lang) { "\u{a0}: " } else { ": " }
}

/// Returns the reason of a referral whose form has no question for it: a reference to its answers.
#[must_use]
pub fn reason_in_answers(title: &str, lang: &str) -> String {
    if is_french(lang) {
        format!("Voir les réponses au formulaire «\u{a0}{title}\u{a0}»")
    } else {
        format!("See the answers to the form “{title}”")
    }
}

/// Source of a calculated value.
pub(super) fn calculated(lang: &str) -> &'static str {
    if is_french(lang) { "calculé" } else { "calculated" }
}

pub(super) fn yes_no(value: bool, lang: &str) -> &'static str {
    match (value, is_french(lang)) {
        (true, true) => "Oui",
        (true, false) => "Yes",
        (false, true) => "Non",
        (false, false) => "No",
    }
}

/// Formats a text that is a month, a day or a date-time. Returns anything else unchanged, also a year.
pub(super) fn cell(text: &str, lang: &str, zone: &TimeZone) -> String {
    let dated = text.as_bytes().get(4) == Some(&b'-');
    if dated { day_of(text, lang, zone).unwrap_or_else(|| text.to_owned()) } else { text.to_owned() }
}
