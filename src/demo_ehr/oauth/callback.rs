//! Redirect back to the app, with a code or with an error.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use url::Url;

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::misbehave::redirect;
use crate::demo_ehr::oauth::authorization_request::AuthorizationRequest;
use crate::demo_ehr::random::unguessable;
use crate::demo_ehr::state::DemoEhr;

type Pairs = Vec<(&'static str, String)>;

/// Redirects to the app with a code, or as the active fault requires.
pub(super) fn success_callback(ehr: &DemoEhr, request: AuthorizationRequest) -> HttpResponse {
    let fault = ehr.fault();
    let redirect_uri = request.grant.redirect_uri.clone();
    if let Some(pairs) = fault.and_then(|fault| refusal(fault, &request.state)) {
        return back(&redirect_uri, pairs);
    }
    let code = new_code(fault);
    let state = request.state;
    ehr.locked().grants.insert_code(code.clone(), request.grant, ehr.now());
    let pairs = answer(ehr, fault, code, state);
    for (_, code) in pairs.iter().filter(|(name, _)| *name == "code") {
        ehr.locked().issued_secrets.push(code);
    }
    back(&redirect_uri, pairs)
}

/// Redirects to the app with an error.
pub(super) fn error_callback(
    ehr: &DemoEhr,
    redirect_uri: &str,
    state: Option<&str>,
    error: &'static str,
    description: &str,
) -> HttpResponse {
    let mut pairs = vec![("error", error.to_owned()), ("error_description", description.to_owned())];
    pairs.extend(state.map(|state| ("state", state.to_owned())));
    if ehr.plays(Fault::AuthorizeCorrectIss) || ehr.plays(Fault::DiscoveryIssPromisedAndKept) {
        pairs.push(("iss", ehr.issuer()));
    }
    back(redirect_uri, pairs)
}

fn new_code(fault: Option<Fault>) -> String {
    match fault {
        Some(Fault::AuthorizeLongCode) => format!("{}{}", "+/=%&?# é".repeat(410), unguessable()),
        _ => unguessable(),
    }
}

fn refusal(fault: Fault, state: &str) -> Option<Pairs> {
    let error = |code: &str, description: &str| {
        vec![
            ("error", code.to_owned()),
            ("error_description", description.to_owned()),
            ("state", state.to_owned()),
        ]
    };
    Some(match fault {
        Fault::AuthorizeAccessDenied => error("access_denied", "The clinician denied access."),
        Fault::AuthorizeInvalidScope => error("invalid_scope", "The requested scopes are not permitted."),
        Fault::AuthorizeUnknownError => error("invalid_user", "The user has no chart access."),
        Fault::AuthorizeErrorDescriptionHtml => {
            let mut pairs =
                error("server_error", "<script>alert('demo-ehr')</script><img src=x onerror=alert(1)>");
            pairs.push(("error_uri", "javascript:alert('demo-ehr')".to_owned()));
            pairs
        }
        Fault::AuthorizeErrorWithoutState => vec![("error", "invalid_request".to_owned())],
        Fault::AuthorizeNeitherCodeNorError => vec![("state", state.to_owned())],
        _ => return None,
    })
}

fn answer(ehr: &DemoEhr, fault: Option<Fault>, code: String, state: String) -> Pairs {
    let mut pairs = vec![("code", code), ("state", state)];
    match fault {
        Some(Fault::AuthorizeMissingState) => pairs.truncate(1),
        Some(Fault::AuthorizeWrongState) => pairs[1].1 = other_last_character(&pairs[1].1),
        Some(Fault::AuthorizeDuplicateState) => pairs.push(("state", other_last_character(&pairs[1].1))),
        Some(Fault::AuthorizeDuplicateCode) => pairs.push(("code", unguessable())),
        Some(Fault::AuthorizeCodeAndError) => pairs.push(("error", "access_denied".to_owned())),
        Some(Fault::AuthorizeWrongIss) => pairs.push(("iss", format!("{}/another", ehr.issuer()))),
        Some(Fault::AuthorizeCorrectIss | Fault::DiscoveryIssPromisedAndKept) => {
            pairs.push(("iss", ehr.issuer()));
        }
        Some(Fault::AuthorizeExtraParameters) => {
            pairs.push(("session_state", unguessable()));
            pairs.push(("scope", "launch openid".to_owned()));
            pairs.push(("next", ehr.canary()));
        }
        _ => {}
    }
    pairs
}

/// Replaces the last character of the text by another letter.
pub(super) fn other_last_character(text: &str) -> String {
    let mut changed = text.to_owned();
    let last = changed.pop();
    changed.push(if last == Some('A') { 'B' } else { 'A' });
    changed
}

fn back(redirect_uri: &str, pairs: Pairs) -> HttpResponse {
    let Ok(mut location) = Url::parse(redirect_uri) else {
        return HttpResponse::InternalServerError().body("A registered redirect URI is not a URL.");
    };
    location.query_pairs_mut().extend_pairs(pairs);
    redirect(StatusCode::FOUND, location.as_str())
}
