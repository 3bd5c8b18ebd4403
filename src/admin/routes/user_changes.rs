//! Buttons of a user's page.

use actix_web::{
    HttpResponse,
    web::{self, Form, Path, ServiceConfig},
};
use serde::Deserialize;

use super::{
    users::{confirm_disable, confirm_reset, reader, show_role, user_path},
    visit::{ButtonForm, Visit},
};
use crate::{
    admin::{
        accounts::{self, NewCode},
        error::Error,
        user_view::{code_page, find_link},
    },
    users::{self, Account, NewUser, Role},
    web::{Error as WebError, see_other},
};

/// Registers the buttons. Each redirects to the user's page or shows a code; those that take access away have a
/// confirmation at the same address.
pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/users/{id}/role")
                .route(web::get().to(show_role))
                .route(web::post().to(change_role)),
        )
        .service(
            web::resource("/users/{id}/disable")
                .route(web::get().to(confirm_disable))
                .route(web::post().to(disable)),
        )
        .service(
            web::resource("/users/{id}/reset")
                .route(web::get().to(confirm_reset))
                .route(web::post().to(reset)),
        )
        .service(web::resource("/users/{id}/enable").route(web::post().to(enable)))
        .service(web::resource("/users/{id}/code").route(web::post().to(renew_code)))
        .service(web::resource("/users/{id}/unlinked/{key}").route(web::post().to(unlink)));
}

#[derive(Deserialize)]
struct RoleForm {
    csrf_token: String,
    role: Role,
}

async fn change_role(
    visit: Visit,
    id: Path<String>,
    Form(form): Form<RoleForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let account = accounts::find(&visit.admin, &id).await?;
    done(&account, accounts::change_role(&visit.admin, &account, form.role).await, "role")
}

async fn disable(
    visit: Visit,
    id: Path<String>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let account = accounts::find(&visit.admin, &id).await?;
    done(&account, accounts::disable(&visit.admin, &account).await, "disabled")
}

async fn enable(
    visit: Visit,
    id: Path<String>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let account = accounts::find(&visit.admin, &id).await?;
    done(&account, accounts::enable(&visit.admin, &account).await, "enabled")
}

async fn unlink(
    visit: Visit,
    path: Path<(String, String)>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let (id, key) = path.into_inner();
    let account = accounts::find(&visit.admin, &id).await?;
    let unlinked = match find_link(&visit.admin, &account.id, &key).await? {
        Some(link) => accounts::unlink(&visit.admin, &link).await,
        None => Ok(false),
    };
    done(&account, unlinked, "unlinked")
}

async fn renew_code(
    visit: Visit,
    id: Path<String>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let account = accounts::find(&visit.admin, &id).await?;
    let code = accounts::issue_code(&visit.admin, &account).await;
    show_code(&visit, &account, code, "renewed")
}

async fn reset(
    visit: Visit,
    id: Path<String>,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let account = accounts::find(&visit.admin, &id).await?;
    let code = accounts::reset_password(&visit.admin, &account).await;
    show_code(&visit, &account, code, "reset")
}

fn show_code(
    visit: &Visit,
    account: &Account,
    code: Result<Option<NewCode>, Error>,
    reason: &'static str,
) -> Result<HttpResponse, WebError> {
    match code {
        Ok(Some(code)) => {
            let user =
                NewUser { name: account.name.clone(), email: account.email.clone(), role: account.role };
            visit.page(&user_path(&account.id), &code_page(reader(visit), &user, &code, reason))
        }
        Ok(None) => done(account, Ok(false), ""),
        Err(error) => done(account, Err(error), ""),
    }
}

/// Redirects to the user's page, with a notice of the change or of the reason against it.
fn done(account: &Account, changed: Result<bool, Error>, notice: &str) -> Result<HttpResponse, WebError> {
    let notice = match changed {
        Ok(true) => notice,
        Ok(false) => "unchanged",
        Err(Error::Users(users::Error::LastAdministrator)) => "last-administrator",
        Err(Error::Users(users::Error::EmailMissing)) => "no-email",
        Err(error) => return Err(error.into()),
    };
    Ok(see_other(&format!("{}?done={notice}", user_path(&account.id))).finish())
}
