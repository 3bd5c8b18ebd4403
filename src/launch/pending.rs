//! Pending sign-ins: verified callbacks that wait for a decision of the user.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{context::ChartContext, tokens::Tokens};
use crate::users::{Arrival, User};

/// Verified sign-in that waits for the user: to link an account, or to choose which of two users continues.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Pending {
    /// Identity verified by the launch.
    pub(super) arrival: Arrival,
    /// Id of the launch context to open.
    pub(super) context_id: String,
    /// Chart data read at launch.
    pub(super) chart: Arc<ChartContext>,
    /// Tokens of the launch.
    pub(super) tokens: Tokens,
    /// Decision that is missing.
    pub(super) waits_for: WaitsFor,
}

/// Decision that a pending sign-in waits for.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum WaitsFor {
    /// Proof of an account, by password or invitation.
    Account,
    /// Confirmation that this account is to be linked. Linking uses up the invitation.
    Confirmation {
        /// Account that was proven.
        user: User,
        /// Hash of the invitation, if the proof was one.
        invitation: Option<String>,
        /// Stored hash of the password, if the proof was one.
        #[serde(default)]
        password: Option<String>,
    },
    /// Choice of the user who continues in this browser.
    Choice {
        /// Account of the user of this launch.
        user: User,
    },
}

impl Pending {
    /// Lifetime of a pending sign-in.
    pub(super) const LIFETIME_SECONDS: i64 = 600;
    /// Number of passwords and invitation codes that may be tried.
    pub(super) const MAX_TRIES: i64 = 5;

    pub(super) fn kind(&self) -> &'static str {
        match self.waits_for {
            WaitsFor::Account | WaitsFor::Confirmation { .. } => "link",
            WaitsFor::Choice { .. } => "switch",
        }
    }
}
