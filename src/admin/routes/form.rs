//! Forms that add and change an EHR.

use std::ops::ControlFlow;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Form, Path, ServiceConfig},
};

use super::{
    ehrs::redirect_to_list,
    visit::{EhrId, Visit, path},
};
use crate::{
    admin::{
        ehr_form::{FormEntries, add_page, change_page},
        error::Error,
        pages::EhrFormPage,
        resume::InterruptedForm,
    },
    ehrs::{
        ImportError,
        settings::{add_typed, change_registration},
        store::find_ehr,
    },
    web::{Error as WebError, ErrorKind, see_other},
};

const ADD: &str = "/admin/add";

pub(super) fn routes(config: &mut ServiceConfig) {
    config.service(web::resource("/add").route(web::get().to(show_add)).route(web::post().to(add))).service(
        web::resource("/ehrs/{id}/change").route(web::get().to(show_change)).route(web::post().to(change)),
    );
}

/// Submitted fields: names and values.
pub(super) type Fields = Vec<(String, String)>;

/// Shows a form again that was submitted after its session had ended. Saves nothing.
pub(super) async fn show_again(visit: &Visit, form: InterruptedForm) -> Result<HttpResponse, WebError> {
    let InterruptedForm { id, entries } = form;
    let (words, lang) = (visit.words(), visit.lang());
    let Some(id) = id else {
        let page = EhrFormPage { kept: true, ..add_page(&entries, None, words, lang) };
        return visit.page(ADD, &page);
    };
    let row = find_ehr(&visit.admin.ground.db, &id).await.map_err(Error::from)?;
    let Some(row) = row else { return Ok(redirect_to_list()) };
    let registration = row.registration().map_err(Error::from)?;
    let page = EhrFormPage { kept: true, ..change_page(&registration, &entries, None, words, lang) };
    visit.page(&format!("{}/change", path(&id)), &page)
}

async fn show_add(visit: Visit) -> Result<HttpResponse, WebError> {
    visit.page(ADD, &add_page(&FormEntries::default(), None, visit.words(), visit.lang()))
}

async fn add(visit: Visit, Form(fields): Form<Fields>) -> Result<HttpResponse, WebError> {
    let mut entries = match read_entries(&visit, fields, None).await? {
        ControlFlow::Continue(entries) => entries,
        ControlFlow::Break(page) => return Ok(page),
    };
    let admin = &visit.admin;
    let typed = entries.typed();
    let id = typed.id.clone();
    match add_typed(&admin.ground, &admin.observers, typed).await {
        Ok(()) => {
            admin.refresh().await.map_err(Error::from)?;
            Ok(see_other(&format!("{}?done=added", path(&id))).finish())
        }
        Err(ImportError::Problems(problems)) => {
            let page = add_page(&entries, Some(&problems), visit.words(), visit.lang());
            visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, ADD, &page)
        }
        Err(error) => Err(Error::from(error).into()),
    }
}

async fn show_change(visit: Visit, id: Path<EhrId>) -> Result<HttpResponse, WebError> {
    let row = find_ehr(&visit.admin.ground.db, &id).await.map_err(Error::from)?;
    let Some(row) = row else { return Ok(redirect_to_list()) };
    let registration = row.registration().map_err(Error::from)?;
    let entries = FormEntries::of(&registration, row.updated_at);
    let page = change_page(&registration, &entries, None, visit.words(), visit.lang());
    visit.page(&format!("{}/change", path(&id)), &page)
}

async fn change(visit: Visit, id: Path<EhrId>, Form(fields): Form<Fields>) -> Result<HttpResponse, WebError> {
    let mut entries = match read_entries(&visit, fields, Some(id.to_string())).await? {
        ControlFlow::Continue(entries) => entries,
        ControlFlow::Break(page) => return Ok(page),
    };
    let admin = &visit.admin;
    let change = entries.change();
    let changed = change_registration(&admin.ground, &admin.observers, &id, change).await;
    let problems = match changed {
        Ok(None) => return Ok(redirect_to_list()),
        Ok(Some(changed)) => {
            admin.refresh().await.map_err(Error::from)?;
            let notice = if changed { "changed" } else { "unchanged" };
            return Ok(see_other(&format!("{}?done={notice}", path(&id))).finish());
        }
        Err(ImportError::Problems(problems)) => Some(problems),
        Err(ImportError::Conflict) => None,
        Err(error) => return Err(Error::from(error).into()),
    };
    let row = find_ehr(&admin.ground.db, &id).await.map_err(Error::from)?;
    let Some(row) = row else { return Ok(redirect_to_list()) };
    let registration = row.registration().map_err(Error::from)?;
    if problems.is_none() {
        entries.set_seen(row.updated_at);
    }
    let mut page = change_page(&registration, &entries, problems.as_ref(), visit.words(), visit.lang());
    if problems.is_none() {
        page.report_conflict(&registration, visit.words(), visit.lang());
    }
    let status = if problems.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    visit.page_with(status, &format!("{}/change", path(&id)), &page)
}

/// Reads the entries of a form of this session. A form of an earlier session of the same administrator is shown again
/// instead.
async fn read_entries(
    visit: &Visit,
    fields: Fields,
    id: Option<String>,
) -> Result<ControlFlow<HttpResponse, FormEntries>, WebError> {
    let entries = FormEntries::read(fields);
    let token = entries.csrf_token();
    let token = token.ok_or_else(|| WebError::new(ErrorKind::BadRequest, "the CSRF token is missing"))?;
    match visit.check_csrf(token) {
        Ok(()) => Ok(ControlFlow::Continue(entries)),
        Err(_) if visit.is_from_earlier_session(token).await? => {
            show_again(visit, InterruptedForm { id, entries }).await.map(ControlFlow::Break)
        }
        Err(error) => Err(error),
    }
}
