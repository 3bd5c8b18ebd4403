//! Request of a signed-in administrator.

use std::{
    future::{Ready, ready},
    ops::Deref,
};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest, HttpResponse, dev::Payload, http::StatusCode, web::Data,
};
use serde::Deserialize;

use crate::{
    admin::{error::Error, service::Admin},
    ehrs::is_slug,
    users::{Administrator, User, session_store},
    web::{Chrome, Error as WebError, ErrorKind, Lang, Page, RequestState, Web, Words},
};

/// Scope of CSRF tokens on the administrators' pages.
const CSRF_PLACE: &str = "admin";

/// Id of an EHR in a path. Any other text is answered with 404.
#[derive(Deserialize)]
#[serde(try_from = "String")]
pub(super) struct EhrId(String);

impl TryFrom<String> for EhrId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if is_slug(&text) { Ok(Self(text)) } else { Err("not an id of an EHR") }
    }
}

impl Deref for EhrId {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// Form with a single button.
#[derive(Deserialize)]
pub(super) struct ButtonForm {
    pub(super) csrf_token: String,
}

/// Whether all sending is held at the time of a request.
#[derive(Clone, Copy)]
pub(super) struct SendingHeld(pub(super) bool);

/// Request that passed the guard of the administrators' pages.
pub(super) struct Visit {
    pub(super) state: RequestState,
    /// Service that acts for this administrator.
    pub(super) admin: Admin,
    pub(super) administrator: Administrator,
    pub(super) sending_held: bool,
}

impl FromRequest for Visit {
    type Error = WebError;
    type Future = Ready<Result<Self, WebError>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Self::of(req, payload))
    }
}

impl Visit {
    /// Returns the request that signed an administrator in.
    pub(super) fn new(state: &RequestState, admin: &Admin, session_id: String, user: User) -> Self {
        if let Some(lang) = user.language.as_deref().and_then(|lang| lang.parse().ok()) {
            state.set_lang(lang);
        }
        let administrator = Administrator {
            session_id,
            seen_at: admin.ground.clock.now_ms(),
            user_id: user.id,
            name: user.name,
            language: user.language,
        };
        let admin = admin.by(&administrator.user_id, state.correlation_id());
        Self { state: state.clone(), admin, administrator, sending_held: false }
    }

    fn of(req: &HttpRequest, payload: &mut Payload) -> Result<Self, WebError> {
        let unwired = || WebError::new(ErrorKind::Unexpected, "Admin or RequestState is not in the app data");
        let administrator = req.extensions().get::<Administrator>().cloned();
        let administrator = administrator.ok_or_else(|| {
            WebError::new(ErrorKind::SignedOut, "an admin page is registered outside the guard")
        })?;
        let state = RequestState::from_request(req, payload).into_inner().map_err(|_| unwired())?;
        let admin = req.app_data::<Data<Admin>>().ok_or_else(unwired)?;
        let admin = admin.by(&administrator.user_id, state.correlation_id());
        let held = req.extensions().get::<SendingHeld>().copied();
        Ok(Self { state, admin, administrator, sending_held: held.is_some_and(|held| held.0) })
    }

    /// Checks that a page of this session sent the form.
    pub(super) fn check_csrf(&self, csrf_token: &str) -> Result<(), WebError> {
        self.web().csrf().check(&self.administrator.session_id, CSRF_PLACE, csrf_token)
    }

    /// Whether a page of an earlier session of the same administrator sent the form, who signed in again in another tab.
    pub(super) async fn is_from_earlier_session(&self, csrf_token: &str) -> Result<bool, WebError> {
        let csrf = self.web().csrf();
        let sent = |session_id: &str| csrf.check(session_id, CSRF_PLACE, csrf_token).is_ok();
        let found =
            session_store::had_admin_session(&self.admin.ground.db, &self.administrator.user_id, sent).await;
        Ok(found.map_err(Error::from)?)
    }

    pub(super) fn web(&self) -> &Web {
        &self.admin.web
    }

    pub(super) fn words(&self) -> &Words {
        self.web().words()
    }

    pub(super) fn lang(&self) -> Lang {
        self.state.lang()
    }

    /// Responds with a page. The language switch returns to the path `back`.
    pub(super) fn page(&self, back: &str, page: &impl Page) -> Result<HttpResponse, WebError> {
        self.page_with(StatusCode::OK, back, page)
    }

    pub(super) fn page_with(
        &self,
        status: StatusCode,
        back: &str,
        page: &impl Page,
    ) -> Result<HttpResponse, WebError> {
        let chrome = Chrome {
            signed_in_as: Some(self.administrator.name.clone()),
            csrf_token: self.web().csrf().token(&self.administrator.session_id, CSRF_PLACE),
            back: back.to_owned(),
            sending_held: self.sending_held,
            ..Chrome::default()
        };
        self.web().page_with(status, &self.state, &chrome, page)
    }
}

/// Returns the path of an EHR's page.
pub(super) fn path(id: &str) -> String {
    format!("/admin/ehrs/{id}")
}
