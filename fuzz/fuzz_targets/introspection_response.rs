//! Response of an introspection endpoint.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::process_introspection_response;
use passerelle_fuzz::reply::reply;
use serde_json::Value;

fuzz_target!(|data: &[u8]| {
    let reply = reply(data);
    let Ok(active) = process_introspection_response(&reply) else { return };
    // Any clear result is in the response itself, and "active" needs status 200.
    let said: Value = serde_json::from_slice(reply.json()).expect("an answer that counts is JSON");
    let text = said["active"].to_string().trim_matches('"').to_ascii_lowercase();
    assert_eq!(text, active.to_string());
    assert!(reply.status.as_u16() == 200 || (!active && reply.status.as_u16() == 404));
});
