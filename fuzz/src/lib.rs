//! What the fuzz targets share: the EHR they pretend to talk to, and what must hold of whatever was accepted.
//!
//! Each file of `fuzz/fuzz_targets/` hands bytes of a stranger to the function that reads them in the app. A target
//! that only watched for panics would miss the faults that matter, so every one says what acceptance promises.
//! `fuzz/run.sh` builds and runs them.

pub mod base;
pub mod bundle;
pub mod chart;
pub mod ehr;
pub mod endpoints;
pub mod id_token;
pub mod json;
pub mod reply;
pub mod tokens;
