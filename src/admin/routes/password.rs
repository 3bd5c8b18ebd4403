//! Pages with which administrators choose their own passwords.

use actix_web::{
    HttpRequest, HttpResponse,
    http::StatusCode,
    web::{Data, Form},
};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    sign_in::{bound_page, is_bound},
    visit::Visit,
};
use crate::{
    admin::{
        accounts,
        error::Error,
        pages::{NewPasswordPage, PasswordPage},
        password::{Changed, NewPassword, change_own, choose_with_code},
        service::Admin,
    },
    users,
    web::{Error as WebError, RequestState, see_other},
};

const PASSWORD: &str = "/admin/password";

#[derive(Deserialize)]
pub(super) struct ChangeForm {
    csrf_token: String,
    current: SecretString,
    password: SecretString,
    again: SecretString,
}

#[derive(Deserialize)]
pub(super) struct ChooseForm {
    csrf_token: String,
    code: String,
    password: SecretString,
    again: SecretString,
}

pub(super) async fn show_change(visit: Visit) -> Result<HttpResponse, WebError> {
    let page = change_page(&visit).await?;
    visit.page(PASSWORD, &page)
}

async fn change_page(visit: &Visit) -> Result<PasswordPage, WebError> {
    let account = accounts::find(&visit.admin, &visit.administrator.user_id).await?;
    Ok(PasswordPage { email: account.email.unwrap_or_default(), ..PasswordPage::default() })
}

pub(super) async fn change(visit: Visit, Form(form): Form<ChangeForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let new = NewPassword { password: form.password, again: form.again };
    let changed = change_own(&visit.admin, &visit.administrator, form.current, new).await;
    let (status, problem) = match changed {
        Ok(Changed::Done) => (StatusCode::OK, ""),
        Ok(changed) => (StatusCode::UNPROCESSABLE_ENTITY, problem(changed)),
        Err(Error::Users(users::Error::Busy)) => (StatusCode::SERVICE_UNAVAILABLE, "busy"),
        Err(error) => return Err(error.into()),
    };
    let page = PasswordPage { problem, done: problem.is_empty(), ..change_page(&visit).await? };
    visit.page_with(status, PASSWORD, &page)
}

pub(super) async fn show_choice(
    req: HttpRequest,
    state: RequestState,
    admin: Data<Admin>,
) -> Result<HttpResponse, WebError> {
    bound_page(StatusCode::OK, &req, &state, &admin, &NewPasswordPage::default())
}

pub(super) async fn choose(
    req: HttpRequest,
    state: RequestState,
    admin: Data<Admin>,
    Form(form): Form<ChooseForm>,
) -> Result<HttpResponse, WebError> {
    let again = |status, problem| {
        let page = NewPasswordPage { code: form.code.chars().take(64).collect(), problem };
        bound_page(status, &req, &state, &admin, &page)
    };
    if !is_bound(&req, &admin, &form.csrf_token) {
        return again(StatusCode::FORBIDDEN, "too-old");
    }
    let new = NewPassword { password: form.password, again: form.again };
    match choose_with_code(&admin, state.correlation_id(), &form.code, new).await? {
        Changed::Done => Ok(see_other("/admin/sign-in?notice=password-set").finish()),
        changed => again(StatusCode::UNPROCESSABLE_ENTITY, problem(changed)),
    }
}

/// Returns the end of the message key of a problem.
fn problem(changed: Changed) -> &'static str {
    match changed {
        Changed::Done => "",
        Changed::Wrong => "wrong",
        Changed::Code => "code",
        Changed::Length => "length",
        Changed::Differs => "differs",
    }
}
