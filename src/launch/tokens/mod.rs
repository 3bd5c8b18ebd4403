//! The tokens of a launch context over time: held sealed, renewed ahead of their end, given back at the end.
//!
//! A refresh token is used once, whatever happens: whoever wants to use it first claims it in the row, on whichever
//! node. If the answer is lost, by a crash or a broken connection, the claim stays and the clinician is asked to launch
//! again; a second use would look like theft to the EHR, which then ends everything.

mod context_tokens;
mod held;
mod introspection;
mod renewal;
mod revocation;
pub(super) mod store;

pub(super) use context_tokens::{About, ContextTokens};
pub(super) use held::Tokens;
