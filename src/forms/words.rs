//! Dates, numbers and small words as a reader of English or Canadian French expects them.

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

/// `2 Sep 2026`, `2 sept. 2026`, `Sep 2026` or `2026`: as much as is known.
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

/// A date or date-time of FHIR for reading, a date-time on the site's wall; other text as it is.
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

/// The day of a FHIR date or date-time; nothing for other text.
#[must_use]
pub fn day_of(text: &str, lang: &str, zone: &TimeZone) -> Option<String> {
    Temporal::parse(text).map(|moment| day(&moment.local(zone), lang))
}

/// `09:14`.
pub(super) fn time(at: &Zoned) -> String {
    clock(at.hour(), at.minute())
}

fn clock(hour: i8, minute: i8) -> String {
    format!("{hour:02}:{minute:02}")
}

/// A day of the calendar.
pub(super) fn date(date: Date, lang: &str) -> String {
    day(&Temporal::day(date), lang)
}

/// With the decimal sign of the language.
pub(super) fn number(text: &str, lang: &str) -> String {
    if is_french(lang) { text.replace('.', ",") } else { text.to_owned() }
}

pub(super) fn yes_no(value: bool, lang: &str) -> &'static str {
    match (value, is_french(lang)) {
        (true, true) => "Oui",
        (true, false) => "Yes",
        (false, true) => "Non",
        (false, false) => "No",
    }
}

/// A text that is a month, a day or a moment is shown as one; anything else, a bare year too, stays as it is.
pub(super) fn cell(text: &str, lang: &str, zone: &TimeZone) -> String {
    let dated = text.as_bytes().get(4) == Some(&b'-');
    if dated { day_of(text, lang, zone).unwrap_or_else(|| text.to_owned()) } else { text.to_owned() }
}
