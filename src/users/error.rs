use crate::db;

/// What goes wrong with users.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Another account has this e-mail.
    #[error("an account with this e-mail exists")]
    EmailTaken,
    /// The password is too short or too long.
    #[error("a password has 12 to 200 characters")]
    Password,
    /// Too many passwords are being checked; nothing was counted.
    #[error("too many passwords are being checked")]
    Busy,
    /// A password could not be hashed or its stored form is broken.
    #[error("the password could not be processed")]
    Hash,
    /// A mapper of a vendor failed.
    #[error("the user mapper failed: {0}")]
    Mapper(String),
}
