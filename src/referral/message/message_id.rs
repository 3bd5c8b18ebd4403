use aws_lc_rs::digest::{SHA256, digest};
use uuid::{Builder, Uuid};

/// The id of a resource of a message: the same for the same message and role, so that building twice gives the same
/// bytes.
///
/// Marked as version 4, since some receivers know no version above 5; its bits come from SHA-256 and look no different.
pub(super) fn derive(message: Uuid, role: &str) -> Uuid {
    let hash = digest(&SHA256, &[message.as_bytes(), role.as_bytes()].concat());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    Builder::from_random_bytes(bytes).into_uuid()
}

/// The `fullUrl` of a resource id.
pub(super) fn urn(id: Uuid) -> String {
    format!("urn:uuid:{id}")
}
