//! Times in local time, as pages show them.

use fluent_bundle::FluentArgs;
use jiff::{Timestamp, tz::TimeZone};

use crate::web::{Lang, Words};

/// Formats a time, in epoch milliseconds, in the local time of `zone`; empty if it is out of the range of the calendar.
pub(super) fn local_time(words: &Words, lang: Lang, at_ms: i64, zone: &TimeZone) -> String {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else { return String::new() };
    let local = at.to_zoned(zone.clone());
    let mut args = FluentArgs::new();
    args.set("day", i64::from(local.day()));
    args.set("month", i64::from(local.month()));
    args.set("year", i64::from(local.year()));
    args.set("time", format!("{:02}:{:02}", local.hour(), local.minute()));
    words.find(lang, "admin-local-time", Some(&args)).unwrap_or_default()
}

/// Formats a duration in its largest unit: `45 s`, `12 min`, `5 h`, `3 d` or `3 j`.
pub(super) fn local_age(words: &Words, lang: Lang, ms: i64) -> String {
    let seconds = (ms / 1000).max(0);
    let (key, count) = match seconds {
        0..60 => ("admin-age-seconds", seconds),
        60..3600 => ("admin-age-minutes", seconds / 60),
        3600..86_400 => ("admin-age-hours", seconds / 3600),
        _ => ("admin-age-days", seconds / 86_400),
    };
    let mut args = FluentArgs::new();
    args.set("count", count.to_string());
    words.find(lang, key, Some(&args)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::SiteFolder;

    #[test]
    fn formats_an_age_in_both_languages() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        let ages = |lang| {
            [-5, 45, 720, 18_000, 1_900 * 86_400].map(|seconds| local_age(&words, lang, seconds * 1000))
        };
        assert_eq!(ages(Lang::En), ["0 s", "45 s", "12 min", "5 h", "1900 d"]);
        assert_eq!(ages(Lang::Fr), ["0 s", "45 s", "12 min", "5 h", "1900 j"]);
    }

    #[test]
    fn formats_a_local_time_in_both_languages() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        let zone = TimeZone::get("America/Toronto").unwrap();
        let at = |text: &str, lang| {
            local_time(&words, lang, text.parse::<Timestamp>().unwrap().as_millisecond(), &zone)
        };
        assert_eq!(at("2026-09-14T13:30:00Z", Lang::En), "14 Sep 2026, 09:30");
        assert_eq!(at("2026-09-14T13:30:00Z", Lang::Fr), "14 sept. 2026, 09:30");
        assert_eq!(at("2026-08-01T15:05:00Z", Lang::Fr), "1er août 2026, 11:05");
        assert_eq!(at("2026-12-31T23:59:00Z", Lang::En), "31 Dec 2026, 18:59");
    }
}
