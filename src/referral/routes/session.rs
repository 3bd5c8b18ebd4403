//! Handlers of the language switch, of the time that is left to a session, and of signing out, in a chart and outside.

use std::time::Duration;

use actix_session::Session;
use actix_web::{
    HttpResponse,
    web::{Form, Path},
};
use serde::Deserialize;
use serde_json::json;

use super::request::{PageRequest, UserRequest, see_other};
use crate::{
    referral::{error::Error, lists::own_referrals::OUTSIDE_CHART, pages::SignedOutPage},
    web::{Chrome, Error as WebError, Lang, clear_site_data},
};

#[derive(Deserialize)]
pub(super) struct LanguageForm {
    csrf_token: String,
    lang: String,
    back: String,
}

#[derive(Deserialize)]
pub(super) struct ButtonForm {
    csrf_token: String,
}

/// Answers with the time that is left until the session ends: `{"seconds": 840}`. A page asks this by itself, which extends
/// nothing.
pub(super) async fn remaining(
    context: Option<Path<String>>,
    asked: UserRequest,
) -> Result<HttpResponse, WebError> {
    if let Some(context) = &context {
        asked.visit(context).await?;
    }
    let left = Duration::from_millis(asked.referrals.time_left(&asked.signed_in));
    Ok(HttpResponse::Ok().json(json!({ "seconds": left.as_secs() })))
}

/// Extends the session.
pub(super) async fn stay(
    context: Option<Path<String>>,
    asked: UserRequest,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    let scope = context.as_ref().map_or(OUTSIDE_CHART, |context| context.as_str());
    asked.check_csrf(scope, &form.csrf_token)?;
    if let Some(context) = &context {
        asked.visit(context).await?;
    }
    asked.referrals.record_activity(&asked.signed_in).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Switches the language, on a page of a chart or outside.
pub(super) async fn language(
    context: Option<Path<String>>,
    asked: UserRequest,
    Form(form): Form<LanguageForm>,
) -> Result<HttpResponse, WebError> {
    let scope = context.as_ref().map_or(OUTSIDE_CHART, |context| context.as_str());
    asked.check_csrf(scope, &form.csrf_token)?;
    let below = match &context {
        Some(context) => asked.click(context).await?.context.path(),
        None => "/referrals".to_owned(),
    };
    let lang: Lang = form.lang.parse().map_err(|()| Error::Request)?;
    asked.referrals.remember_language(&asked.signed_in, lang).await?;
    Ok(see_other(own_path(&form.back, &below)))
}

/// Returns `back` if it is a path below `below`, and `below` otherwise.
fn own_path<'a>(back: &'a str, below: &'a str) -> &'a str {
    let inside = back.strip_prefix(below).is_some_and(|rest| {
        rest.starts_with(['/', '?'])
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_?=&".contains(&b))
    });
    if inside { back } else { below }
}

/// Signs out, from a page of a chart, which may have ended already, or from outside.
pub(super) async fn sign_out(
    context: Option<Path<String>>,
    session: Session,
    asked: UserRequest,
    Form(form): Form<ButtonForm>,
) -> Result<HttpResponse, WebError> {
    let scope = context.map_or_else(|| OUTSIDE_CHART.to_owned(), Path::into_inner);
    asked.check_csrf(&scope, &form.csrf_token)?;
    asked.referrals.end_session(&asked.state, &asked.signed_in).await?;
    session.purge();
    Ok(see_other("/signed-out"))
}

pub(super) async fn signed_out(asked: PageRequest) -> Result<HttpResponse, WebError> {
    asked.web.allow_frames(&asked.state);
    let mut response = asked.web.page(&asked.state, &Chrome::default(), &SignedOutPage {})?;
    clear_site_data(&mut response);
    Ok(response)
}
