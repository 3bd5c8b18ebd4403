//! Web pages of the simulated EHR: patient list, charts, fault and request pages, and the SMART style document.

pub(in crate::demo_ehr) mod controls;
pub(in crate::demo_ehr) mod launcher;
pub(in crate::demo_ehr) mod render;
pub(in crate::demo_ehr) mod smart_style;
