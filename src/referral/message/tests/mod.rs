//! Tests of messages built from the charts of the simulated EHR, whole and broken.

mod broken;
mod golden;
mod made;
mod patient;
mod people;
mod refusals;
mod structure;
mod support;
