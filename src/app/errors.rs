//! What a person reads when something below every room fails.

use crate::{
    db,
    web::{Error, Kind},
};

impl From<db::Error> for Error {
    fn from(error: db::Error) -> Self {
        let kind = if matches!(error, db::Error::Engine(_)) { Kind::Busy } else { Kind::Unexpected };
        Self::caused(kind, error)
    }
}
