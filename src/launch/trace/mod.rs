//! Launch traces: the steps of one launch with the data sent and received, and the error that ended it. Secrets, codes,
//! tokens and personal values are redacted. An administrator finds a trace by its correlation id. Retention: `retention.traces_days`.
//! Table: `launch_traces`.

mod steps;
pub mod store;

pub(super) use steps::{ADVICE, CODE, Trace};
pub use steps::{Step, StepName};
