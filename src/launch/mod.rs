//! EHR launch: `/launch`, `/callback/{ehr}`, the EHR registrations, the one-time linking, the open launch context.
//!
//! For: everything from the EHR's click to an open chart. Not for: protocol rules (see `smart`) or what the chart is
//! used for (see `referral`). Source: SMART App Launch 2.2, section EHR launch; RFC 9700.
//! Tables: `ehrs`, `client_keys`, `ehr_origins`, `launch_attempts`, `pending_sign_ins`, `launch_contexts`.
//!
//! Why an attempt travels sealed in a cookie and has no row until it is used: the cookie is the binding to the
//! browser anyway, unfinished launches cost no disk, and a launch has two write transactions instead of three. The
//! row of a used attempt is what makes it work once, on every node.

mod attempt;
mod callback;
mod context;
pub mod ehrs;
mod error;
mod ground;
pub mod linking;
mod opening;
mod pending;
mod refusals;
mod routes;
mod service;
pub mod store;
mod tokens;

pub use context::{ChartContext, OpenContext};
pub use ehrs::{
    ClientAuthMethod, Ehr, ImportError, Preset, Registration, Registry, SCOPES, add_registration,
    import_file, import_registration,
};
pub use error::Error;
use ground::Ground;
pub use refusals::Refusals;
pub use routes::routes;
pub use service::Launch;
