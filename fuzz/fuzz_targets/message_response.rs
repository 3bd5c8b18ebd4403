//! Response of a destination to a referral.
#![no_main]

use std::time::Duration;

use libfuzzer_sys::fuzz_target;
use passerelle::delivery::{Outcome, process_message_response};
use passerelle_fuzz::reply::reply;
use serde_json::Value;

const ID: &str = "0198c4a0-0000-7000-8000-000000000001";

fuzz_target!(|data: &[u8]| {
    let reply = reply(data);
    let outcome = process_message_response(&reply, ID);
    if let Some(reason) = outcome.reason() {
        let plain = reason.bytes().all(|b| b.is_ascii_alphanumeric() || b" -(),'".contains(&b));
        assert!(plain && reason.len() <= 80, "a reason repeats nothing that was sent: {reason}");
    }
    if let Outcome::RetryLater(_, Some(wait)) = outcome {
        assert!(wait <= Duration::from_secs(24 * 3600));
    }
    if outcome == Outcome::Delivered {
        let body: Value = serde_json::from_slice(&reply.body).expect("what confirms is JSON");
        let answer = &body["entry"][0]["resource"]["response"];
        let bundle = body["resourceType"] == "Bundle" && answer["identifier"] == ID && answer["code"] == "ok";
        assert!(reply.status.is_success() && (bundle || body["resourceType"] == "OperationOutcome"));
    }
});
