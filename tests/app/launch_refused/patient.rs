//! Patients that cannot be read, or are another one.

refuses! {
    /// CTX-10, F01: the wrong patient is never shown.
    refuses_another_patient_than_the_one_of_the_launch: PatientIdMismatch, WrongPatient, "patient-mismatch";
    /// API-05: gone.
    refuses_patient_not_found: PatientNotFound, NoPatient, "patient-unreadable";
    /// API-05: not for this user.
    refuses_patient_forbidden: PatientForbidden, NotGranted, "patient-unreadable";
    /// F18.
    refuses_patient_server_error: PatientServerError, EhrTrouble, "patient-unreadable";
    /// F18: eight seconds at most.
    refuses_slow_patient: PatientSlow, EhrTrouble, "patient-unreadable";
    /// API-08, F05: the access token does not follow.
    refuses_patient_that_redirects: PatientRedirectToCanary, EhrTrouble, "patient-unreadable";
    /// API-04, F15: XML is not read.
    refuses_patient_in_xml: PatientXml, EhrTrouble, "patient-unreadable";
    /// F15: an OperationOutcome is no patient, and no other patient either.
    refuses_operation_outcome_in_place_of_the_patient: PatientOperationOutcome, EhrTrouble, "patient-unreadable";
    /// F13: bytes that are no text.
    refuses_patient_with_invalid_utf8: PatientInvalidUtf8, EhrTrouble, "patient-unreadable";
    /// F13: half a character.
    refuses_patient_with_a_lone_surrogate: PatientLoneSurrogate, EhrTrouble, "patient-unreadable";
    /// API-12: half of it.
    refuses_truncated_patient: PatientTruncated, EhrTrouble, "patient-unreadable";
    /// F18.
    refuses_fhir_server_that_is_down: FhirDown, EhrTrouble, "patient-unreadable";
    /// API-05.
    refuses_fhir_server_that_is_busy: FhirTooManyRequests, EhrTrouble, "patient-unreadable";
}
