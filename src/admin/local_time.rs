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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::SiteFolder;

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
