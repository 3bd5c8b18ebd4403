//! Kinds of SMART server that the simulated EHR imitates, and the documents that differ between them.

pub(in crate::demo_ehr) mod documents;
pub(in crate::demo_ehr) mod shape;
