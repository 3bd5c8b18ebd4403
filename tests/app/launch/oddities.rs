//! Tests of oddities of real EHRs with which a launch works.

use passerelle::demo_ehr::Fault;
use passerelle::smart::FhirUserClaim;
use passerelle::testing::{Canary, TestApp};

/// Launches and opens the form while the fault is active. `practitioner` is the id that was read, or empty if none
/// could be.
async fn accepted(fault: Fault, practitioner: &str) {
    let (app, canary) = (TestApp::start().await, Canary::new());
    app.ehr().set_canary(&canary.url());
    if practitioner.is_empty() {
        // Known by issuer and subject since an earlier launch; this launch has no name to create an account with.
        app.browser().launch(app.ehr(), "zoe", "ngozi-okafor").await.context();
    }
    app.ehr().set_fault(Some(fault));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let chart = browser.chart(&landing.context()).await;
    assert_eq!((chart.patient.as_str(), chart.practitioner.as_str()), ("eleonore", practitioner));
    let page = browser.open(&landing).await;
    // A chart that has neither name nor birth date leads to its home page, where no referral is begun.
    let page = if page.redirects() { browser.get(page.location().path()).await } else { page };
    assert_eq!(page.status, 200, "{}", page.text());
    for script in ["<script>alert", "<img src=x", "href=\"javascript:", "<svg onload"] {
        assert!(!page.body.contains(script), "{script} in {}", page.body);
    }
    assert!(!page.body.contains(">49<"), "a template in a name was run");
    assert_eq!(canary.visits(), 0, "nothing reaches the canary");
}

