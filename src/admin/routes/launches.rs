//! Pages about launches.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Path, Query, ServiceConfig},
};
use serde::Deserialize;

use super::visit::Visit;
use crate::{
    admin::{
        launch_view::{launch_page, launches_page},
        pages::TroubleshootingPage,
    },
    launch::trace::store::Which,
    web::{Error as WebError, see_other},
};

const LAUNCHES: &str = "/admin/launches";
const TROUBLESHOOTING: &str = "/admin/troubleshooting";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/launches").route(web::get().to(list)))
        .service(web::resource("/launches/{reference}").route(web::get().to(show)))
        .service(web::resource("/troubleshooting").route(web::get().to(show_guide)));
}

#[derive(Deserialize)]
struct ListQuery {
    #[serde(default)]
    reference: String,
    #[serde(default)]
    ehr: String,
    #[serde(default)]
    unknown: String,
    #[serde(default)]
    page: String,
}

/// Lists the newest launches, or redirects to the launch with the reference that was entered.
async fn list(visit: Visit, Query(query): Query<ListQuery>) -> Result<HttpResponse, WebError> {
    if !query.reference.trim().is_empty() {
        return match launch_page(&visit.admin, visit.lang(), &query.reference).await? {
            Some(page) => Ok(see_other(&format!("{LAUNCHES}/{}", page.launch.reference)).finish()),
            None => not_found(&visit, query.reference).await,
        };
    }
    let which = match query.ehr.as_str() {
        id if visit.admin.registry.find(id).is_some() => Which::Of(id),
        _ if query.unknown == "1" => Which::Unknown,
        _ => Which::Known,
    };
    let address = |page| match which {
        Which::Of(id) => format!("{LAUNCHES}?ehr={id}&page={page}"),
        Which::Unknown => format!("{LAUNCHES}?unknown=1&page={page}"),
        Which::Known => format!("{LAUNCHES}?page={page}"),
    };
    let number = query.page.parse().unwrap_or(1);
    let page = launches_page(&visit.admin, visit.lang(), which, number, address).await?;
    visit.page(LAUNCHES, &page)
}

async fn show(visit: Visit, reference: Path<String>) -> Result<HttpResponse, WebError> {
    match launch_page(&visit.admin, visit.lang(), &reference).await? {
        Some(page) => visit.page(&format!("{LAUNCHES}/{}", page.launch.reference), &page),
        None => not_found(&visit, reference.into_inner()).await,
    }
}

async fn not_found(visit: &Visit, reference: String) -> Result<HttpResponse, WebError> {
    let address = |page| format!("{LAUNCHES}?page={page}");
    let mut page = launches_page(&visit.admin, visit.lang(), Which::Known, 1, address).await?;
    page.missing = reference;
    visit.page_with(StatusCode::NOT_FOUND, LAUNCHES, &page)
}

async fn show_guide(visit: Visit) -> Result<HttpResponse, WebError> {
    visit.page(TROUBLESHOOTING, &TroubleshootingPage {})
}
