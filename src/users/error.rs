//! Errors of users and passwords.

use crate::db;

/// Error of an operation on users.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
    /// Another account has this e-mail.
    #[error("an account with this e-mail exists")]
    EmailTaken,
    /// The name is empty, too long, or has control characters.
    #[error("a name has 1 to 200 characters")]
    Name,
    /// The e-mail is malformed.
    #[error("the e-mail is not valid; expected one such as ada@clinic.example")]
    Email,
    /// An administrator needs an e-mail to sign in.
    #[error("an administrator needs an e-mail to sign in: invite an account with one")]
    EmailMissing,
    /// The account is the last administrator's who can sign in.
    #[error("this is the last administrator who can sign in: make another account an administrator's first")]
    LastAdministrator,
    /// The password is too short or too long.
    #[error("a password has 12 to 200 characters")]
    Password,
    /// The queue of password checks is full. The attempt was not counted.
    #[error("too many passwords are being checked")]
    Busy,
    /// The password could not be hashed, or its stored hash is malformed.
    #[error("the password could not be processed")]
    Hash,
    /// The [`UserMapper`](super::UserMapper) of a vendor failed.
    #[error("the user mapper failed: {0}")]
    Mapper(String),
}
