//! Pages that control the simulation: faults, keys, request log.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use crate::demo_ehr::fault::Fault;
use crate::demo_ehr::http::parameters::Parameters;
use crate::demo_ehr::http::record::Recorded;
use crate::demo_ehr::pages::render::{page_context, refused, render, see_other};
use crate::demo_ehr::state::DemoEhr;

#[derive(Serialize)]
struct FaultLine {
    name: String,
    description: &'static str,
    current: bool,
}

/// Faults of one part of the launch flow.
#[derive(Serialize)]
struct FaultGroup {
    title: &'static str,
    faults: Vec<FaultLine>,
}

/// One row of the request page.
#[derive(Serialize)]
struct RequestLine {
    time: String,
    #[serde(flatten)]
    request: Recorded,
}

impl RequestLine {
    fn new(request: Recorded) -> Self {
        Self { time: request.at.strftime("%Y-%m-%d %H:%M:%S%.3f").to_string(), request }
    }
}

const GROUPS: [(&str, &[&str]); 10] = [
    ("Discovery", &["discovery-", "openid-configuration-", "metadata-", "clock-"]),
    ("Authorization and callback", &["authorize-"]),
    ("Token endpoint and launch context", &["token-"]),
    ("The EHR's style", &["style-"]),
    ("Refresh, revocation and introspection", &["refresh-", "revocation-", "introspection-"]),
    ("ID token", &["id-token-"]),
    ("Published keys", &["jwks-"]),
    ("Reading patient, practitioner and encounter", &["fhir-", "patient-", "practitioner-", "encounter-"]),
    ("Searching the chart", &["search-", "documents-"]),
    ("Terminology server", &["terminology-"]),
];

/// `GET /faults`.
pub(in crate::demo_ehr) async fn faults(ehr: web::Data<DemoEhr>) -> HttpResponse {
    let current = ehr.fault();
    let line = |fault: &Fault| FaultLine {
        name: fault.name(),
        description: fault.description(),
        current: current == Some(*fault),
    };
    let belongs =
        |line: &FaultLine, prefixes: &[&str]| prefixes.iter().any(|prefix| line.name.starts_with(prefix));
    let groups: Vec<FaultGroup> = GROUPS
        .iter()
        .map(|(title, prefixes)| FaultGroup {
            title,
            faults: Fault::ALL.iter().map(line).filter(|it| belongs(it, prefixes)).collect(),
        })
        .collect();
    let mut context = page_context(&ehr, "faults");
    context.insert("groups", &groups);
    context.insert("current", &current.map(Fault::name));
    render("faults.html", &context)
}

/// `POST /faults`. Parameter `fault`: the name of a fault, or empty for none.
pub(in crate::demo_ehr) async fn set_fault(body: web::Bytes, ehr: web::Data<DemoEhr>) -> HttpResponse {
    let form = Parameters::parse(&body);
    match form.get("fault").map(Fault::find) {
        Some(None) => return refused("There is no fault with that name."),
        chosen => ehr.set_fault(chosen.flatten()),
    }
    see_other(&format!("{}/faults", ehr.base()))
}

/// `POST /keys/rotate`.
pub(in crate::demo_ehr) async fn rotate_keys(ehr: web::Data<DemoEhr>) -> HttpResponse {
    match ehr.rotate_keys() {
        Ok(()) => see_other(&format!("{}/faults", ehr.base())),
        Err(error) => {
            tracing::error!(%error, "the demo EHR could not generate new keys");
            HttpResponse::InternalServerError().body("New keys could not be generated.")
        }
    }
}

/// `GET /requests`: the latest 200 requests to the OAuth and FHIR endpoints and for launches.
pub(in crate::demo_ehr) async fn requests(ehr: web::Data<DemoEhr>) -> HttpResponse {
    let own = |it: &Recorded| {
        let begins = |start: &str| it.path.starts_with(start);
        begins("/auth/")
            || begins("/fhir/")
            || begins("/tx/")
            || it.path.contains("/.well-known/")
            || it.path == "/launch-app"
    };
    let latest: Vec<RequestLine> =
        ehr.locked().log.latest(2000).into_iter().filter(own).take(200).map(RequestLine::new).collect();
    let mut context = page_context(&ehr, "requests");
    context.insert("requests", &latest);
    render("requests.html", &context)
}

/// `POST /requests/clear`.
pub(in crate::demo_ehr) async fn clear_requests(ehr: web::Data<DemoEhr>) -> HttpResponse {
    ehr.clear_recorded();
    see_other(&format!("{}/requests", ehr.base()))
}
