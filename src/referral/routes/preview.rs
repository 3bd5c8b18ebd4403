//! Handlers of previews: of the forms of this installation and of uploads, for administrators; of a file that is watched.

use std::path::Path;

use actix_web::{
    HttpMessage as _, HttpRequest, HttpResponse,
    http::StatusCode,
    web::{self, Data, Payload, Query, ServiceConfig},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    form_body,
    request::{PageRequest, see_other},
};
use crate::{
    forms::{FileProblemView, Form, Located},
    referral::{
        error::Error,
        form::posted::Posted,
        preview::{PreviewAsk, PreviewPage, WatchedForm},
    },
    users::Administrator,
    web::{Chrome, Error as WebError, ErrorKind, PostedField},
};

/// Path for administrators.
const ADMIN: &str = "/admin/forms/preview";
/// List of forms, for administrators.
const ADMIN_FORMS: &str = "/admin/forms";
/// Path of the form that is watched.
const WATCHED: &str = "/preview";
/// Scope of CSRF tokens on the administrators' pages.
const ADMIN_PLACE: &str = "admin";

/// Registers the previews for administrators, below their guard.
pub fn preview_routes(config: &mut ServiceConfig) {
    let resource = web::resource("/forms/preview");
    config.service(resource.route(web::get().to(show_named)).route(web::post().to(show_posted)));
}

/// Registers the preview of the form that is watched.
pub fn watched_routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/preview")
                .route(web::get().to(show_watched))
                .route(web::post().to(answer_watched)),
        )
        .service(web::resource("/preview/version").route(web::get().to(version)));
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    form: String,
    #[serde(default)]
    patient: String,
}

/// Fields that the page of a preview posts beside the answers.
#[derive(Default)]
struct PreviewFields {
    name: String,
    text: String,
    file_name: String,
    patient: String,
    state: String,
    view: String,
    posted: Posted,
}

impl PreviewFields {
    /// Separates the fields of the page from the answers, whose names have a prefix.
    fn of(mut posted: Posted) -> Self {
        let mut fields = Self::default();
        let mut answers = Vec::new();
        for (name, value) in std::mem::take(&mut posted.fields) {
            match name.as_str() {
                "name" => fields.name = value,
                "text" => fields.text = value,
                "file_name" => fields.file_name = value,
                "patient" => fields.patient = value,
                "state" => fields.state = value,
                "view" => fields.view = value,
                _ => answers.push((name, value)),
            }
        }
        posted.fields = answers;
        Self { posted, ..fields }
    }

    fn ask(self) -> PreviewAsk {
        PreviewAsk { patient: self.patient, state: self.state, posted: Some(self.posted) }
    }
}

/// Shows a form of this installation.
async fn show_named(
    req: HttpRequest,
    asked: PageRequest,
    query: Query<Asked>,
) -> Result<HttpResponse, WebError> {
    // A sign-in leads back to this path alone.
    if query.form.is_empty() {
        return Ok(see_other(ADMIN_FORMS));
    }
    let entry = asked.referrals.forms.find_named(&query.form).ok_or(Error::NoForm)?;
    let page = PreviewPage { action: ADMIN.to_owned(), name: entry.form.name(), ..PreviewPage::default() };
    let ask = PreviewAsk { patient: query.patient.clone(), ..PreviewAsk::default() };
    respond(&asked, &administrator(&req, &asked)?, Ok(&entry.form), page, ask).await
}

/// Shows a form of this installation or an upload, with the answers of the page. A POST, because an upload is large.
async fn show_posted(
    req: HttpRequest,
    asked: PageRequest,
    payload: Payload,
) -> Result<HttpResponse, WebError> {
    let fields = PreviewFields::of(form_body::read_preview(&req, payload, &asked.referrals).await?);
    let chrome = administrator(&req, &asked)?;
    let administrator = req.extensions().get::<Administrator>().cloned().ok_or_else(unguarded)?;
    asked.web.csrf().check(&administrator.session_id, ADMIN_PLACE, &fields.posted.csrf_token)?;
    choose_language(&asked, &fields.view);
    let mut page =
        PreviewPage { action: ADMIN.to_owned(), name: fields.name.clone(), ..PreviewPage::default() };
    if let Some(entry) = asked.referrals.forms.find_named(&fields.name) {
        return respond(&asked, &chrome, Ok(&entry.form), page, fields.ask()).await;
    }
    (page.text, page.file_name) = (fields.text.clone(), fields.file_name.clone());
    let file = if fields.file_name.is_empty() { "form.json" } else { &fields.file_name };
    match asked.referrals.forms.parse(&fields.text, Path::new(file)) {
        Ok(form) => respond(&asked, &chrome, Ok(&form), page, fields.ask()).await,
        Err(problems) => {
            let problems = problems.iter().map(Located::view).collect();
            respond(&asked, &chrome, Err(problems), page, fields.ask()).await
        }
    }
}

