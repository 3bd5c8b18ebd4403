//! Sign-in, sign-out and language of administrators.

use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, SameSite},
    http::StatusCode,
    web::{Data, Form, Query},
};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    form,
    visit::{ButtonForm, Visit},
};
use crate::{
    admin::{
        error::Error,
        known_browser,
        pages::SignInPage,
        resume::{InterruptedForm, open_return_path},
        service::Admin,
        sign_in::{Credentials, sign_in, sign_out},
    },
    random,
    users::{self, Administrator, start_session, store},
    web::{
        Chrome, Error as WebError, ErrorKind, Lang, Page, RequestState, binding_cookie, clear_site_data,
        see_other,
    },
};

/// Cookie that binds the sign-in form to the browser that shows it, so that another site's form signs no user in.
const FORM_COOKIE: &str = "__Host-pa-form";
/// Length of its value, a random id, in bytes.
const BINDING_BYTES: usize = 43;
/// Time in which the form can be submitted.
const FORM_SECONDS: i64 = 3600;
const HOME: &str = "/admin";
const CSRF_PLACE: &str = "admin-sign-in";
const NOTICES: [&str; 3] = ["ended", "signed-out", "password-set"];

#[derive(Deserialize)]
pub(super) struct SignInQuery {
    #[serde(default)]
    notice: String,
    #[serde(default)]
    kept: String,
}

#[derive(Deserialize)]
pub(super) struct SignInForm {
    csrf_token: String,
    email: String,
    password: SecretString,
    #[serde(default)]
    kept: String,
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
    admin: Data<Admin>,
    query: Query<SignInQuery>,
) -> Result<HttpResponse, WebError> {
    // A link may carry a page to return to, but never a form: its entries would be those of the author of the link.
    let path = open_return_path(&admin, &query.kept);
    if Administrator::find(&session).is_some() {
        return Ok(see_other(path.as_deref().unwrap_or(HOME)).finish());
    }
    let notice = NOTICES.into_iter().find(|notice| *notice == query.notice).unwrap_or_default();
    let kept = path.map(|_| query.into_inner().kept).unwrap_or_default();
    let page = SignInPage { notice: notice.to_owned(), kept, ..SignInPage::default() };
    sign_in_page(StatusCode::OK, &req, &state, &admin, &page)
}

/// Returns the sign-in page.
pub(super) fn sign_in_page(
    status: StatusCode,
    req: &HttpRequest,
    state: &RequestState,
    admin: &Admin,
    page: &SignInPage,
) -> Result<HttpResponse, WebError> {
    bound_page(status, req, state, admin, page)
}

/// Returns a page without a session, bound to this browser by a cookie that all its tabs share.
pub(super) fn bound_page(
    status: StatusCode,
    req: &HttpRequest,
    state: &RequestState,
    admin: &Admin,
    page: &impl Page,
) -> Result<HttpResponse, WebError> {
    let binding = Some(binding_of(req)).filter(|it| it.len() == BINDING_BYTES).unwrap_or_else(random::id);
    let csrf_token = admin.web.csrf().token(&binding, CSRF_PLACE);
    let chrome = Chrome { csrf_token, ..Chrome::default() };
    let mut response = admin.web.page_with(status, state, &chrome, page)?;
    let added = response.add_cookie(&form_cookie(binding, FORM_SECONDS));
    added.map_err(|_| WebError::new(ErrorKind::Unexpected, "a cookie cannot be written"))?;
    Ok(response)
}

/// Whether a bound page that this browser shows sent the form.
pub(super) fn is_bound(req: &HttpRequest, admin: &Admin, csrf_token: &str) -> bool {
    let binding = binding_of(req);
    !binding.is_empty() && admin.web.csrf().check(&binding, CSRF_PLACE, csrf_token).is_ok()
}

/// Returns the value of the cookie that binds the form to this browser; empty if there is none.
fn binding_of(req: &HttpRequest) -> String {
    req.cookie(FORM_COOKIE).map(|cookie| cookie.value().to_owned()).unwrap_or_default()
}

fn form_cookie(binding: String, seconds: i64) -> Cookie<'static> {
    strict_cookie(FORM_COOKIE, binding, seconds)
}

