//! Every way this EHR can be told to misbehave.

use serde::{Deserialize, Serialize};

macro_rules! faults {
    ($($fault:ident: $description:literal,)+) => {
        /// One misbehaviour, really on the wire while it is set. Serialized in kebab case.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        #[expect(clippy::doc_markdown, reason = "people read these sentences on a page, where backticks are noise")]
        pub enum Fault {
            $(#[doc = $description] $fault,)+
        }

        impl Fault {
            /// Every fault, in the order of the flow.
            pub const ALL: &'static [Self] = &[$(Self::$fault,)+];

            /// What the EHR does wrong, in one English sentence. Sentences that end in "(valid)" name oddities a
            /// client must accept.
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
    ClockBehind: "The Date of every answer is ten minutes behind: the EHR's clock is wrong.",

    DiscoveryNotFound: "smart-configuration answers 404.",
    DiscoveryOnlyCapabilityStatement: "smart-configuration answers 404; the second rest of the CapabilityStatement names the endpoints, as 1.0 servers do (valid where that is agreed on).",
    DiscoveryOnlyEmptyCapabilityStatement: "smart-configuration answers 404, and the CapabilityStatement names no endpoints.",
    DiscoveryServerError: "smart-configuration answers 500.",
    DiscoveryHtml: "smart-configuration answers 200 with a web page, like a captive portal.",
    DiscoveryNotAnObject: "smart-configuration is a JSON array.",
    DiscoveryTruncated: "smart-configuration stops in the middle of the JSON text.",
    DiscoveryHugeBody: "smart-configuration is valid, but 2 MiB long.",
    DiscoveryGzipBomb: "smart-configuration is 64 KiB of gzip that unpack to 10 MiB of JSON.",
    DiscoveryDeepNesting: "smart-configuration holds arrays nested 100 000 deep.",
    DiscoveryDrip: "smart-configuration comes one byte per second.",
    DiscoveryEndless: "smart-configuration never ends.",
    DiscoverySlow: "smart-configuration is not answered while this is played.",
    DiscoveryRedirectToCanary: "smart-configuration redirects to the canary.",
    DiscoveryIssuerDiffers: "smart-configuration names another issuer.",
    DiscoveryImpostor: "smart-configuration and the id_tokens name the canary as issuer, signed by this EHR's own keys.",
    DiscoveryDuplicateIssuer: "smart-configuration names two issuers in the same document, the right one last.",
    DiscoveryWrongTypes: "smart-configuration has a number for token_endpoint and null for capabilities.",
    DiscoveryTokenEndpointMissing: "smart-configuration has no token_endpoint.",
    DiscoveryTokenEndpointOnForeignHost: "smart-configuration puts the token_endpoint on the canary.",
    DiscoveryTokenEndpointWithFragment: "smart-configuration's token_endpoint carries a fragment.",
    DiscoveryAuthorizeEndpointOnForeignHost: "smart-configuration puts the authorization_endpoint on the canary.",
    DiscoveryAuthorizeEndpointJavascript: "smart-configuration's authorization_endpoint is a javascript: URL.",
    DiscoveryAuthorizeEndpointWithQuery: "smart-configuration's authorization_endpoint already carries client_id and state of somebody else.",
    DiscoveryJwksUriOnForeignHost: "smart-configuration puts the jwks_uri on the canary.",
    DiscoveryIntrospectionEndpointMissing: "smart-configuration has no introspection_endpoint (valid).",
    DiscoveryIntrospectionEndpointOnForeignHost: "smart-configuration puts the introspection_endpoint on the canary.",
    DiscoveryPlainPkceOnly: "smart-configuration advertises only the plain code challenge method (valid: S256 still works).",
    DiscoveryOnlyEs384: "smart-configuration lists ES384 alone for assertions of clients, and nothing else is taken (valid).",
    DiscoveryOnlyRs384: "smart-configuration lists RS384 alone for assertions of clients, and nothing else is taken (valid).",
    DiscoveryOnlyBasic: "smart-configuration lists client_secret_basic as the only client authentication (valid for clients with a secret).",
    DiscoveryMinimal: "smart-configuration holds the two endpoints and nothing else (valid).",
    DiscoveryOnlyPermissionV1: "smart-configuration says permission-v1 alone (valid).",
    DiscoveryTokenEndpointFtp: "smart-configuration's token_endpoint is an ftp: URL.",
    DiscoveryRelativeEndpoints: "smart-configuration gives path-absolute endpoint URLs, as 1.0 servers do (valid).",
    DiscoveryAsFhirJson: "smart-configuration comes as application/fhir+json (valid).",
    DiscoveryIssPromised: "smart-configuration promises the iss response parameter, but no iss ever comes.",
    DiscoveryIssPromisedAndKept: "smart-configuration promises the iss response parameter, and the right iss comes (valid).",
    OpenidConfigurationIssuerDiffers: "openid-configuration names another issuer.",
    OpenidConfigurationForeignEndpoints: "openid-configuration puts authorization and token endpoints on the canary; smart-configuration is right (valid).",

    AuthorizeAccessDenied: "The authorization endpoint answers access_denied.",
    AuthorizeInvalidScope: "The authorization endpoint answers invalid_scope.",
    AuthorizeUnknownError: "The authorization endpoint answers an error code of its own, invalid_user.",
    AuthorizeErrorDescriptionHtml: "The error_description holds a script, and the error_uri is a javascript: URL.",
    AuthorizeErrorWithoutState: "The error comes back without state.",
    AuthorizeMissingState: "The callback has a code and no state.",
    AuthorizeWrongState: "The callback's state differs in its last character.",
    AuthorizeDuplicateState: "The callback carries state twice, the right one first.",
    AuthorizeDuplicateCode: "The callback carries code twice.",
    AuthorizeCodeAndError: "The callback carries both code and error.",
    AuthorizeNeitherCodeNorError: "The callback carries state only.",
    AuthorizeWrongIss: "The callback's iss (RFC 9207) names another issuer.",
    AuthorizeCorrectIss: "The callback carries the right iss (RFC 9207), which is not the FHIR base URL (valid).",
    AuthorizeExtraParameters: "The callback carries session_state and other parameters nobody asked for (valid).",
    AuthorizeLongCode: "The code is 4 KiB long and full of characters that need encoding (valid).",

    TokenRedirectToCanary: "The token endpoint answers 307 to the canary.",
    TokenInvalidGrant: "The token endpoint answers invalid_grant.",
    TokenInvalidClient: "The token endpoint answers 401 invalid_client.",
    TokenServerError: "The token endpoint answers 500 with an empty body.",
    TokenTooManyRequests: "The token endpoint answers 429 with Retry-After.",
    TokenBasicComparedRaw: "The token endpoint takes id and secret of HTTP Basic as they stand there, without form-decoding them (valid where that is agreed on).",
    TokenWantsClientIdInBody: "The token endpoint refuses requests without client_id in the body (valid where that is agreed on).",
    TokenAssertionAudienceIsIssuer: "The token endpoint takes assertions only whose aud is the issuer (valid where that is agreed on).",
    TokenHtml: "The token endpoint answers 200 with a web page.",
    TokenTruncated: "The token response stops in the middle of the JSON text.",
    TokenHugeBody: "The token response is valid, but 2 MiB long.",
    TokenSlow: "The token endpoint does not answer while this is played.",
    TokenIgnoresPkce: "The token endpoint does not check the code_verifier.",
    TokenMissingAccessToken: "The token response has no access_token.",
    TokenDuplicateAccessToken: "The token response holds access_token twice.",
    TokenAccessTokenWithCrlf: "The access_token holds CR, LF and a header line.",
    TokenMissingTokenType: "The token response has no token_type.",
    TokenTypeMac: "The token_type is mac.",
    TokenTypeLowerCaseBearer: "The token_type is bearer, in lower case (valid).",
    TokenMissingIdToken: "The token response has no id_token.",
    TokenExpiresInAsString: "expires_in is the string \"3600\" (valid).",
    TokenExpiresInMissing: "expires_in is missing (valid).",
    TokenExpiresInNegative: "expires_in is -1.",
    TokenExpiresInHuge: "expires_in is 1e300.",
    TokenScopeMissing: "scope is missing (valid: what was asked for was granted).",
    TokenScopeEmpty: "scope is the empty string: nothing was granted.",
    TokenScopeNarrowed: "Only launch, openid and fhirUser are granted.",
    TokenScopeWithoutMedications: "Medications and allergies are left out of what is granted, and of the observations all but smoking (valid).",
    TokenScopeWidened: "scope names far more than was asked for (valid).",
    TokenScopeOddForms: "scope spells actions in capitals and puts scopes in URI form (valid).",
    TokenExtraMembers: "The token response holds many members nobody knows (valid).",
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
    TokenSmartStyleForeignHost: "smart_style_url lies on the canary.",

    StyleHostile: "The EHR's style holds values that break out of a style sheet or a page, and addresses on the canary.",
    StyleHuge: "The EHR's style is valid, but 5 MiB long.",

    RefreshInvalidGrant: "Every refresh is answered invalid_grant.",
    RefreshServerError: "Every refresh is answered 500.",
    RefreshAnswerLost: "A refresh is done, and the connection breaks before the answer.",
    RefreshOtherPatient: "A refresh answers with another patient.",
    RefreshOtherUser: "A refresh answers with an id_token about another user.",
    RefreshNotRotated: "A refresh gives no new refresh_token; the old one keeps working (valid).",
    RevocationServerError: "The revocation endpoint answers 500.",
    RevocationSlow: "The revocation endpoint does not answer while this is played.",

    IntrospectionServerError: "Asking about a token is answered 500.",
    IntrospectionNotFound: "Asking about a token is answered 404 and nothing, as if there were no such page.",
    IntrospectionUnauthorized: "Asking about a token is answered 401, whoever asks.",
    IntrospectionSlow: "Asking about a token is not answered while this is played.",
    IntrospectionHtml: "Asking about a token is answered 200 with a web page.",
    IntrospectionHuge: "The answer about a token is 2 MiB long.",
    IntrospectionRedirectToCanary: "Asking about a token is answered 307 to the canary.",
    IntrospectionActiveTwice: "The answer about a token holds active twice: false, then true.",
    IntrospectionActiveMissing: "The answer about a token does not say whether it is active.",
    IntrospectionActiveAsText: "active is the text \"true\" or \"false\" (valid).",
    IntrospectionDeadWithMembers: "The answer about a dead token holds the members of a good one (valid).",
    IntrospectionSaysDead: "Every token is said to be dead, and still works.",
    IntrospectionDeadAndTokenDown: "Every token is said to be dead, and the token endpoint answers 503.",

    IdTokenAlgNone: "The id_token has alg none and no signature.",
    IdTokenAlgNoneMixedCase: "The id_token has alg nOnE and no signature.",
    IdTokenSignatureMissing: "The id_token says RS256 and has no signature.",
    IdTokenRs384: "The id_token is signed RS384 by the RSA key that is published for RS256.",
    IdTokenHs256WithClientSecret: "The id_token is signed HS256 with the client secret.",
    IdTokenHs256WithPublicKey: "The id_token is signed HS256 with the published RSA key as the secret.",
    IdTokenSignatureFlipped: "One bit of the id_token's signature is flipped.",
    IdTokenSignatureCut: "The id_token's signature lacks its last byte.",
    IdTokenSignatureZero: "The id_token's signature is zeros, as many as an honest one has bytes.",
    IdTokenSignatureDer: "The id_token's signature is two integers in DER, as X.509 writes them.",
    IdTokenSignedByForeignKeySameKid: "The id_token is signed by an unpublished key under a published kid.",
    IdTokenUnknownKid: "The id_token's kid is not published.",
    IdTokenSignedByWithdrawnKey: "The id_token is signed by a key that is not published any more.",
    IdTokenNoKidSingleKey: "The id_token has no kid and one key is published (valid).",
    IdTokenNoKidSeveralKeys: "The id_token has no kid and several keys are published.",
    IdTokenRotatedJustBeforeSigning: "New keys are made right before signing (valid).",
    IdTokenEmbeddedJwk: "The id_token is signed by a key it brings along in its header.",
    IdTokenJkuOnCanary: "The id_token is signed by an unpublished key and its jku points to the canary.",
    IdTokenCritHeader: "The id_token has a crit header nobody understands.",
    IdTokenTypAtJwt: "The id_token says it is an access token, typ at+jwt.",
    IdTokenWrongIssuer: "iss names another issuer.",
    IdTokenWrongAudience: "aud names another client.",
    IdTokenAudienceMissing: "aud is missing.",
    IdTokenAudienceArray: "aud is an array with the client only (valid).",
    IdTokenSeveralAudiencesWithoutAzp: "aud names the client and a stranger, and there is no azp.",
    IdTokenSeveralAudiencesWithAzp: "aud names the client and a stranger, and azp is the client.",
    IdTokenWrongAzp: "azp names another client.",
    IdTokenNonceWrong: "nonce differs in its last character.",
    IdTokenNonceMissing: "nonce is missing.",
    IdTokenExpired: "The id_token expired two minutes ago.",
    IdTokenExpMissing: "exp is missing.",
    IdTokenExpString: "exp is a string.",
    IdTokenIatFuture: "iat is ten minutes ahead.",
    IdTokenIatMissing: "iat is missing.",
    IdTokenIatOld: "iat is a week old.",
    IdTokenNbfFuture: "nbf is ten minutes ahead.",
    IdTokenSubMissing: "sub is missing.",
    IdTokenSubEmpty: "sub is empty.",
    IdTokenSubNumber: "sub is a number.",
    IdTokenSubTooLong: "sub is 300 characters long.",
    IdTokenDuplicateSub: "sub comes twice, another user's last.",
    IdTokenWrongAtHash: "at_hash belongs to another access token.",
    IdTokenAtHashMissing: "at_hash is missing (valid).",
    IdTokenHuge: "The id_token is 200 KiB long.",
    IdTokenNotAJwt: "The id_token is no JWT.",
    IdTokenFhirUserMissing: "fhirUser is missing (valid, but names nobody).",
    IdTokenFhirUserInProfile: "The user's URL is in profile and fhirUser is missing.",
    IdTokenFhirUserRelative: "fhirUser is a relative reference (valid).",
    IdTokenFhirUserForeignHost: "fhirUser lies on the canary.",
    IdTokenFhirUserPathTraversal: "fhirUser climbs out of the FHIR base URL.",
    IdTokenFhirUserJavascript: "fhirUser is a javascript: URL.",
    IdTokenFhirUserPatient: "fhirUser is a Patient.",

    JwksNotFound: "The JWKS answers 404.",
    JwksDown: "The JWKS answers 503.",
    JwksRedirectToCanary: "The JWKS redirects to the canary.",
    JwksHtml: "The JWKS is a web page.",
    JwksHuge: "The JWKS is 2 MiB long.",
    JwksSlow: "The JWKS is not answered while this is played.",
    JwksEmpty: "The JWKS holds no key.",
    JwksOnlyEd25519: "The JWKS holds a key of a kind that SMART does not know, and no other.",
    JwksBrokenEntriesFirst: "The JWKS begins with entries that are not usable keys (valid: the good ones follow).",

    MetadataOtherFhirVersion: "The CapabilityStatement says fhirVersion 5.0.0.",
    MetadataNeedsToken: "The CapabilityStatement is answered 401 without a token (valid).",
    FhirDown: "Every FHIR request is answered 503.",
    FhirTooManyRequests: "Every FHIR request is answered 429 with Retry-After.",
    FhirTokenExpiredMidSession: "Anything but reading Patient and practitioners is answered 401 until the access token is refreshed.",
    PatientIdMismatch: "Reading the patient gives another patient.",
    PatientNotFound: "Reading the patient is answered 404.",
    PatientForbidden: "Reading the patient is answered 403.",
    PatientServerError: "Reading the patient is answered 500.",
    PatientSlow: "Reading the patient is not answered while this is played.",
    PatientRedirectToCanary: "Reading the patient redirects to the canary.",
    PatientXml: "The patient comes as FHIR XML.",
    PatientOperationOutcome: "Reading the patient gives 200 and an OperationOutcome.",
    PatientHtmlInNames: "The patient's names, address, telecom and narrative hold scripts and template syntax.",
    PatientControlCharacters: "The patient's names hold NUL, a right-to-left override and zero-width characters.",
    PatientInvalidUtf8: "The patient's JSON holds bytes that are not UTF-8.",
    PatientLoneSurrogate: "The patient's name holds half a surrogate pair.",
    PatientWrongTypes: "The patient's name is an object, birthDate is 2026-13-45, gender is a number.",
    PatientNearlyEmpty: "The patient has an id and nothing else (valid).",
    PatientTruncated: "The patient's JSON stops in the middle.",
    PatientHugeBody: "The patient is valid, but 2 MiB long.",
    PractitionerForbidden: "Reading any Practitioner is answered 403 (valid, but the name is unknown).",
    PractitionerNotFound: "Reading any Practitioner is answered 404 (valid, but the name is unknown).",
    PractitionerIdMismatch: "Reading a Practitioner gives another one.",
    PractitionerRoleSearchFails: "Searching PractitionerRole is answered 503.",
    EncounterOfOtherPatient: "The encounter has the right id and another patient's reference as subject.",
    SearchFailsObservation: "Searching Observation is answered 503.",
    SearchFailsCondition: "Searching Condition is answered 503.",
    SearchFailsMedicationRequest: "Searching MedicationRequest is answered 503.",
    SearchFailsAllergyIntolerance: "Searching AllergyIntolerance is answered 503.",
    SearchForbidden: "Every search is answered 403.",
    SearchSlow: "No search is answered while this is played.",
    SearchEntriesModified: "Every entry of a search bears a modifier extension that nobody else knows.",
    SearchContainsOtherPatient: "Search results hold an entry of another patient.",
    SearchNextLinkForeign: "The next page of a search lies on the canary.",
    SearchNextLinkLoops: "The next page of a search is the same page again.",
    SearchNextPageFails: "The first page of a search names a next page, which is answered 503.",
    SearchOddNumbers: "Search results hold a quantity of 1e400.",
    SearchHugeBundle: "Search results are 2 MiB longer than they should be.",
    SearchOperationOutcomeEntry: "Search results hold an OperationOutcome entry about what was left out (valid).",
    SearchRedacted: "Search results are empty and say that they were redacted (valid).",
    SearchNotABundle: "A search answers with an OperationOutcome and 200.",
    DocumentsOnForeignHost: "Attachments lie on the canary.",
}

impl Fault {
    /// Whether a client must cope: an oddity, not an attack or a defect that has to stop it.
    #[must_use]
    pub fn is_valid(self) -> bool {
        self.description().contains("(valid")
    }

    /// The name on the wire and in forms: the variant in kebab case.
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

    /// The fault of that name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
    }
}
