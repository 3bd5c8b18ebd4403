//! A real Chromium for tests, driven over the W3C `WebDriver` protocol (<https://www.w3.org/TR/webdriver2/>).
//!
//! Starts its own driver on a free port with an empty profile, and removes both when dropped.
//!
//! Why not a crate: tests need a small part of the protocol, and the available crates have over a hundred
//! dependencies.

mod axe;
mod chromium;
mod element;
mod error;
mod options;
mod patience;
mod process;
mod windows;

pub use axe::Violation;
pub use chromium::{Chromium, Key};
pub use element::Element;
pub use error::Error;
use error::text_of;
pub use options::Options;
