//! Our key pairs at each EHR where we prove ourselves with `private_key_jwt`: made at registration, published at
//! `/jwks/{ehr}.json`, changed by publishing the next ones ahead. Each EHR has its own, so that an assertion captured
//! at one is worth nothing at another. Table: `client_keys`.

mod rotation;
mod routes;
pub mod store;

pub(super) use rotation::first_keys;
pub use rotation::{Rotation, RotationError, rotate_keys};
pub use routes::routes;
