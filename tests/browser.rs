//! The program as people use it: Chromium, the simulated EHR and the app, each for real, from the patient list to a
//! delivered message. Every test starts its own on free ports.

#[path = "browser/demo.rs"]
mod demo;
#[path = "browser/journey.rs"]
mod journey;
#[path = "browser/person.rs"]
mod person;
