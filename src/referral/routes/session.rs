use actix_session::Session;
use actix_web::{
    HttpResponse,
    http::header,
    web::{Data, Form, Path},
};
use serde::Deserialize;

use crate::{
    audit::{Event, EventKind},
    launch::store as launch_store,
    referral::{Error, Referrals, SignedOutPage},
    users::{SignedIn, session_store, store as user_store},
    web::{Chrome, Error as WebError, Lang, RequestState, Web, clear_site_data},
};

/// The place of forms that belong to no chart.
pub(super) const OUTSIDE: &str = "";

#[derive(Deserialize)]
pub(super) struct LanguageForm {
    csrf_token: String,
    lang: String,
    back: String,
}

#[derive(Deserialize)]
pub(super) struct SignOutForm {
    csrf_token: String,
}

pub(super) fn see_other(path: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, path)).finish()
}

/// Switches the language, on a page of a chart or on one of none.
pub(super) async fn language(
    context: Option<Path<String>>,
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
    Form(form): Form<LanguageForm>,
) -> Result<HttpResponse, WebError> {
    let place = context.as_ref().map_or(OUTSIDE, |context| context.as_str());
    web.csrf().check(&signed_in.session_id, place, &form.csrf_token)?;
    let below = match &context {
        Some(context) => referrals.click(&state, &web, signed_in.clone(), context).await?.context.path(),
        None => "/referrals".to_owned(),
    };
    let lang: Lang = form.lang.parse().map_err(|()| Error::Request)?;
    referrals.remember_language(&signed_in, lang).await?;
    Ok(see_other(own_path(&form.back, &below)))
}

/// Only a path below this one leads back; anything else leads to its first page.
fn own_path<'a>(back: &'a str, below: &'a str) -> &'a str {
    let inside = back.strip_prefix(below).is_some_and(|rest| {
        rest.starts_with(['/', '?'])
            && rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"/-_?=&".contains(&b))
    });
    if inside { back } else { below }
}

/// Signs out, from a page of a chart, which may be over already, or from one of none.
pub(super) async fn sign_out(
    context: Option<Path<String>>,
    session: Session,
    signed_in: SignedIn,
    state: RequestState,
    (referrals, web): (Data<Referrals>, Data<Web>),
    Form(form): Form<SignOutForm>,
) -> Result<HttpResponse, WebError> {
    let place = context.map_or_else(|| OUTSIDE.to_owned(), Path::into_inner);
    web.csrf().check(&signed_in.session_id, &place, &form.csrf_token)?;
    referrals.end_session(&state, &signed_in).await?;
    session.purge();
    Ok(see_other("/signed-out"))
}

pub(super) async fn signed_out(state: RequestState, web: Data<Web>) -> Result<HttpResponse, WebError> {
    web.allow_frames(&state);
    let mut response = web.page(&state, &Chrome::default(), &SignedOutPage {})?;
    clear_site_data(&mut response);
    Ok(response)
}

impl Referrals {
    async fn remember_language(&self, signed_in: &SignedIn, lang: Lang) -> Result<(), Error> {
        let mut tx = self.ground.db.begin_write().await?;
        user_store::update_language(&mut tx, &signed_in.user.id, lang.code()).await?;
        Ok(tx.commit().await?)
    }

    /// Remembers the language a form's own switch asked for.
    pub(super) async fn switch_language(&self, signed_in: &SignedIn, action: &str) -> Result<bool, Error> {
        let Some(lang) = action.strip_prefix("language-").and_then(|lang| lang.parse::<Lang>().ok()) else {
            return Ok(false);
        };
        self.remember_language(signed_in, lang).await?;
        Ok(true)
    }

    async fn end_session(&self, state: &RequestState, signed_in: &SignedIn) -> Result<(), Error> {
        let mut tx = self.ground.db.begin_write().await?;
        session_store::end_session(&mut tx, &*self.ground.clock, &signed_in.session_id).await?;
        launch_store::end_contexts(&mut tx, &*self.ground.clock, &signed_in.session_id).await?;
        let event = Event::success(EventKind::SignedOut, state.correlation_id()).by(&signed_in.user.id);
        self.ground.audit.record(&mut tx, &event.at(&signed_in.ehr_id)).await?;
        tx.commit().await?;
        self.launch.note_ended();
        Ok(())
    }
}
