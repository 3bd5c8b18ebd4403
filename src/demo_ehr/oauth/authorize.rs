//! Authorization endpoint: checks the request, then issues a code or asks the clinician.

use actix_web::{HttpRequest, HttpResponse, http::Method, web};

use crate::demo_ehr::account::find_account;
use crate::demo_ehr::clinicians::CLINICIANS;
use crate::demo_ehr::fixtures::RESOURCE_TYPES;
use crate::demo_ehr::http::parameters::{Parameters, is_form};
use crate::demo_ehr::launch_options::LaunchContext;
use crate::demo_ehr::oauth::authorization_request::AuthorizationRequest;
use crate::demo_ehr::oauth::callback::{error_callback, success_callback};
use crate::demo_ehr::oauth::grants::Grant;
use crate::demo_ehr::oauth::{scopes, sign_in};
use crate::demo_ehr::pages::render::refused;
use crate::demo_ehr::shapes::shape::Shape;
use crate::demo_ehr::state::{DemoEhr, Launch};

/// Patient of a standalone launch that requests `launch/patient`; no patient picker is shown.
const FIRST_PATIENT: &str = "eleonore";

/// Reason for a refusal, and its recipient (RFC 6749 section 4.1.2.1).
pub(super) enum Refusal {
    /// Client or redirect URI are not trusted: show a page, never redirect.
    Page(&'static str),
    /// Redirect to the client with an error.
    Callback { redirect_uri: String, state: Option<String>, error: &'static str, description: &'static str },
}

/// `GET` and `POST /auth/authorize`.
pub(in crate::demo_ehr) async fn authorize(
    request: HttpRequest,
    body: web::Bytes,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let parameters = if request.method() == Method::POST {
        if !is_form(&request) {
            return refused("The authorization request is not a form.");
        }
        Parameters::parse(&body)
    } else {
        Parameters::parse(request.query_string().as_bytes())
    };
    match check(&ehr, &parameters) {
        Err(Refusal::Page(reason)) => refused(reason),
        Err(Refusal::Callback { redirect_uri, state, error, description }) => {
            error_callback(&ehr, &redirect_uri, state.as_deref(), error, description)
        }
        Ok(request) if request.automatic => success_callback(&ehr, request),
        Ok(request) => sign_in::begin(&ehr, request),
    }
}

/// An OAuth error code and its description.
type Reason = (&'static str, &'static str);

fn check(ehr: &DemoEhr, parameters: &Parameters) -> Result<AuthorizationRequest, Refusal> {
    let (client_id, redirect_uri) = check_client(ehr, parameters)?;
    let state = parameters.get("state").map(str::to_owned);
    let checked = check_parameters(ehr, parameters).and_then(|()| find_launch(ehr, parameters));
    let (launch, scopes) = checked.map_err(|(error, description)| Refusal::Callback {
        redirect_uri: redirect_uri.clone(),
        state: state.clone(),
        error,
        description,
    })?;
    let automatic = launch.automatic;
    let text = |name: &str| parameters.get(name).unwrap_or_default().to_owned();
    let nonce = parameters.get("nonce").map(str::to_owned);
    let grant = grant(launch, client_id, redirect_uri, text("code_challenge"), nonce, scopes);
    Ok(AuthorizationRequest { grant, state: text("state"), automatic })
}

/// Checks the parameters other than client, redirect URI, scope and launch.
fn check_parameters(ehr: &DemoEhr, parameters: &Parameters) -> Result<(), Reason> {
    if parameters.repeated().is_some() {
        return Err(("invalid_request", "a parameter is repeated"));
    }
    match parameters.get("response_type") {
        Some("code") => {}
        Some(_) => {
            return Err(("unsupported_response_type", "only response_type code is supported"));
        }
        None => return Err(("invalid_request", "response_type is missing")),
    }
    if parameters.get("state").is_none() {
        return Err(("invalid_request", "state is missing"));
    }
    if parameters.get("aud").map(|aud| aud.trim_end_matches('/')) != Some(ehr.fhir_base_url().as_str()) {
        return Err(("invalid_request", "aud is not the FHIR base URL of this EHR"));
    }
    if ehr.shape() == Shape::Smart1 {
        // PKCE came with SMART 2.
        return Ok(());
    }
    if parameters.get("code_challenge_method") != Some("S256") {
        return Err(("invalid_request", "code_challenge_method must be S256"));
    }
    if parameters.get("code_challenge").map(str::len) != Some(43) {
        return Err(("invalid_request", "code_challenge is not an S256 challenge"));
    }
    Ok(())
}

/// Returns the client and the redirect URI, which must equal a registered one byte for byte.
fn check_client(ehr: &DemoEhr, parameters: &Parameters) -> Result<(String, String), Refusal> {
    if matches!(parameters.repeated(), Some("client_id" | "redirect_uri")) {
        return Err(Refusal::Page("client_id or redirect_uri is repeated."));
    }
    let client_id = parameters.get("client_id").ok_or(Refusal::Page("client_id is missing."))?;
    let client = ehr.client(client_id).ok_or(Refusal::Page("This client_id is not registered here."))?;
    let redirect_uri = parameters.get("redirect_uri").ok_or(Refusal::Page("redirect_uri is missing."))?;
    if !client.redirect_uris.iter().any(|registered| registered == redirect_uri) {
        return Err(Refusal::Page("This redirect_uri is not registered for the app."));
    }
    Ok((client_id.to_owned(), redirect_uri.to_owned()))
}

/// Finds the launch and the scopes granted to it.
fn find_launch(ehr: &DemoEhr, parameters: &Parameters) -> Result<(Launch, Vec<String>), Reason> {
    let requested = parameters.get("scope").ok_or(("invalid_request", "scope is missing"))?;
    let mut scopes = scopes::granted(requested, RESOURCE_TYPES);
    scopes.retain(|scope| ehr.shape().grants(scope));
    if scopes.is_empty() {
        return Err(("invalid_scope", "none of the requested scopes is known"));
    }
    let launch = match parameters.get("launch") {
        Some(handle) => ehr.find_launch(handle),
        None => standalone_launch(ehr, &scopes),
    };
    let launch = launch.ok_or(("invalid_request", "launch is missing, unknown or expired"))?;
    if find_account(&launch.user).is_none() {
        return Err(("access_denied", "the launch names an unknown user"));
    }
    Ok((launch, scopes))
}

/// Creates a launch without a handle. Returns `None` if the scope `launch`, which needs a handle, was requested.
fn standalone_launch(ehr: &DemoEhr, scopes: &[String]) -> Option<Launch> {
    let asks = |scope: &str| scopes.iter().any(|granted| granted == scope);
    let (automatic, clearings) = {
        let state = ehr.locked();
        (state.automatic_approval, state.clearings)
    };
    (!asks("launch")).then(|| Launch {
        user: CLINICIANS[0].id.to_owned(),
        context: LaunchContext {
            patient: asks("launch/patient").then(|| FIRST_PATIENT.to_owned()),
            ..LaunchContext::default()
        },
        automatic,
        clearings,
        expires_at: ehr.now(),
    })
}

/// Builds the grant. Launch context is included only if a `launch` scope requested it.
fn grant(
    launch: Launch,
    client_id: String,
    redirect_uri: String,
    code_challenge: String,
    nonce: Option<String>,
    scopes: Vec<String>,
) -> Grant {
    let asks = |scope: &str| scopes.iter().any(|granted| granted == "launch" || granted == scope);
    let full = launch.context;
    let context = LaunchContext {
        patient: full.patient.filter(|_| asks("launch/patient")),
        encounter: full.encounter.filter(|_| asks("launch/encounter")),
        intent: full.intent.filter(|_| asks("launch")),
        ..full
    };
    let (user, clearings) = (Some(launch.user), launch.clearings);
    Grant { client_id, redirect_uri, code_challenge, nonce, scopes, user, context, clearings }
}
