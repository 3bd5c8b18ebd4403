//! Pages about forms: list, upload, import, retire, offer.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Form as Fields, Payload, Query, ServiceConfig},
};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::{
    form_upload::{self, Uploaded},
    visit::Visit,
};
use crate::{
    admin::{
        error::Error,
        forms_view::{FormText, confirm_page, forms_page, retire_page},
        pages::FormRefusedPage,
    },
    catalogue::{ImportError, RetireError},
    forms::{FileProblemView, Form, Located},
    web::{Error as WebError, see_other},
};

const FORMS: &str = "/admin/forms";

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/forms").route(web::get().to(list)))
        .service(web::resource("/forms/check").route(web::post().to(check)))
        .service(web::resource("/forms/import").route(web::post().to(import)))
        .service(
            web::resource("/forms/retire")
                .route(web::get().to(confirm_retirement))
                .route(web::post().to(retire)),
        )
        .service(web::resource("/forms/offer").route(web::post().to(offer)));
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    done: String,
    #[serde(default)]
    form: String,
}

#[derive(Deserialize)]
struct NamedForm {
    csrf_token: String,
    name: String,
}

async fn list(visit: Visit, Query(asked): Query<Asked>) -> Result<HttpResponse, WebError> {
    let known = ["imported", "known", "retired", "offered", "unchanged"].contains(&asked.done.as_str());
    let notice = if known { asked.done.as_str() } else { "" };
    let page = forms_page(&visit.admin, visit.lang(), notice, &asked.form).await?;
    visit.page(FORMS, &page)
}

/// Checks an upload: shows its problems with its text, or what the form is and the button that imports it.
async fn check(visit: Visit, req: HttpRequest, payload: Payload) -> Result<HttpResponse, WebError> {
    let mut uploaded = form_upload::read(&req, payload).await?;
    visit.check_csrf(uploaded.field("csrf_token"))?;
    match checked(&visit, &mut uploaded) {
        Ok(Checked { form, source }) => {
            visit.page(FORMS, &confirm_page(&visit.admin, visit.lang(), &form, source))
        }
        Err(page) => visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, FORMS, &*page),
    }
}

/// Imports a form that was confirmed. It is checked again: the catalogue may have changed meanwhile.
async fn import(visit: Visit, req: HttpRequest, payload: Payload) -> Result<HttpResponse, WebError> {
    let mut uploaded = form_upload::read(&req, payload).await?;
    visit.check_csrf(uploaded.field("csrf_token"))?;
    let Checked { form, source } = match checked(&visit, &mut uploaded) {
        Ok(checked) => checked,
        Err(page) => return visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, FORMS, &*page),
    };
    let (admin, by) = (&visit.admin, visit.administrator.user_id.as_str());
    match admin.forms.import(&admin.ground, &[form], Some(by)).await {
        Ok(imported) => {
            let name = imported.first().map(|imported| imported.name.as_str()).unwrap_or_default();
            Ok(done(if imported.iter().any(|it| it.is_new) { "imported" } else { "known" }, name))
        }
        Err(ImportError::Db(error)) => Err(Error::from(error).into()),
        Err(ImportError::Refused { error, .. }) => {
            let page = refused(vec![Located::from(error).view()], source);
            visit.page_with(StatusCode::CONFLICT, FORMS, &page)
        }
    }
}

/// Form of an upload, with its text.
struct Checked {
    form: Form,
    source: FormText,
}

/// Checks the form of an upload.
///
/// # Errors
/// The page with every problem and the text.
fn checked(visit: &Visit, uploaded: &mut Uploaded) -> Result<Checked, Box<FormRefusedPage>> {
    let nothing = || FormText { text: String::new(), file_name: String::new() };
    let source = uploaded.form().map_err(|problem| Box::new(refused(vec![problem], nothing())))?;
    match visit.admin.forms.check(&source.text, source.path()) {
        Ok(form) => Ok(Checked { form, source }),
        Err(problems) => Err(Box::new(refused(problems.iter().map(Located::view).collect(), source))),
    }
}

fn refused(problems: Vec<FileProblemView>, source: FormText) -> FormRefusedPage {
    FormRefusedPage { problems, text: source.text, file_name: source.file_name }
}

/// Asks before a form is retired. One that is retired already, or gone, leads to the list.
async fn confirm_retirement(visit: Visit, Query(asked): Query<Asked>) -> Result<HttpResponse, WebError> {
    match retire_page(&visit.admin, visit.lang(), &asked.form) {
        Some(page) => visit.page(FORMS, &page),
        None => Ok(done("unchanged", &asked.form)),
    }
}

async fn retire(visit: Visit, Fields(form): Fields<NamedForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let (admin, by) = (&visit.admin, visit.administrator.user_id.as_str());
    let retired = admin.forms.retire(&admin.ground, &form.name, Some(by)).await.map_err(Error::from)?;
    Ok(done(if retired { "retired" } else { "unchanged" }, &form.name))
}

async fn offer(visit: Visit, Fields(form): Fields<NamedForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let admin = &visit.admin;
    let offered = admin.forms.offer(&admin.ground, &form.name).await.map_err(Error::from)?;
    Ok(done(if offered { "offered" } else { "unchanged" }, &form.name))
}

fn done(what: &str, name: &str) -> HttpResponse {
    let name: String = byte_serialize(name.as_bytes()).collect();
    see_other(&format!("{FORMS}?done={what}&form={name}")).finish()
}

impl From<RetireError> for Error {
    fn from(error: RetireError) -> Self {
        match error {
            RetireError::Db(error) => Self::Db(error),
            error @ RetireError::Unknown(_) => Self::Request(error.to_string()),
        }
    }
}
