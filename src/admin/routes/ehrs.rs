use actix_web::{
    HttpResponse,
    web::{self, Form, Path, Query, ServiceConfig},
};
use serde::Deserialize;

use super::visit::{EhrId, Press, Visit, path};
use crate::{
    admin::{
        ehr_view::{check_page, ehr_page, ehrs_page},
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
pub(super) struct Done {
    #[serde(default)]
    done: String,
}

impl Done {
    /// What was done, if it is one of ours.
    fn among(&self, notices: &[&str]) -> String {
        notices.iter().find(|notice| **notice == self.done).map(ToString::to_string).unwrap_or_default()
    }
}

/// Back to the list: the EHR is not there any more.
pub(super) fn gone() -> HttpResponse {
    see_other("/admin?done=gone").finish()
}

async fn list(visit: Visit, done: Query<Done>) -> Result<HttpResponse, WebError> {
    let page = ehrs_page(&visit.admin, visit.lang(), done.among(&["removed", "gone"])).await?;
    visit.page("/admin", &page)
}

async fn show(visit: Visit, id: Path<EhrId>, done: Query<Done>) -> Result<HttpResponse, WebError> {
    let notice = done.among(&EhrPage::NOTICES);
    match ehr_page(&visit.admin, visit.lang(), &id, notice).await? {
        Some(page) => visit.page(&path(&id), &page),
        None => Ok(gone()),
    }
}

/// Goes out, so it is done when somebody asks for it and not because a page is looked at.
async fn check(visit: Visit, id: Path<EhrId>, Form(form): Form<Press>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    match check_page(&visit.admin, visit.lang(), &id).await? {
        Some(page) => visit.page(&path(&id), &page),
        None => Ok(gone()),
    }
}

async fn confirm_removal(visit: Visit, id: Path<EhrId>) -> Result<HttpResponse, WebError> {
    confirm(&visit, &id, "remove").await
}

async fn confirm_replacement(visit: Visit, id: Path<EhrId>) -> Result<HttpResponse, WebError> {
    confirm(&visit, &id, "replace-keys").await
}

async fn confirm(visit: &Visit, id: &str, what: &str) -> Result<HttpResponse, WebError> {
    let Some(page) = ehr_page(&visit.admin, visit.lang(), id, String::new()).await? else {
        return Ok(gone());
    };
    let possible = if what == "remove" { page.paused } else { page.has_keys };
    if !possible {
        return Ok(see_other(&format!("{}?done=unchanged", path(id))).finish());
    }
    visit.page(&path(id), &ConfirmPage { id: page.id, name: page.name, what: what.to_owned() })
}
