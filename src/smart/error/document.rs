//! Reasons to refuse a metadata document, a key set or an endpoint of an EHR.

use crate::error_codes::error_codes;

error_codes! {
    /// Reason to refuse a document of an EHR.
    pub enum DocumentError {
        AddressUnusable = "document-address-unusable", "its address is not a URL";
        NotJson = "document-not-json", "not JSON, or a member occurs twice";
        NotObject = "document-not-object", "not a JSON object";
        BaseUnusable = "document-base-unusable", "the FHIR base URL is not usable";
        EndpointEmpty = "document-endpoint-empty", "an endpoint is empty";
        EndpointNotString = "document-endpoint-not-string", "an endpoint is not a string";
        EndpointNotUrl = "document-endpoint-not-url", "an endpoint is not a URL";
        EndpointNotHttps = "document-endpoint-not-https", "an endpoint is not https";
        EndpointHostUnusable =
            "document-endpoint-host-unusable", "an endpoint has user information, a fragment or an unusual host";
        AuthorizationEndpointMissing =
            "document-authorization-endpoint-missing", "authorization_endpoint is missing";
        TokenEndpointMissing = "document-token-endpoint-missing", "token_endpoint is missing";
        JwksUriMissing = "document-jwks-uri-missing", "jwks_uri is missing";
        ContradictsSmart =
            "document-contradicts-smart", "openid-configuration contradicts smart-configuration";
        KeysMissing = "document-keys-missing", "the key set has no member `keys`";
        OAuthUrisMissing =
            "document-oauth-uris-missing", "no oauth-uris extension with authorize and token";
        OAuthUrisAmbiguous = "document-oauth-uris-ambiguous", "oauth-uris extensions name different endpoints";
        ReservedParameter =
            "document-reserved-parameter", "authorization_endpoint carries a parameter that the client sets";
        IssuerNotUrl = "document-issuer-not-url", "the issuer is not a URL";
        RedirectUriUnusable = "document-redirect-uri-unusable", "the redirect URI is not a URL";
        ActiveWith404 = "document-active-with-404", "introspection answered active with status 404";
        ActiveMissing = "document-active-missing", "introspection did not answer active true or false";
    }
}

error_codes! {
    /// Reason why an EHR that answers does not serve a document.
    pub enum NotServedReason {
        Status = "document-status", "the status is not 200";
        IntrospectionStatus = "document-introspection-status", "the status is neither 200 nor 404";
        NotJsonMedia = "document-not-json-media", "the media type is not JSON";
        FailedRecently = "document-failed-recently", "the last request failed seconds ago";
    }
}
