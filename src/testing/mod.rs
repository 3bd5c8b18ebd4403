//! What we and vendors test with: a real browser so far. Behind the feature `testing`; a release build has none of it.
//!
//! Not for: anything that runs outside a test.

pub mod webdriver;
