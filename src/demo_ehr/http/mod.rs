//! HTTP helpers of the simulated EHR: request parameters, the request log, cacheable and malformed responses.

pub(in crate::demo_ehr) mod cached;
pub(in crate::demo_ehr) mod gzip_bomb;
pub(in crate::demo_ehr) mod misbehave;
pub(in crate::demo_ehr) mod parameters;
pub(in crate::demo_ehr) mod record;
pub(in crate::demo_ehr) mod recorder;
