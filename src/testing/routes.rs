//! A page of the tests inside the app: it says whose chart is open and for whom, whatever the real pages look like.

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

/// What an open launch context holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Chart {
    /// FHIR id of the patient.
    pub patient: String,
    /// The patient's name, as the EHR writes it.
    pub name: String,
    /// The EHR.
    pub ehr: String,
    /// Local user id of who is signed in.
    pub user_id: String,
    /// Their name.
    pub user: String,
    /// Their role.
    pub role: String,
    /// FHIR id of the user's resource; empty when it was not read.
    pub practitioner: String,
    /// A token for forms of this context.
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
    (launch, web): (Data<Launch>, Data<Web>),
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

/// Reads the patient from the EHR again, and says what came.
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
    (launch, web): (Data<Launch>, Data<Web>),
    Form(form): Form<Change>,
) -> Result<HttpResponse, Error> {
    let context = launch.context(&state, &signed_in, &id).await?;
    web.csrf().check(&signed_in.session_id, &context.id, &form.csrf_token)?;
    Ok(HttpResponse::Ok().content_type("text/plain").body("changed"))
}
