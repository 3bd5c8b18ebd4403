//! A real Chromium for tests, driven over the W3C `WebDriver` protocol (<https://www.w3.org/TR/webdriver2/>).
//!
//! Starts its own driver on a free port with an empty profile, and removes both when dropped.
//!
//! Why our own: the part of the protocol that tests need is small, and the crates for it bring over a hundred others.

mod axe;
mod chromium;
mod element;
mod error;
mod options;
mod process;
mod windows;

pub use axe::Violation;
pub use chromium::{Chromium, Key};
pub use element::Element;
pub use error::Error;
use error::text_of;
pub use options::Options;
