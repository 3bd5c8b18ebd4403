//! What can go wrong between a test and its browser.

use serde_json::Value;

/// A browser that did not do what it was told.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The driver's program did not start.
    #[error("cannot start `{program}`: install chromium-driver or set PASSERELLE_TEST_CHROMEDRIVER")]
    Driver {
        /// What was started.
        program: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// There is no place for the browser's files.
    #[error("cannot make a temporary folder")]
    Folder(#[source] std::io::Error),
    /// The driver started and did not say on which port it listens.
    #[error("the driver did not announce its port")]
    NoPort,
    /// The driver could not be asked.
    #[error("the driver does not answer")]
    Connection(#[from] reqwest::Error),
    /// The driver refused: its error code, such as `no such element`, and its message.
    #[error("{code}: {message}")]
    Refused {
        /// The error code of the `WebDriver` specification.
        code: String,
        /// What the driver adds.
        message: String,
    },
    /// An answer that is not of the expected shape.
    #[error("unexpected answer: {0}")]
    Answer(String),
    /// Something that should have come did not.
    #[error("waited {seconds} s for {what}")]
    TimedOut {
        /// What was waited for.
        what: String,
        /// How long.
        seconds: u64,
    },
    /// A screenshot could not be stored.
    #[error("cannot write the screenshot")]
    Screenshot(#[source] std::io::Error),
}

/// The answer as text.
pub(super) fn text_of(value: &Value) -> Result<String, Error> {
    value.as_str().map(str::to_owned).ok_or_else(|| Error::Answer(format!("not a text: {value}")))
}
