//! Pages about users, for administrators.

use actix_web::{
    HttpResponse,
    http::StatusCode,
    web::{self, Form, Path, Query, ServiceConfig},
};
use jiff::SignedDuration;
use serde::Deserialize;

use super::visit::Visit;
use crate::{
    admin::{
        accounts::invite,
        error::Error,
        list_place::ListPlace,
        pages::{InvitePage, UserPage},
        ticket,
        user_view::{Reader, code_page, confirm_page, role_page, unlink_page, user_page, users_page},
    },
    db::row_id,
    users::{self, NewUser, Role, checked_email, checked_name},
    web::{Error as WebError, ErrorKind, see_other},
};

pub(super) const USERS: &str = "/admin/users";
const INVITE: &str = "/admin/users/invite";
/// Purpose of the sealed id in the form for a new account.
const TICKET: &str = "invite";
/// Time in which the form can be submitted.
const TICKET_AGE: SignedDuration = SignedDuration::from_hours(12);

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(web::resource("/users").route(web::get().to(list)))
        .service(web::resource("/users/invite").route(web::get().to(show_form)).route(web::post().to(create)))
        .service(web::resource("/users/{id}").route(web::get().to(show)))
        .service(web::resource("/users/{id}/unlink/{key}").route(web::get().to(confirm_unlink)));
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    done: String,
}

#[derive(Deserialize)]
struct InviteForm {
    csrf_token: String,
    ticket: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    role: Role,
}

/// Returns the reader of this request's page.
pub(super) fn reader(visit: &Visit) -> Reader<'_> {
    Reader { admin: &visit.admin, lang: visit.lang(), user_id: &visit.administrator.user_id }
}

/// Returns the path of a user's page.
pub(super) fn user_path(id: &str) -> String {
    format!("{USERS}/{id}")
}

async fn list(visit: Visit, Query(place): Query<ListPlace>) -> Result<HttpResponse, WebError> {
    visit.page(USERS, &users_page(reader(&visit), USERS, &place).await?)
}

async fn show(visit: Visit, id: Path<String>, Query(asked): Query<Asked>) -> Result<HttpResponse, WebError> {
    let notice = UserPage::NOTICES.into_iter().find(|notice| *notice == asked.done).unwrap_or_default();
    let page = user_page(reader(&visit), &id, notice).await?;
    visit.page(&user_path(&page.user.id), &page)
}

/// Shows the page that changes the role.
pub(super) async fn show_role(visit: Visit, id: Path<String>) -> Result<HttpResponse, WebError> {
    let page = role_page(reader(&visit), &id).await?;
    visit.page(&format!("{}/role", user_path(&page.user.id)), &page)
}

/// Shows the confirmation that an account is disabled.
pub(super) async fn confirm_disable(visit: Visit, id: Path<String>) -> Result<HttpResponse, WebError> {
    let page = confirm_page(reader(&visit), &id, "disable").await?;
    visit.page(&format!("{}/disable", user_path(&page.user.id)), &page)
}

/// Shows the confirmation that a password is reset.
pub(super) async fn confirm_reset(visit: Visit, id: Path<String>) -> Result<HttpResponse, WebError> {
    let page = confirm_page(reader(&visit), &id, "reset").await?;
    visit.page(&format!("{}/reset", user_path(&page.user.id)), &page)
}

async fn confirm_unlink(visit: Visit, path: Path<(String, String)>) -> Result<HttpResponse, WebError> {
    let (id, key) = path.into_inner();
    let page = unlink_page(reader(&visit), &id, &key).await?;
    let page = page.ok_or_else(|| WebError::new(ErrorKind::NotFound, "the account has no such link"))?;
    visit.page(&user_path(&page.user.id), &page)
}

async fn show_form(visit: Visit) -> Result<HttpResponse, WebError> {
    let id = row_id(&*visit.admin.ground.clock);
    let ticket = ticket::seal(&visit.admin, TICKET, &id);
    let ticket = ticket.ok_or_else(|| WebError::new(ErrorKind::Unexpected, "a ticket cannot be sealed"))?;
    visit.page(INVITE, &InvitePage { role: Role::Clinician.to_string(), ticket, ..InvitePage::default() })
}

/// Creates the account and shows its code. The same form sent again leads to the account that it created.
async fn create(visit: Visit, Form(form): Form<InviteForm>) -> Result<HttpResponse, WebError> {
    visit.check_csrf(&form.csrf_token)?;
    let Some(id) = ticket::open::<String>(&visit.admin, TICKET, TICKET_AGE, &form.ticket) else {
        return Ok(see_other(INVITE).finish());
    };
    let user = match (checked_name(&form.name), checked_email(&form.email, form.role)) {
        (Ok(name), Ok(email)) => NewUser { name, email, role: form.role },
        (name, email) => {
            let name_problem = if name.is_err() { "name" } else { "" };
            return show_again(&visit, form, name_problem, email.as_ref().err().map_or("", email_problem));
        }
    };
    match invite(&visit.admin, &id, &user).await {
        Ok(code) => {
            let page = code_page(reader(&visit), &user, &code, "invited");
            visit.page(&user_path(&id), &page)
        }
        Err(Error::Users(problem @ users::Error::EmailTaken)) => {
            if user_page(reader(&visit), &id, "").await.is_ok() {
                return Ok(see_other(&format!("{}?done=invited-already", user_path(&id))).finish());
            }
            show_again(&visit, form, "", email_problem(&problem))
        }
        Err(error) => Err(error.into()),
    }
}

/// Shows the form with its entries and the problems of name and email.
fn show_again(
    visit: &Visit,
    form: InviteForm,
    name_problem: &'static str,
    email_problem: &'static str,
) -> Result<HttpResponse, WebError> {
    let InviteForm { name, email, role, ticket, .. } = form;
    let role = role.to_string();
    let page = InvitePage { name, email, role, name_problem, email_problem, ticket };
    visit.page_with(StatusCode::UNPROCESSABLE_ENTITY, INVITE, &page)
}

/// Returns the end of the message key of a problem of the email.
fn email_problem(problem: &users::Error) -> &'static str {
    match problem {
        users::Error::EmailMissing => "email-missing",
        users::Error::EmailTaken => "email-taken",
        _ => "email",
    }
}
