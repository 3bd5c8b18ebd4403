//! Tests of scopes that were not granted: their data is not requested, and the page names it.

use passerelle::demo_ehr::Fault;
use passerelle::smart::ScopeSyntax;
use passerelle::testing::{Page, TestApp};
use passerelle::users::Role;

use crate::form::FormFields;

const TITLE: &str = "Parts of the chart are not loaded";

fn asked(app: &TestApp, resource_type: &str) -> usize {
    app.ehr().requests_to(&format!("/fhir/{resource_type}")).len()
}

/// Text of the note about missing data.
fn note(page: &Page) -> String {
    let text = page.text();
    let (_, after) = text.split_once(TITLE).unwrap_or_else(|| panic!("no note: {text}"));
    after.split("Main concern").next().unwrap().to_owned()
}

/// TRS-04: requested scopes that were not granted are listed, in words for the clinician and by scope for the
/// administrator; their data is not requested, and the rest of the form is filled.
#[actix_web::test]
async fn names_data_that_was_not_granted_and_does_not_request_it() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::TokenScopeWithoutMedications));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let page = browser.open(&landing).await;
    let said = note(&page);
    let sentence =
        "The EHR did not let this app read: medications, allergies, measurements and results (in part).";
    assert!(said.contains(sentence), "{said}");
    for scope in ["patient/MedicationRequest.rs", "patient/AllergyIntolerance.rs", "patient/Observation.rs"] {
        assert!(said.contains(&format!("{scope} : requested, and not granted")), "{said}");
    }
    assert!(!said.contains("conditions") && !said.contains("Condition"), "{said}");
    assert_eq!((asked(&app, "MedicationRequest"), asked(&app, "AllergyIntolerance")), (0, 0));
    assert_eq!((asked(&app, "Condition"), asked(&app, "Observation")), (1, 1));
    assert!(page.text().contains("Not loaded: the EHR did not allow this app to read it."));
    // A reopened draft shows the same note.
    let form = FormFields::read(&page);
    let saved = form.press(&mut browser, "save").await;
    let again = browser.get(saved.location().path()).await;
    assert!(note(&again).contains(sentence));
}

/// TRS-04: data for which no scope was requested is listed separately: the registration has to be changed, not the
/// EHR.
#[actix_web::test]
async fn distinguishes_scopes_that_were_not_requested() {
    let narrow = |ehr: &mut passerelle::ehrs::Registration| {
        ehr.scopes.retain(|scope| !scope.contains("user/"));
    };
    let app = TestApp::setup().registration(narrow).start().await;
    let password = "canary passphrase 7391";
    app.add_user("Amara Account", "amara@clinic.example", password, Role::Clinician).await;
    let mut browser = app.browser();
    // Without a name, no account can be created for them yet.
    let question = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await.question();
    for (password, step) in [(password, "password"), ("", "confirm")] {
        let token = browser.get(&question).await.csrf_token();
        let email = "amara@clinic.example";
        let fields = [("csrf_token", token.as_str()), ("email", email), ("password", password)];
        browser.post(&format!("{question}/{step}"), &fields).await;
    }
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let context = landing.context();
    let said = note(&browser.get(&format!("/c/{context}/referrals/new?form=cardiology-consult")).await);
    assert!(said.contains("read: your own details, your roles and clinic."), "{said}");
    for kind in ["Practitioner", "PractitionerRole"] {
        assert!(said.contains(&format!("{kind} : no scope of the registration requests it")), "{said}");
    }
    assert!(!said.contains("requested, and not granted"), "{said}");
    let french =
        browser.get(&format!("/c/{context}/referrals/new?form=cardiology-consult&lang=fr")).await.text();
    assert!(french.contains("PractitionerRole : aucune portée de l’inscription ne le demande"), "{french}");
}

/// TRS-05: scopes granted beyond the requested ones are ignored, and their data is listed as not requested.
#[actix_web::test]
async fn does_not_use_scopes_granted_beyond_the_request() {
    let narrow = |ehr: &mut passerelle::ehrs::Registration| {
        ehr.scopes.retain(|scope| !["Allergy", "user/PractitionerRole"].iter().any(|it| scope.contains(it)));
    };
    let app = TestApp::setup().registration(narrow).start().await;
    app.ehr().set_fault(Some(Fault::TokenScopeWidened));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let said = note(&browser.open(&landing).await);
    assert!(said.contains("read: your roles and clinic, allergies."), "{said}");
    for kind in ["AllergyIntolerance", "PractitionerRole"] {
        assert!(said.contains(&format!("{kind} : no scope of the registration requests it")), "{said}");
        assert_eq!(asked(&app, kind), 0, "{kind}");
    }
    assert_eq!((asked(&app, "Condition"), asked(&app, "MedicationRequest")), (1, 1));
}

/// TRS-06, SCP-16: scopes granted in another spelling than requested are used.
#[actix_web::test]
async fn uses_scopes_granted_in_another_spelling() {
    for syntax in [ScopeSyntax::V1, ScopeSyntax::V2] {
        let app = TestApp::setup().registration(move |ehr| ehr.scope_syntax = syntax).start().await;
        app.ehr().set_fault(Some(Fault::TokenScopeOddForms));
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let page = browser.open(&landing).await;
        assert!(!page.text().contains(TITLE), "{syntax:?}: {}", page.text());
        for kind in ["Condition", "MedicationRequest", "AllergyIntolerance", "PractitionerRole"] {
            assert_eq!(asked(&app, kind), 1, "{syntax:?} {kind}");
        }
    }
}

/// With all scopes granted there is no note, even if a search failed; each field reports its own failure.
#[actix_web::test]
async fn does_not_report_a_failed_search_as_not_granted() {
    for fault in [None, Some(Fault::SearchFailsMedicationRequest), Some(Fault::SearchForbidden)] {
        let app = TestApp::start().await;
        app.ehr().set_fault(fault);
        let mut browser = app.browser();
        let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        let page = browser.open(&landing).await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains(TITLE), "{fault:?}");
    }
}

/// TRS-04: the note in French.
#[actix_web::test]
async fn names_missing_data_in_french() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::TokenScopeWithoutMedications));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    let form = FormFields::read(&browser.open(&landing).await);
    let switched = form.press(&mut browser, "language-fr").await;
    let text = browser.get(switched.location().path()).await.text();
    let sentence =
        "n’a pas laissé cette application lire : médicaments, allergies, mesures et résultats (en partie).";
    assert!(text.contains(sentence), "{text}");
}
