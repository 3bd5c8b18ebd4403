//! Password hashing and checking.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::task::spawn_blocking;

use super::{
    error::Error,
    password_queue::{Permit, Queue},
};

/// Hashes and checks passwords with argon2id (19 MiB, two passes), outside of the request threads.
///
/// A check needs a permit from a short queue. If the queue is full, the result is [`Error::Busy`] at once, so an
/// attacker cannot make other users wait. Users whom an EHR or a cookie identifies have a separate queue.
#[derive(Clone, Default)]
pub struct Passwords {
    strangers: Queue,
    known: Queue,
}

impl Passwords {
    /// Returns a permit for a check that an unidentified client requests for the account `name`.
    ///
    /// # Errors
    /// [`Error::Busy`] if the queue is full, or this name holds its share of it.
    pub fn permit_for_stranger(&self, name: &str) -> Result<Permit, Error> {
        self.strangers.permit(&name.trim().to_lowercase()).ok_or(Error::Busy)
    }

    /// Returns a permit for a check by a user whom an EHR or a cookie of ours identifies as `name`.
    ///
    /// # Errors
    /// As [`Passwords::permit_for_stranger`].
    pub fn permit_for_known(&self, name: &str) -> Result<Permit, Error> {
        self.known.permit(name).ok_or(Error::Busy)
    }

    /// Hashes a new password of 12 to 200 characters. Needs no permit: its callers are
    /// commands, and users who have proven who they are.
    ///
    /// # Errors
    /// [`Error::Password`] if it is too short or too long.
    pub async fn hash(&self, password: SecretString) -> Result<String, Error> {
        if !(12..=200).contains(&password.expose_secret().chars().count()) {
            return Err(Error::Password);
        }
        run(move |argon2| {
            let hash = argon2.hash_password(password.expose_secret().as_bytes()).map_err(|_| Error::Hash)?;
            Ok(hash.to_string())
        })
        .await
    }
}

impl Permit {
    /// Checks `password` against the hash `stored`. Without a hash it does the same work and returns false, so that the
    /// response time does not reveal whether an account exists.
    ///
    /// # Errors
    /// [`Error::Hash`] if the stored hash is malformed.
    pub async fn verify(self, password: SecretString, stored: Option<String>) -> Result<bool, Error> {
        let slot = self.slot().await.ok_or(Error::Hash)?;
        run(move |argon2| {
            // Both are held until the work is done, also if the request was cancelled.
            let _held = (self, slot);
            let password = password.expose_secret().as_bytes();
            let Some(stored) = stored else {
                argon2.hash_password(password).map_err(|_| Error::Hash)?;
                return Ok(false);
            };
            let stored = PasswordHash::new(&stored).map_err(|_| Error::Hash)?;
            Ok(argon2.verify_password(password, &stored).is_ok())
        })
        .await
    }
}

async fn run<T: Send + 'static>(
    work: impl FnOnce(&Argon2<'_>) -> Result<T, Error> + Send + 'static,
) -> Result<T, Error> {
    let params = Params::new(19_456, 2, 1, None).map_err(|_| Error::Hash)?;
    spawn_blocking(move || work(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params)))
        .await
        .map_err(|_| Error::Hash)?
}
