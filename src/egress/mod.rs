//! Outgoing HTTP: the only client, which checks every address it connects to, with size limits and deadlines.
//!
//! For: every request to another system. Not for: deciding what to request or whether to trust a reply. An [`Outbound`]
//! is bound to the address ranges of one peer. It resolves names itself, checks every address, and connects only to
//! checked addresses. It follows no redirects and uses no proxy and no cookies. Plain http is limited to addresses in
//! the ranges that the peer's registration allows. TLS is version 1.2 or later; certificate and host name are always
//! checked, against the CAs this machine trusts and the peer's own [`Authorities`].

mod address;
mod authorities;
mod client;
mod client_certificate;
mod connect_error;
mod error;
mod lane;
mod resolver;
#[cfg(test)]
mod tests;

pub use address::{Networks, is_private_range, is_public, parse_network};
pub use authorities::Authorities;
pub use client::{Limits, Outbound, Reply, Request};
pub use client_certificate::{ClientCertificate, Validity};
pub use connect_error::ConnectError;
pub use error::Error;
pub use lane::Lane;
pub use resolver::Resolved;
