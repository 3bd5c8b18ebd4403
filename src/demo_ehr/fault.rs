//! Faults: misbehaviours of the simulated EHR, one at a time.

use serde::{Deserialize, Serialize};

macro_rules! faults {
    ($($fault:ident: $description:literal,)+) => {
        /// A misbehaviour of the EHR on the wire, while it is active. Serialized in kebab case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[expect(clippy::doc_markdown, reason = "the descriptions are shown on a page, without backticks")]
        pub enum Fault {
            $(#[doc = $description] $fault,)+
        }

        impl Fault {
            /// All faults, in the order of the launch flow.
            pub const ALL: &'static [Self] = &[$(Self::$fault,)+];

            /// Description in one English sentence. "(valid" marks an oddity that a client must accept.
            #[must_use]
            pub fn description(self) -> &'static str {
                match self {
                    $(Self::$fault => $description,)+
                }
            }
        }
    };
}

faults! {
    ClockBehind: "The Date header of every response is ten minutes behind: the EHR's clock is wrong.",

    DiscoveryNotFound: "smart-configuration answers 404.",
    DiscoveryOnlyCapabilityStatement: "smart-configuration answers 404; the second rest of the CapabilityStatement names the endpoints, as in SMART 1.0 (valid if that was agreed).",
    DiscoveryOnlyEmptyCapabilityStatement: "smart-configuration answers 404, and the CapabilityStatement names no endpoints.",
    DiscoveryServerError: "smart-configuration answers 500.",
    DiscoveryHtml: "smart-configuration answers 200 with a web page, like a captive portal.",
    DiscoveryNotAnObject: "smart-configuration is a JSON array.",
    DiscoveryTruncated: "smart-configuration is truncated in the middle of the JSON text.",
    DiscoveryHugeBody: "smart-configuration is valid, but 2 MiB long.",
    DiscoveryGzipBomb: "smart-configuration is 64 KiB of gzip that decompress to 10 MiB of JSON.",
    DiscoveryDeepNesting: "smart-configuration contains arrays nested 100 000 deep.",
    DiscoveryDrip: "smart-configuration is sent at one byte per second.",
    DiscoveryEndless: "smart-configuration never ends.",
    DiscoverySlow: "smart-configuration is not answered while this fault is active.",
    DiscoveryRedirectToCanary: "smart-configuration redirects to the canary.",
    DiscoveryIssuerDiffers: "smart-configuration names another issuer.",
    DiscoveryImpostor: "smart-configuration and the id_tokens name the canary as issuer, signed by this EHR's own keys.",
    DiscoveryDuplicateIssuer: "smart-configuration has two issuer members, the right one last.",
    DiscoveryWrongTypes: "smart-configuration has a number for token_endpoint and null for capabilities.",
    DiscoveryTokenEndpointMissing: "smart-configuration has no token_endpoint.",
    DiscoveryTokenEndpointOnForeignHost: "smart-configuration names a token_endpoint on the canary.",
    DiscoveryTokenEndpointWithFragment: "smart-configuration's token_endpoint has a fragment.",
    DiscoveryAuthorizeEndpointOnForeignHost: "smart-configuration names an authorization_endpoint on the canary.",
    DiscoveryAuthorizeEndpointJavascript: "smart-configuration's authorization_endpoint is a javascript: URL.",
    DiscoveryAuthorizeEndpointWithQuery: "smart-configuration's authorization_endpoint already has client_id and state of another client in its query.",
    DiscoveryJwksUriOnForeignHost: "smart-configuration names a jwks_uri on the canary.",
    DiscoveryIntrospectionEndpointMissing: "smart-configuration has no introspection_endpoint (valid).",
    DiscoveryIntrospectionEndpointOnForeignHost: "smart-configuration names an introspection_endpoint on the canary.",
    DiscoveryPlainPkceOnly: "smart-configuration advertises only the plain code challenge method (valid: S256 still works).",
    DiscoveryOnlyEs384: "smart-configuration lists only ES384 for client assertions, and no other algorithm is accepted (valid).",
    DiscoveryOnlyRs384: "smart-configuration lists only RS384 for client assertions, and no other algorithm is accepted (valid).",
    DiscoveryOnlyBasic: "smart-configuration lists client_secret_basic as the only client authentication (valid for clients with a secret).",
    DiscoveryMinimal: "smart-configuration contains only the authorization and token endpoints (valid).",
    DiscoveryOnlyPermissionV1: "smart-configuration lists permission-v1 without permission-v2 (valid).",
    DiscoveryTokenEndpointFtp: "smart-configuration's token_endpoint is an ftp: URL.",
    DiscoveryRelativeEndpoints: "smart-configuration has endpoint URLs without scheme and host, as in SMART 1.0 (valid).",
    DiscoveryAsFhirJson: "smart-configuration has the content type application/fhir+json (valid).",
    DiscoveryIssPromised: "smart-configuration promises the iss response parameter, but the callback has no iss.",
    DiscoveryIssPromisedAndKept: "smart-configuration promises the iss response parameter, and the callback has the right iss (valid).",
    OpenidConfigurationIssuerDiffers: "openid-configuration names another issuer.",
    OpenidConfigurationForeignEndpoints: "openid-configuration names authorization and token endpoints on the canary; smart-configuration is right (valid).",

    AuthorizeAccessDenied: "The authorization endpoint answers access_denied.",
    AuthorizeInvalidScope: "The authorization endpoint answers invalid_scope.",
    AuthorizeUnknownError: "The authorization endpoint answers the non-standard error code invalid_user.",
    AuthorizeErrorDescriptionHtml: "The error_description contains a script, and the error_uri is a javascript: URL.",
    AuthorizeErrorWithoutState: "The callback has an error and no state.",
    AuthorizeMissingState: "The callback has a code and no state.",
    AuthorizeWrongState: "The callback's state differs in its last character.",
    AuthorizeDuplicateState: "The callback has state twice, the right one first.",
    AuthorizeDuplicateCode: "The callback has code twice.",
    AuthorizeCodeAndError: "The callback has both code and error.",
    AuthorizeNeitherCodeNorError: "The callback has state only.",
    AuthorizeWrongIss: "The callback's iss (RFC 9207) names another issuer.",
    AuthorizeCorrectIss: "The callback has the right iss (RFC 9207), which is not the FHIR base URL (valid).",
    AuthorizeExtraParameters: "The callback has session_state and other unknown parameters (valid).",
    AuthorizeLongCode: "The code is 4 KiB long and contains many characters that need encoding (valid).",

    TokenRedirectToCanary: "The token endpoint answers 307 to the canary.",
    TokenInvalidGrant: "The token endpoint answers invalid_grant.",
    TokenInvalidClient: "The token endpoint answers 401 invalid_client.",
    TokenServerError: "The token endpoint answers 500 with an empty body.",
    TokenTooManyRequests: "The token endpoint answers 429 with Retry-After.",
    TokenBasicComparedRaw: "The token endpoint compares id and secret of HTTP Basic without form-decoding them (valid if that was agreed).",
    TokenWantsClientIdInBody: "The token endpoint refuses requests without client_id in the body (valid if that was agreed).",
    TokenAssertionAudienceIsIssuer: "The token endpoint accepts assertions only if aud is the issuer (valid if that was agreed).",
    TokenHtml: "The token endpoint answers 200 with a web page.",
    TokenTruncated: "The token response is truncated in the middle of the JSON text.",
    TokenHugeBody: "The token response is valid, but 2 MiB long.",
    TokenSlow: "The token endpoint does not answer while this fault is active.",
    TokenIgnoresPkce: "The token endpoint does not check the code_verifier.",
    TokenMissingAccessToken: "The token response has no access_token.",
    TokenDuplicateAccessToken: "The token response has access_token twice.",
    TokenAccessTokenWithCrlf: "The access_token contains CR, LF and a header line.",
    TokenMissingTokenType: "The token response has no token_type.",
    TokenTypeMac: "The token_type is mac.",
    TokenTypeLowerCaseBearer: "The token_type is bearer, in lower case (valid).",
    TokenMissingIdToken: "The token response has no id_token.",
    TokenExpiresInAsString: "expires_in is the string \"3600\" (valid).",
    TokenExpiresInMissing: "expires_in is missing (valid).",
    TokenExpiresInNegative: "expires_in is -1.",
    TokenExpiresInHuge: "expires_in is 1e300.",
    TokenScopeMissing: "scope is missing (valid: the requested scopes were granted).",
    TokenScopeEmpty: "scope is the empty string: no scope was granted.",
    TokenScopeNarrowed: "Only launch, openid and fhirUser are granted.",
    TokenScopeWithoutMedications: "Medications and allergies are not granted, and of the observations only smoking status (valid).",
    TokenScopeWidened: "scope names far more than was requested (valid).",
    TokenScopeOddForms: "scope has actions in capitals and scopes in URI form (valid).",
    TokenExtraMembers: "The token response has many unknown members (valid).",
    TokenNeedPatientBannerAsString: "need_patient_banner is the string \"true\" (valid).",
    TokenMissingPatient: "patient is missing although patient scopes are granted.",
    TokenPatientPathTraversal: "patient is ../Practitioner/ngozi-okafor.",
    TokenPatientDotDot: "patient is two dots, which the FHIR id grammar allows.",
    TokenPatientAbsoluteUrlForeign: "patient is an absolute URL on the canary.",
    TokenPatientNumber: "patient is a JSON number.",
    TokenEncounterOfOtherPatient: "encounter belongs to another patient.",
    TokenEncounterUnknown: "encounter does not exist.",
    TokenFhirContextStrings: "fhirContext is an array of strings, as SMART 2.0 had it (valid).",
    TokenFhirContextForeignHost: "fhirContext refers to the canary.",
    TokenSmartStyleForeignHost: "smart_style_url is on the canary.",

    StyleHostile: "The EHR's style has values that break out of a style sheet or a page, and URLs on the canary.",
    StyleHuge: "The EHR's style is valid, but 5 MiB long.",

    RefreshInvalidGrant: "Every refresh is answered with invalid_grant.",
    RefreshServerError: "Every refresh is answered with 500.",
    RefreshAnswerLost: "A refresh is executed, and the connection closes before the response.",
    RefreshOtherPatient: "The response to a refresh has another patient.",
    RefreshOtherUser: "The response to a refresh has an id_token about another user.",
    RefreshNotRotated: "The response to a refresh has no refresh_token; the old one keeps working (valid).",
    RevocationServerError: "The revocation endpoint answers 500.",
    RevocationSlow: "The revocation endpoint does not answer while this fault is active.",

    IntrospectionServerError: "The introspection endpoint answers 500.",
    IntrospectionNotFound: "The introspection endpoint answers 404 with an empty body, as if it did not exist.",
    IntrospectionUnauthorized: "The introspection endpoint answers 401 to every client.",
    IntrospectionSlow: "The introspection endpoint does not answer while this fault is active.",
    IntrospectionHtml: "The introspection endpoint answers 200 with a web page.",
    IntrospectionHuge: "The introspection response is 2 MiB long.",
    IntrospectionRedirectToCanary: "The introspection endpoint answers 307 to the canary.",
    IntrospectionActiveTwice: "The introspection response has active twice: false, then true.",
    IntrospectionActiveMissing: "active of the introspection response is null.",
    IntrospectionActiveAsText: "active is the string \"true\" or \"false\" (valid).",
    IntrospectionInactiveWithMembers: "The introspection response for an inactive token has the members of an active one (valid).",
    IntrospectionSaysInactive: "Every token is reported as inactive, and still works.",
    IntrospectionInactiveAndTokenDown: "Every token is reported as inactive, and the token endpoint answers 503.",

    IdTokenAlgNone: "The id_token has alg none and no signature.",
    IdTokenAlgNoneMixedCase: "The id_token has alg nOnE and no signature.",
    IdTokenSignatureMissing: "The id_token has alg RS256 and no signature.",
    IdTokenRs384: "The id_token is signed with RS384 by the RSA key that is published for RS256.",
    IdTokenHs256WithClientSecret: "The id_token is signed with HS256 and the client secret.",
    IdTokenHs256WithPublicKey: "The id_token is signed with HS256 and the published RSA key as the secret.",
    IdTokenSignatureFlipped: "One bit of the id_token's signature is flipped.",
    IdTokenSignatureCut: "The id_token's signature lacks its last byte.",
    IdTokenSignatureZero: "The id_token's signature is all zeros, of the right length.",
    IdTokenSignatureDer: "The id_token's signature is a DER sequence of two integers, as in X.509.",
    IdTokenSignedByForeignKeySameKid: "The id_token is signed by an unpublished key under a published kid.",
    IdTokenUnknownKid: "The id_token's kid is not published.",
    IdTokenSignedByWithdrawnKey: "The id_token is signed by a withdrawn key.",
    IdTokenNoKidSingleKey: "The id_token has no kid and one key is published (valid).",
    IdTokenNoKidSeveralKeys: "The id_token has no kid and several keys are published.",
    IdTokenRotatedJustBeforeSigning: "New keys are generated right before signing (valid).",
    IdTokenEmbeddedJwk: "The id_token is signed by a key embedded in its header.",
    IdTokenJkuOnCanary: "The id_token is signed by an unpublished key and its jku points to the canary.",
    IdTokenCritHeader: "The id_token has an unknown crit extension.",
    IdTokenTypAtJwt: "The id_token has typ at+jwt, the type of an access token.",
    IdTokenWrongIssuer: "iss names another issuer.",
    IdTokenWrongAudience: "aud names another client.",
    IdTokenAudienceMissing: "aud is missing.",
    IdTokenAudienceArray: "aud is an array with the client only (valid).",
    IdTokenSeveralAudiencesWithoutAzp: "aud names the client and an unknown client, and azp is missing.",
    IdTokenSeveralAudiencesWithAzp: "aud names the client and an unknown client, and azp is the client.",
    IdTokenWrongAzp: "azp names another client.",
    IdTokenNonceWrong: "nonce differs in its last character.",
    IdTokenNonceMissing: "nonce is missing.",
    IdTokenExpired: "The id_token expired two minutes ago.",
    IdTokenExpMissing: "exp is missing.",
    IdTokenExpString: "exp is a string.",
    IdTokenIatFuture: "iat is ten minutes in the future.",
    IdTokenIatMissing: "iat is missing.",
    IdTokenIatOld: "iat is a week old.",
    IdTokenNbfFuture: "nbf is ten minutes in the future.",
    IdTokenSubMissing: "sub is missing.",
    IdTokenSubEmpty: "sub is empty.",
    IdTokenSubNumber: "sub is a number.",
    IdTokenSubTooLong: "sub is 300 characters long.",
    IdTokenDuplicateSub: "sub appears twice, another user's last.",
    IdTokenWrongAtHash: "at_hash belongs to another access token.",
    IdTokenAtHashMissing: "at_hash is missing (valid).",
    IdTokenHuge: "The id_token is 200 KiB long.",
    IdTokenNotAJwt: "The id_token is not a JWT.",
    IdTokenFhirUserMissing: "fhirUser is missing (valid, but the user is unknown).",
    IdTokenFhirUserInProfile: "The user's URL is in profile and fhirUser is missing.",
    IdTokenFhirUserRelative: "fhirUser is a relative reference (valid).",
    IdTokenFhirUserForeignHost: "fhirUser is on the canary.",
    IdTokenFhirUserPathTraversal: "fhirUser leaves the FHIR base URL by dot segments.",
    IdTokenFhirUserJavascript: "fhirUser is a javascript: URL.",
    IdTokenFhirUserPatient: "fhirUser is a Patient.",

    JwksNotFound: "The JWKS answers 404.",
    JwksDown: "The JWKS answers 503.",
    JwksRedirectToCanary: "The JWKS redirects to the canary.",
    JwksHtml: "The JWKS is a web page.",
    JwksHuge: "The JWKS is 2 MiB long.",
    JwksSlow: "The JWKS is not answered while this fault is active.",
    JwksEmpty: "The JWKS has no key.",
    JwksOnlyEd25519: "The JWKS has only a key of a type that SMART does not use.",
    JwksBrokenEntriesFirst: "The JWKS begins with unusable entries (valid: the usable keys follow).",

    MetadataOtherFhirVersion: "The CapabilityStatement has fhirVersion 5.0.0.",
    MetadataNeedsToken: "The CapabilityStatement is answered 401 without a token (valid).",
    FhirDown: "Every FHIR request is answered 503.",
    FhirTooManyRequests: "Every FHIR request is answered 429 with Retry-After.",
    FhirTokenExpiredMidSession: "FHIR requests except for Patient and practitioners are answered 401 until the access token is refreshed.",
    PatientIdMismatch: "A read of the patient returns another patient.",
    PatientNotFound: "A read of the patient is answered 404.",
    PatientForbidden: "A read of the patient is answered 403.",
    PatientServerError: "A read of the patient is answered 500.",
    PatientSlow: "A read of the patient is not answered while this fault is active.",
    PatientRedirectToCanary: "A read of the patient redirects to the canary.",
    PatientXml: "The patient is FHIR XML.",
    PatientOperationOutcome: "A read of the patient returns 200 and an OperationOutcome.",
    PatientHtmlInNames: "The patient's names, address, telecom and narrative contain scripts and template syntax.",
    PatientControlCharacters: "The patient's names contain NUL, a right-to-left override and zero-width characters.",
    PatientInvalidUtf8: "The patient's JSON contains bytes that are not UTF-8.",
    PatientLoneSurrogate: "The patient's name contains half a surrogate pair.",
    PatientWrongTypes: "The patient's name is an object, birthDate is 2026-13-45, gender is a number.",
    PatientNearlyEmpty: "The patient has an id and nothing else (valid).",
    PatientBirthDateOnly: "The patient has an id, another birth date and nothing else (valid).",
    PatientTruncated: "The patient's JSON is truncated in the middle.",
    PatientHugeBody: "The patient is valid, but 2 MiB long.",
    PractitionerForbidden: "A read of any Practitioner is answered 403 (valid, but the name is unknown).",
    PractitionerNotFound: "A read of any Practitioner is answered 404 (valid, but the name is unknown).",
    PractitionerIdMismatch: "A read of a Practitioner returns another one.",
    PractitionerRoleSearchFails: "A search of PractitionerRole is answered 503.",
    EncounterOfOtherPatient: "The encounter has the right id and another patient's reference as subject.",
    SearchFailsObservation: "A search of Observation is answered 503.",
    SearchFailsCondition: "A search of Condition is answered 503.",
    SearchFailsMedicationRequest: "A search of MedicationRequest is answered 503.",
    SearchFailsAllergyIntolerance: "A search of AllergyIntolerance is answered 503.",
    SearchForbidden: "Every search is answered 403.",
    SearchSlow: "No search is answered while this fault is active.",
    SearchEntriesModified: "Every entry of a search has an unknown modifier extension.",
    SearchContainsOtherPatient: "Search results contain an entry of another patient.",
    SearchNextLinkForeign: "The next page of a search is on the canary.",
    SearchNextLinkLoops: "The next page of a search is the same page.",
    SearchNextPageFails: "The first page of a search names a next page, which is answered 503.",
    SearchOddNumbers: "Search results contain a quantity of 1e400.",
    SearchHugeBundle: "Search results are padded by 2 MiB.",
    SearchOperationOutcomeEntry: "Search results contain an OperationOutcome entry about omitted results (valid).",
    SearchRedacted: "Search results are empty and marked as redacted (valid).",
    SearchNotABundle: "A search is answered 200 with an OperationOutcome.",
    DocumentsOnForeignHost: "Attachments are on the canary.",
    DocumentsForbidden: "The content of a document is answered 403.",
    DocumentsMissing: "The content of a document is answered 404.",
    DocumentsTooLarge: "The content of a document has 11 MiB.",
    DocumentsDamaged: "The content of a document differs from its hash.",
    DocumentsAsBytes: "The content of a document is answered as plain bytes, whatever the client accepts (valid).",

    TerminologyServerError: "The terminology server answers 500.",
    TerminologySlow: "The terminology server does not answer while this fault is active.",
    TerminologyHtml: "The terminology server answers 200 with a web page.",
    TerminologyWrongResource: "The terminology server answers 200 with an OperationOutcome.",
    TerminologyHugeBody: "Answers of the terminology server are padded by 2 MiB.",
    TerminologyIgnoresCount: "The terminology server sends every code, however few were asked for.",
}

impl Fault {
    /// Whether a client must accept it: an oddity, not an attack or a defect that must end the launch.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.description().contains("(valid")
    }

    /// Name in JSON and in forms: the variant in kebab case.
    #[must_use]
    pub fn name(self) -> String {
        let mut name = String::new();
        for (at, letter) in format!("{self:?}").chars().enumerate() {
            let starts_word = letter.is_ascii_uppercase() && at > 0;
            name.push_str(if starts_word { "-" } else { "" });
            name.push(letter.to_ascii_lowercase());
        }
        name
    }

    /// Finds a fault by its name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
    }
}
