use aws_lc_rs::rand;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::{Builder, Uuid};

use crate::clock::Clock;

/// An id for a row: a version 7 UUID, in order of creation. It may be guessed, so it gives no right to anything.
#[must_use]
pub fn row_id(clock: &dyn Clock) -> String {
    let millis = u64::try_from(clock.now_ms()).unwrap_or_default();
    let uuid: Uuid = Builder::from_unix_timestamp_millis(millis, &random_bytes()).into_uuid();
    uuid.to_string()
}

/// An id where knowing it is power: 256 random bits, base64url without padding, 43 characters.
#[must_use]
pub fn random_id() -> String {
    URL_SAFE_NO_PAD.encode(random_bytes::<32>())
}

/// Random bytes of the operating system's quality.
#[must_use]
pub fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::fill(&mut bytes).expect("the operating system gives random bytes");
    bytes
}
