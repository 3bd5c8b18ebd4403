//! Reasons to refuse an id_token.

use crate::error_codes::error_codes;

error_codes! {
    /// Reason to refuse an id_token (OpenID Connect Core 3.1.3.7).
    pub enum IdTokenError {
        Missing = "id-token-missing", "the token response has no id_token";
        TooLong = "id-token-too-long", "longer than 16 KiB";
        NotCompact = "id-token-not-compact", "not a compact JWS: expected three parts";
        NotBase64url = "id-token-not-base64url", "a part is not base64url without padding";
        Unsigned = "id-token-unsigned", "the signature is empty";
        NotJson = "id-token-not-json", "header or claims are not JSON, or a member occurs twice";
        TimeNotNumber = "id-token-time-not-number", "exp or iat is not a number";
        EmptyLanguageTag = "id-token-empty-language-tag", "a claim name ends with an empty language tag";
        HeaderBringsKey = "id-token-header-brings-key", "header contains crit, jwk, jku, x5u or x5c";
        ClaimsMissing = "id-token-claims-missing", "a required claim is missing or has the wrong type";
        IssuerMismatch = "id-token-issuer-mismatch", "iss is not the issuer registered for this EHR";
        AudienceMismatch = "id-token-audience-mismatch", "aud is not our client_id";
        AlgorithmNotAllowed = "id-token-algorithm-not-allowed", "alg is not RS256, RS384, ES256 or ES384";
        KeyUnknown = "id-token-key-unknown", "no published key verifies the signature";
        KeyAmbiguous = "id-token-key-ambiguous", "kid is missing and several published keys fit";
        SignatureInvalid = "id-token-signature-invalid", "the signature is invalid";
        Expired = "id-token-expired", "expired, or iat is more than 24 hours old or in the future";
        NotYetValid = "id-token-not-yet-valid", "nbf is in the future";
        NonceMissing = "id-token-nonce-missing", "nonce is missing";
        NonceMismatch = "id-token-nonce-mismatch", "nonce is not the one of this launch";
        SubjectUnusable = "id-token-subject-unusable", "sub is empty, longer than 255 characters or not ASCII";
        AuthorizedPartyMismatch = "id-token-azp-mismatch", "azp is not our client_id";
        AccessTokenHashMismatch = "id-token-at-hash-mismatch", "at_hash does not match the access token";
        Unverifiable = "id-token-unverifiable", "not the kind of token expected";
    }
}
