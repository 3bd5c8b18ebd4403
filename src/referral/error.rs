use crate::{db, launch, users};

/// Why a step with a referral was not done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such referral for this person and this patient.
    #[error("no such referral")]
    NotFound,
    /// This role does not include this step.
    #[error("the role does not include this step")]
    NotAllowed,
    /// It was changed or sent meanwhile.
    #[error("it was changed or sent meanwhile")]
    Conflict,
    /// It is not ready: questions, destination or confirmations are open.
    #[error("it is not ready to be sent")]
    NotReady,
    /// There is no such form.
    #[error("no such form")]
    NoForm,
    /// The request is incomplete.
    #[error("the request is incomplete")]
    Request,
    /// Launch contexts.
    #[error(transparent)]
    Launch(#[from] launch::Error),
    /// Users.
    #[error(transparent)]
    Users(#[from] users::Error),
    /// The database.
    #[error(transparent)]
    Db(#[from] db::Error),
}
