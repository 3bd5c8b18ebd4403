//! What every page of the EHR shares: templates, headers, labels.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::Value;
use tera::{Context, Tera};

use super::clinicians::find_clinician;

const TEMPLATES: [(&str, &str); 8] = [
    ("layout.html", include_str!("../../templates/demo_ehr/layout.html")),
    ("patients.html", include_str!("../../templates/demo_ehr/patients.html")),
    ("chart.html", include_str!("../../templates/demo_ehr/chart.html")),
    ("faults.html", include_str!("../../templates/demo_ehr/faults.html")),
    ("requests.html", include_str!("../../templates/demo_ehr/requests.html")),
    ("sign_in.html", include_str!("../../templates/demo_ehr/sign_in.html")),
    ("approve.html", include_str!("../../templates/demo_ehr/approve.html")),
    ("refused.html", include_str!("../../templates/demo_ehr/refused.html")),
];

/// Any site may be framed, since the app's address is a setting. No script runs anywhere.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src *; base-uri 'none'";

fn templates() -> &'static Tera {
    static READY: OnceLock<Tera> = OnceLock::new();
    READY.get_or_init(|| {
        let mut tera = Tera::new();
        tera.add_raw_templates(TEMPLATES).expect("the templates are embedded, and a test renders them all");
        tera
    })
}

pub(super) fn render(template: &str, context: &Context) -> HttpResponse {
    render_as(StatusCode::OK, template, context)
}

fn render_as(status: StatusCode, template: &str, context: &Context) -> HttpResponse {
    match templates().render(template, context) {
        Ok(page) => HttpResponse::build(status)
            .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .content_type("text/html; charset=utf-8")
            .body(page),
        Err(error) => {
            tracing::error!(%error, template, "a page of the demo EHR could not be rendered");
            HttpResponse::InternalServerError().body("This page could not be rendered.")
        }
    }
}

/// 400 and why, in words for the person at the screen.
pub(super) fn refused(reason: &str) -> HttpResponse {
    let mut context = Context::new();
    context.insert("reason", reason);
    render_as(StatusCode::BAD_REQUEST, "refused.html", &context)
}

/// 303 to another page of the EHR.
pub(super) fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

/// `TREMBLAY-SINGH, Éléonore`, as far as there are names.
pub(super) fn patient_label(patient: &Value) -> String {
    let name = &patient["name"][0];
    let family = name["family"].as_str().unwrap_or_default().to_uppercase();
    let given: Vec<&str> = name["given"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    match (family.as_str(), given.join(" ")) {
        ("", given) if given.is_empty() => "(no name)".to_owned(),
        ("", given) => given,
        (family, given) if given.is_empty() => family.to_owned(),
        (family, given) => format!("{family}, {given}"),
    }
}

/// The clinician's name, or the id when unknown.
pub(super) fn clinician_label(id: &str) -> String {
    find_clinician(id).map_or_else(|| id.to_owned(), |clinician| clinician.name.to_owned())
}
