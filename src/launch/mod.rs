//! EHR launch: `/launch`, `/callback/{ehr}`, the EHR registrations, the one-time linking, the open launch context.
//!
//! For: everything from the EHR's click to an open chart. Not for: protocol rules (see `smart`) or what the chart is
//! used for (see `referral`). Source: SMART App Launch 2.2, section EHR launch; RFC 9700.
//! Tables: `ehrs`, `client_keys`, `ehr_origins`, `launch_attempts`, `launch_traces`, `pending_sign_ins`, `launch_contexts`.
//!
//! Why an attempt travels sealed in a cookie and has no row until it is used: the cookie is the binding to the
//! browser anyway, unfinished launches cost no disk, and a launch has two write transactions instead of three. The
//! row of a used attempt is what makes it work once, on every node.

mod advice;
mod attempt;
mod backend;
mod callback;
mod context;
pub mod ehrs;
mod error;
mod first_views;
mod ground;
mod landing;
pub mod linking;
mod opening;
mod pages;
mod pending;
mod people;
mod routes;
mod service;
mod starting;
pub mod store;
mod style;
mod tokens;
pub mod trace;

pub use advice::Advice;
pub use context::{ChartContext, OpenContext};
pub use ehrs::{
    ClientAuthMethod, Ehr, ImportError, Preset, Registration, Registry, SCOPES, add_registration,
    import_file, import_registration,
};
pub use error::Error;
use ground::Ground;
pub use landing::Landing;
pub use pages::{SendPage, StartPage};
pub use routes::{read_launch, routes};
pub use service::Launch;
