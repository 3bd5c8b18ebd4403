//! Errors of the referral pages.

use crate::{attachments, db, launch, pdf, users, web};

/// Reason for which a step with a referral failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such referral for this user and this patient.
    #[error("no such referral")]
    NotFound,
    /// The referral was written after the backup that the database was restored from.
    #[error("the referral was written after the backup that the database was restored from")]
    Lost,
    /// The user's role does not permit this step.
    #[error("the role does not permit this step")]
    NotAllowed,
    /// The referral was changed or sent meanwhile.
    #[error("the referral was changed or sent meanwhile")]
    Conflict,
    /// The referral cannot be sent yet: a required answer, the destination or a confirmation is missing.
    #[error("the referral is not ready to be sent")]
    NotReady,
    /// No form with this id.
    #[error("no such form")]
    NoForm,
    /// A field of the request is missing or invalid.
    #[error("a field of the request is missing or invalid")]
    Request,
    /// The open chart could not be used.
    #[error(transparent)]
    Launch(#[from] launch::Error),
    /// An account or session could not be read.
    #[error(transparent)]
    Users(#[from] users::Error),
    /// The files that persons added could not be stored or read.
    #[error(transparent)]
    Files(#[from] attachments::Error),
    /// The letter could not be drawn.
    #[error(transparent)]
    Letter(#[from] pdf::Error),
    /// The page of the letter could not be rendered.
    #[error("the page of the letter could not be rendered")]
    Template(web::Error),
    /// The database failed.
    #[error(transparent)]
    Db(#[from] db::Error),
}