macro_rules! accepts {
    ($($(#[doc = $row:literal])+ $name:ident: $fault:ident $(, $practitioner:literal)?;)+) => {
        $(
            $(#[doc = $row])+
            #[actix_web::test]
            async fn $name() {
                let practitioner = ["ngozi-okafor" $(, $practitioner)?];
                accepted(Fault::$fault, practitioner[practitioner.len() - 1]).await;
            }
        )+
    };
}

accepts! {
    /// DSC-06, DSC-13, DSC-14, DSC-15, IDT-03, OIDF-26: only the two endpoints; everything else comes from the
    /// issuer.
    accepts_minimal_discovery: DiscoveryMinimal;
    /// DSC-04.
    accepts_relative_endpoints: DiscoveryRelativeEndpoints;
    /// DSC-07.
    accepts_discovery_as_fhir_json: DiscoveryAsFhirJson;
    /// DSC-13, D08: S256 is sent whatever is advertised.
    accepts_ehr_that_advertises_plain_only: DiscoveryPlainPkceOnly;
    /// DSC-17: endpoints come from smart-configuration.
    accepts_openid_configuration_with_other_endpoints: OpenidConfigurationForeignEndpoints;
    /// CBK-07: promised and kept.
    accepts_iss_that_was_promised: DiscoveryIssPromisedAndKept;
    /// CBK-07: not promised, but right.
    accepts_correct_iss_in_the_callback: AuthorizeCorrectIss;
    /// CBK-09, CBK-13: extra parameters are ignored.
    accepts_extra_parameters_in_the_callback: AuthorizeExtraParameters;
    /// CBK-10: 4 KiB of characters that need encoding.
    accepts_long_code: AuthorizeLongCode;
    /// TRS-01, T09.
    accepts_bearer_in_lower_case: TokenTypeLowerCaseBearer;
    /// TRS-03, T10.
    accepts_expires_in_as_a_text: TokenExpiresInAsString;
    /// TRS-03, T10.
    accepts_missing_expires_in: TokenExpiresInMissing;
    /// TRS-03, T10.
    accepts_negative_expires_in: TokenExpiresInNegative;
    /// TRS-03, T10: no overflow.
    accepts_huge_expires_in: TokenExpiresInHuge;
    /// TRS-02: the requested scopes were granted.
    accepts_missing_scope: TokenScopeMissing;
    /// TRS-05: more scopes than requested are not an error.
    accepts_wider_scope: TokenScopeWidened;
    /// TRS-06, SCP-16: scopes in capitals and in URI form.
    accepts_scopes_in_odd_forms: TokenScopeOddForms;
    /// TRS-07, TRS-13.
    accepts_extra_members_in_the_token_response: TokenExtraMembers;
    /// CTX-07.
    accepts_need_patient_banner_as_a_text: TokenNeedPatientBannerAsString;
    /// CTX-05.
    accepts_fhir_context_of_texts: TokenFhirContextStrings;
    /// CTX-05, T08: not fetched.
    accepts_fhir_context_on_a_foreign_host: TokenFhirContextForeignHost;
    /// T08, DSC-11: not fetched.
    accepts_smart_style_on_a_foreign_host: TokenSmartStyleForeignHost;
    /// IDT-06, OIDF-21: with a single key, no kid is needed.
    accepts_id_token_without_kid_when_one_key_fits: IdTokenNoKidSingleKey;
    /// IDT-06: one key of this type, beside one of another.
    accepts_id_token_without_kid_when_one_key_of_its_kind_fits: IdTokenNoKidSeveralKeys;
    /// IDT-08, OIDF-12, I05.
    accepts_aud_as_an_array: IdTokenAudienceArray;
    /// I16: an absent `at_hash` is accepted.
    accepts_id_token_without_at_hash: IdTokenAtHashMissing;
    /// USR-03.
    accepts_relative_fhir_user: IdTokenFhirUserRelative;
    /// USR-08, USR-11: the person is still known by issuer and subject.
    accepts_missing_fhir_user: IdTokenFhirUserMissing, "";
    /// USR-08: profile may be a web page, so it is read only if that was agreed.
    accepts_a_profile_without_reading_it: IdTokenFhirUserInProfile, "";
    /// USR-02, API-02, I09: the token is sent to no other host.
    accepts_fhir_user_on_a_foreign_host_without_reading_it: IdTokenFhirUserForeignHost, "";
    /// USR-02, I09: never a URL to follow.
    accepts_fhir_user_that_is_a_script_without_reading_it: IdTokenFhirUserJavascript, "";
    /// IDT-05, OIDF-23, J07.
    accepts_jwks_that_begins_with_broken_entries: JwksBrokenEntriesFirst;
    /// SCP-15, USR-07.
    accepts_practitioner_forbidden: PractitionerForbidden, "";
    /// USR-07.
    accepts_practitioner_not_found: PractitionerNotFound, "";
    /// USR-06: a mismatched Practitioner is ignored.
    accepts_a_mismatched_practitioner_without_reading_it: PractitionerIdMismatch, "";
    /// API-09, SEC-04, F06, F07, F08: names are escaped.
    accepts_patient_with_scripts_in_names_as_text: PatientHtmlInNames;
    /// F10, F13.
    accepts_patient_with_control_characters: PatientControlCharacters;
    /// F11, API-12.
    accepts_patient_with_wrong_types: PatientWrongTypes;
    /// HAL-09, F11.
    accepts_patient_that_is_nearly_empty: PatientNearlyEmpty;
    /// HAL-09, F11.
    accepts_patient_without_a_name: PatientBirthDateOnly;
    /// API-12: 2 MiB of narrative.
    accepts_large_patient: PatientHugeBody;
    /// F03: the form states what was not loaded.
    accepts_failing_role_search: PractitionerRoleSearchFails;
    /// CTX-10: omitted from the form.
    accepts_encounter_of_another_patient_by_leaving_it_out: EncounterOfOtherPatient;
    /// CTX-10: omitted from the form.
    accepts_encounter_id_of_another_patient_by_leaving_it_out: TokenEncounterOfOtherPatient;
    /// CTX-10.
    accepts_unknown_encounter: TokenEncounterUnknown;
    /// AUT-09: the verifier is sent even so.
    accepts_ehr_that_ignores_pkce: TokenIgnoresPkce;
}

/// F10, F13: no invisible character reaches the page.
#[actix_web::test]
async fn removes_control_characters_of_names_from_the_page() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::PatientControlCharacters));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    for invisible in ['\u{0}', '\u{202e}', '\u{200b}', '\u{7f}'] {
        assert!(!page.body.contains(invisible), "{invisible:?}");
    }
}

/// USR-08: an account is never created for a user without a name, even if accounts are created automatically.
#[actix_web::test]
async fn asks_a_user_without_a_name_to_link() {
    for fault in [Fault::IdTokenFhirUserMissing, Fault::PractitionerForbidden, Fault::PractitionerIdMismatch]
    {
        let app = TestApp::start().await;
        app.ehr().set_fault(Some(fault));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        assert!(landing.question().starts_with("/sign-in/"), "{fault:?}: {:?}", landing.last().url);
        assert_eq!((app.count("users").await, app.count("user_links").await), (0, 0), "{fault:?}");
    }
}

/// USR-08: `profile` names the user, as on servers before SMART 1.0, if that was agreed.
#[actix_web::test]
async fn reads_the_user_from_profile_if_agreed() {
    let app = TestApp::setup().registration(|ehr| ehr.fhir_user_claim = FhirUserClaim::Profile).start().await;
    app.ehr().set_fault(Some(Fault::IdTokenFhirUserInProfile));
    let mut browser = app.browser();
    let context = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.context();
    assert_eq!(browser.chart(&context).await.practitioner, "ngozi-okafor");
}
