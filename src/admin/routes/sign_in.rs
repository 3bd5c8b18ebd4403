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
    form::show_again,
    visit::{Press, Visit},
};
use crate::{
    admin::{
        error::Error,
        known_browser,
        pages::SignInPage,
        resume::{KeptForm, open_place},
        service::Admin,
        sign_in::{Offer, sign_in, sign_out},
    },
    random,
    users::{self, Administrator, start_session, store},
    web::{
        Chrome, Error as WebError, ErrorKind, Lang, RequestState, binding_cookie, clear_site_data, see_other,
    },
};

/// Binds the page that asks for a password to the browser that shows it: nobody is signed in by a form of another site.
const FORM_COOKIE: &str = "__Host-pa-form";
/// How long what is in it is: one of our random ids.
const BINDING: usize = 43;
/// Seconds such a page may wait.
const WAITS: i64 = 3600;
const HOME: &str = "/admin";
const PLACE: &str = "admin-sign-in";
const NOTICES: [&str; 2] = ["ended", "signed-out"];

#[derive(Deserialize)]
pub(super) struct Asked {
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
    asked: Query<Asked>,
) -> Result<HttpResponse, WebError> {
    // A link may say where to go on. A form it never brings: that would be typed by whoever made the link.
    let place = open_place(&admin, &asked.kept);
    if Administrator::find(&session).is_some() {
        return Ok(see_other(place.as_deref().unwrap_or(HOME)).finish());
    }
    let notice = NOTICES.into_iter().find(|notice| *notice == asked.notice).unwrap_or_default();
    let kept = place.map(|_| asked.into_inner().kept).unwrap_or_default();
    let page = SignInPage { notice: notice.to_owned(), kept, ..SignInPage::default() };
    ask(StatusCode::OK, &req, &state, &admin, &page)
}

/// The page, bound to this browser: by what binds its other tabs, if there is something.
pub(super) fn ask(
    status: StatusCode,
    req: &HttpRequest,
    state: &RequestState,
    admin: &Admin,
    page: &SignInPage,
) -> Result<HttpResponse, WebError> {
    let binding = Some(bound(req)).filter(|it| it.len() == BINDING).unwrap_or_else(random::id);
    let csrf_token = admin.web.csrf().token(&binding, PLACE);
    let chrome = Chrome { csrf_token, ..Chrome::default() };
    let mut response = admin.web.page_with(status, state, &chrome, page)?;
    let added = response.add_cookie(&form_cookie(binding, WAITS));
    added.map_err(|_| WebError::new(ErrorKind::Unexpected, "a cookie cannot be written"))?;
    Ok(response)
}

/// What binds this browser to a page it was shown before; empty when nothing does.
fn bound(req: &HttpRequest) -> String {
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

pub(super) async fn enter(
    req: HttpRequest,
    session: Session,
    state: RequestState,
    admin: Data<Admin>,
    Form(form): Form<SignInForm>,
) -> Result<HttpResponse, WebError> {
    let kept = Kept::open(&admin, &form.kept);
    let again = SignInPage {
        email: form.email.clone(),
        keeps_form: matches!(kept, Some(Kept::Form(_))),
        kept: kept.as_ref().map(|_| form.kept).unwrap_or_default(),
        ..SignInPage::default()
    };
    let told = |status, notice: &str, wrong| {
        let page = SignInPage { notice: notice.to_owned(), wrong, ..again };
        ask(status, &req, &state, &admin, &page)
    };
    let binding = bound(&req);
    if binding.is_empty() || admin.web.csrf().check(&binding, PLACE, &form.csrf_token).is_err() {
        return told(StatusCode::FORBIDDEN, "too-old", false);
    }
    let current = Administrator::find(&session);
    let value = req.cookie(known_browser::COOKIE).map(|cookie| cookie.value().to_owned());
    let known = value.and_then(|value| known_browser::account(&admin, &value));
    let offer = Offer { email: &form.email, password: form.password, known: known.as_deref() };
    match sign_in(&admin, state.correlation_id(), offer, current.as_ref()).await {
        Ok(Some((opened, user))) => {
            start_session(&session, &opened)?;
            go_on(Visit::new(&state, &admin, opened.id, user), kept).await
        }
        Ok(None) => told(StatusCode::UNPROCESSABLE_ENTITY, "", true),
        Err(Error::Users(users::Error::Busy)) => told(StatusCode::SERVICE_UNAVAILABLE, "busy", false),
        Err(error) => Err(error.into()),
    }
}

/// What the browser kept while somebody signed in.
enum Kept {
    Form(KeptForm),
    Place(String),
}

impl Kept {
    fn open(admin: &Admin, text: &str) -> Option<Self> {
        let form = KeptForm::open(admin, text).map(Self::Form);
        form.or_else(|| open_place(admin, text).map(Self::Place))
    }
}

/// Where somebody who just signed in goes on; this browser is known from now on.
async fn go_on(visit: Visit, kept: Option<Kept>) -> Result<HttpResponse, WebError> {
    let known = known_browser::seal(&visit.admin, &visit.administrator.user_id).unwrap_or_default();
    let mut response = match kept {
        Some(Kept::Form(form)) => show_again(&visit, form).await?,
        Some(Kept::Place(path)) => see_other(&path).finish(),
        None => see_other(HOME).finish(),
    };
    let lasts = known_browser::DAYS * 24 * 3600;
    for cookie in [form_cookie(String::new(), 0), strict_cookie(known_browser::COOKIE, known, lasts)] {
        let added = response.add_cookie(&cookie);
        added.map_err(|_| WebError::new(ErrorKind::Unexpected, "a cookie cannot be written"))?;
    }
    Ok(response)
}

pub(super) async fn leave(
    session: Session,
    visit: Visit,
    Form(form): Form<Press>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    sign_out(&visit.admin, &visit.administrator).await?;
    session.purge();
    let mut response = see_other("/admin/sign-in?notice=signed-out").finish();
    clear_site_data(&mut response);
    Ok(response)
}

/// Remembers the language and leads back.
pub(super) async fn language(visit: Visit, Form(form): Form<LanguageForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let lang: Lang =
        form.lang.parse().map_err(|()| WebError::new(ErrorKind::BadRequest, "no such language"))?;
    let mut tx = visit.admin.ground.db.begin_write().await.map_err(Error::from)?;
    let remembered = store::update_language(&mut tx, &visit.administrator.user_id, lang.code()).await;
    remembered.map_err(Error::from)?;
    tx.commit().await.map_err(Error::from)?;
    let plain = form.back.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-".contains(&b));
    let ours = form.back == "/admin" || form.back.starts_with("/admin/");
    Ok(see_other(if plain && ours { &form.back } else { "/admin" }).finish())
}
