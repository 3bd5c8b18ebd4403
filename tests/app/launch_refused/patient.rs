//! Tests of patients that cannot be read, or of another patient.

use passerelle::testing::TestApp;
use passerelle::web::ErrorKind;

refuses! {
    before "/fhir/Observation";
    /// CTX-10, F01: the wrong patient is never shown.
    refuses_another_patient_than_the_one_of_the_launch: PatientIdMismatch, WrongPatient, "patient-mismatch";
    /// API-05: not found.
    refuses_patient_not_found: PatientNotFound, PatientNotFound, "patient-unreadable";
    /// API-05: forbidden for this user.
    refuses_patient_forbidden: PatientForbidden, NotGranted, "patient-unreadable";
    /// F18.
    refuses_patient_server_error: PatientServerError, EhrTrouble, "patient-unreadable";
    /// F18: a deadline of eight seconds.
    refuses_slow_patient: PatientSlow, EhrTrouble, "patient-unreadable";
    /// API-08, F05: the access token is not sent along the redirect.
    refuses_patient_that_redirects: PatientRedirectToCanary, EhrTrouble, "patient-unreadable";
    /// API-04, F15: XML is not supported.
    refuses_patient_in_xml: PatientXml, EhrTrouble, "patient-unreadable";
    /// F15: an `OperationOutcome` is neither a patient nor "another patient".
    refuses_operation_outcome_in_place_of_the_patient: PatientOperationOutcome, EhrTrouble, "patient-unreadable";
    /// F13: bytes that are not UTF-8.
    refuses_patient_with_invalid_utf8: PatientInvalidUtf8, EhrTrouble, "patient-unreadable";
    /// F13: half a surrogate pair.
    refuses_patient_with_a_lone_surrogate: PatientLoneSurrogate, EhrTrouble, "patient-unreadable";
    /// API-12: truncated.
    refuses_truncated_patient: PatientTruncated, EhrTrouble, "patient-unreadable";
    /// F18.
    refuses_fhir_server_that_is_down: FhirDown, EhrTrouble, "patient-unreadable";
    /// API-05.
    refuses_fhir_server_that_is_busy: FhirTooManyRequests, EhrBusy, "patient-unreadable";
}

/// Creates an app whose EHR sends its FHIR data with this media type.
async fn app_with_media_type(media_type: &str) -> TestApp {
    let media_type = media_type.to_owned();
    let app = TestApp::setup().relayed().start().await;
    app.ehr().relay().change_answers(move |path, answer| {
        if path.starts_with("/fhir/Patient/") {
            answer.set("content-type", &media_type);
        }
    });
    app
}

/// DSC-20: a server that declares another FHIR version in its first response is refused with that reason.
#[actix_web::test]
async fn refuses_a_server_of_another_fhir_version() {
    for media_type in [
        "application/fhir+json; fhirVersion=1.0",
        "application/fhir+json;charset=utf-8; FhirVersion=\"5.0\"",
        "application/json+fhir;charset=UTF-8",
    ] {
        let app = app_with_media_type(media_type).await;
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        app.assert_refused(&landing, ErrorKind::EhrSetup, "fhir-version").await;
    }
}

/// DSC-20: accepts an explicit R4.
#[actix_web::test]
async fn accepts_a_server_that_declares_r4() {
    for version in ["4.0", "4.0.1", "R4", "\"r4\""] {
        let media_type = format!("application/fhir+json; fhirVersion={version}");
        let app = app_with_media_type(&media_type).await;
        app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    }
}
