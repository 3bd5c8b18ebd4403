//! Pages below `/admin`: sign-in, EHRs, launches, and the troubleshooting guide.

mod changes;
mod deliveries;
mod ehrs;
mod form;
mod guard;
mod launches;
mod sign_in;
mod visit;

use actix_web::{
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use super::error::Error;
use crate::{
    ehrs::{ImportError, client_keys::RotationError},
    users,
    web::{Error as WebError, ErrorKind},
};

/// Registers the pages. The guard wraps all of them except the sign-in.
pub fn routes(config: &mut ServiceConfig) {
    let guarded = web::scope("")
        .wrap(from_fn(guard::administrators_only))
        .configure(ehrs::routes)
        .configure(changes::routes)
        .configure(form::routes)
        .configure(launches::routes)
        .configure(deliveries::routes)
        .service(web::resource("/language").route(web::post().to(sign_in::change_language)))
        .service(web::resource("/sign-out").route(web::post().to(sign_in::sign_out_and_redirect)));
    config
        .service(
            web::resource("/sign-in")
                .route(web::get().to(sign_in::show))
                .route(web::post().to(sign_in::submit)),
        )
        .service(guarded);
}

pub use guard::never_framed;

impl From<Error> for WebError {
    fn from(error: Error) -> Self {
        let kind = match &error {
            Error::Db(_)
            | Error::Import(ImportError::Db(_))
            | Error::Keys(RotationError::Db(_))
            | Error::Users(users::Error::Db(_)) => ErrorKind::Busy,
            Error::Import(ImportError::Conflict) => ErrorKind::Conflict,
            Error::Request(_) => ErrorKind::NotFound,
            Error::Import(_) | Error::Keys(_) | Error::Users(_) => ErrorKind::Unexpected,
        };
        Self::caused(kind, error)
    }
}
