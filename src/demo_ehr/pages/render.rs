//! Templates, headers and labels shared by the pages of the EHR.

use std::sync::OnceLock;

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use serde_json::Value;
use tera::{Context, Tera};

use crate::demo_ehr::clinicians::find_clinician;
use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::state::DemoEhr;

const TEMPLATES: [(&str, &str); 8] = [
    ("layout.html", include_str!("../../../templates/demo_ehr/layout.html")),
    ("patients.html", include_str!("../../../templates/demo_ehr/patients.html")),
    ("chart.html", include_str!("../../../templates/demo_ehr/chart.html")),
    ("faults.html", include_str!("../../../templates/demo_ehr/faults.html")),
    ("requests.html", include_str!("../../../templates/demo_ehr/requests.html")),
    ("sign_in.html", include_str!("../../../templates/demo_ehr/sign_in.html")),
    ("approve.html", include_str!("../../../templates/demo_ehr/approve.html")),
    ("refused.html", include_str!("../../../templates/demo_ehr/refused.html")),
];

/// Content security policy: any site may be framed, since the URL of the app is a setting; scripts are forbidden.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; frame-src *; base-uri 'none'";

fn templates() -> &'static Tera {
    static READY: OnceLock<Tera> = OnceLock::new();
    READY.get_or_init(|| {
        let mut tera = Tera::new();
        tera.add_raw_templates(TEMPLATES).expect("the templates are embedded, and a test renders them all");
        tera
    })
}

pub(in crate::demo_ehr) fn render(template: &str, context: &Context) -> HttpResponse {
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

/// Template context that the layout of every page needs.
pub(super) fn page_context(ehr: &DemoEhr, page: &str) -> Context {
    let mut context = Context::new();
    context.insert("page", page);
    context.insert("base", ehr.base());
    context.insert("fault", &ehr.fault().map(Fault::description));
    context
}

/// Responds with 400 and a page that shows the reason.
pub(in crate::demo_ehr) fn refused(reason: &str) -> HttpResponse {
    let mut context = Context::new();
    context.insert("reason", reason);
    render_as(StatusCode::BAD_REQUEST, "refused.html", &context)
}

/// Redirects with 303 to another page of the EHR.
pub(super) fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}

/// Label such as `TREMBLAY-SINGH, Éléonore`, or `(no name)`.
pub(in crate::demo_ehr) fn patient_label(patient: &Value) -> String {
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

/// Name of the clinician, or the id if unknown.
pub(in crate::demo_ehr) fn clinician_label(id: &str) -> String {
    find_clinician(id).map_or_else(|| id.to_owned(), |clinician| clinician.name.to_owned())
}
