use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{context::ChartContext, tokens::Tokens};
use crate::users::{Arrival, User};

/// A verified sign-in that waits for the person: to link an account, or to say which of two people goes on.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    /// Who arrived.
    pub(super) arrival: Arrival,
    /// The id the launch context will have.
    pub(super) context_id: String,
    /// What was read.
    pub(super) chart: Arc<ChartContext>,
    /// The tokens.
    pub(super) tokens: Tokens,
    /// What it waits for.
    pub(super) waits_for: WaitsFor,
}

/// What a pending sign-in waits for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum WaitsFor {
    /// Password or invitation of an account.
    Account,
    /// Yes or no to linking this account; the invitation it came by is used up with the link.
    Confirmation {
        /// The account.
        user: User,
        /// Hash of the invitation, if it came by one.
        invitation: Option<String>,
    },
    /// Which person goes on in this browser.
    Choice {
        /// Who arrived, an account we know.
        user: User,
    },
}

impl Pending {
    /// How long it waits.
    pub(super) const SECONDS: i64 = 600;
    /// Wrong passwords or codes it takes.
    pub(super) const TRIES: i64 = 5;

    pub(super) fn kind(&self) -> &'static str {
        match self.waits_for {
            WaitsFor::Account | WaitsFor::Confirmation { .. } => "link",
            WaitsFor::Choice { .. } => "switch",
        }
    }
}
