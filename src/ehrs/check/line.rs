//! Line of a check: severity, topic, finding and remedies.

use serde::Serialize;

use super::finding::Finding;

/// Severity of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// No problem.
    Good,
    /// Information; launches work.
    Note,
    /// Launches fail until this is fixed.
    Problem,
}

/// Topic of a line, in the order of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Topic {
    /// The registration itself.
    Registration,
    /// Host and addresses of the FHIR server.
    Address,
    /// Clock skew.
    Clock,
    /// smart-configuration.
    Smart,
    /// Issuer of id_tokens.
    Issuer,
    /// Endpoints and their origins.
    Endpoints,
    /// Keys of id_tokens.
    Keys,
    /// Client authentication.
    ClientAuth,
    /// PKCE.
    Pkce,
    /// Requested scopes and their syntax.
    Scopes,
    /// Refresh tokens.
    Refresh,
    /// Token revocation.
    Revocation,
    /// Token introspection.
    Introspection,
    /// Published SMART capabilities.
    Capabilities,
    /// FHIR server and version.
    Fhir,
    /// Origins that may frame our pages.
    Frame,
    /// Users without an account.
    Linking,
}

/// Action of an administrator that fixes a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Change of a setting.
    Set {
        /// Name of the setting.
        name: &'static str,
        /// Value as typed, or `None` if the check does not know one.
        value: Option<String>,
    },
    /// Addition to a setting that is a list.
    Add {
        /// Name of the setting.
        name: &'static str,
        /// Elements to add, separated by spaces.
        value: String,
    },
    /// Certificate of a private CA to trust for this EHR.
    TrustCa,
    /// Approval of a pending origin.
    Approve(String),
    /// Resumption of a suspended EHR.
    Resume,
}

/// Line of a check: one finding. Its words are the messages `check-{code}` and, if there is a fix, `check-{code}-fix`.
#[derive(Clone, Debug)]
pub struct Line {
    /// Severity.
    pub level: Level,
    /// Topic.
    pub topic: Topic,
    /// Finding, which selects the words.
    pub finding: Finding,
    /// Values that the words quote, by name.
    pub values: Vec<(&'static str, String)>,
    /// Actions that fix it.
    pub remedies: Vec<Remedy>,
}

impl Line {
    /// Stable code of the finding.
    #[must_use]
    pub fn code(&self) -> &'static str {
        self.finding.code()
    }

    /// Creates a line without a problem.
    #[must_use]
    pub fn good(topic: Topic, finding: Finding) -> Self {
        Self { level: Level::Good, topic, finding, values: Vec::new(), remedies: Vec::new() }
    }

    /// Creates an informational line.
    #[must_use]
    pub fn note(topic: Topic, finding: Finding) -> Self {
        Self { level: Level::Note, ..Self::good(topic, finding) }
    }

    /// Creates a line for a problem.
    #[must_use]
    pub fn problem(topic: Topic, finding: Finding) -> Self {
        Self { level: Level::Problem, ..Self::good(topic, finding) }
    }

    /// Adds a value that the words quote.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "callers pass temporary texts, numbers and URLs")]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, printable(&value.to_string())));
        self
    }

    /// Adds the remedy of changing a setting.
    #[must_use]
    pub fn setting(mut self, name: &'static str) -> Self {
        self.remedies.push(Remedy::Set { name, value: None });
        self
    }

    /// Adds the remedy of changing a setting to this value.
    #[must_use]
    pub fn set(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value: String = value.into();
        // A value with unprintable characters is not suggested.
        let value = Some(value).filter(|value| *value == printable(value));
        self.remedies.push(Remedy::Set { name, value });
        self
    }

    /// Adds the remedy of adding this value to a list.
    #[must_use]
    pub fn add(mut self, name: &'static str, value: &str) -> Self {
        self.remedies.push(Remedy::Add { name, value: value.to_owned() });
        self
    }

    /// Adds a remedy other than a setting.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.remedies.push(remedy);
        self
    }
}

/// Replaces control and bidirectional characters and cuts the text: texts from an EHR appear in a terminal and on a page.
fn printable(text: &str) -> String {
    const MAX_CHARS: usize = 2_000;
    let is_control = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    let shown =
        text.chars().take(MAX_CHARS).map(|letter| if is_control(letter) { '\u{FFFD}' } else { letter });
    shown.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replaces_control_characters_in_texts_of_an_ehr() {
        let malicious = "https://x/\u{1b}[2J\u{202e}\n";
        let line = Line::problem(Topic::Issuer, Finding::IssuerDiffers)
            .with("issuer", malicious)
            .set("issuer", malicious);
        assert_eq!(line.values[0].1, "https://x/\u{FFFD}[2J\u{FFFD}\u{FFFD}");
        assert_eq!(line.remedies, [Remedy::Set { name: "issuer", value: None }]);
        let long = Line::note(Topic::Issuer, Finding::IssuerDiffers).with("issuer", "x".repeat(1_000_000));
        assert!(long.values[0].1.len() <= 2_000);
    }
}
