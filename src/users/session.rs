//! Session cookies, and the signed-in user of a request.

use std::{
    collections::HashMap,
    future::{Ready, ready},
};

use actix_session::{
    Session, SessionExt as _, SessionMiddleware,
    config::{BrowserSession, CookieContentSecurity},
    storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError},
};
use actix_web::{
    Error as ActixError, FromRequest, HttpMessage as _, HttpRequest,
    body::MessageBody,
    cookie::{Key, SameSite, time::Duration},
    dev::{Payload, ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{Method, header::HeaderName},
    middleware::Next,
};
use serde::{Deserialize, Serialize};

use super::{
    session_store::{self, NewSession},
    store,
    user::User,
};
use crate::{
    clock::SharedClock,
    config::{Keys, Purpose, SessionSettings},
    db::{self, Db, Sealer},
    web::{Error, ErrorKind, Lang, RequestState},
};

/// Name of the session cookie for charts.
pub const SESSION_COOKIE: &str = "__Host-passerelle";
/// Name of the session cookie for administration.
pub const ADMIN_COOKIE: &str = "__Host-passerelle-admin";

const SEC_FETCH_MODE: HeaderName = HeaderName::from_static("sec-fetch-mode");
const SIGNED_IN: &str = "signed_in";
const ADMINISTRATOR: &str = "administrator";
const KEY: &str = "key";

type State = HashMap<String, String>;

/// Signed-in user. As an argument of a handler it refuses requests without a session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Row id of the session, for binding data to it.
    pub session_id: String,
    /// EHR at which the session started.
    pub ehr_id: String,
    /// Last click, epoch milliseconds.
    pub seen_at: i64,
    /// Time at which the session ends without a further click, epoch milliseconds.
    pub ends_at: i64,
    /// User, read from the database with every request.
    pub user: User,
}

impl SignedIn {
    /// Returns the signed-in user of a session, if any.
    #[must_use]
    pub fn find(session: &Session) -> Option<Self> {
        session.get(SIGNED_IN).ok().flatten()
    }
}

/// Signed-in administrator, read from the database with every request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Administrator {
    /// Row id of the admin session.
    pub session_id: String,
    /// Last click, epoch milliseconds.
    pub seen_at: i64,
    /// Account id.
    pub user_id: String,
    /// Display name.
    pub name: String,
    /// `en` or `fr`, once chosen.
    pub language: Option<String>,
}

impl Administrator {
    /// Returns the administrator of a session, or `None` if it is not an admin session.
    #[must_use]
    pub fn find(session: &Session) -> Option<Self> {
        session.get(ADMINISTRATOR).ok().flatten()
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(
            Self::find(&req.get_session())
                .ok_or_else(|| Error::new(ErrorKind::SignedOut, "no user is signed in")),
        )
    }
}

/// Hands a newly opened session to the browser under a new cookie value.
///
/// # Errors
/// [`ErrorKind::Unexpected`] if the key cannot be serialized, which does not happen for text.
pub fn start_session(session: &Session, opened: &NewSession) -> Result<(), Error> {
    session.renew();
    session
        .insert(KEY, &opened.key)
        .map_err(|_| Error::new(ErrorKind::Unexpected, "the session key could not be stored in the cookie"))
}

/// Returns the middleware that keeps the session cookie for charts or for administration.
#[must_use]
pub fn session_middleware(rows: SessionRows, keys: &Keys) -> SessionMiddleware<SessionRows> {
    let key = Key::derive_from(&keys.current(Purpose::Cookie).1);
    let (name, same_site) = match rows.part {
        Part::Charts => (SESSION_COOKIE, SameSite::None),
        Part::Administration => (ADMIN_COOKIE, SameSite::Strict),
    };
    SessionMiddleware::builder(rows, key)
        .cookie_name(name.to_owned())
        .cookie_secure(true)
        .cookie_http_only(true)
        .cookie_path("/".to_owned())
        .cookie_same_site(same_site)
        .cookie_content_security(CookieContentSecurity::Signed)
        .session_lifecycle(BrowserSession::default())
        .build()
}

/// Read-only view of the session rows for the middleware. Rows are opened and ended by the transactions they belong to.
#[derive(Clone)]
pub struct SessionRows {
    db: Db,
    clock: SharedClock,
    sealer: Sealer,
    limits: SessionSettings,
    part: Part,
}

/// Part of the app that a session belongs to. A session of one part is not valid in the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Charts,
    Administration,
}

impl SessionRows {
    /// Returns the sessions for charts within `limits`.
    #[must_use]
    pub fn new(db: Db, clock: SharedClock, sealer: Sealer, limits: SessionSettings) -> Self {
        Self { db, clock, sealer, limits, part: Part::Charts }
    }

