//! Pages about deliveries, for administrators.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Form, Path, Query, ServiceConfig},
};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::visit::{ButtonForm, Visit};
use crate::{
    admin::{
        deliveries::retry,
        delivery_view::{deliveries_page, delivery_page},
        error::Error,
        list_place::ListPlace,
        pages::DeliveriesPage,
    },
    web::{Error as WebError, see_other},
};

const DELIVERIES: &str = "/admin/deliveries";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/deliveries").route(web::get().to(list)))
        .service(web::resource("/deliveries/hold").route(web::post().to(hold)))
        .service(web::resource("/deliveries/release").route(web::post().to(release)))
        .service(web::resource("/deliveries/{id}").route(web::get().to(show)))
        .service(web::resource("/deliveries/{id}/retry").route(web::post().to(send_again)));
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    done: String,
}

#[derive(Deserialize)]
struct HoldForm {
    csrf_token: String,
    #[serde(default)]
    reason: String,
    /// `1` if the administrator confirmed it.
    #[serde(default)]
    confirm: String,
}

async fn list(
    visit: Visit,
    Query(asked): Query<Asked>,
    Query(place): Query<ListPlace>,
) -> Result<HttpResponse, WebError> {
    let known = ["held", "released", "retried"].contains(&asked.done.as_str());
    let done = if known { asked.done.as_str() } else { "" };
    let page = deliveries_page(&visit.admin, visit.lang(), DELIVERIES, &place, done).await?;
    visit.page(DELIVERIES, &page)
}

async fn show(visit: Visit, id: Path<String>) -> Result<HttpResponse, WebError> {
    let page = delivery_page(&visit.admin, visit.lang(), &id).await?;
    visit.page(&format!("{DELIVERIES}/{}", page.delivery.id), &page)
}

async fn send_again(
    visit: Visit,
    id: Path<String>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    if visit.sending_held {
        // Its page says so, and how to release it.
        let id: String = byte_serialize(id.as_bytes()).collect();
        return Ok(see_other(&format!("{DELIVERIES}/{id}")).finish());
    }
    retry(&visit.admin, &id).await?;
    Ok(done("retried"))
}

async fn hold(visit: Visit, Form(form): Form<HoldForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let reason: String = form.reason.trim().chars().filter(|sign| !sign.is_control()).take(200).collect();
    let problem = match (reason.is_empty(), form.confirm == "1") {
        (true, _) => "reason",
        (false, false) => "confirm",
        (false, true) => "",
    };
    if !problem.is_empty() {
        let place = ListPlace::default();
        let page = deliveries_page(&visit.admin, visit.lang(), DELIVERIES, &place, "").await?;
        let page = DeliveriesPage { hold_problem: problem.to_owned(), hold_reason: reason, ..page };
        return visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, DELIVERIES, &page);
    }
    visit.admin.outbox.hold(&reason).await.map_err(Error::from)?;
    Ok(done("held"))
}

async fn release(visit: Visit, Form(form): Form<ButtonForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    visit.admin.outbox.release().await.map_err(Error::from)?;
    Ok(done("released"))
}

fn done(what: &str) -> HttpResponse {
    see_other(&format!("{DELIVERIES}?done={what}")).finish()
}
