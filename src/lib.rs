//! Passerelle: a confidential SMART on FHIR app backend, and the referral app built with it.

pub mod admin;
pub mod app;
pub mod audit;
pub mod clock;
pub mod config;
pub mod db;
pub mod delivery;
pub mod demo_ehr;
pub mod directory;
pub mod egress;
pub mod fhir;
pub mod fhirpath;
pub mod forms;
pub mod launch;
pub mod random;
pub mod referral;
pub mod smart;
#[cfg(feature = "testing")]
pub mod testing;
pub mod users;
pub mod web;
