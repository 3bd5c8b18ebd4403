//! Unguessable values.

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// Generates 32 random bytes as unpadded base64url, 43 characters.
pub(super) fn unguessable() -> String {
    let mut bytes = [0_u8; 32];
    rand::fill(&mut bytes)
        .expect("the operating system provides 32 random bytes; no secret may be created without them");
    URL_SAFE_NO_PAD.encode(bytes)
}
