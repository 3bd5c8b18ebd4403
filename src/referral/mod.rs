//! A referral from draft to closed.

pub mod message;
