//! Client keys of Passerelle, one set for each EHR with `private_key_jwt`: generated at registration, published at
//! `/jwks/{ehr}.json`, rotated by publishing the next ones ahead. They differ for each EHR, so that a captured assertion is
//! useless at another one. Table: `client_keys`.

mod rotation;
mod routes;
pub mod store;

pub(super) use rotation::first_keys;
pub use rotation::{Rotation, RotationError, rotate_keys};
pub use routes::routes;
