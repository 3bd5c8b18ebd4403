//! SQL of passwords and of failed attempts at them.

use crate::{
    clock::Clock,
    db::{self, Tx, defer, on_tx, row},
};

/// Failed attempts after which an account is locked.
pub(super) const MAX_ATTEMPTS: i64 = 10;
/// Time an account stays locked, in milliseconds.
pub(super) const LOCKOUT_MS: i64 = 3_600_000;

/// Sign-in that a password attempt is counted for. Each scope has a counter of its own, so that failed attempts at one
/// sign-in do not lock an account at another.
#[derive(Clone, Copy, Debug)]
pub enum AttemptScope<'a> {
    /// One-time linking of an EHR identity.
    Linking,
    /// Sign-in to the admin pages. Only accounts of administrators are found.
    Admin {
        /// Account that this browser has signed in to before.
        known: Option<&'a str>,
    },
}

row! {
    /// Password attempt, counted before the password is checked.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PasswordAttempt {
        /// Account.
        pub user_id: String,
        /// Stored argon2id hash of its password.
        pub stored: String,
        /// Counter it is counted in: `linking`, `stranger` or `known-browser`.
        pub scope: String,
        /// Attempts so far, this one included.
        pub attempts: i64,
    }
}

impl PasswordAttempt {
    /// Whether the account is locked if this attempt fails.
    #[must_use]
    pub fn locks_out(&self) -> bool {
        self.attempts >= MAX_ATTEMPTS
    }
}

/// Counts an attempt at the password of the account with this e-mail. Returns `None` if no account of this scope has
/// the e-mail and a password, or if the account is locked: ten failed attempts, each within an hour of the one before.
pub async fn count_password_attempt(
    tx: &mut Tx,
    clock: &dyn Clock,
    email: &str,
    scope: AttemptScope<'_>,
) -> db::Result<Option<PasswordAttempt>> {
    let email = email.trim().to_lowercase();
    if email.contains('\0') {
        return Ok(None);
    }
    let now = clock.now_ms();
    let (name, known, any_role) = match scope {
        AttemptScope::Linking => ("linking", "", 1_i64),
        AttemptScope::Admin { known } => ("stranger", known.unwrap_or_default(), 0),
    };
    Ok(on_tx!(tx, c => {
        sqlx::query_as(
            "INSERT INTO password_tries (user_id, door, tries, tried_at) \
             SELECT id, CASE WHEN id = $1 THEN 'known-browser' ELSE $2 END, 1, $3 FROM users WHERE email = $4 \
             AND password_hash IS NOT NULL AND disabled_at IS NULL AND ($5 = 1 OR role = 'administrator') \
             ON CONFLICT (user_id, door) DO UPDATE SET tried_at = $3, \
             tries = CASE WHEN password_tries.tried_at > $6 THEN password_tries.tries + 1 ELSE 1 END \
             WHERE password_tries.tries < $7 OR password_tries.tried_at <= $6 \
             RETURNING user_id, door AS scope, tries AS attempts, \
             (SELECT u.password_hash FROM users u WHERE u.id = password_tries.user_id) AS stored",
        ).bind(known).bind(name).bind(now).bind(email).bind(any_role).bind(now - LOCKOUT_MS).bind(MAX_ATTEMPTS)
            .fetch_optional(c).await?
    }))
}

/// Resets the counter of an attempt that succeeded, in its own scope only.
pub async fn clear_password_attempts(tx: &mut Tx, right: &PasswordAttempt) -> db::Result<()> {
    defer!(tx, "DELETE FROM password_tries WHERE user_id = $1 AND door = $2", &right.user_id, &right.scope,);
    Ok(())
}

/// Replaces the password of an account, found by id or e-mail, and resets its attempts in every scope. Returns its id,
/// or `None` if no such account exists, it is disabled, or it has no e-mail.
pub async fn update_password(tx: &mut Tx, account: &str, password_hash: &str) -> db::Result<Option<String>> {
    let id: Option<String> = on_tx!(tx, c => {
        sqlx::query_scalar(
            "UPDATE users SET password_hash = $1 WHERE (id = $2 OR email = $3) AND email IS NOT NULL \
             AND disabled_at IS NULL RETURNING id",
        ).bind(password_hash).bind(account).bind(account.trim().to_lowercase()).fetch_optional(c).await?
    });
    if let Some(id) = &id {
        defer!(tx, "DELETE FROM password_tries WHERE user_id = $1", id);
    }
    Ok(id)
}
