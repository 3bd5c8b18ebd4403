//! The page that an error becomes.

use serde::Serialize;

use super::{
    error::ErrorKind,
    kept_post::{KeptPost, PostedField},
    page::Page,
};

/// Error page.
#[derive(Debug, Serialize)]
pub struct ErrorPage {
    /// Kind of error, which selects the messages.
    pub kind: ErrorKind,
    /// Post that failed, if its user can repeat it from this page.
    pub kept: Option<KeptPost>,
    /// Whether the user pressed a button without a session, so that nothing was done.
    pub undone: bool,
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "error.html";

    fn samples() -> Vec<Self> {
        let fields = [("revision", "3"), ("a.concern", "<b>Palpitations</b>\nsince \"May\"")];
        let fields = fields.map(|(name, value)| PostedField { name: name.into(), value: value.into() });
        let kept = |had_files| {
            let path = "/c/x/referrals/1/edit".to_owned();
            Some(KeptPost { path, fields: fields.to_vec(), had_files })
        };
        let plain = ErrorKind::ALL.into_iter().map(|kind| Self {
            kind,
            kept: None,
            undone: kind == ErrorKind::SignedOut,
        });
        plain
            .chain([false, true].map(|files| Self {
                kind: ErrorKind::Busy,
                kept: kept(files),
                undone: false,
            }))
            .collect()
    }
}
