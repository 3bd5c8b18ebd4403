//! The page that an error becomes.

use serde::Serialize;

use super::{error::ErrorKind, page::Page};

/// Error page.
#[derive(Debug, Serialize)]
pub struct ErrorPage {
    /// Kind of error, which selects the messages.
    pub kind: ErrorKind,
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "error.html";

    fn samples() -> Vec<Self> {
        ErrorKind::ALL.into_iter().map(|kind| Self { kind }).collect()
    }
}
