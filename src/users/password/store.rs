//! The SQL of passwords and of the tries at them.

use crate::{
    clock::Clock,
    db::{self, Tx, defer, on_tx, row},
};

const MOST_TRIES: i64 = 10;
const REST_MS: i64 = 3_600_000;

/// Where somebody tries a password. Each has tries of its own, so that nobody is locked out of one by what happens at
/// another.
#[derive(Clone, Copy, Debug)]
pub enum Door<'a> {
    /// The question of an EHR identity that is linked once.
    Linking,
    /// The administrators' part, which has only administrators.
    Administration {
        /// The account that was signed in from this browser before.
        known: Option<&'a str>,
    },
}

row! {
    /// A try at a password, counted before it is judged.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PasswordTry {
        /// The account.
        pub user_id: String,
        /// The stored form of its password.
        pub stored: String,
        /// Whose tries it is counted among.
        pub door: String,
        /// Which it is.
        pub tries: i64,
    }
}

impl PasswordTry {
    /// Whether the account rests after this one, if it turns out wrong.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.tries >= MOST_TRIES
    }
}

/// Counts a try at the password of an account, found by e-mail. None when there is no such account with a password at this
/// door, or it had ten tries there within an hour of each other and rests.
///
/// # Errors
/// When the database fails.
pub async fn count_password_try(
    tx: &mut Tx,
    clock: &dyn Clock,
    email: &str,
    door: Door<'_>,
) -> db::Result<Option<PasswordTry>> {
    let email = email.trim().to_lowercase();
    if email.contains('\0') {
        return Ok(None);
    }
    let now = clock.now_ms();
    let (name, known, any_role) = match door {
        Door::Linking => ("linking", "", 1_i64),
        Door::Administration { known } => ("stranger", known.unwrap_or_default(), 0),
    };
    Ok(on_tx!(tx, c => {
        sqlx::query_as(
            "INSERT INTO password_tries (user_id, door, tries, tried_at) \
             SELECT id, CASE WHEN id = $1 THEN 'known-browser' ELSE $2 END, 1, $3 FROM users WHERE email = $4 \
             AND password_hash IS NOT NULL AND disabled_at IS NULL AND ($5 = 1 OR role = 'administrator') \
             ON CONFLICT (user_id, door) DO UPDATE SET tried_at = $3, \
             tries = CASE WHEN password_tries.tried_at > $6 THEN password_tries.tries + 1 ELSE 1 END \
             WHERE password_tries.tries < $7 OR password_tries.tried_at <= $6 \
             RETURNING user_id, door, tries, \
             (SELECT u.password_hash FROM users u WHERE u.id = password_tries.user_id) AS stored",
        ).bind(known).bind(name).bind(now).bind(email).bind(any_role).bind(now - REST_MS).bind(MOST_TRIES)
            .fetch_optional(c).await?
    }))
}

/// Forgets the tries at a password that turned out right, at the door where it did.
///
/// # Errors
/// When the database fails.
pub async fn forget_password_tries(tx: &mut Tx, right: &PasswordTry) -> db::Result<()> {
    defer!(tx, "DELETE FROM password_tries WHERE user_id = $1 AND door = $2", &right.user_id, &right.door,);
    Ok(())
}

/// Gives an account, named by its id or its e-mail, another password, and forgets the tries at the one before. Its id;
/// none when there is no such account, it is off, or it has no e-mail to sign in with.
///
/// # Errors
/// When the database fails.
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
