//! Problems in the configuration, reported together.

use std::fmt;

/// Problem with one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Dotted key, such as `server.public_url`.
    pub key: String,
    /// Predicate that describes the problem, without the value if it may be secret.
    pub what: String,
    /// Sentence that describes the fix.
    pub fix: String,
    /// Stable code, if the problem has localized words.
    pub code: Option<&'static str>,
    /// Value that the localized words quote.
    pub value: Option<String>,
}

/// All problems found, not only the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, thiserror::Error)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Adds one problem.
    pub fn add(&mut self, key: &str, what: impl Into<String>, fix: impl Into<String>) {
        self.push(Problem {
            key: key.to_owned(),
            what: what.into(),
            fix: fix.into(),
            code: None,
            value: None,
        });
    }

    /// Adds a problem.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Adds all problems of another list.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns the problems in the order they were found.
    #[must_use]
    pub fn list(&self) -> &[Problem] {
        &self.0
    }

    /// Returns `value` if there are no problems.
    ///
    /// # Errors
    /// All problems added so far.
    pub fn or<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.0.len();
        writeln!(f, "{count} {} in the configuration:", if count == 1 { "problem" } else { "problems" })?;
        for problem in &self.0 {
            writeln!(f, "  {}: {}", problem.key, problem.what)?;
            // A registration of an EHR is in a file of its own, which environment variables do not override.
            if problem.key.starts_with("ehr.") && problem.key != "ehr.file" {
                writeln!(f, "      {}", problem.fix)?;
            } else {
                let variable = problem.key.to_uppercase().replace('.', "__");
                writeln!(f, "      {} (variable PASSERELLE__{variable})", problem.fix)?;
            }
        }
        Ok(())
    }
}
