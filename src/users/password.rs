use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash},
};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::Error;

const AT_ONCE: usize = 2;

/// Hashes and checks passwords with argon2id (19 MiB, two passes), a few at a time and off the request threads.
#[derive(Clone)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Passwords {
    /// The stored form of a new password of 12 to 200 characters.
    ///
    /// # Errors
    /// [`Error::Password`] when it is too short or too long.
    pub async fn hash(&self, password: SecretString) -> Result<String, Error> {
        if !(12..=200).contains(&password.expose_secret().chars().count()) {
            return Err(Error::Password);
        }
        self.run(move |argon2| {
            let hash = argon2.hash_password(password.expose_secret().as_bytes()).map_err(|_| Error::Hash)?;
            Ok(hash.to_string())
        })
        .await
    }

    /// Whether `password` is the one whose stored form is `stored`. Without a stored form the work is done all the
    /// same, so that the time does not tell whether an account exists.
    ///
    /// # Errors
    /// [`Error::Hash`] when the stored form is broken.
    pub async fn verify(&self, password: SecretString, stored: Option<String>) -> Result<bool, Error> {
        self.run(move |argon2| {
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

    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Argon2<'_>) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let _turn = self.0.acquire().await.map_err(|_| Error::Hash)?;
        let params = Params::new(19_456, 2, 1, None).map_err(|_| Error::Hash)?;
        spawn_blocking(move || work(&Argon2::new(Algorithm::Argon2id, Version::V0x13, params)))
            .await
            .map_err(|_| Error::Hash)?
    }
}
