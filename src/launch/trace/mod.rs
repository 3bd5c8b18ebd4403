//! Launch traces: the steps of one launch with the data sent and received, and the error that ended it. Secrets, codes,
//! tokens and personal values are redacted. An administrator finds a trace by its correlation id. Retention: `retention.traces_days`.
//!
//! Why `noted_launches`: the node that sent a launch records it as not back, and another node may receive the callback at the
//! same time. Whichever inserts the launch there first decides, and the other one waits for its transaction.
//! Tables: `launch_traces`, `noted_launches`.

mod steps;
pub mod store;

pub(super) use steps::{ADVICE, CODE, Trace};
pub use steps::{Step, StepName};
