//! JSON as deep and as wide as a stranger likes, which a few bytes here stand for, at every place that reads JSON.
//! Three bytes say how often, the first line is the opening, the second the closing, the rest is what is inside.
#![no_main]

use std::thread;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use libfuzzer_sys::fuzz_target;
use passerelle::{
    delivery::process_message_response,
    fhir::{Reference, process_read_response, process_search_response},
    smart::{process_document, process_jwks, process_token_response},
};
use passerelle_fuzz::{
    chart::{use_form, with_answer},
    ehr,
    id_token::{own_keys, sign, verify},
    json::{assert_clean, depth},
    reply,
};

/// What the app reads of a FHIR server at most.
const MOST: usize = 4 * 1024 * 1024;
/// What a thread of the app has.
const STACK: usize = 2 * 1024 * 1024;

fuzz_target!(|data: &[u8]| {
    let Some(body) = build(data) else { return };
    let reader = thread::Builder::new().stack_size(STACK).spawn(move || read(body));
    assert!(reader.expect("a thread can be started").join().is_ok());
});

/// `{"resourceType":…,"x":` and then the opening so many times, what is inside, and the closing as many times.
fn build(data: &[u8]) -> Option<Vec<u8>> {
    let (times, text) = data.split_at_checked(3)?;
    let mut parts = text.splitn(3, |byte| *byte == b'\n');
    let (open, close, inside) = (parts.next()?, parts.next()?, parts.next()?);
    let most = MOST / (open.len() + close.len()).max(1);
    let times = usize::from_be_bytes([0, 0, 0, 0, 0, times[0], times[1], times[2]]).min(most);
    let middle = [open.repeat(times).as_slice(), inside, &close.repeat(times)].concat();
    Some([br#"{"resourceType":"Bundle","id":"b1","entry":"#, middle.as_slice(), b"}"].concat())
}

fn read(body: Vec<u8>) {
    let claims = String::from_utf8_lossy(&body[..body.len().min(8 * 1024)]).into_owned();
    assert!(verify(&sign(&claims, &claims), &own_keys(), ehr::pinned(), false).is_err());
    assert!(
        verify(&format!("{}.e30.AA", URL_SAFE_NO_PAD.encode(&claims)), &own_keys(), ehr::pinned(), true)
            .is_err()
    );
    let reply = reply::json(body);
    let _ = process_message_response(&reply, "m1");
    assert!(process_token_response(&reply, ehr::pinned(), ehr::NOW).is_err());
    if let Ok(document) = process_document("jwks", &reply) {
        assert!(process_jwks(&document.members).is_err(), "it has no keys");
    }
    let reference = Reference::new("Bundle", "b1").expect("it is a reference");
    let resource = process_read_response(&reply, &reference);
    if let Ok(bundle) = process_search_response(&reply) {
        assert!(depth(&bundle) <= 128, "what is kept may be walked without care");
        assert_clean(&bundle);
        use_form(&with_answer(&bundle));
        assert!(resource.is_ok_and(|resource| resource == bundle) || bundle["id"] != "b1");
    }
}
