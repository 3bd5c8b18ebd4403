//! The only way out: an HTTP client that checks every address it connects to, with caps and deadlines.
//!
//! For: any request to anyone. Not for: deciding what to ask or believing what comes back.
//! An [`Outbound`] is bound to one peer's address ranges. Names are resolved here, every address is checked, and
//! the checked addresses are the ones connected to. No redirect is followed, no proxy and no cookie is used.
//! Plain http goes only to addresses in the ranges the peer's registration allows. Over TLS, 1.2 or later, certificate
//! and host name are always checked, against what this machine trusts and the peer's own [`Authorities`].

mod address;
mod authorities;
mod client;
mod connect_error;
mod error;
mod resolver;
#[cfg(test)]
mod tests;

pub use address::{Networks, is_private_range, is_public};
pub use authorities::Authorities;
pub use client::{Limits, Outbound, Reply, Request};
pub use connect_error::ConnectError;
pub use error::Error;
pub use resolver::Resolved;
