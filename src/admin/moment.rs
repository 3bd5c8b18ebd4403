use fluent_bundle::FluentArgs;
use jiff::{Timestamp, tz::TimeZone};

use crate::web::{Lang, Words};

/// A time as people read it on their wall; empty for one that no calendar has.
pub(super) fn moment(words: &Words, lang: Lang, at_ms: i64, zone: &TimeZone) -> String {
    let Ok(at) = Timestamp::from_millisecond(at_ms) else { return String::new() };
    let local = at.to_zoned(zone.clone());
    let mut args = FluentArgs::new();
    args.set("day", i64::from(local.day()));
    args.set("month", i64::from(local.month()));
    args.set("year", i64::from(local.year()));
    args.set("time", format!("{:02}:{:02}", local.hour(), local.minute()));
    words.find(lang, "admin-moment", Some(&args)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::SiteFolder;

    #[test]
    fn a_moment_is_told_as_people_do() {
        let words = Words::load(&SiteFolder::new(None)).unwrap();
        let zone = TimeZone::get("America/Toronto").unwrap();
        let at = |text: &str, lang| {
            moment(&words, lang, text.parse::<Timestamp>().unwrap().as_millisecond(), &zone)
        };
        assert_eq!(at("2026-09-14T13:30:00Z", Lang::En), "14 Sep 2026, 09:30");
        assert_eq!(at("2026-09-14T13:30:00Z", Lang::Fr), "14 sept. 2026, 09:30");
        assert_eq!(at("2026-08-01T15:05:00Z", Lang::Fr), "1er août 2026, 11:05");
        assert_eq!(at("2026-12-31T23:59:00Z", Lang::En), "31 Dec 2026, 18:59");
    }
}
