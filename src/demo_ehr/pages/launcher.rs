//! Patient list, chart with the app in a frame, and the launch of the app.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, http::Method, web};
use serde::Serialize;
use serde_json::Value;
use url::Url;

use crate::demo_ehr::clinicians::{CLINICIANS, Clinician, find_clinician};
use crate::demo_ehr::fixtures;
use crate::demo_ehr::http::misbehave::redirect;
use crate::demo_ehr::http::parameters::Parameters;
use crate::demo_ehr::launch_options::LaunchOptions;
use crate::demo_ehr::pages::render::{page_context, patient_label, refused, render, see_other};
use crate::demo_ehr::state::DemoEhr;

/// Purpose of each patient's chart in a demonstration.
const SHOWS: [(&str, &str); 11] = [
    ("eleonore", "a rich chart: most of the form is filled, with an ECG, documents and old results"),
    ("marc-andre", "a French-speaking patient from Québec, seen in a visit today"),
    ("harjit", "an interpreter is needed, and a document can be included"),
    ("joseph", "a long problem list, and no medications"),
    ("mairi", "accents in a name, few results"),
    ("zoe", "a gender other than male or female, born on 29 February"),
    ("arthur", "a patient who has died: no referral can be started"),
    ("sparse", "an almost empty chart: one name, a year of birth"),
    ("suharto", "a patient with one name"),
    ("ashevak", "a name in syllabics"),
    ("siobhan", "an apostrophe in a name, few results"),
];

/// One row of the patient list, also the header of a chart.
#[derive(Serialize)]
struct PatientLine {
    id: String,
    label: String,
    birth_date: String,
    gender: String,
    health_number: String,
    city: String,
    language: String,
    deceased: bool,
    /// Purpose of this chart in a demonstration.
    shows: &'static str,
}

impl PatientLine {
    fn new(patient: &Value) -> Self {
        let text = |node: &Value| node.as_str().unwrap_or("not recorded").to_owned();
        let numbers = patient["identifier"].as_array().into_iter().flatten();
        let health_number =
            numbers.filter(|it| it["type"]["coding"][0]["code"] == "JHN").find_map(health_number);
        Self {
            id: text(&patient["id"]),
            label: patient_label(patient),
            birth_date: text(&patient["birthDate"]),
            gender: text(&patient["gender"]),
            health_number: health_number.unwrap_or_else(|| "not recorded".to_owned()),
            city: text(&patient["address"][0]["city"]),
            language: text(&patient["communication"][0]["language"]["coding"][0]["code"]),
            deceased: patient["deceasedBoolean"] == true || patient["deceasedDateTime"].is_string(),
            shows: SHOWS
                .iter()
                .find(|(id, _)| patient["id"] == *id)
                .map_or("a chart with little in it", |(_, shows)| shows),
        }
    }
}

/// Health card number, followed by the version code if the card has one.
fn health_number(identifier: &Value) -> Option<String> {
    let number = identifier["value"].as_str()?;
    let version =
        identifier["extension"].as_array().into_iter().flatten().find_map(|it| it["valueString"].as_str());
    Some(version.map_or_else(|| number.to_owned(), |version| format!("{number} {version}")))
}

/// `GET /`.
pub(in crate::demo_ehr) async fn patients(request: HttpRequest, ehr: web::Data<DemoEhr>) -> HttpResponse {
    let query = Parameters::parse(request.query_string().as_bytes());
    let lines: Vec<PatientLine> = fixtures::of_type("Patient").map(PatientLine::new).collect();
    let mut context = page_context(&ehr, "patients");
    context.insert("patients", &lines);
    context.insert("clinicians", &CLINICIANS);
    context.insert("clinician", signed_in(&query));
    let (automatic_approval, offers_style) = {
        let state = ehr.locked();
        (state.automatic_approval, state.offers_style)
    };
    context.insert("automatic_approval", &automatic_approval);
    context.insert("offers_style", &offers_style);
    render("patients.html", &context)
}

/// `GET /chart/{patient}`.
pub(in crate::demo_ehr) async fn chart(
    request: HttpRequest,
    path: web::Path<String>,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let query = Parameters::parse(request.query_string().as_bytes());
    let Some(patient) = fixtures::find("Patient", &path) else {
        return refused("There is no such patient.");
    };
    let mut context = page_context(&ehr, "chart");
    context.insert("patient", &PatientLine::new(patient));
    context.insert("clinician", signed_in(&query));
    render("chart.html", &context)
}

/// `GET` and `POST /launch-app`: creates a launch handle and redirects to the launch URL of the app.
pub(in crate::demo_ehr) async fn launch_app(
    request: HttpRequest,
    body: web::Bytes,
    ehr: web::Data<DemoEhr>,
) -> HttpResponse {
    let encoded =
        if request.method() == Method::POST { &body[..] } else { request.query_string().as_bytes() };
    let query = Parameters::parse(encoded);
    let patient = query.get("patient");
    if patient.is_some_and(|id| fixtures::find("Patient", id).is_none()) {
        return refused("There is no such patient.");
    }
    let encounter = query.get("encounter").or_else(|| patient.and_then(fixtures::current_encounter));
    let mut options = LaunchOptions::new(signed_in(&query).id);
    options.context.patient = patient.map(str::to_owned);
    options.context.encounter = encounter.map(str::to_owned);
    options.context.intent = query.get("intent").map(str::to_owned);
    let handle = ehr.launch_from_page(options);
    match Url::parse(&ehr.settings.app_launch_url) {
        Ok(mut location) => {
            location
                .query_pairs_mut()
                .append_pair("iss", &ehr.fhir_base_url())
                .append_pair("launch", &handle);
            redirect(StatusCode::FOUND, location.as_str())
        }
        Err(_) => refused("The launch URL of the app is not a URL."),
    }
}

/// `POST /settings`: whether launches are approved automatically, and whether they offer the EHR's style.
pub(in crate::demo_ehr) async fn settings(body: web::Bytes, ehr: web::Data<DemoEhr>) -> HttpResponse {
    let form = Parameters::parse(&body);
    if let Some(approval) = form.get("approval") {
        ehr.set_automatic_approval(approval == "automatic");
    }
    if let Some(style) = form.get("style") {
        ehr.set_offers_style(style == "ehr");
    }
    see_other(&format!("{}/?practitioner={}", ehr.base(), signed_in(&form).id))
}

/// `GET /assets/ehr.css`.
pub(in crate::demo_ehr) async fn style() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        .content_type("text/css; charset=utf-8")
        .body(include_str!("../../../static/demo_ehr/ehr.css"))
}

/// Clinician named by the request, or the first one by default.
fn signed_in(parameters: &Parameters) -> &'static Clinician {
    parameters.get("practitioner").and_then(find_clinician).unwrap_or(&CLINICIANS[0])
}
