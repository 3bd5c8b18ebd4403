//! Passerelle: a confidential SMART on FHIR app backend, and the referral app built with it.

pub mod audit;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo_ehr;
pub mod egress;
pub mod fhir;
pub mod fhirpath;
pub mod forms;
pub mod launch;
pub mod random;
pub mod smart;
pub mod users;
pub mod web;
#[cfg(feature = "testing")]
pub mod testing;