fn strict_cookie(name: &str, value: String, seconds: i64) -> Cookie<'static> {
    let mut cookie = binding_cookie(name.to_owned(), value, seconds);
    cookie.set_same_site(SameSite::Strict);
    cookie
}

pub(super) async fn submit(
    req: HttpRequest,
    session: Session,
    state: RequestState,
    admin: Data<Admin>,
    Form(form): Form<SignInForm>,
) -> Result<HttpResponse, WebError> {
    let resumed = Resumed::open(&admin, &form.kept);
    let again = SignInPage {
        email: form.email.clone(),
        keeps_form: matches!(resumed, Some(Resumed::Form(_))),
        kept: resumed.as_ref().map(|_| form.kept).unwrap_or_default(),
        ..SignInPage::default()
    };
    let show_again = |status, notice: &str, wrong| {
        let page = SignInPage { notice: notice.to_owned(), wrong, ..again };
        sign_in_page(status, &req, &state, &admin, &page)
    };
    if !is_bound(&req, &admin, &form.csrf_token) {
        return show_again(StatusCode::FORBIDDEN, "too-old", false);
    }
    let current = Administrator::find(&session);
    let value = req.cookie(known_browser::COOKIE).map(|cookie| cookie.value().to_owned());
    let known = value.and_then(|value| known_browser::account(&admin, &value));
    let credentials = Credentials { email: &form.email, password: form.password, known: known.as_deref() };
    match sign_in(&admin, state.correlation_id(), credentials, current.as_ref()).await {
        Ok(Some((opened, user))) => {
            start_session(&session, &opened)?;
            resume(Visit::new(&state, &admin, opened.id, user), resumed).await
        }
        Ok(None) => show_again(StatusCode::UNPROCESSABLE_ENTITY, "", true),
        Err(Error::Users(users::Error::Busy)) => show_again(StatusCode::SERVICE_UNAVAILABLE, "busy", false),
        Err(error) => Err(error.into()),
    }
}

/// Form or page to resume after the sign-in.
enum Resumed {
    Form(InterruptedForm),
    Page(String),
}

impl Resumed {
    fn open(admin: &Admin, text: &str) -> Option<Self> {
        let form = InterruptedForm::open(admin, text).map(Self::Form);
        form.or_else(|| open_return_path(admin, text).map(Self::Page))
    }
}

/// Resumes after a sign-in, and marks this browser as known.
async fn resume(visit: Visit, resumed: Option<Resumed>) -> Result<HttpResponse, WebError> {
    let known = known_browser::seal(&visit.admin, &visit.administrator.user_id).unwrap_or_default();
    let mut response = match resumed {
        Some(Resumed::Form(form)) => form::show_again(&visit, form).await?,
        Some(Resumed::Page(path)) => see_other(&path).finish(),
        None => see_other(HOME).finish(),
    };
    let known_seconds = known_browser::LIFETIME_DAYS * 24 * 3600;
    for cookie in [form_cookie(String::new(), 0), strict_cookie(known_browser::COOKIE, known, known_seconds)]
    {
        let added = response.add_cookie(&cookie);
        added.map_err(|_| WebError::new(ErrorKind::Unexpected, "a cookie cannot be written"))?;
    }
    Ok(response)
}

pub(super) async fn sign_out_and_redirect(
    session: Session,
    visit: Visit,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    sign_out(&visit.admin, &visit.administrator).await?;
    session.purge();
    let mut response = see_other("/admin/sign-in?notice=signed-out").finish();
    clear_site_data(&mut response);
    Ok(response)
}

/// Stores the language of the account and redirects to the page that was shown.
pub(super) async fn change_language(
    visit: Visit,
    Form(form): Form<LanguageForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let lang: Lang = form
        .lang
        .parse()
        .map_err(|()| WebError::new(ErrorKind::BadRequest, "the language is neither en nor fr"))?;
    let mut tx = visit.admin.ground.db.begin_write().await.map_err(Error::from)?;
    let stored = store::update_language(&mut tx, &visit.administrator.user_id, lang.code()).await;
    stored.map_err(Error::from)?;
    tx.commit().await.map_err(Error::from)?;
    let plain = form.back.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-".contains(&b));
    let ours = form.back == "/admin" || form.back.starts_with("/admin/");
    Ok(see_other(if plain && ours { &form.back } else { "/admin" }).finish())
}
