//! Tests of refused and invalid token responses. A code is sent once, whatever the response.

refuses! {
    before "/fhir/Patient/eleonore";
    /// TRQ-08, T04: code, verifier and secret are not sent along a redirect.
    refuses_token_endpoint_that_redirects: TokenRedirectToCanary, EhrTrouble, "token";
    /// TRQ-10, T12: the code is used up.
    refuses_invalid_grant: TokenInvalidGrant, SigninFailed, "token";
    /// TRQ-10, T12: the registration needs an administrator.
    refuses_invalid_client: TokenInvalidClient, EhrSetup, "token";
    /// CAU-04: the server compares id and secret without decoding, which was not agreed; there is no second attempt.
    refuses_to_guess_how_basic_is_written: TokenBasicComparedRaw, EhrSetup, "token";
    /// TRQ-10, T12: an empty 500.
    refuses_token_server_error: TokenServerError, EhrTrouble, "token";
    /// T12: the EHR is busy.
    refuses_token_too_many_requests: TokenTooManyRequests, EhrTrouble, "token";
    /// TRQ-10, T14: a web page.
    refuses_token_response_that_is_a_web_page: TokenHtml, EhrTrouble, "token";
    /// T14: truncated.
    refuses_truncated_token_response: TokenTruncated, EhrTrouble, "token";
    /// TRQ-09, TRS-08, T14: 256 KiB at most.
    refuses_huge_token_response: TokenHugeBody, EhrTrouble, "ehr-metadata";
    /// TRQ-09, T13: a deadline of ten seconds.
    refuses_slow_token_endpoint: TokenSlow, EhrTrouble, "ehr-metadata";
    /// TRS-01.
    refuses_token_response_without_access_token: TokenMissingAccessToken, EhrTrouble, "token";
    /// T14: two parsers would read two tokens.
    refuses_token_response_with_access_token_twice: TokenDuplicateAccessToken, EhrTrouble, "token";
    /// T15: a token never injects a header.
    refuses_access_token_with_line_breaks: TokenAccessTokenWithCrlf, EhrTrouble, "token";
    /// TRS-01, T09.
    refuses_token_response_without_token_type: TokenMissingTokenType, EhrTrouble, "token";
    /// TRS-01, T09.
    refuses_token_type_mac: TokenTypeMac, EhrTrouble, "token";
    /// TRS-11, I11: no user.
    refuses_token_response_without_id_token: TokenMissingIdToken, EhrSetup, "id-token";
    /// TRS-02: no scope was granted.
    refuses_empty_scope: TokenScopeEmpty, NotGranted, "not-granted";
    /// TRS-04: a referral needs the patient.
    refuses_scope_without_the_patient: TokenScopeNarrowed, NotGranted, "not-granted";
    /// CTX-04, T01: the patient is never guessed.
    refuses_launch_without_patient: TokenMissingPatient, NoPatient, "no-patient";
    /// CTX-03, T02.
    refuses_patient_id_that_climbs: TokenPatientPathTraversal, PatientNotFound, "launch-context";
    /// CTX-03, T02: FHIR ids may be two dots, paths may not.
    refuses_patient_id_of_two_dots: TokenPatientDotDot, PatientNotFound, "launch-context";
    /// CTX-03, T02: on another server.
    refuses_patient_on_another_server: TokenPatientAbsoluteUrlForeign, PatientNotFound, "launch-context";
    /// CTX-02: an id is a string.
    refuses_patient_id_that_is_a_number: TokenPatientNumber, PatientNotFound, "launch-context";
}
