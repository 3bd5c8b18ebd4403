use serde::Serialize;

use super::finding::Finding;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// As it should be.
    Good,
    /// Worth knowing; launches work.
    Note,
    /// No launch works like this.
    Problem,
}

/// What a line is about, in the order in which they are told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// What was registered.
    Registration,
    /// Where it is and how to get there.
    Address,
    /// Its time of day.
    Clock,
    /// Its smart-configuration.
    Smart,
    /// Who signs its id_tokens.
    Issuer,
    /// Its endpoints and their origins.
    Endpoints,
    /// The keys of its id_tokens.
    Keys,
    /// How we prove who we are.
    ClientAuth,
    /// PKCE.
    Pkce,
    /// What we ask for, and how it is written.
    Scopes,
    /// Access beyond the first access token.
    Refresh,
    /// Giving tokens back.
    Revocation,
    /// Asking whether access still holds.
    Introspection,
    /// What it says it can do.
    Capabilities,
    /// Its FHIR server.
    Fhir,
    /// Whether it may show us in a frame.
    Frame,
}

/// What an administrator can do about a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Change a setting, to this value where one is known that fits.
    Set {
        /// Name of the setting.
        name: &'static str,
        /// The value, as it is typed.
        value: Option<String>,
    },
    /// Add to a setting that lists.
    Add {
        /// Name of the setting.
        name: &'static str,
        /// What is added, several with blanks between them.
        value: String,
    },
    /// Approve an origin that waits for it.
    Approve(String),
    /// Let the EHR launch again.
    Resume,
}

/// One thing that was found. Its words are the messages `check-{code}` and, where something can be done,
/// `check-{code}-fix`.
#[derive(Clone, Debug)]
pub struct Line {
    /// How much it matters.
    pub level: Level,
    /// What it is about.
    pub topic: Topic,
    /// What was found.
    pub finding: Finding,
    /// Names and texts for its words.
    pub values: Vec<(&'static str, String)>,
    /// What can be done about it.
    pub remedies: Vec<Remedy>,
}

impl Line {
    /// Stable code of the finding.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.finding.code()
    }

    /// Something as it should be.
    #[must_use]
    pub fn good(topic: Topic, finding: Finding) -> Self {
        Self { level: Level::Good, topic, finding, values: Vec::new(), remedies: Vec::new() }
    }

    /// Something worth knowing.
    #[must_use]
    pub fn note(topic: Topic, finding: Finding) -> Self {
        Self { level: Level::Note, ..Self::good(topic, finding) }
    }

    /// Something that keeps launches from working.
    #[must_use]
    pub fn problem(topic: Topic, finding: Finding) -> Self {
        Self { level: Level::Problem, ..Self::good(topic, finding) }
    }

    /// With a text for its words.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "texts, numbers and addresses alike, as they are found"
    )]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, printable(&value.to_string())));
        self
    }

    /// A setting changes it.
    #[must_use]
    pub fn setting(mut self, name: &'static str) -> Self {
        self.remedies.push(Remedy::Set { name, value: None });
        self
    }

    /// A setting changes it, and this value fits.
    #[must_use]
    pub fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value: String = value.into();
        // What cannot be shown as it is, is not offered.
        let value = Some(value).filter(|value| *value == printable(value));
        self.remedies.push(Remedy::Set { name, value });
        self
    }

    /// More in a setting that lists changes it.
    #[must_use]
    pub fn add(mut self, name: &'static str, value: &str) -> Self {
        self.remedies.push(Remedy::Add { name, value: value.to_owned() });
        self
    }

    /// Something else than a setting changes it.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }
}

/// What an EHR says is shown in a terminal and on a page: nothing in it may steer either, and it has an end.
fn printable(text: &str) -> String {
    const LONGEST: usize = 2_000;
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let shown = text.chars().take(LONGEST).map(|letter| if steers(letter) { '\u{FFFD}' } else { letter });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_ehr_says_steers_no_terminal() {
        let nasty = "https://x/\u{1b}[2J\u{202e}\n";
        let line =
            Line::problem(Topic::Issuer, Finding::IssuerDiffers).with("issuer", nasty).set("issuer", nasty);
        assert_eq!(line.values[0].1, "https://x/\u{FFFD}[2J\u{FFFD}\u{FFFD}");
        assert_eq!(line.remedies, [Remedy::Set { name: "issuer", value: None }]);
        let long = Line::note(Topic::Issuer, Finding::IssuerDiffers).with("issuer", "x".repeat(1_000_000));
        assert!(long.values[0].1.len() <= 2_000);
    }
}
