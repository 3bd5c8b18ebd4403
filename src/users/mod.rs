//! Who is here: EHR identity to local user, the one-time linking, roles, the signed-in session.
//!
//! For: `(issuer, sub)` at an EHR to account, and what stays in the browser. Not for: the launch itself (see `launch`).
//! A link is made by a verified act, never because a name or an e-mail is alike.
//! Tables: `users`, `password_tries`, `user_links`, `invitations`, `sessions`. Source: OpenID Connect Core 2 and 5.7.
//!
//! Why the session's row is written by [`session_store::open_session`] and not by the session middleware: it belongs into
//! the transaction that also writes the launch context and the audit event. The middleware keeps the cookie.
//! Why a link is one of an EHR: its issuer is what a base says of itself, and another base may say the same.
//! Why administrators have sessions of their own: theirs begin at no EHR, are never framed and last in no frame, and a
//! cookie of one part must be worth nothing in the other.

mod error;
mod mapping;
mod password;
mod password_queue;
pub mod password_store;
mod session;
pub mod session_store;
pub mod store;
mod user;

pub use error::Error;
pub use mapping::{Arrival, Linking, Mapping, OneTimeLinking, UserMapper};
pub use password::Passwords;
pub use password_queue::Permit;
pub use password_store::{AttemptScope, PasswordAttempt};
pub use session::{
    ADMIN_COOKIE, Administrator, SESSION_COOKIE, SessionRows, SignedIn, session_middleware, start_session,
};
pub use session_store::{NewSession, SessionCutoff};
pub use store::UserLink;
pub use user::{InvitationCode, NewUser, Role, User};
