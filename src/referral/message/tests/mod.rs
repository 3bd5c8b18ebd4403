//! Messages built from the charts of the simulated EHR, and from broken ones.

mod broken;
mod golden;
mod patient;
mod people;
mod refusals;
mod structure;
mod support;
