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

/// Hashes and checks passwords with argon2id (19 MiB, two passes), a few at a time and off the request threads.
///
/// Whoever wants one checked takes a place first. There are few, and beyond them the answer is [`Error::Busy`] at once:
/// strangers cannot make a queue in which others wait. People who are known in some way have places of their own.
#[derive(Clone, Default)]
pub struct Passwords {
    strangers: Queue,
    known: Queue,
}

impl Passwords {
    /// A place for a check at the request of somebody nobody knows, who says that they are `name`.
    ///
    /// # Errors
    /// [`Error::Busy`] when all are taken, or this name has its share.
    pub fn permit_for_stranger(&self, name: &str) -> Result<Permit, Error> {
        self.strangers.permit(&name.trim().to_lowercase()).ok_or(Error::Busy)
    }

    /// A place for somebody an EHR or a cookie of ours vouches for as `name`.
    ///
    /// # Errors
    /// As [`Passwords::permit_for_stranger`].
    pub fn permit_for_known(&self, name: &str) -> Result<Permit, Error> {
        self.known.permit(name).ok_or(Error::Busy)
    }

    /// The stored form of a new password of 12 to 200 characters. Only commands make one, so it waits for no place.
    ///
    /// # Errors
    /// [`Error::Password`] when it is too short or too long.
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
    /// Whether `password` is the one whose stored form is `stored`. Without a stored form the work is done all the
    /// same, so that the time does not tell whether an account exists.
    ///
    /// # Errors
    /// [`Error::Hash`] when the stored form is broken.
    pub async fn verify(self, password: SecretString, stored: Option<String>) -> Result<bool, Error> {
        let slot = self.slot().await.ok_or(Error::Hash)?;
        run(move |argon2| {
            // Both are held until the work is done, also when nobody waits for it any more.
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
