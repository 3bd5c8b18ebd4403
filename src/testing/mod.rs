//! What we and vendors test with. For tests only: nothing here is in a release build (feature `testing`).

pub mod webdriver;
