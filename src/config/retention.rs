//! Settings of retention.

use super::reader::Reader;

/// Longest retention that can be set, in days: a hundred years.
const MAX_DAYS: u32 = 36_500;

/// Settings `retention.*`, in days. `None` keeps for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionSettings {
    /// Messages of deliveries that are over, since they are.
    pub sent_messages: Option<u32>,
    /// Drafts since their last change, and discarded drafts since they were discarded.
    pub drafts: Option<u32>,
    /// Audit events.
    pub audit: Option<u32>,
    /// Traces of launches.
    pub traces: u32,
    /// Used launch attempts, decided sign-ins, ended sessions and their launch contexts.
    pub sign_ins: u32,
    /// Whether `serve` removes messages, drafts and audit events once a day.
    pub automatic: bool,
}

impl RetentionSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let settings = Self {
            sent_messages: reader.days("retention.sent_messages_days", 30..=MAX_DAYS),
            drafts: reader.days("retention.drafts_days", 14..=MAX_DAYS),
            audit: reader.days("retention.audit_days", 365..=MAX_DAYS),
            traces: reader.integer("retention.traces_days", 1..=365),
            sign_ins: reader.integer("retention.sign_ins_days", 1..=365),
            automatic: reader.parsed("retention.automatic", "true, or false").unwrap_or_default(),
        };
        let nothing = [settings.sent_messages, settings.drafts, settings.audit].iter().all(Option::is_none);
        let is_valid = !reader.problems.list().iter().any(|problem| problem.key.starts_with("retention."));
        if settings.automatic && nothing && is_valid {
            let fix = "Set retention.sent_messages_days, retention.drafts_days or retention.audit_days, or write false.";
            reader.problems.add("retention.automatic", "is true, but everything is kept for ever", fix);
        }
        settings
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Settings;

    /// Problems of a section `retention`, as `key: problem fix`.
    fn problems(section: &str) -> Vec<String> {
        let problems = Settings::from_toml(&format!("[retention]\n{section}\n")).err().unwrap();
        let own = problems.list().iter().filter(|problem| problem.key.starts_with("retention."));
        own.map(|problem| format!("{}: {} {}", problem.key, problem.what, problem.fix)).collect()
    }

    /// Zero is refused: it could mean both "remove at once" and "keep for ever".
    #[test]
    fn refuses_days_that_are_too_few_with_the_fix() {
        for (section, range) in [
            ("sent_messages_days = 29", "30 to 36500"),
            ("sent_messages_days = 0", "30 to 36500"),
            ("drafts_days = 13", "14 to 36500"),
            ("audit_days = 364", "365 to 36500"),
            ("audit_days = \"a year\"", "365 to 36500"),
        ] {
            let key = section.split(' ').next().unwrap();
            let fix =
                format!("Write a whole number of days from {range}, or leave it empty to keep for ever.");
            assert_eq!(problems(section), [format!("retention.{key}: is out of range {fix}")]);
        }
        assert_eq!(problems("traces_days = \"\"").len(), 1);
        assert!(problems("automatic = true")[0].contains("everything is kept for ever"));
    }

    #[test]
    fn accepts_the_least_days_and_empty_texts() {
        let fewest = "sent_messages_days = 30\ndrafts_days = \"14\"\naudit_days = 365";
        assert_eq!(problems(fewest), Vec::<String>::new());
        assert_eq!(problems("sent_messages_days = \"\""), Vec::<String>::new());
    }
}
