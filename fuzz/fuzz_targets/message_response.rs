//! Response of a destination to a referral.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use passerelle::delivery::{Outcome, Sent, read_answer};
use passerelle_fuzz::reply::reply;
use serde_json::Value;

const ID: &str = "0198c4a0-0000-7000-8000-000000000001";

fuzz_target!(|data: &[u8]| {
    let reply = reply(data);
    let outcome = read_answer(&reply, &Sent::read(ID, b""), jiff::Timestamp::UNIX_EPOCH).outcome;
    if let Some(reason) = outcome.reason() {
        let plain = reason.bytes().all(|b| b.is_ascii_alphanumeric() || b" -(),'".contains(&b));
        assert!(plain && reason.len() <= 80, "a reason repeats nothing that was sent: {reason}");
    }
    if let Some(wait) = outcome.asked_delay() {
        assert!(!wait.is_zero() && wait <= Duration::from_secs(24 * 3600));
    }
    if outcome == Outcome::Delivered {
        let body: Value = serde_json::from_slice(reply.json()).expect("what confirms is JSON");
        let names_us = body.to_string().to_ascii_lowercase().contains(ID);
        assert!(reply.status.is_success() && (names_us || body.to_string().contains("OperationOutcome")));
    }
});
