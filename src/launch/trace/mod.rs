//! What happened in one launch, step by step, for the administrator who is told its correlation id: what was sent and
//! received, with every secret, code, token and personal value struck out, and why it stopped. Kept for a week.
//! Table: `launch_traces`.

mod steps;
pub mod store;

pub(super) use steps::{ADVICE, CODE, Trace};
pub use steps::{Step, StepName};
