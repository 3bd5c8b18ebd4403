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
    FromRequest, HttpRequest,
    cookie::{Key, SameSite, time::Duration},
    dev::Payload,
};
use serde::{Deserialize, Serialize};

use super::{
    session_store::{self, NewSession},
    user::User,
};
use crate::{
    clock::SharedClock,
    config::{Keys, Purpose, SessionSettings},
    db::{self, Db, Sealer},
    web::{Error, ErrorKind},
};

/// Name of the session cookie.
pub const SESSION_COOKIE: &str = "__Host-passerelle";
/// Name of the session cookie of the administrators' part.
pub const ADMIN_COOKIE: &str = "__Host-passerelle-admin";

const SIGNED_IN: &str = "signed_in";
const ADMINISTRATOR: &str = "administrator";
const KEY: &str = "key";

type State = HashMap<String, String>;

/// Who is signed in. As an argument of a handler it refuses requests of nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedIn {
    /// Row id of the session; what is bound to the session is bound to this.
    pub session_id: String,
    /// The EHR the session began at.
    pub ehr_id: String,
    /// Last click, epoch milliseconds.
    pub seen_at: i64,
    /// Who it is, read anew with every request.
    pub user: User,
}

impl SignedIn {
    /// Who is signed in, if anybody is.
    #[must_use]
    pub fn find(session: &Session) -> Option<Self> {
        session.get(SIGNED_IN).ok().flatten()
    }
}

/// An administrator who is signed in to the administrators' part, read anew with every request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Administrator {
    /// Row id of the session.
    pub session_id: String,
    /// Last click, epoch milliseconds.
    pub seen_at: i64,
    /// Their account.
    pub user_id: String,
    /// Their name.
    pub name: String,
    /// `en` or `fr`, once chosen.
    pub language: Option<String>,
}

impl Administrator {
    /// The administrator of this session, if it is one of their part.
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
                .ok_or_else(|| Error::new(ErrorKind::SignedOut, "nobody is signed in")),
        )
    }
}

/// Puts a session that was just opened into the browser, under a new cookie value.
///
/// # Errors
/// Never: the key is a plain text.
pub fn start_session(session: &Session, opened: &NewSession) -> Result<(), Error> {
    session.renew();
    session.insert(KEY, &opened.key).map_err(|_| Error::new(ErrorKind::Unexpected, "the session took no key"))
}

/// The middleware that keeps the cookie of a part; the rows are those of `sessions`.
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

/// Session rows, as the middleware wants to see them. It only ever reads here: rows are opened and ended by the
/// transactions they belong to.
#[derive(Clone)]
pub struct SessionRows {
    db: Db,
    clock: SharedClock,
    sealer: Sealer,
    limits: SessionSettings,
    part: Part,
}

/// Whose sessions: those that begin at an EHR, or those of administrators. Neither ever is the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Charts,
    Administration,
}

impl SessionRows {
    /// The rows of sessions that begin at an EHR, within `limits`.
    #[must_use]
    pub fn new(db: Db, clock: SharedClock, sealer: Sealer, limits: SessionSettings) -> Self {
        Self { db, clock, sealer, limits, part: Part::Charts }
    }

    /// The rows of the administrators' part.
    #[must_use]
    pub fn of_administrators(self) -> Self {
        Self { part: Part::Administration, ..self }
    }

    /// What the middleware holds of a session: a name and its content.
    async fn find(&self, key: &str) -> Result<Option<(&'static str, String)>, LoadError> {
        let ground = (&self.db, &*self.clock, &self.sealer);
        let other = |error: db::Error| LoadError::Other(error.into());
        match self.part {
            Part::Charts => {
                let found = session_store::find_session(ground.0, ground.1, ground.2, key, self.limits).await;
                let signed_in = found.map_err(other)?.map(|found| SignedIn {
                    session_id: found.id,
                    ehr_id: found.ehr_id,
                    seen_at: found.seen_at,
                    user: found.user,
                });
                signed_in.map(|signed_in| Ok((SIGNED_IN, written(&signed_in)?))).transpose()
            }
            Part::Administration => {
                let found =
                    session_store::find_admin_session(ground.0, ground.1, ground.2, key, self.limits).await;
                let found = found.map_err(other)?;
                found.map(|found| Ok((ADMINISTRATOR, written(&found)?))).transpose()
            }
        }
    }
}

fn written(value: &impl Serialize) -> Result<String, LoadError> {
    serde_json::to_string(value).map_err(|error| LoadError::Other(error.into()))
}

impl SessionStore for SessionRows {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let found = self.find(key.as_ref()).await?;
        Ok(found.map(|(name, text)| State::from([(name.to_owned(), text)])))
    }

    /// The row is there already; what is left is to hand its key to the cookie.
    async fn save(&self, state: State, _: &Duration) -> Result<SessionKey, SaveError> {
        let key: Option<String> = state.get(KEY).and_then(|text| serde_json::from_str(text).ok());
        let key = key.ok_or_else(|| std::io::Error::other("a session begins with start_session only"));
        key.map_err(|error| SaveError::Other(error.into()))?
            .try_into()
            .map_err(|_| SaveError::Other(std::io::Error::other("the session key is too long").into()))
    }

    /// Nothing is ever changed in a session, so that two tabs cannot undo each other's writes.
    async fn update(&self, _: SessionKey, _: State, _: &Duration) -> Result<SessionKey, UpdateError> {
        Err(UpdateError::Other(std::io::Error::other("a session is written once").into()))
    }

    async fn update_ttl(&self, _: &SessionKey, _: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    /// Rows are ended with their audit event; here the cookie only goes away.
    async fn delete(&self, _: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(())
    }
}
