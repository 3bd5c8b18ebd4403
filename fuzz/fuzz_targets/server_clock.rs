//! Date and Age of a response, from which clock skew is measured.
#![no_main]

use http::{HeaderValue, header};
use jiff::{SignedDuration, fmt::rfc2822::DateTimePrinter};
use libfuzzer_sys::fuzz_target;
use passerelle::smart::seconds_ahead;
use passerelle_fuzz::{ehr::NOW, reply::reply};

fuzz_target!(|data: &[u8]| {
    let mut reply = reply(data);
    let Some(ahead) = seconds_ahead(&reply, NOW) else { return };
    // A single equivalent Date without Age gives the same result, if such a date exists.
    let Ok(then) = NOW.checked_add(SignedDuration::from_secs(ahead)) else { return };
    let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&then) else { return };
    reply.headers.remove(header::AGE);
    reply.headers.insert(header::DATE, HeaderValue::from_str(&date).expect("a date is plain"));
    assert_eq!(seconds_ahead(&reply, NOW), Some(ahead), "{date}");
});
