//! A test page inside the app: it reports the open chart and its user, independently of the real pages.

use actix_web::{
    HttpResponse,
    web::{self, Data, Form, Json, Path, ServiceConfig},
};
use serde::{Deserialize, Serialize};

use crate::{
    fhir::Reference,
    launch::Launch,
    users::SignedIn,
    web::{Error, RequestState, Web},
};

/// Contents of an open launch context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// FHIR id of the patient.
    pub patient: String,
    /// Patient's name, as the EHR writes it.
    pub name: String,
    /// Name of the EHR.
    pub ehr: String,
    /// Local id of the signed-in user.
    pub user_id: String,
    /// Name of the user.
    pub user: String,
    /// Role of the user.
    pub role: String,
    /// FHIR id of the user's resource, or empty if it was not read.
    pub practitioner: String,
    /// CSRF token for forms of this context.
    pub csrf_token: String,
}

#[derive(Deserialize)]
struct Change {
    csrf_token: String,
}

pub(super) fn routes(config: &mut ServiceConfig) {
    config.route("/c/{context}/read", web::get().to(read));
    config
        .service(web::resource("/c/{context}/test").route(web::get().to(show)).route(web::post().to(change)));
}

async fn show(
    id: Path<String>,
    signed_in: SignedIn,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
) -> Result<Json<Chart>, Error> {
    let context = launch.context(&state, &signed_in, &id).await?;
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let practitioner = context.chart.user.as_ref().map(|user| text(&user["id"]));
    Ok(Json(Chart {
        patient: text(&context.chart.patient["id"]),
        name: text(&context.chart.patient["name"][0]["family"]),
        ehr: context.ehr.id.clone(),
        csrf_token: web.csrf().token(&signed_in.session_id, &context.id),
        user_id: signed_in.user.id,
        user: signed_in.user.name,
        role: signed_in.user.role.to_string(),
        practitioner: practitioner.unwrap_or_default(),
    }))
}

/// Reads the patient from the EHR again, and reports the result.
async fn read(
    id: Path<String>,
    signed_in: SignedIn,
    state: RequestState,
    launch: Data<Launch>,
) -> Result<String, Error> {
    let context = launch.context(&state, &signed_in, &id).await?;
    let patient = context.chart.launch_context.patient.as_deref().unwrap_or_default();
    let reference = Reference::new("Patient", patient).expect("a context has a patient");
    let Some(client) = context.client() else { return Ok("no tokens".to_owned()) };
    let read = client.read(&reference).await;
    context.check()?;
    Ok(read.map_or_else(|error| error.to_string(), |_| "read".to_owned()))
}

async fn change(
    id: Path<String>,
    signed_in: SignedIn,
    state: RequestState,
    launch: Data<Launch>,
    web: Data<Web>,
    Form(form): Form<Change>,
) -> Result<HttpResponse, Error> {
    let context = launch.context(&state, &signed_in, &id).await?;
    web.csrf().check(&signed_in.session_id, &context.id, &form.csrf_token)?;
    Ok(HttpResponse::Ok().content_type("text/plain").body("changed"))
}