    /// Returns the sessions for administration instead.
    #[must_use]
    pub fn of_administrators(self) -> Self {
        Self { part: Part::Administration, ..self }
    }

    /// Returns the entry of a live session: its name, and the user as JSON.
    async fn find(&self, key: &str) -> Result<Option<(&'static str, String)>, LoadError> {
        let Self { db, clock, sealer, limits, .. } = self;
        match self.part {
            Part::Charts => {
                let found = session_store::find_session(db, &**clock, sealer, key, *limits).await;
                let signed_in = found.map_err(unreadable)?.map(|found| SignedIn {
                    session_id: found.id,
                    ehr_id: found.ehr_id,
                    seen_at: found.seen_at,
                    ends_at: found.ends_at,
                    user: found.user,
                });
                signed_in.map(|signed_in| Ok((SIGNED_IN, written(&signed_in)?))).transpose()
            }
            Part::Administration => {
                let found = session_store::find_admin_session(db, &**clock, sealer, key, *limits).await;
                let found = found.map_err(unreadable)?;
                found.map(|found| Ok((ADMINISTRATOR, written(&found)?))).transpose()
            }
        }
    }
}

/// Returns the error of the middleware for a database that fails, with its causes in one text.
fn unreadable(error: db::Error) -> LoadError {
    let causes = anyhow::Error::from(error);
    LoadError::Other(anyhow::anyhow!("{causes:#}"))
}

/// Middleware around the session middleware that answers "busy" if the session cannot be read.
///
/// # Errors
/// [`ErrorKind::Busy`], or the error of a handler.
pub async fn answer_unreadable_sessions<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    next.call(request).await.map_err(|error| match error.as_error::<InternalError<anyhow::Error>>() {
        Some(unreadable) => Error::caused(ErrorKind::Busy, unreadable.to_string()).into(),
        None => error,
    })
}

/// Middleware within the session middleware that stores the language of a link with `?lang=` as that of the account, as the
/// language button does. Only a page that a signed-in user opens counts: neither a post, nor a picture of another site.
///
/// # Errors
/// [`ErrorKind::Busy`] if the language cannot be stored, or the error of a handler.
pub async fn keep_asked_language<B: MessageBody>(
    db: Db,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, ActixError> {
    if let Some((user_id, lang)) = newly_asked(&request) {
        let stored = async {
            let mut tx = db.begin_write().await?;
            store::update_language(&mut tx, &user_id, lang.code()).await?;
            tx.commit().await
        };
        stored.await.map_err(|error| Error::caused(ErrorKind::Busy, error))?;
    }
    next.call(request).await
}

/// Returns the account and the language that its user asks for, unless it is that of the account already.
fn newly_asked(request: &ServiceRequest) -> Option<(String, Lang)> {
    let mode = request.headers().get(SEC_FETCH_MODE);
    if *request.method() != Method::GET || mode.is_some_and(|mode| mode != "navigate") {
        return None;
    }
    let asked = request.extensions().get::<RequestState>()?.asked_lang()?;
    let session = request.get_session();
    let of_charts = SignedIn::find(&session).map(|it| (it.user.id, it.user.language));
    let (user_id, language) =
        of_charts.or_else(|| Administrator::find(&session).map(|it| (it.user_id, it.language)))?;
    (language.as_deref() != Some(asked.code())).then_some((user_id, asked))
}

fn written(value: &impl Serialize) -> Result<String, LoadError> {
    serde_json::to_string(value).map_err(|error| LoadError::Other(error.into()))
}

impl SessionStore for SessionRows {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let found = self.find(key.as_ref()).await?;
        Ok(found.map(|(name, text)| State::from([(name.to_owned(), text)])))
    }

    /// Returns the key for the cookie. The row was written before.
    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let key: Option<String> = state.get(KEY).and_then(|text| serde_json::from_str(text).ok());
        let key = key.ok_or_else(|| std::io::Error::other("only start_session starts a session"));
        key.map_err(|error| SaveError::Other(error.into()))?
            .try_into()
            .map_err(|_| SaveError::Other(std::io::Error::other("the session key is too long").into()))
    }

    /// Refuses every change: a session is written once, so that two tabs cannot overwrite each other.
    async fn update(&self, _: SessionKey, _: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        Err(UpdateError::Other(std::io::Error::other("a session is written once").into()))
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    /// Does nothing: the row is ended with its audit event, and the middleware removes the cookie.
    async fn delete(&self, _: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(())
    }
}
