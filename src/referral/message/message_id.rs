//! Deterministic ids of the resources of a message.

use aws_lc_rs::digest::{SHA256, digest};
use uuid::{Builder, Uuid};

/// Derives the id of a resource from message and role, so that building a message twice results in the same bytes.
///
/// Marked as UUID version 4, since some receivers accept no version above 5. Its bits are those of a SHA-256 hash.
pub(super) fn derive(message: Uuid, role: &str) -> Uuid {
    let hash = digest(&SHA256, &[message.as_bytes(), role.as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    Builder::from_random_bytes(bytes).into_uuid()
}

/// Returns the `fullUrl` of a resource id.
pub(super) fn urn(id: Uuid) -> String {
    format!("urn:uuid:{id}")
}
