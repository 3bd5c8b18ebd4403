//! Cryptographic randomness, from one place.

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Returns random bytes.
///
/// # Panics
/// If the operating system has no random bytes: no safe operation is possible without them.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system has random bytes");
    bytes
}

/// Returns an unguessable id, for values whose knowledge grants access: 256 random bits, base64url without padding, 43
/// characters.
#[must_use]
pub fn id() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}
