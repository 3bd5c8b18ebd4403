//! Reasons to refuse a token response, its launch context, or to send no token request.

use crate::error_codes::error_codes;

error_codes! {
    /// Reason to refuse a token response (RFC 6749 5.1).
    pub enum TokenResponseError {
        NotJsonMedia = "token-response-not-json-media", "the media type is not JSON";
        NotJson = "token-response-not-json", "not JSON, or a member occurs twice";
        NotObject = "token-response-not-object", "not a JSON object";
        TokenTypeNotBearer = "token-response-token-type", "token_type is not Bearer";
        NoAccessToken = "token-response-no-access-token", "access_token is missing";
        TokenUnusable = "token-response-token-unusable", "a token is empty, too long or has characters a header cannot carry";
        ScopeNotString = "token-response-scope-not-string", "scope is not a string";
    }
}

error_codes! {
    /// Reason to refuse the launch context of a token response (SMART App Launch 2.2, launch context).
    pub enum LaunchContextError {
        IdNotString = "launch-context-id-not-string", "patient or encounter is not a string";
        IdInvalid = "launch-context-id-invalid", "patient or encounter is not a FHIR id";
    }
}

error_codes! {
    /// Reason why client authentication as registered is impossible (RFC 6749 2.3, RFC 7523).
    pub enum ClientAuthError {
        MethodNotOffered = "client-auth-method-not-offered", "the EHR does not offer the registered client_auth";
        HeaderUnusable = "client-auth-header-unusable", "client_id and secret do not fit into a header";
        NoSigningKey = "client-auth-no-signing-key", "no client key signs at this time";
        SigningFailed = "client-auth-signing-failed", "the client key does not sign";
        NoCommonAlgorithm = "client-auth-no-common-algorithm", "the EHR lists neither RS384 nor ES384";
        AlgorithmNotListed = "client-auth-algorithm-not-listed", "the EHR does not list the registered signing_alg";
        KeysRequired = "client-auth-keys-required", "backend services need private_key_jwt";
    }
}
