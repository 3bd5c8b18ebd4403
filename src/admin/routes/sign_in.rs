use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    http::StatusCode,
    web::{Data, Form, Query},
};
use secrecy::SecretString;
use serde::Deserialize;

use super::visit::{Press, Visit, see_other};
use crate::{
    admin::{
        Error, Office,
        pages::SignInPage,
        sign_in::{sign_in, sign_out},
    },
    random,
    users::{Administrator, start_session, store},
    web::{Chrome, Error as WebError, Kind, Lang, RequestState, binding_cookie},
};

/// Binds the page that asks for a password to the browser that shows it: nobody is signed in by a form of another site.
const FORM_COOKIE: &str = "__Host-pa-form";
/// How long what is in it is: one of our random ids.
const BINDING: usize = 43;
/// Seconds such a page may wait.
const WAITS: i64 = 3600;
const PLACE: &str = "admin-sign-in";
const NOTICES: [&str; 2] = ["ended", "signed-out"];

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    notice: String,
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    csrf_token: String,
    email: String,
    password: SecretString,
}

#[derive(Deserialize)]
pub(super) struct LanguageForm {
    csrf_token: String,
    lang: String,
    back: String,
}

pub(super) async fn show(
    req: HttpRequest,
    session: Session,
    state: RequestState,
    office: Data<Office>,
    asked: Query<Asked>,
) -> Result<HttpResponse, WebError> {
    if Administrator::find(&session).is_some() {
        return Ok(see_other("/admin"));
    }
    let notice = NOTICES.into_iter().find(|notice| *notice == asked.notice).unwrap_or_default();
    let page = SignInPage { notice: notice.to_owned(), ..SignInPage::default() };
    ask(StatusCode::OK, &req, &state, &office, &page)
}

/// The page, bound to this browser: by what binds its other tabs, if there is something.
fn ask(
    status: StatusCode,
    req: &HttpRequest,
    state: &RequestState,
    office: &Office,
    page: &SignInPage,
) -> Result<HttpResponse, WebError> {
    let binding = Some(bound(req)).filter(|it| it.len() == BINDING).unwrap_or_else(random::id);
    let csrf_token = office.web.csrf().token(&binding, PLACE);
    let chrome = Chrome { csrf_token, ..Chrome::default() };
    let mut response = office.web.page_with(status, state, &chrome, page)?;
    let added = response.add_cookie(&form_cookie(binding, WAITS));
    added.map_err(|_| WebError::new(Kind::Unexpected, "a cookie cannot be written"))?;
    Ok(response)
}

/// What binds this browser to a page it was shown before; empty when nothing does.
fn bound(req: &HttpRequest) -> String {
    req.cookie(FORM_COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

fn form_cookie(binding: String, seconds: i64) -> Cookie<'static> {
    let mut cookie = binding_cookie(FORM_COOKIE.to_owned(), binding, seconds);
    cookie.set_same_site(SameSite::Strict);
    cookie
}

pub(super) async fn enter(
    req: HttpRequest,
    session: Session,
    state: RequestState,
    office: Data<Office>,
    Form(form): Form<SignInForm>,
) -> Result<HttpResponse, WebError> {
    let binding = bound(&req);
    if binding.is_empty() || office.web.csrf().check(&binding, PLACE, &form.csrf_token).is_err() {
        let page = SignInPage { email: form.email, notice: "too-old".into(), wrong: false };
        return ask(StatusCode::FORBIDDEN, &req, &state, &office, &page);
    }
    let current = Administrator::find(&session);
    let offered = (form.email.as_str(), form.password);
    let opened = sign_in(&office, state.correlation_id(), offered, current.as_ref()).await?;
    let Some(opened) = opened else {
        let page = SignInPage { email: form.email, wrong: true, notice: String::new() };
        return ask(StatusCode::UNPROCESSABLE_ENTITY, &req, &state, &office, &page);
    };
    start_session(&session, &opened)?;
    let mut response = see_other("/admin");
    let added = response.add_cookie(&form_cookie(String::new(), 0));
    added.map_err(|_| WebError::new(Kind::Unexpected, "a cookie cannot be written"))?;
    Ok(response)
}

pub(super) async fn leave(
    session: Session,
    visit: Visit,
    Form(form): Form<Press>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    sign_out(&visit.office, &visit.administrator).await?;
    session.purge();
    Ok(see_other("/admin/sign-in?notice=signed-out"))
}

/// Remembers the language and leads back.
pub(super) async fn language(visit: Visit, Form(form): Form<LanguageForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let lang: Lang = form.lang.parse().map_err(|()| WebError::new(Kind::BadRequest, "no such language"))?;
    let mut tx = visit.office.db.begin_write().await.map_err(Error::from)?;
    let remembered = store::update_language(&mut tx, &visit.administrator.user_id, lang.code()).await;
    remembered.map_err(Error::from)?;
    tx.commit().await.map_err(Error::from)?;
    let plain = form.back.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-".contains(&b));
    let ours = form.back == "/admin" || form.back.starts_with("/admin/");
    Ok(see_other(if plain && ours { &form.back } else { "/admin" }))
}
