//! Pages below `/admin`: sign-in, passwords, EHRs, users, forms, launches, deliveries, the audit trail, and the
//! troubleshooting guide.

mod audit;
mod changes;
mod deliveries;
mod ehrs;
mod form;
mod form_upload;
mod forms;
mod guard;
mod launches;
mod password;
mod sign_in;
mod user_changes;
mod users;
mod visit;

use actix_web::{
    middleware::from_fn,
    web::{self, ServiceConfig},
};

use super::error::Error;
use crate::{
    ehrs::{ImportError, client_keys::RotationError},
    users::Error as UsersError,
    web::{Error as WebError, ErrorKind},
};

/// Registers the pages, with `more` of another room. The guard wraps all of them except the sign-in and the choice of
/// a password with a code.
pub fn routes(config: &mut ServiceConfig, more: fn(&mut ServiceConfig)) {
    let guarded = web::scope("")
        .wrap(from_fn(guard::administrators_only))
        .configure(ehrs::routes)
        .configure(changes::routes)
        .configure(form::routes)
        .configure(forms::routes)
        .configure(launches::routes)
        .configure(deliveries::routes)
        .configure(users::routes)
        .configure(audit::routes)
        .configure(user_changes::routes)
        .configure(more)
        .service(
            web::resource("/password")
                .route(web::get().to(password::show_change))
                .route(web::post().to(password::change)),
        )
        .service(web::resource("/language").route(web::post().to(sign_in::change_language)))
        .service(web::resource("/sign-out").route(web::post().to(sign_in::sign_out_and_redirect)));
    config
        .service(
            web::resource("/sign-in")
                .route(web::get().to(sign_in::show))
                .route(web::post().to(sign_in::submit)),
        )
        .service(
            web::resource("/new-password")
                .route(web::get().to(password::show_choice))
                .route(web::post().to(password::choose)),
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
            | Error::Users(UsersError::Db(_)) => ErrorKind::Busy,
            Error::Import(ImportError::Conflict) => ErrorKind::Conflict,
            Error::Request(_) => ErrorKind::NotFound,
            Error::Import(_) | Error::Keys(_) | Error::Users(_) => ErrorKind::Unexpected,
        };
        Self::caused(kind, error)
    }
}
