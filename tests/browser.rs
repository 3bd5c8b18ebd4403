//! End-to-end tests: Chromium, the simulated EHR and the app as real processes, from the patient list to a delivered
//! message. Every test starts its own on free ports.
//!
//! `PASSERELLE_PICTURES=FOLDER` saves screenshots for a person to look at.

#[path = "browser/accessibility.rs"]
mod accessibility;
#[path = "browser/attaching.rs"]
mod attaching;
#[path = "browser/demo.rs"]
mod demo;
#[path = "browser/form_pages.rs"]
mod form_pages;
#[path = "browser/frame.rs"]
mod frame;
#[path = "browser/injected.rs"]
mod injected;
#[path = "browser/journey.rs"]
mod journey;
#[path = "browser/keyboard.rs"]
mod keyboard;
#[path = "browser/layout.rs"]
mod layout;
#[path = "browser/nothing_lost.rs"]
mod nothing_lost;
#[path = "browser/person.rs"]
mod person;
#[path = "browser/picture.rs"]
mod picture;
#[path = "browser/searching.rs"]
mod searching;
#[path = "browser/signing_pages.rs"]
mod signing_pages;
#[path = "browser/steady.rs"]
mod steady;
#[path = "browser/two_charts.rs"]
mod two_charts;
#[path = "browser/waiting.rs"]
mod waiting;
#[path = "browser/ways_in.rs"]
mod ways_in;
#[path = "browser/without_javascript.rs"]
mod without_javascript;
