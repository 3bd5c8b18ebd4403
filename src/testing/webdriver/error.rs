//! Errors between a test and its browser.

use serde_json::Value;

/// Error of a browser command.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The driver could not be started.
    #[error("cannot start `{program}`: install chromium-driver or set PASSERELLE_TEST_CHROMEDRIVER")]
    Driver {
        /// Name or path of the program.
        program: String,
        /// Cause of the failure.
        source: std::io::Error,
    },
    /// The folder for the browser's files could not be created.
    #[error("cannot create a temporary folder")]
    Folder(#[source] std::io::Error),
    /// The driver started and did not announce the port on which it listens.
    #[error("waited {seconds} s for `{program}` to announce its port ({state}); it printed: {printed:?}")]
    NoPort {
        /// Name or path of the program.
        program: String,
        /// Seconds waited, over all starts.
        seconds: u64,
        /// Whether the driver was still running, or its exit status.
        state: String,
        /// Output of the driver so far.
        printed: String,
    },
    /// The driver did not respond.
    #[error("the driver does not respond")]
    Connection(#[from] reqwest::Error),
    /// The driver refused the command.
    #[error("{code}: {message}")]
    Refused {
        /// Error code of the `WebDriver` specification, such as `no such element`.
        code: String,
        /// Message of the driver.
        message: String,
    },
    /// A response without the expected structure.
    #[error("unexpected response: {0}")]
    Answer(String),
    /// A condition that did not become true in time.
    #[error("waited {seconds} s for {what}")]
    TimedOut {
        /// Awaited condition.
        what: String,
        /// Seconds waited.
        seconds: u64,
    },
    /// A screenshot could not be stored.
    #[error("cannot write the screenshot")]
    Screenshot(#[source] std::io::Error),
}

/// Returns a response as text.
pub(super) fn text_of(value: &Value) -> Result<String, Error> {
    value.as_str().map(str::to_owned).ok_or_else(|| Error::Answer(format!("not a text: {value}")))
}
