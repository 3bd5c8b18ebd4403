//! What a person reads when something below every room fails.

use crate::{
    db,
    web::{Error, ErrorKind},
};

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        let kind =
            if matches!(error, db::Error::Engine(_)) { ErrorKind::Busy } else { ErrorKind::Unexpected };
        Self::caused(kind, error)
    }
}
