//! What an EHR publishes of itself and must not be believed. Nothing is sent anywhere, the browser stays here.

use jiff::SignedDuration;
use passerelle::demo_ehr::Fault;
use passerelle::testing::TestApp;
use passerelle::web::ErrorKind;

use super::refused_for_its_address;

refuses! {
    before "/auth/authorize";
    /// DSC-05: not there.
    refuses_discovery_not_found: DiscoveryNotFound, EhrTrouble, "ehr-metadata";
    /// DSC-05: broken.
    refuses_discovery_with_a_server_error: DiscoveryServerError, EhrTrouble, "ehr-metadata";
    /// DSC-07, D13: a captive portal.
    refuses_discovery_that_is_a_web_page: DiscoveryHtml, EhrTrouble, "ehr-metadata";
    /// DSC-05, D12: an array.
    refuses_discovery_that_is_no_object: DiscoveryNotAnObject, EhrTrouble, "ehr-metadata";
    /// DSC-05, D12: half of it.
    refuses_truncated_discovery: DiscoveryTruncated, EhrTrouble, "ehr-metadata";
    /// DSC-08, D10: 256 KiB at most.
    refuses_huge_discovery: DiscoveryHugeBody, EhrTrouble, "ehr-metadata";
    /// DSC-08, D11: counted after decompression.
    refuses_discovery_that_is_a_gzip_bomb: DiscoveryGzipBomb, EhrTrouble, "ehr-metadata";
    /// D12: 100 000 deep, and no stack overflows.
    refuses_deeply_nested_discovery: DiscoveryDeepNesting, EhrTrouble, "ehr-metadata";
    /// DSC-08, D10: five seconds in all, not five between two bytes.
    refuses_discovery_one_byte_per_second: DiscoveryDrip, EhrTrouble, "ehr-metadata";
    /// DSC-08, D10: cut off at the limit.
    refuses_discovery_without_end: DiscoveryEndless, EhrTrouble, "ehr-metadata";
    /// DSC-08: five seconds.
    refuses_slow_discovery: DiscoverySlow, EhrTrouble, "ehr-metadata";
    /// DSC-08, D04: not followed.
    refuses_discovery_that_redirects: DiscoveryRedirectToCanary, EhrTrouble, "ehr-metadata";
    /// D05: the pinned issuer wins.
    refuses_discovery_with_another_issuer: DiscoveryIssuerDiffers, EhrSetup, "ehr-metadata";
    /// D12: two readers would read two issuers.
    refuses_discovery_with_issuer_twice: DiscoveryDuplicateIssuer, EhrTrouble, "ehr-metadata";
    /// DSC-05, D12: a number is no endpoint.
    refuses_discovery_with_wrong_types: DiscoveryWrongTypes, EhrTrouble, "ehr-metadata";
    /// DSC-05: nowhere to send the code.
    refuses_discovery_without_token_endpoint: DiscoveryTokenEndpointMissing, EhrTrouble, "ehr-metadata";
    /// DSC-05: no fragment.
    refuses_token_endpoint_with_a_fragment: DiscoveryTokenEndpointWithFragment, EhrTrouble, "ehr-metadata";
    /// DSC-05, D06: the browser is never sent to a script.
    refuses_authorize_endpoint_that_is_a_script: DiscoveryAuthorizeEndpointJavascript, EhrTrouble, "ehr-metadata";
    /// AUT-16, D07: parameters that are ours to set.
    refuses_authorize_endpoint_with_our_parameters: DiscoveryAuthorizeEndpointWithQuery, EhrTrouble, "ehr-metadata";
}

/// DSC-11, D01, D02: neither code nor secret goes to an address the registration does not allow.
#[actix_web::test]
async fn refuses_token_endpoint_at_a_forbidden_address() {
    refused_for_its_address(Fault::DiscoveryTokenEndpointOnForeignHost).await;
}

/// DSC-05: after a refused discovery the browser was sent nowhere and holds no attempt.
#[actix_web::test]
async fn refused_discovery_sends_the_browser_nowhere() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryHtml));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(landing.pages.len(), 1);
    assert!(browser.cookies.names().is_empty());
    assert!(app.ehr().requests_to("/auth/authorize").is_empty());
}

/// IDT-03, OIDF-28, D05: the document below the issuer must name that issuer, byte for byte; the browser goes nowhere.
#[actix_web::test]
async fn refuses_an_issuer_whose_own_document_names_another() {
    type Tweak = fn(&str) -> String;
    // The same place in other words: the document is found, and names the issuer as the EHR writes it.
    let spellings: [Tweak; 2] =
        [|issuer| format!("{issuer}/"), |issuer| issuer.replace("localhost", "127.0.0.1")];
    for spelling in spellings {
        let setup =
            TestApp::setup().registration(move |ehr| ehr.issuer = ehr.issuer.as_deref().map(spelling));
        let app = setup.start().await;
        app.ehr().set_fault(Some(Fault::DiscoveryMinimal));
        let landing = app.browser().launch(app.ehr(), "eleonore", "ngozi-okafor").await;
        app.assert_refused(&landing, ErrorKind::EhrSetup, "ehr-metadata").await;
        let asked: Vec<String> = app.ehr().recorded().into_iter().map(|request| request.path).collect();
        let documents = ["/fhir/.well-known/smart-configuration", "/auth/.well-known/openid-configuration"];
        assert_eq!(asked, documents, "and nothing after them");
    }
}

/// CBK-08, D01: endpoints that move between request and callback get no code.
#[actix_web::test]
async fn refuses_to_send_the_code_to_endpoints_that_moved_since_the_request() {
    let app = TestApp::start().await;
    super::open(&app, "zoe").await;
    app.advance(SignedDuration::from_mins(56));
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    // Elsewhere, but within the EHR: an origin of somebody else is refused before.
    app.ehr().set_canary(&format!("{}/moved", app.ehr().issuer()));
    app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
    app.advance(SignedDuration::from_mins(5));
    let callback = landing.callback().unwrap();
    let page = browser.get(callback.as_str()).await;
    page.assert_says(ErrorKind::SigninFailed);
    assert_eq!(app.ehr().token_requests().len(), 1);
    assert!(app.ehr().requests_to("/auth/moved/token").is_empty());
}
