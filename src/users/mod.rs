//! Users: EHR identity to local account, one-time linking, roles, passwords, the signed-in session.
//!
//! For: mapping `(issuer, sub)` of an EHR to an account, and the session cookie. Not for: the launch (see `launch`).
//! A link is created by a verified act of the user, never because names or e-mails match.
//! Tables: `users`, `password_tries`, `user_links`, `clinic_members`, `invitations`, `sessions`. Source: OpenID Connect Core 2 and 5.7.
//!
//! Why [`session_store::open_session`] and not the session middleware writes the session row: it belongs to the
//! transaction that also writes the launch context and the audit event. The middleware only keeps the cookie.
//! Why a link belongs to one EHR: each FHIR server names its own issuer, and two may name the same one.
//! Why administrators have separate sessions: these start at no EHR and are never framed, and a cookie for charts must
//! not give access to administration, or the other way round.

mod account;
pub mod account_store;
mod error;
mod mapping;
mod password;
mod password_queue;
pub mod password_store;
mod session;
pub mod session_store;
pub mod store;
mod user;

pub use account::{Account, AccountStatus, LinkedIdentity, checked_email, checked_name};
pub use account_store::RoleChange;
pub use error::Error;
pub use mapping::{Arrival, Linking, Mapping, OneTimeLinking, UserMapper};
pub use password::Passwords;
pub use password_queue::Permit;
pub use password_store::{AttemptScope, PasswordAttempt};
pub use session::{
    ADMIN_COOKIE, Administrator, SESSION_COOKIE, SessionRows, SignedIn, answer_unreadable_sessions,
    keep_asked_language, session_middleware, start_session,
};
pub use session_store::{NewSession, SessionCutoff};
pub use store::UserLink;
pub use user::{InvitationCode, NewUser, Role, User};
