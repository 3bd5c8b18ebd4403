//! EHR launch: `/launch`, `/callback/{ehr}`, one-time linking, the open launch context and its tokens, launch traces.
//!
//! For: everything from the click in the EHR to an open chart. Not for: the register of EHRs (see `ehrs`), protocol
//! rules (see `smart`) or the use of the chart (see `referral`). Source: SMART App Launch 2.2, EHR launch; RFC 9700.
//! Tables: `launch_attempts`, `launch_traces`, `pending_sign_ins`, `launch_contexts`.
//!
//! Why an attempt travels sealed in a cookie and has no row until it is used: the cookie is the binding to the
//! browser anyway, unfinished launches cost no disk unless they are overdue (see `sent`), and a launch has two write
//! transactions instead of three. The row of a used attempt is what makes it work once, on every node.

mod advice;
mod attempt;
mod callback;
mod context;
mod error;
mod first_views;
mod landing;
pub mod linking;
mod opening;
mod pages;
mod pending;
mod people;
mod preview;
mod preview_charts;
mod registration_observer;
mod routes;
mod sent;
mod service;
mod starting;
pub mod store;
mod tokens;
pub mod trace;

pub use advice::Advice;
pub use context::{ChartContext, OpenContext, only_clinic_key};
pub use error::{CallbackRefusal, Error, RefusalClass, RequestError, SpentReason};
pub use landing::Landing;
pub use pages::{SendPage, StartPage};
pub use preview_charts::{PreviewAccess, PreviewCharts, PreviewPatient};
pub use registration_observer::LaunchObserver;
pub use routes::{read_launch, routes};
pub use service::{Launch, LaunchParts};
