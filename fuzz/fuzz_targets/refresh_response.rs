//! Response of a token endpoint to a refresh.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Error, IdTokenError, process_refresh_response, process_token_response};
use passerelle_fuzz::{
    ehr,
    reply::reply,
    tokens::{assert_grant, assert_launch_context, assert_lifetime, assert_token},
};

fuzz_target!(|data: &[u8]| {
    let reply = reply(data);
    let Ok(refreshed) = process_refresh_response(&reply, ehr::pinned(), ehr::NOW) else { return };
    assert_token(&refreshed.access_token);
    refreshed.refresh_token.iter().for_each(assert_token);
    refreshed.id_token.iter().for_each(assert_token);
    assert_lifetime(refreshed.expires_at);
    refreshed.grant.iter().for_each(assert_grant);
    assert_launch_context(&refreshed.launch_context, &ehr::pinned().base);
    // A refresh without an identity never signs in a user.
    let signed_in = process_token_response(&reply, ehr::pinned(), ehr::NOW);
    match refreshed.id_token {
        Some(_) => assert!(signed_in.is_ok()),
        None => assert!(matches!(signed_in, Err(Error::IdToken(IdTokenError::Missing)))),
    }
});
