use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::db::{Cell, Sealer};

const CELL: Cell<'_> = Cell { table: "referrals", column: "ticket", id: "" };

/// Says whose draft a page edits, sealed, so that its text can be saved even after the session ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Ticket {
    /// The person.
    pub(super) user_id: String,
    /// The session it was made in.
    pub(super) session_id: String,
    /// The launch context.
    pub(super) context_id: String,
    /// The draft; its id is given before it is first saved, so that saving twice makes one.
    pub(super) referral_id: String,
    /// The form.
    pub(super) form_id: String,
    /// The page; its saves follow one another and are never in each other's way.
    pub(super) page_id: String,
    /// When it was made, epoch milliseconds.
    pub(super) made_at: i64,
}

impl Ticket {
    pub(super) fn seal(&self, sealer: &Sealer) -> String {
        sealer.seal_json(CELL, self).map(|bytes| URL_SAFE_NO_PAD.encode(bytes)).unwrap_or_default()
    }

    /// Opens a ticket; none unless we sealed it.
    pub(super) fn open(text: &str, sealer: &Sealer) -> Option<Self> {
        sealer.open_json(CELL, &URL_SAFE_NO_PAD.decode(text).ok()?).ok()
    }
}
