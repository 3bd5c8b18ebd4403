//! Sign-in and approval pages, for launches that are not approved automatically.

use actix_web::{HttpResponse, web};
use tera::Context;

use crate::demo_ehr::clinicians::{CLINICIANS, find_clinician};
use crate::demo_ehr::fixtures;
use crate::demo_ehr::http::parameters::Parameters;
use crate::demo_ehr::oauth::authorization_request::AuthorizationRequest;
use crate::demo_ehr::oauth::callback::{error_callback, success_callback};
use crate::demo_ehr::pages::render::{clinician_label, patient_label, refused, render};
use crate::demo_ehr::random::unguessable;
use crate::demo_ehr::state::DemoEhr;

const GONE: &str = "This sign-in has ended or does not exist. Start again from the patient list.";

/// Stores the request and shows the sign-in page.
pub(in crate::demo_ehr) fn begin(ehr: &DemoEhr, request: AuthorizationRequest) -> HttpResponse {
    let id = unguessable();
    let page = sign_in_page(&id, &request, false);
    let mut state = ehr.locked();
    if state.sign_ins.len() >= 1000 {
        state.sign_ins.clear();
    }
    state.sign_ins.insert(id, request);
    page
}

/// `POST /auth/sign-in`.
pub(in crate::demo_ehr) async fn sign_in(body: web::Bytes, ehr: web::Data<DemoEhr>) -> HttpResponse {
    let form = Parameters::parse(&body);
    let id = form.get("request").unwrap_or_default();
    let Some(mut request) = ehr.locked().sign_ins.remove(id) else {
        return refused(GONE);
    };
    let known = form.get("username").and_then(find_clinician);
    let proven = known.filter(|clinician| form.get("password") == Some(clinician.password));
    let new_id = unguessable();
    let page = match proven {
        None => sign_in_page(&new_id, &request, true),
        Some(clinician) => {
            request.grant.user = Some(clinician.id.to_owned());
            approval_page(&new_id, &request)
        }
    };
    // From here `automatic` means: signed in, waiting for the approval.
    request.automatic = proven.is_some();
    ehr.locked().sign_ins.insert(new_id, request);
    page
}

/// `POST /auth/decide`.
pub(in crate::demo_ehr) async fn decide(body: web::Bytes, ehr: web::Data<DemoEhr>) -> HttpResponse {
    let form = Parameters::parse(&body);
    let id = form.get("request").unwrap_or_default();
    let request = ehr.locked().sign_ins.remove(id).filter(|request| request.automatic);
    let Some(request) = request else {
        return refused(GONE);
    };
    if form.get("decision") == Some("approve") {
        return success_callback(&ehr, request);
    }
    let redirect_uri = request.grant.redirect_uri;
    error_callback(
        &ehr,
        &redirect_uri,
        Some(&request.state),
        "access_denied",
        "The clinician did not approve.",
    )
}

fn sign_in_page(id: &str, request: &AuthorizationRequest, failed: bool) -> HttpResponse {
    let mut context = Context::new();
    context.insert("request", id);
    context.insert("failed", &failed);
    context.insert("expected", &request.grant.user.as_deref().and_then(find_clinician));
    context.insert("clinicians", &CLINICIANS);
    context.insert("client_id", &request.grant.client_id);
    render("sign_in.html", &context)
}

fn approval_page(id: &str, request: &AuthorizationRequest) -> HttpResponse {
    let grant = &request.grant;
    let patient = grant.context.patient.as_deref().and_then(|id| fixtures::find("Patient", id));
    let mut context = Context::new();
    context.insert("request", id);
    context.insert("client_id", &grant.client_id);
    context.insert("clinician", &grant.user.as_deref().map(clinician_label));
    context.insert("patient", &patient.map(patient_label));
    context.insert("scopes", &grant.scopes);
    render("approve.html", &context)
}
