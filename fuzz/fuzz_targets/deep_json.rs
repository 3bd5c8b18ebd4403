//! JSON of any depth and width, described by a few bytes, for every parser of JSON. Two bytes are the depth and two
//! the width; then, one line each: opening, closing, repeated and last text.
#![no_main]

use std::thread;

use libfuzzer_sys::fuzz_target;
use passerelle::{
    delivery::{Sent, read_answer},
    fhir::{Error, Reference, process_read_response, process_search_response},
    smart::{process_document, process_jwks, process_token_response},
};
use passerelle_fuzz::{
    chart::{use_form, with_answer},
    ehr,
    id_token::{own_keys, sign, verify},
    json::{assert_clean, depth},
    reply,
};

/// Maximum length in bytes, an eighth of the limit for a FHIR server, to keep each run short.
const MAX_LENGTH: usize = 512 * 1024;
/// Stack size of the app's threads, in bytes.
const STACK: usize = 2 * 1024 * 1024;

fuzz_target!(|data: &[u8]| {
    let Some(body) = build(data) else { return };
    let reader = thread::Builder::new().stack_size(STACK).spawn(move || read(body));
    assert!(reader.expect("a thread can be started").join().is_ok());
});

fn build(data: &[u8]) -> Option<Vec<u8>> {
    let (counts, text) = data.split_at_checked(4)?;
    let mut lines = text.splitn(4, |byte| *byte == b'\n');
    let (open, close, inside, last) = (lines.next()?, lines.next()?, lines.next()?, lines.next()?);
    let times = |high: u8, low: u8, length: usize| {
        usize::from(u16::from_be_bytes([high, low])).min(MAX_LENGTH / 2 / length.max(1))
    };
    let depth = times(counts[0], counts[1], open.len() + close.len());
    let width = times(counts[2], counts[3], inside.len());
    let opened = [open.repeat(depth), inside.repeat(width), last.to_vec(), close.repeat(depth)].concat();
    Some([br#"{"resourceType":"Bundle","id":"b1","entry":"#, opened.as_slice(), b"}"].concat())
}

fn read(body: Vec<u8>) {
    let claims = String::from_utf8_lossy(&body[..body.len().min(8 * 1024)]).into_owned();
    let _ = verify(&sign(&claims, &claims), &own_keys(), ehr::pinned(), false);
    let reply = reply::json(body);
    let _ = read_answer(&reply, &Sent::read("m1", b""), jiff::Timestamp::UNIX_EPOCH);
    let _ = process_token_response(&reply, ehr::pinned(), ehr::NOW);
    if let Ok(document) = process_document("jwks", &reply) {
        let _ = process_jwks(&document.members);
    }
    let reference = Reference::new("Bundle", "b1").expect("it is a reference");
    let resource = process_read_response(&reply, &reference, &ehr::pinned().base);
    if let Ok(bundle) = process_search_response(&reply, &ehr::pinned().base) {
        assert!(depth(&bundle) <= 128, "what is kept may be walked without care");
        assert_clean(&bundle);
        use_form(&with_answer(&bundle));
        match resource {
            Ok(resource) => assert_eq!(resource, bundle),
            // One resource may have fewer values than a page of resources.
            Err(Error::Content("too many values")) => assert!(reply.body.len() > 20_000),
            Err(error) => assert!(bundle["id"] != "b1", "{error}"),
        }
    }
}