async fn show_watched(
    asked: PageRequest,
    watched: Data<WatchedForm>,
    query: Query<Asked>,
) -> Result<HttpResponse, WebError> {
    let ask = PreviewAsk { patient: query.patient.clone(), ..PreviewAsk::default() };
    respond_watched(&asked, &watched, ask).await
}

/// Shows the watched form with the answers of the page. It changes nothing, so it needs no CSRF token.
async fn answer_watched(
    req: HttpRequest,
    asked: PageRequest,
    watched: Data<WatchedForm>,
    payload: Payload,
) -> Result<HttpResponse, WebError> {
    let fields = PreviewFields::of(form_body::read_preview(&req, payload, &asked.referrals).await?);
    choose_language(&asked, &fields.view);
    respond_watched(&asked, &watched, fields.ask()).await
}

async fn version(watched: Data<WatchedForm>) -> HttpResponse {
    HttpResponse::Ok().json(json!({ "version": watched.state().version }))
}

async fn respond_watched(
    asked: &PageRequest,
    watched: &WatchedForm,
    ask: PreviewAsk,
) -> Result<HttpResponse, WebError> {
    let state = watched.state();
    let page = PreviewPage {
        action: WATCHED.to_owned(),
        watched: watched.file.clone(),
        version: state.version.clone(),
        launch_url: if ask.patient.is_empty() {
            String::new()
        } else {
            format!("{}{}", watched.launch_url, ask.patient)
        },
        ..PreviewPage::default()
    };
    let form = state.form.as_deref().ok_or_else(|| state.problems.clone());
    respond(asked, &Chrome::default(), form, page, ask).await
}

/// Responds with the form, or with the problems of its file.
async fn respond(
    asked: &PageRequest,
    chrome: &Chrome,
    form: Result<&Form, Vec<FileProblemView>>,
    mut page: PreviewPage,
    mut ask: PreviewAsk,
) -> Result<HttpResponse, WebError> {
    let PageRequest { state, referrals, web } = asked;
    page.patients = referrals.launch.preview_patients();
    let patient = page.patients.iter().find(|patient| patient.id == ask.patient);
    page.patient_name = patient.map(|patient| patient.name.clone()).unwrap_or_default();
    if page.patient_name.is_empty() {
        ask.patient.clear();
        page.launch_url.clear();
    }
    page.patient.clone_from(&ask.patient);
    let form = match form {
        Ok(form) => form,
        Err(problems) => {
            let fields = ask.posted.map(|posted| posted.fields).unwrap_or_default();
            let kept = fields.into_iter().map(|(name, value)| PostedField { name, value }).collect();
            let page = PreviewPage { problems, kept, state: ask.state, ..page };
            return web.page_with(StatusCode::UNPROCESSABLE_ENTITY, state, chrome, &page);
        }
    };
    let content = Box::pin(referrals.preview(web, form, &ask, state.lang())).await?;
    page.lacks_language = !form.has_texts_in(state.lang().code());
    page.form = content.frame;
    page.pieces = content.pieces;
    page.state = content.state;
    content.filled.clone_into(&mut page.filled);
    (page.is_complete, page.files) = (content.is_complete, content.asks_for_files);
    web.page(state, chrome, &page)
}

/// Returns the frame of a page for the administrator of a request.
fn administrator(req: &HttpRequest, asked: &PageRequest) -> Result<Chrome, WebError> {
    let administrator = req.extensions().get::<Administrator>().cloned().ok_or_else(unguarded)?;
    Ok(Chrome {
        csrf_token: asked.web.csrf().token(&administrator.session_id, ADMIN_PLACE),
        signed_in_as: Some(administrator.name),
        back: ADMIN_FORMS.to_owned(),
        ..Chrome::default()
    })
}

fn unguarded() -> WebError {
    WebError::new(ErrorKind::SignedOut, "a preview is registered outside of the guard")
}

fn choose_language(asked: &PageRequest, code: &str) {
    if let Ok(lang) = code.parse() {
        asked.state.set_lang(lang);
    }
}
