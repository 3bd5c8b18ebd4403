//! Response of a token endpoint to the client credentials grant.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Error, Scope, process_backend_response, process_refresh_response};
use passerelle_fuzz::{
    ehr,
    reply::reply,
    tokens::{assert_grant, assert_lifetime, assert_token},
};
use secrecy::ExposeSecret as _;

static ASKED: LazyLock<[Scope; 1]> =
    LazyLock::new(|| ["system/ServiceRequest.ru".parse().expect("the scope here is a good one")]);

fuzz_target!(|data: &[u8]| {
    let reply = reply(data);
    let token = match process_backend_response(&reply, &*ASKED, ehr::NOW) {
        Ok(token) => token,
        Err(Error::TokenRefused { status, .. }) => {
            assert!(status != 200 && status == reply.status);
            return;
        }
        Err(_) => return,
    };
    assert!(matches!(reply.status.as_u16(), 200 | 201) && reply.may_be_json());
    assert_token(&token.access_token);
    assert_lifetime(token.expires_at);
    assert_grant(&token.grant);
    if let Ok(refreshed) = process_refresh_response(&reply, ehr::pinned(), ehr::NOW) {
        assert_eq!(refreshed.access_token.expose_secret(), token.access_token.expose_secret());
        assert_eq!(refreshed.expires_at, token.expires_at);
        assert!(refreshed.grant.is_none_or(|grant| grant == token.grant));
    }
});
