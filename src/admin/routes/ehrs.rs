//! Pages about EHRs.

use actix_web::{
    HttpResponse,
    web::{self, Form, Path, Query, ServiceConfig},
};
use serde::Deserialize;

use super::visit::{ButtonForm, EhrId, Visit, path};
use crate::{
    admin::{
        ehr_view::{check_page, ehr_page, ehrs_page, live_sessions},
        pages::{ConfirmPage, EhrPage},
    },
    web::{Error as WebError, see_other},
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource(["", "/"]).route(web::get().to(list)))
        .service(web::resource("/ehrs/{id}").route(web::get().to(show)))
        .service(web::resource("/ehrs/{id}/check").route(web::post().to(check)))
        .service(web::resource("/ehrs/{id}/remove").route(web::get().to(confirm_removal)))
        .service(web::resource("/ehrs/{id}/replace-keys").route(web::get().to(confirm_replacement)));
}

#[derive(Deserialize)]
pub(super) struct DoneQuery {
    #[serde(default)]
    done: String,
}

impl DoneQuery {
    /// Returns the notice if it is one of `notices`, otherwise an empty string.
    fn among(&self, notices: &[&str]) -> String {
        notices.iter().find(|notice| **notice == self.done).map(ToString::to_string).unwrap_or_default()
    }
}

/// Redirects to the list because the EHR is not registered any more.
pub(super) fn redirect_to_list() -> HttpResponse {
    see_other("/admin?done=gone").finish()
}

async fn list(visit: Visit, done: Query<DoneQuery>) -> Result<HttpResponse, WebError> {
    let page = ehrs_page(&visit.admin, visit.lang(), done.among(&["removed", "gone"])).await?;
    visit.page("/admin", &page)
}

async fn show(visit: Visit, id: Path<EhrId>, done: Query<DoneQuery>) -> Result<HttpResponse, WebError> {
    let notice = done.among(&EhrPage::NOTICES);
    match ehr_page(&visit.admin, visit.lang(), &id, notice).await? {
        Some(page) => visit.page(&path(&id), &page),
        None => Ok(redirect_to_list()),
    }
}

/// Checks an EHR. A POST, because it sends requests to the EHR and records an audit event.
async fn check(
    visit: Visit,
    id: Path<EhrId>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    match check_page(&visit.admin, visit.lang(), &id).await? {
        Some(page) => visit.page(&path(&id), &page),
        None => Ok(redirect_to_list()),
    }
}

async fn confirm_removal(visit: Visit, id: Path<EhrId>) -> Result<HttpResponse, WebError> {
    confirm(&visit, &id, "remove").await
}

async fn confirm_replacement(visit: Visit, id: Path<EhrId>) -> Result<HttpResponse, WebError> {
    confirm(&visit, &id, "replace-keys").await
}

pub(super) async fn confirm_suspension(visit: Visit, id: Path<EhrId>) -> Result<HttpResponse, WebError> {
    confirm(&visit, &id, "suspend").await
}

async fn confirm(visit: &Visit, id: &str, action: &str) -> Result<HttpResponse, WebError> {
    let Some(page) = ehr_page(&visit.admin, visit.lang(), id, String::new()).await? else {
        return Ok(redirect_to_list());
    };
    let possible = match action {
        "suspend" => !page.suspended,
        "remove" => page.suspended,
        _ => page.has_keys,
    };
    if !possible {
        return Ok(see_other(&format!("{}?done=unchanged", path(id))).finish());
    }
    let sessions = match action {
        "suspend" => live_sessions(&visit.admin, id).await?,
        _ => 0,
    };
    visit.page(&path(id), &ConfirmPage { id: page.id, name: page.name, action: action.to_owned(), sessions })
}
