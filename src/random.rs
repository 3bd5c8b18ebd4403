//! Randomness of the operating system's quality, from one place.

use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// Random bytes.
///
/// # Panics
/// When the operating system gives none; nothing safe can be done then.
#[must_use]
pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}

/// An id where knowing it is power: 256 random bits, base64url without padding, 43 characters.
#[must_use]
pub fn id() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<32>())
}
