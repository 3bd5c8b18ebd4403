//! Response of a token endpoint to an authorization code.
#![no_main]

use libfuzzer_sys::fuzz_target;
use passerelle::smart::{Error, process_refresh_response, process_token_response};
use passerelle_fuzz::{
    ehr,
    reply::reply,
    tokens::{assert_grant, assert_launch_context, assert_lifetime, assert_token, assert_used},
};
use secrecy::ExposeSecret as _;

fuzz_target!(|data: &[u8]| {
    let reply = reply(data);
    for registration in ehr::registrations() {
        let response = match process_token_response(&reply, registration, ehr::NOW) {
            Ok(response) => response,
            Err(Error::TokenRefused { status, .. }) => {
                assert!(status != 200 && status == reply.status);
                continue;
            }
            Err(_) => continue,
        };
        assert!(matches!(reply.status.as_u16(), 200 | 201) && reply.may_be_json());
        assert_token(&response.access_token);
        assert_token(&response.id_token);
        response.refresh_token.iter().for_each(assert_token);
        assert_lifetime(response.expires_at);
        assert_grant(&response.grant);
        assert_used(&response.grant, &registration.scopes);
        assert_launch_context(&response.launch_context, &registration.base);
        let refreshed = process_refresh_response(&reply, registration, ehr::NOW).expect("it is one too");
        assert_eq!(refreshed.access_token.expose_secret(), response.access_token.expose_secret());
        assert_eq!(refreshed.launch_context, response.launch_context);
    }
});
