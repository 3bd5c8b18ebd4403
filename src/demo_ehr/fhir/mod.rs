//! FHIR server of the simulated EHR: read, search and update under the scopes of an access token, the
//! `CapabilityStatement`, and the faults of each.

pub(in crate::demo_ehr) mod access;
pub(in crate::demo_ehr) mod answer;
pub(in crate::demo_ehr) mod bundle;
pub(in crate::demo_ehr) mod capability_statement;
pub(in crate::demo_ehr) mod charts;
pub(in crate::demo_ehr) mod document_faults;
pub(in crate::demo_ehr) mod faults;
pub(in crate::demo_ehr) mod patient_faults;
pub(in crate::demo_ehr) mod read;
pub(in crate::demo_ehr) mod search;
pub(in crate::demo_ehr) mod search_parameters;
pub(in crate::demo_ehr) mod terminology;
pub(in crate::demo_ehr) mod update;
