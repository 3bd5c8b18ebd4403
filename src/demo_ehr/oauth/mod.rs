//! Authorization server of the simulated EHR: authorization and token endpoints, client authentication, `id_token`s
//! and their keys, introspection and revocation, discovery documents.

pub(in crate::demo_ehr) mod authorization_request;
pub(in crate::demo_ehr) mod authorize;
pub(in crate::demo_ehr) mod callback;
pub(in crate::demo_ehr) mod client;
pub(in crate::demo_ehr) mod client_assertion;
pub(in crate::demo_ehr) mod client_authentication;
pub(in crate::demo_ehr) mod client_credentials;
pub(in crate::demo_ehr) mod client_keys;
pub(in crate::demo_ehr) mod client_signature;
pub(in crate::demo_ehr) mod discovery;
pub(in crate::demo_ehr) mod error;
pub(in crate::demo_ehr) mod grants;
pub(in crate::demo_ehr) mod id_token;
pub(in crate::demo_ehr) mod id_token_faults;
pub(in crate::demo_ehr) mod introspection;
pub(in crate::demo_ehr) mod issued_secrets;
pub(in crate::demo_ehr) mod jwks;
pub(in crate::demo_ehr) mod keys;
pub(in crate::demo_ehr) mod scopes;
pub(in crate::demo_ehr) mod sign_in;
pub(in crate::demo_ehr) mod token;
pub(in crate::demo_ehr) mod token_response;
