//! Tests of refused discovery documents. Nothing is sent to the EHR, and the browser is not redirected.

use jiff::SignedDuration;
use passerelle::demo_ehr::Fault;
use passerelle::testing::TestApp;
use passerelle::web::ErrorKind;

use super::refused_for_its_address;

refuses! {
    before "/auth/authorize";
    /// DSC-05: missing.
    refuses_discovery_not_found: DiscoveryNotFound, EhrTrouble, "ehr-metadata";
    /// DSC-05: a server error.
    refuses_discovery_with_a_server_error: DiscoveryServerError, EhrTrouble, "ehr-metadata";
    /// DSC-07, D13: a captive portal.
    refuses_discovery_that_is_a_web_page: DiscoveryHtml, EhrTrouble, "ehr-metadata";
    /// DSC-05, D12: an array.
    refuses_discovery_that_is_no_object: DiscoveryNotAnObject, EhrTrouble, "ehr-metadata";
    /// DSC-05, D12: truncated.
    refuses_truncated_discovery: DiscoveryTruncated, EhrTrouble, "ehr-metadata";
    /// DSC-08, D10: 256 KiB at most.
    refuses_huge_discovery: DiscoveryHugeBody, EhrTrouble, "ehr-metadata";
    /// DSC-08, D11: counted after decompression.
    refuses_discovery_that_is_a_gzip_bomb: DiscoveryGzipBomb, EhrTrouble, "ehr-metadata";
    /// D12: nested 100 000 deep, without a stack overflow.
    refuses_deeply_nested_discovery: DiscoveryDeepNesting, EhrTrouble, "ehr-metadata";
    /// DSC-08, D10: five seconds in total, not five between two bytes.
    refuses_discovery_one_byte_per_second: DiscoveryDrip, EhrTrouble, "ehr-metadata";
    /// DSC-08, D10: cut off at the limit.
    refuses_discovery_without_end: DiscoveryEndless, EhrTrouble, "ehr-metadata";
    /// DSC-08: a deadline of five seconds.
    refuses_slow_discovery: DiscoverySlow, EhrTrouble, "ehr-metadata";
    /// DSC-08, D04: the redirect is not followed.
    refuses_discovery_that_redirects: DiscoveryRedirectToCanary, EhrTrouble, "ehr-metadata";
    /// D05: the pinned issuer takes precedence.
    refuses_discovery_with_another_issuer: DiscoveryIssuerDiffers, EhrSetup, "ehr-metadata";
    /// D12: two parsers would read two issuers.
    refuses_discovery_with_issuer_twice: DiscoveryDuplicateIssuer, EhrTrouble, "ehr-metadata";
    /// DSC-05, D12: a number is not an endpoint.
    refuses_discovery_with_wrong_types: DiscoveryWrongTypes, EhrTrouble, "ehr-metadata";
    /// DSC-05: no endpoint to send the code to.
    refuses_discovery_without_token_endpoint: DiscoveryTokenEndpointMissing, EhrTrouble, "ehr-metadata";
    /// DSC-05: an endpoint has no fragment.
    refuses_token_endpoint_with_a_fragment: DiscoveryTokenEndpointWithFragment, EhrTrouble, "ehr-metadata";
    /// DSC-05, D06: the browser is never redirected to a script.
    refuses_authorize_endpoint_that_is_a_script: DiscoveryAuthorizeEndpointJavascript, EhrTrouble, "ehr-metadata";
    /// AUT-16, D07: the app alone sets these parameters.
    refuses_authorize_endpoint_with_our_parameters: DiscoveryAuthorizeEndpointWithQuery, EhrTrouble, "ehr-metadata";
}

/// DSC-11, D01, D02: neither code nor secret is sent to an address that the registration does not permit.
#[actix_web::test]
async fn refuses_token_endpoint_at_a_forbidden_address() {
    refused_for_its_address(Fault::DiscoveryTokenEndpointOnForeignHost).await;
}

/// DSC-05: after refused discovery, the browser is not redirected and has no attempt.
#[actix_web::test]
async fn redirects_nowhere_after_refused_discovery() {
    let app = TestApp::start().await;
    app.ehr().set_fault(Some(Fault::DiscoveryHtml));
    let mut browser = app.browser();
    let landing = browser.launch(app.ehr(), "eleonore", "ngozi-okafor").await;
    assert_eq!(landing.pages.len(), 1);
    assert!(browser.cookies.names().is_empty());
    assert!(app.ehr().requests_to("/auth/authorize").is_empty());
}

/// IDT-03, OIDF-28, D05: the document below the issuer must name that issuer byte for byte; the browser is not
/// redirected.
#[actix_web::test]
async fn refuses_an_issuer_whose_own_document_names_another() {
    type Tweak = fn(&str) -> String;
    // The same URL in another spelling: the document is found, and names the issuer as the EHR writes it.
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
        assert_eq!(asked, documents, "nothing follows them");
    }
}

/// CBK-08, D01: endpoints that move between request and callback receive no code.
#[actix_web::test]
async fn refuses_to_send_the_code_to_endpoints_that_moved_since_the_request() {
    let app = TestApp::start().await;
    super::open(&app, "zoe").await;
    app.advance(SignedDuration::from_mins(56));
    let mut browser = app.browser();
    let landing = browser.begin(app.ehr(), "eleonore", "ngozi-okafor").await;
    // Another path of the same EHR; another origin is refused earlier.
    app.ehr().set_canary(&format!("{}/moved", app.ehr().issuer()));
    app.ehr().set_fault(Some(Fault::DiscoveryTokenEndpointOnForeignHost));
    app.advance(SignedDuration::from_mins(5));
    let callback = landing.callback().unwrap();
    let page = browser.get(callback.as_str()).await;
    page.assert_says(ErrorKind::SigninFailed);
    assert_eq!(app.ehr().token_requests().len(), 1);
    assert!(app.ehr().requests_to("/auth/moved/token").is_empty());
}
