//! Tokens of a launch context: sealed in its row, refreshed before they expire, revoked when the context ends.
//!
//! ```text
//! held --claim (one caller)--> leased --use--> settled: new tokens, version + 1
//!   ^                            |  |--> refused, or other patient or user: wiped, version + 1
//!   |                            |  |--> no answer: kept without refresh token, version + 1
//!   +---release: EHR not reached-+  (crash: the claim stays, that refresh token is never used again)
//! other callers follow: poll the row until its version grows or the lease has expired
//! context ends --> revocation due --> revoked, or given up after a day --> wiped
//! ```
//!
//! Why a claim: a refresh token must be used only once. To an EHR a second use looks like theft, and it ends the access.
//! If the answer is lost, the clinician launches again.

mod context_tokens;
mod held;
mod introspection;
mod renewal;
mod revocation;
pub(super) mod store;

pub(super) use context_tokens::{About, ContextTokens};
pub(super) use held::Tokens;
