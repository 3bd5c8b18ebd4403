use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Path, Query, ServiceConfig},
};
use serde::Deserialize;

use super::visit::Visit;
use crate::{
    admin::launch_view::{launch_page, launches_page},
    launch::trace::store::Which,
    web::{Error as WebError, see_other},
};

const LAUNCHES: &str = "/admin/launches";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/launches").route(web::get().to(list)))
        .service(web::resource("/launches/{reference}").route(web::get().to(show)));
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    reference: String,
    #[serde(default)]
    ehr: String,
    #[serde(default)]
    unknown: String,
}

/// The newest launches; a reference that was typed leads to its launch.
async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<HttpResponse, WebError> {
    if !asked.reference.trim().is_empty() {
        return match launch_page(&visit.admin, visit.lang(), &asked.reference).await? {
            Some(page) => Ok(see_other(&format!("{LAUNCHES}/{}", page.launch.reference)).finish()),
            None => missing(&visit, asked.reference).await,
        };
    }
    let which = match asked.ehr.as_str() {
        id if visit.admin.registry.find(id).is_some() => Which::Of(id),
        _ if asked.unknown == "1" => Which::Unknown,
        _ => Which::Known,
    };
    let page = launches_page(&visit.admin, visit.lang(), which).await?;
    visit.page(LAUNCHES, &page)
}

async fn show(visit: Visit, reference: Path<String>) -> Result<HttpResponse, WebError> {
    match launch_page(&visit.admin, visit.lang(), &reference).await? {
        Some(page) => visit.page(&format!("{LAUNCHES}/{}", page.launch.reference), &page),
        None => missing(&visit, reference.into_inner()).await,
    }
}

async fn missing(visit: &Visit, reference: String) -> Result<HttpResponse, WebError> {
    let mut page = launches_page(&visit.admin, visit.lang(), Which::Known).await?;
    page.missing = reference;
    visit.page_with(StatusCode::NOT_FOUND, LAUNCHES, &page)
}
