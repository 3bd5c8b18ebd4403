//! Sealed ticket of a page: identifies the draft that the page edits.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::db::{Cell, Sealer};

const CELL: Cell<'_> = Cell { table: "referrals", column: "ticket", id: "" };

/// User, session, chart and draft of a page, sealed, so that its text can be saved even after the session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ticket {
    /// Row id of the user.
    pub(super) user_id: String,
    /// Session in which the page was made.
    pub(super) session_id: String,
    /// Id of the launch context.
    pub(super) context_id: String,
    /// Row id of the draft. Chosen before the first save, so that saving twice creates one draft.
    pub(super) referral_id: String,
    /// Id of the form.
    pub(super) form_id: String,
    /// Hash of the text of the form that the page shows.
    #[serde(default)]
    pub(super) form_hash: String,
    /// Id of the page. Its saves are ordered and never conflict with each other.
    pub(super) page_id: String,
    /// Time at which the page was made, epoch milliseconds.
    pub(super) made_at: i64,
}

impl Ticket {
    /// Whether a draft holds the text of the page because the page's own draft was discarded or taken back.
    pub(super) fn is_anew_in(&self, draft_id: &str) -> bool {
        self.page_id == draft_id && self.referral_id != draft_id
    }

    /// Seals the ticket as text for a form field.
    pub(super) fn seal(&self, sealer: &Sealer) -> String {
        sealer.seal_json(CELL, self).map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
    }

    /// Opens a ticket. Returns `None` unless Passerelle sealed it.
    pub(super) fn open(text: &str, sealer: &Sealer) -> Option<Self> {
        sealer.open_json(CELL, &URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}
