//! The pages below `/admin`: signing in, the EHRs, and what an administrator does with them.

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

/// The routes of this room. Whatever is registered behind the door is for administrators, so that no page can forget to
/// ask.
pub fn routes(config: &mut ServiceConfig) {
    let behind_the_door = web::scope("")
        .wrap(from_fn(guard::administrators_only))
        .configure(ehrs::routes)
        .configure(changes::routes)
        .configure(form::routes)
        .configure(launches::routes)
        .configure(deliveries::routes)
        .service(web::resource("/language").route(web::post().to(sign_in::language)))
        .service(web::resource("/sign-out").route(web::post().to(sign_in::leave)));
    config
        .service(
            web::resource("/sign-in")
                .route(web::get().to(sign_in::show))
                .route(web::post().to(sign_in::enter)),
        )
        .service(behind_the_door);
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
