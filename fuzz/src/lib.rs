//! Shared code of the fuzz targets: the simulated EHR, and the invariants of accepted input.
//!
//! Each file of `fuzz/fuzz_targets/` passes untrusted bytes to the function that parses them in the app. Looking for
//! panics alone would miss the important faults, so each target asserts what acceptance guarantees. `fuzz/run.sh`
//! builds and runs them.

pub mod base;
pub mod bundle;
pub mod chart;
pub mod ehr;
pub mod endpoints;
pub mod id_token;
pub mod json;
pub mod reply;
pub mod tokens;
