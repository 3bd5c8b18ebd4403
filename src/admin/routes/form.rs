use std::ops::ControlFlow;

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Form, Path, ServiceConfig},
};

use super::{
    ehrs::gone,
    visit::{EhrId, Visit, path},
};
use crate::{
    admin::{
        ehr_form::{Answers, add_page, change_page},
        error::Error,
        pages::EhrFormPage,
        resume::KeptForm,
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
    config
        .service(web::resource("/add").route(web::get().to(ask)).route(web::post().to(add)))
        .service(web::resource("/ehrs/{id}/change").route(web::get().to(show)).route(web::post().to(change)));
}

/// The form as it was sent: names and what was typed.
pub(super) type Sent = Vec<(String, String)>;

/// The form again that came after the session had ended. It saves nothing.
pub(super) async fn show_again(visit: &Visit, kept: KeptForm) -> Result<HttpResponse, WebError> {
    let KeptForm { id, answers } = kept;
    let (words, lang) = (visit.words(), visit.lang());
    let Some(id) = id else {
        let page = EhrFormPage { kept: true, ..add_page(&answers, None, words, lang) };
        return visit.page(ADD, &page);
    };
    let row = find_ehr(&visit.admin.ground.db, &id).await.map_err(Error::from)?;
    let Some(row) = row else { return Ok(gone()) };
    let registration = row.registration().map_err(Error::from)?;
    let page = EhrFormPage { kept: true, ..change_page(&registration, &answers, None, words, lang) };
    visit.page(&format!("{}/change", path(&id)), &page)
}

async fn ask(visit: Visit) -> Result<HttpResponse, WebError> {
    visit.page(ADD, &add_page(&Answers::default(), None, visit.words(), visit.lang()))
}

async fn add(visit: Visit, Form(sent): Form<Sent>) -> Result<HttpResponse, WebError> {
    let mut answers = match checked(&visit, sent, None).await? {
        ControlFlow::Continue(answers) => answers,
        ControlFlow::Break(page) => return Ok(page),
    };
    let admin = &visit.admin;
    let typed = answers.typed();
    let id = typed.id.clone();
    match add_typed(&admin.ground, &admin.observers, typed).await {
        Ok(()) => {
            admin.refresh().await.map_err(Error::from)?;
            Ok(see_other(&format!("{}?done=added", path(&id))).finish())
        }
        Err(ImportError::Problems(problems)) => {
            let page = add_page(&answers, Some(&problems), visit.words(), visit.lang());
            visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, ADD, &page)
        }
        Err(error) => Err(Error::from(error).into()),
    }
}

async fn show(visit: Visit, id: Path<EhrId>) -> Result<HttpResponse, WebError> {
    let row = find_ehr(&visit.admin.ground.db, &id).await.map_err(Error::from)?;
    let Some(row) = row else { return Ok(gone()) };
    let registration = row.registration().map_err(Error::from)?;
    let answers = Answers::of(&registration, row.updated_at);
    let page = change_page(&registration, &answers, None, visit.words(), visit.lang());
    visit.page(&format!("{}/change", path(&id)), &page)
}

async fn change(visit: Visit, id: Path<EhrId>, Form(sent): Form<Sent>) -> Result<HttpResponse, WebError> {
    let mut answers = match checked(&visit, sent, Some(id.to_string())).await? {
        ControlFlow::Continue(answers) => answers,
        ControlFlow::Break(page) => return Ok(page),
    };
    let admin = &visit.admin;
    let change = answers.change();
    let changed = change_registration(&admin.ground, &admin.observers, &id, change).await;
    let problems = match changed {
        Ok(None) => return Ok(gone()),
        Ok(Some(changed)) => {
            admin.refresh().await.map_err(Error::from)?;
            let what = if changed { "changed" } else { "unchanged" };
            return Ok(see_other(&format!("{}?done={what}", path(&id))).finish());
        }
        Err(ImportError::Problems(problems)) => Some(problems),
        Err(ImportError::Conflict) => None,
        Err(error) => return Err(Error::from(error).into()),
    };
    let row = find_ehr(&admin.ground.db, &id).await.map_err(Error::from)?;
    let Some(row) = row else { return Ok(gone()) };
    let registration = row.registration().map_err(Error::from)?;
    if problems.is_none() {
        answers.has_seen(row.updated_at);
    }
    let mut page = change_page(&registration, &answers, problems.as_ref(), visit.words(), visit.lang());
    if problems.is_none() {
        page.say_conflict(&registration, visit.words(), visit.lang());
    }
    let status = if problems.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::CONFLICT };
    visit.page_with(status, &format!("{}/change", path(&id)), &page)
}

/// What was sent, when a page of this session sent it. What comes from an earlier one of the same person is shown again.
async fn checked(
    visit: &Visit,
    sent: Sent,
    id: Option<String>,
) -> Result<ControlFlow<HttpResponse, Answers>, WebError> {
    let answers = Answers::read(sent);
    let token = answers.csrf_token().ok_or_else(|| WebError::new(ErrorKind::BadRequest, "no token"))?;
    match visit.check_csrf(token) {
        Ok(()) => Ok(ControlFlow::Continue(answers)),
        Err(_) if visit.sent_earlier(token).await? => {
            show_again(visit, KeptForm { id, answers }).await.map(ControlFlow::Break)
        }
        Err(error) => Err(error),
    }
}
